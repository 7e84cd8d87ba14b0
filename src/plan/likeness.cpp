#include "plan/likeness.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <unordered_map>

#include "flow/block_graph.h"

namespace flowferry::plan {
namespace {

// A block that so many flows of a group have says nothing about which is which.
constexpr std::size_t k_common = 32;

struct Fingerprint {
  std::vector<std::uint64_t> blocks;  ///< With parameters; sorted.
  std::size_t all = 0;                ///< Blocks, those without parameters too.
};

Fingerprint fingerprint(const flow::Document& document) {
  const flow::BlockGraph graph(document);
  Fingerprint out;
  out.all = graph.size();
  for (std::uint32_t i = 0; i < graph.size(); ++i) {
    const std::uint32_t parameters = graph.action(i).parameters;
    const bool tells =
        parameters != json::k_none && document.node(parameters).next > parameters + 1;
    if (tells) out.blocks.push_back(graph.content(i));
  }
  std::sort(out.blocks.begin(), out.blocks.end());
  return out;
}

std::size_t shared(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  std::size_t out = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (*i < *j) {
      ++i;
    } else if (*j < *i) {
      ++j;
    } else {
      ++out, ++i, ++j;
    }
  }
  return out;
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> find_renamed(const std::vector<Nameless>& left,
                                                              const std::vector<Nameless>& right) {
  std::vector<Fingerprint> lefts, rights;
  for (const Nameless& one : left) lefts.push_back(fingerprint(*one.document));
  for (const Nameless& one : right) rights.push_back(fingerprint(*one.document));

  std::map<std::pair<std::string, std::uint64_t>, std::vector<std::size_t>> with_block;
  for (std::size_t r = 0; r < right.size(); ++r) {
    for (const std::uint64_t block : rights[r].blocks) {
      auto& flows = with_block[{right[r].group, block}];
      if (flows.empty() || flows.back() != r) flows.push_back(r);
    }
  }
  // Share of blocks in parts of a million, negative for the order; then the order of the lists.
  std::vector<std::tuple<std::int64_t, std::size_t, std::size_t>> candidates;
  for (std::size_t l = 0; l < left.size(); ++l) {
    std::vector<std::size_t> near;
    for (const std::uint64_t block : lefts[l].blocks) {
      const auto found = with_block.find({left[l].group, block});
      if (found == with_block.end() || found->second.size() > k_common) continue;
      near.insert(near.end(), found->second.begin(), found->second.end());
    }
    std::sort(near.begin(), near.end());
    near.erase(std::unique(near.begin(), near.end()), near.end());
    for (const std::size_t r : near) {
      const std::size_t most = std::max(lefts[l].blocks.size(), rights[r].blocks.size());
      const auto share =
          static_cast<std::int64_t>(shared(lefts[l].blocks, rights[r].blocks) * 1'000'000 / most);
      if (share > 500'000) candidates.emplace_back(-share, l, r);
    }
  }
  std::sort(candidates.begin(), candidates.end());
  std::vector<bool> left_used(left.size()), right_used(right.size());
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (const auto& [share, l, r] : candidates) {
    if (left_used[l] || right_used[r]) continue;
    left_used[l] = right_used[r] = true;
    out.emplace_back(l, r);
  }
  return out;
}

}  // namespace flowferry::plan
