#include <algorithm>
#include <utility>
#include <vector>

#include "report/picture/layers.h"

namespace flowferry::report {
namespace {

using Links = std::vector<std::vector<Layers::Link>>;

std::vector<std::size_t> ranks(const Layers& layers) {
  std::vector<std::size_t> out(layers.layer.size(), 0);
  for (const auto& members : layers.members) {
    for (std::size_t i = 0; i < members.size(); ++i) out[members[i]] = i;
  }
  return out;
}

/// The rank at which a link touches `node`, between it and the next one where it has ports.
double rank_at(const Layers& layers, const std::vector<std::size_t>& rank, std::size_t node,
               double offset) {
  const double height = layers.height[node];
  return static_cast<double>(rank[node]) + (height > 0 ? 0.9 * offset / height : 0);
}

/// Orders `members` by the mean rank of what they are linked to in the layer before (or after); who
/// is linked to nothing there keeps its place.
void sort_layer(const Layers& layers, const Links& links, const std::vector<std::size_t>& rank,
                std::vector<std::size_t>& members) {
  std::vector<std::pair<double, std::size_t>> wanted;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto& own = links[members[i]];
    if (own.empty()) continue;
    double sum = 0;
    for (const Layers::Link& link : own) sum += rank_at(layers, rank, link.to, link.there);
    wanted.emplace_back(sum / static_cast<double>(own.size()), members[i]);
    places.push_back(i);
  }
  std::stable_sort(wanted.begin(), wanted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < places.size(); ++i) members[places[i]] = wanted[i].second;
}

/// How many links of `a` and `b` to one side cross when `a` is above `b`.
std::size_t crossings_of(const Layers& layers, const Links& links,
                         const std::vector<std::size_t>& rank, std::size_t a, std::size_t b) {
  std::size_t out = 0;
  for (const Layers::Link& x : links[a]) {
    const double at = rank_at(layers, rank, x.to, x.there);
    for (const Layers::Link& y : links[b]) out += at > rank_at(layers, rank, y.to, y.there) ? 1 : 0;
  }
  return out;
}

/// Swaps neighbours as long as that saves crossings.
void swap_neighbours(Layers& layers, std::vector<std::size_t>& rank) {
  for (int pass = 0; pass < 4; ++pass) {
    bool better = false;
    for (auto& members : layers.members) {
      for (std::size_t i = 0; i + 1 < members.size(); ++i) {
        const std::size_t a = members[i], b = members[i + 1];
        if (layers.left[a].size() * layers.left[b].size() +
                layers.right[a].size() * layers.right[b].size() >
            4000)
          continue;
        const std::size_t now = crossings_of(layers, layers.left, rank, a, b) +
                                crossings_of(layers, layers.right, rank, a, b);
        if (now == 0) continue;
        const std::size_t then = crossings_of(layers, layers.left, rank, b, a) +
                                 crossings_of(layers, layers.right, rank, b, a);
        if (then >= now) continue;
        std::swap(members[i], members[i + 1]);
        std::swap(rank[a], rank[b]);
        better = true;
      }
    }
    if (!better) return;
  }
}

/// The order in which a depth-first walk meets the nodes: neighbours of neighbours come together.
void order_by_walk(Layers& layers) {
  std::vector<char> seen(layers.layer.size(), 0);
  std::vector<std::vector<std::size_t>> members(layers.members.size());
  std::vector<std::size_t> stack;
  for (const auto& first : layers.members) {
    for (const std::size_t start : first) {
      stack.push_back(start);
      while (!stack.empty()) {
        const std::size_t n = stack.back();
        stack.pop_back();
        if (seen[n]) continue;
        seen[n] = 1;
        members[layers.layer[n]].push_back(n);
        for (auto it = layers.right[n].rbegin(); it != layers.right[n].rend(); ++it)
          stack.push_back(it->to);
        for (auto it = layers.left[n].rbegin(); it != layers.left[n].rend(); ++it)
          stack.push_back(it->to);
      }
    }
  }
  layers.members = std::move(members);
}

}  // namespace

std::size_t count_crossings(const Layers& layers) {
  const auto rank = ranks(layers);
  std::size_t out = 0;
  for (std::size_t l = 0; l + 1 < layers.members.size(); ++l) {
    // Ends in the next layer, in the order of their beginnings; crossings are its inversions.
    std::vector<std::size_t> ends;
    for (const std::size_t n : layers.members[l]) {
      std::vector<std::pair<double, std::size_t>> own;
      for (const Layers::Link& link : layers.right[n]) own.emplace_back(link.here, rank[link.to]);
      std::sort(own.begin(), own.end());
      for (const auto& [offset, end] : own) ends.push_back(end);
    }
    std::vector<std::size_t> tree(layers.members[l + 1].size() + 1, 0);
    std::size_t added = 0;
    for (const std::size_t end : ends) {
      std::size_t not_above = 0;
      for (std::size_t i = end + 1; i > 0; i -= i & (~i + 1)) not_above += tree[i];
      out += added - not_above;
      ++added;
      for (std::size_t i = end + 1; i < tree.size(); i += i & (~i + 1)) ++tree[i];
    }
  }
  return out;
}

void order_layers(Layers& layers) {
  order_by_walk(layers);
  const bool large = layers.layer.size() > 20000;
  auto best = layers.members;
  std::size_t fewest = count_crossings(layers);
  auto rank = ranks(layers);
  int idle = 0;
  for (int sweep = 0; sweep < (large ? 6 : 24) && fewest > 0 && idle < 6; ++sweep) {
    const std::size_t count = layers.members.size();
    for (std::size_t i = 1; i < count; ++i) {
      const bool down = sweep % 2 == 0;
      auto& members = layers.members[down ? i : count - 1 - i];
      sort_layer(layers, down ? layers.left : layers.right, rank, members);
      for (std::size_t m = 0; m < members.size(); ++m) rank[members[m]] = m;
    }
    if (!large) swap_neighbours(layers, rank);
    const std::size_t now = count_crossings(layers);
    ++idle;
    if (now < fewest) {
      fewest = now;
      best = layers.members;
      idle = 0;
    }
  }
  layers.members = std::move(best);
}

}  // namespace flowferry::report
