#include "flow/lint/links.h"

#include <algorithm>

namespace flowferry::flow::lint {
namespace {

Links reversed(const Links& links) {
  Links out(links.size());
  for (std::size_t i = 0; i < links.size(); ++i) {
    for (const std::size_t to : links[i]) out[to].push_back(i);
  }
  return out;
}

/// Nodes without edges in `links`, those that lead only to such ones, and so on; in that order.
std::vector<std::size_t> peel(const Links& links, const Links& back) {
  std::vector<std::size_t> left(links.size());
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < links.size(); ++i) {
    left[i] = links[i].size();
    if (left[i] == 0) order.push_back(i);
  }
  for (std::size_t at = 0; at < order.size(); ++at) {
    for (const std::size_t before : back[order[at]]) {
      if (--left[before] == 0) order.push_back(before);
    }
  }
  return order;
}

std::vector<char> reach(const Links& links, std::size_t from, const std::vector<char>& within) {
  std::vector<char> out(links.size(), 0);
  std::vector<std::size_t> work = {from};
  while (!work.empty()) {
    const std::size_t i = work.back();
    work.pop_back();
    for (const std::size_t to : links[i]) {
      if (within[to] == 0 || out[to] != 0) continue;
      out[to] = 1;
      work.push_back(to);
    }
  }
  return out;
}

}  // namespace

std::vector<std::vector<std::size_t>> circles(const Links& links) {
  const Links back = reversed(links);
  // Only what cannot be peeled off from either side can be on a circle: usually next to nothing.
  std::vector<char> left(links.size(), 1);
  for (const std::size_t i : peel(links, back)) left[i] = 0;
  for (const std::size_t i : peel(back, links)) left[i] = 0;
  std::vector<std::vector<std::size_t>> out;
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (left[i] == 0) continue;
    const auto forward = reach(links, i, left);
    left[i] = forward[i];
    if (forward[i] == 0) continue;
    const auto backward = reach(back, i, left);
    std::vector<std::size_t> members;
    for (std::size_t k = i; k < links.size(); ++k) {
      if (forward[k] == 0 || backward[k] == 0) continue;
      members.push_back(k);
      left[k] = 0;
    }
    out.push_back(std::move(members));
  }
  return out;
}

std::vector<std::size_t> chain_lengths(const Links& links) {
  std::vector<std::size_t> out(links.size(), 1);
  std::vector<char> circular(links.size(), 0);
  for (const auto& members : circles(links)) {
    for (const std::size_t i : members) circular[i] = 1;
  }
  Links plain(links.size());
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (circular[i] != 0) continue;
    for (const std::size_t to : links[i]) {
      if (circular[to] == 0) plain[i].push_back(to);
    }
  }
  for (const std::size_t i : peel(plain, reversed(plain))) {
    for (const std::size_t to : plain[i]) out[i] = std::max(out[i], out[to] + 1);
  }
  return out;
}

}  // namespace flowferry::flow::lint
