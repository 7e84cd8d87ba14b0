#include <algorithm>
#include <vector>

#include "report/picture/layers.h"

namespace flowferry::report {
namespace {

/// Least distance between the middles of two neighbours in a layer: lines may run closer than
/// boxes.
double distance(const Layers& layers, std::size_t above, std::size_t below) {
  const bool lines = above >= layers.real && below >= layers.real;
  return (layers.height[above] + layers.height[below]) / 2 + (lines ? 4 : 16);
}

/// Where the middle of `node` should be for its links to be straight, and how much it matters.
struct Wish {
  double at = 0;
  double weight = 0;
};

Wish wish_of(const Layers& layers, std::size_t node, bool left, bool right) {
  Wish wish;
  const auto add = [&](const std::vector<Layers::Link>& links) {
    for (const Layers::Link& link : links) {
      wish.at += link.weight * (layers.middle[link.to] + link.there - link.here);
      wish.weight += link.weight;
    }
  };
  if (left) add(layers.left[node]);
  if (right) add(layers.right[node]);
  if (wish.weight > 0) {
    wish.at /= wish.weight;
  } else {
    wish = {layers.middle[node], 0.01};
  }
  return wish;
}

/// Moves a layer's nodes as near to their wishes as their order and distances allow: the least sum
/// of weighted squares (isotonic regression, by pooling neighbours that would change places).
void settle(Layers& layers, const std::vector<std::size_t>& members, bool left, bool right) {
  struct Pool {
    double sum, weight;
    std::size_t count;
    double at() const { return sum / weight; }
  };
  std::vector<Pool> pools;
  double offset = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) offset += distance(layers, members[i - 1], members[i]);
    const Wish wish = wish_of(layers, members[i], left, right);
    pools.push_back({(wish.at - offset) * wish.weight, wish.weight, 1});
    while (pools.size() > 1 && pools[pools.size() - 2].at() >= pools.back().at()) {
      const Pool last = pools.back();
      pools.pop_back();
      pools.back().sum += last.sum;
      pools.back().weight += last.weight;
      pools.back().count += last.count;
    }
  }
  offset = 0;
  std::size_t i = 0;
  for (const Pool& pool : pools) {
    for (std::size_t k = 0; k < pool.count; ++k, ++i) {
      if (i > 0) offset += distance(layers, members[i - 1], members[i]);
      layers.middle[members[i]] = pool.at() + offset;
    }
  }
}

}  // namespace

void place_in_layers(Layers& layers) {
  for (const auto& members : layers.members) {
    double at = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) at += distance(layers, members[i - 1], members[i]);
      layers.middle[members[i]] = at;
    }
    for (const std::size_t n : members) layers.middle[n] -= at / 2;
  }
  const std::size_t count = layers.members.size();
  const int sweeps = layers.layer.size() > 20000 ? 6 : 30;
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    const bool last = sweep + 4 >= sweeps;  // at the end both sides count
    for (std::size_t l = 0; l < count; ++l) settle(layers, layers.members[l], true, last);
    for (std::size_t l = count; l-- > 0;) settle(layers, layers.members[l], last, true);
  }
}

}  // namespace flowferry::report
