#include "flow/block_matching.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace flowferry::flow {
namespace {

using json::k_none;

// Blocks further apart than so many branches need not be told apart by their surroundings.
constexpr std::size_t k_most_rounds = 8;

using Signatures = std::vector<std::uint64_t>;
using Pair = std::pair<std::uint32_t, std::uint32_t>;

/// Where a block is come to from.
struct Incoming {
  std::uint32_t source;
  std::uint64_t label;
};

/// One side: its graph, with branches sorted by label and the way back.
struct Side {
  explicit Side(const BlockGraph& of) : graph(of), out(of.size()), in(of.size()) {
    for (std::uint32_t block = 0; block < of.size(); ++block) {
      for (const Edge& edge : of.edges(block)) {
        if (edge.target == k_none) continue;
        out[block].emplace_back(edge.label, edge.target);
        in[edge.target].push_back({block, edge.label});
      }
      std::sort(out[block].begin(), out[block].end());
    }
  }

  const BlockGraph& graph;
  std::vector<std::vector<std::pair<std::uint64_t, std::uint32_t>>> out;
  std::vector<std::vector<Incoming>> in;
};

/// What two blocks must have in common to be matched because of their neighbours.
enum class Alike { content, type };

class Matcher {
 public:
  Matcher(const BlockGraph& left, const BlockGraph& right) : left_(left), right_(right) {
    out_.right_of.assign(left.size(), k_none);
    out_.left_of.assign(right.size(), k_none);
  }

  BlockMatching run() {
    by_identifier(true);
    if (open()) by_content_and_neighbours();
    return std::move(out_);
  }

 private:
  bool open() const { return matched_ < std::min(left_.size(), right_.size()); }
  bool free(const Pair& pair) const {
    return out_.right_of[pair.first] == k_none && out_.left_of[pair.second] == k_none;
  }

  void match(const Pair& pair) {
    out_.right_of[pair.first] = pair.second;
    out_.left_of[pair.second] = pair.first;
    ++matched_;
  }

  void by_identifier(bool same_type) {
    for (std::uint32_t l = 0; l < left_.size(); ++l) {
      if (left_.find(left_.action(l).identifier) != l) continue;
      const std::uint32_t r = right_.find(left_.action(l).identifier);
      if (r == k_none || !free({l, r})) continue;
      if (same_type && left_.action(l).type != right_.action(r).type) continue;
      match({l, r});
    }
  }

  void by_content_and_neighbours() {
    const Side left(left_);
    const Side right(right_);
    by_signature(left, right);
    spread(left, right, all_pairs(), Alike::content);
    in_order(left, right);
    spread(left, right, all_pairs(), Alike::type);
    by_identifier(false);
    spread(left, right, all_pairs(), Alike::type);
  }

  std::vector<Pair> all_pairs() const {
    std::vector<Pair> out;
    for (std::uint32_t l = 0; l < left_.size(); ++l) {
      if (out_.right_of[l] != k_none) out.emplace_back(l, out_.right_of[l]);
    }
    return out;
  }

  // --- by what blocks do, and what stands around them

  /// Matches what is alone of its kind on both sides: seen with the widest surroundings first.
  void by_signature(const Side& left, const Side& right) {
    std::vector<Signatures> l = {first_signatures(left_, out_.right_of, true)};
    std::vector<Signatures> r = {first_signatures(right_, out_.left_of, false)};
    std::size_t kinds = count_kinds(l.back());
    for (std::size_t round = 0; round < k_most_rounds; ++round) {
      l.push_back(wider(left, l.back()));
      r.push_back(wider(right, r.back()));
      const std::size_t now = count_kinds(l.back());
      if (now == kinds && round > 0) break;
      kinds = now;
    }
    while (!l.empty() && open()) {
      unique(l.back(), r.back());
      l.pop_back();
      r.pop_back();
    }
  }

  /// Blocks that are matched already are told apart by their match.
  static Signatures first_signatures(const BlockGraph& graph,
                                     const std::vector<std::uint32_t>& match, bool is_left) {
    Signatures out(graph.size());
    for (std::uint32_t i = 0; i < graph.size(); ++i) {
      out[i] = match[i] == k_none ? graph.content(i) : mixed(29 + (is_left ? i : match[i]));
    }
    return out;
  }

  static Signatures wider(const Side& side, const Signatures& narrow) {
    Signatures out(narrow.size());
    for (std::uint32_t i = 0; i < narrow.size(); ++i) {
      std::uint64_t sum = side.graph.start() == i ? 31 : 37;
      for (const auto& [label, target] : side.out[i]) sum += mixed(label ^ mixed(narrow[target]));
      for (const Incoming& way : side.in[i]) {
        sum += mixed(way.label + 41 + mixed(narrow[way.source] ^ 43));
      }
      out[i] = mixed(narrow[i] ^ mixed(sum));
    }
    return out;
  }

  static std::size_t count_kinds(Signatures signatures) {
    std::sort(signatures.begin(), signatures.end());
    return static_cast<std::size_t>(std::unique(signatures.begin(), signatures.end()) -
                                    signatures.begin());
  }

  void unique(const Signatures& l, const Signatures& r) {
    struct Count {
      std::uint32_t left = 0, right = 0;
      Pair pair;
    };
    std::unordered_map<std::uint64_t, Count> counts;
    for (std::uint32_t i = 0; i < l.size(); ++i) {
      if (out_.right_of[i] != k_none) continue;
      Count& count = counts[l[i]];
      ++count.left;
      count.pair.first = i;
    }
    for (std::uint32_t i = 0; i < r.size(); ++i) {
      if (out_.left_of[i] != k_none) continue;
      const auto found = counts.find(r[i]);
      if (found == counts.end()) continue;
      ++found->second.right;
      found->second.pair.second = i;
    }
    for (const auto& [signature, count] : counts) {
      if (count.left == 1 && count.right == 1) match(count.pair);
    }
  }

  // --- along the branches of what is matched

  bool alike(std::uint32_t l, std::uint32_t r, Alike alike) const {
    return alike == Alike::type ? left_.action(l).type == right_.action(r).type
                                : left_.content(l) == right_.content(r);
  }

  /// Equal branches of matched blocks lead to blocks that are the same, if they are alike at all;
  /// so do equal branches which come from blocks that are alone in being alike.
  void spread(const Side& left, const Side& right, std::vector<Pair> work, Alike how) {
    const auto consider = [&](const Pair& pair) {
      if (!free(pair) || !alike(pair.first, pair.second, how)) return;
      match(pair);
      work.push_back(pair);
    };
    if (left_.start() != k_none && right_.start() != k_none) {
      consider({left_.start(), right_.start()});
    }
    for (std::size_t done = 0; done < work.size() && open(); ++done) {
      const auto [l, r] = work[done];
      forwards(left.out[l], right.out[r], consider);
      backwards(left, right, {l, r}, how, consider);
    }
  }

  template <class Consider>
  static void forwards(const std::vector<std::pair<std::uint64_t, std::uint32_t>>& a,
                       const std::vector<std::pair<std::uint64_t, std::uint32_t>>& b,
                       Consider consider) {
    for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
      if (i->first < j->first) {
        ++i;
      } else if (j->first < i->first) {
        ++j;
      } else {
        consider(Pair{(i++)->second, (j++)->second});
      }
    }
  }

  template <class Consider>
  void backwards(const Side& left, const Side& right, const Pair& pair, Alike how,
                 Consider consider) const {
    struct Sources {
      std::uint32_t left = 0, right = 0;
      Pair pair;
    };
    std::map<std::pair<std::uint64_t, std::uint64_t>, Sources> sources;
    const auto key = [&](const BlockGraph& graph, const Incoming& way) {
      return std::pair(way.label, how == Alike::content
                                      ? graph.content(way.source)
                                      : std::hash<std::string>()(graph.action(way.source).type));
    };
    for (const Incoming& way : left.in[pair.first]) {
      if (out_.right_of[way.source] != k_none) continue;
      Sources& here = sources[key(left_, way)];
      ++here.left;
      here.pair.first = way.source;
    }
    if (sources.empty()) return;
    for (const Incoming& way : right.in[pair.second]) {
      if (out_.left_of[way.source] != k_none) continue;
      const auto found = sources.find(key(right_, way));
      if (found == sources.end()) continue;
      ++found->second.right;
      found->second.pair.second = way.source;
    }
    for (const auto& [label, here] : sources) {
      if (here.left == 1 && here.right == 1) consider(here.pair);
    }
  }

  // --- what is left: alike, and several of it

  /// What was at the same place in the designer first, then in the order of the documents.
  void in_order(const Side& left, const Side& right) {
    for (const bool placed : {true, false}) {
      std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> rights;
      for (std::uint32_t r = static_cast<std::uint32_t>(right_.size()); r-- > 0;) {
        if (out_.left_of[r] == k_none) rights[kind_of(right_, r, placed)].push_back(r);
      }
      for (std::uint32_t l = 0; l < left_.size() && open(); ++l) {
        if (out_.right_of[l] != k_none) continue;
        const auto found = rights.find(kind_of(left_, l, placed));
        if (found == rights.end()) continue;
        auto& waiting = found->second;
        while (!waiting.empty() && out_.left_of[waiting.back()] != k_none) waiting.pop_back();
        if (waiting.empty()) continue;
        match({l, waiting.back()});
        spread(left, right, {{l, waiting.back()}}, Alike::content);
      }
    }
  }

  static std::uint64_t kind_of(const BlockGraph& graph, std::uint32_t block, bool placed) {
    std::uint64_t out = graph.content(block);
    const std::uint32_t entry = graph.entry(block);
    if (placed && entry != k_none) {
      out ^= mixed(value_hash(graph.document(), graph.document().member(entry, "position")));
    }
    return out;
  }

  const BlockGraph& left_;
  const BlockGraph& right_;
  BlockMatching out_;
  std::size_t matched_ = 0;
};

}  // namespace

BlockMatching match_blocks(const BlockGraph& left, const BlockGraph& right) {
  return Matcher(left, right).run();
}

}  // namespace flowferry::flow
