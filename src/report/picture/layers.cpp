#include "report/picture/layers.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace flowferry::report {
namespace {

using Adjacency = std::vector<std::vector<std::size_t>>;  // node → edges

/// Which edges have to be turned around: those that lead back on a depth-first walk that begins
/// where nothing leads to.
std::vector<char> backward_edges(std::size_t count, const std::vector<LayoutEdge>& edges) {
  Adjacency out(count);
  std::vector<std::size_t> incoming(count, 0);
  for (std::size_t e = 0; e < edges.size(); ++e) {
    if (edges[e].from == edges[e].to) continue;
    out[edges[e].from].push_back(e);
    ++incoming[edges[e].to];
  }
  std::vector<std::size_t> starts;
  for (std::size_t n = 0; n < count; ++n) {
    if (incoming[n] == 0) starts.push_back(n);
  }
  for (std::size_t n = 0; n < count; ++n) {
    if (incoming[n] != 0) starts.push_back(n);
  }
  enum State : char { unseen, open, done };
  std::vector<char> state(count, unseen), backward(edges.size(), 0);
  std::vector<std::pair<std::size_t, std::size_t>> stack;
  for (const std::size_t start : starts) {
    if (state[start] != unseen) continue;
    stack.emplace_back(start, 0);
    state[start] = open;
    while (!stack.empty()) {
      auto& [node, next] = stack.back();
      if (next == out[node].size()) {
        state[node] = done;
        stack.pop_back();
        continue;
      }
      const std::size_t e = out[node][next++];
      const std::size_t to = edges[e].to;
      if (state[to] == open) backward[e] = 1;
      if (state[to] != unseen) continue;
      state[to] = open;
      stack.emplace_back(to, 0);
    }
  }
  return backward;
}

struct Forward {
  std::vector<std::vector<std::size_t>> after, before;  // by node
  std::vector<std::size_t> order;                       // topological
};

Forward forward_graph(std::size_t count, const std::vector<LayoutEdge>& edges,
                      const std::vector<char>& backward) {
  Forward g;
  g.after.resize(count);
  g.before.resize(count);
  for (std::size_t e = 0; e < edges.size(); ++e) {
    if (edges[e].from == edges[e].to) continue;
    const auto [a, b] =
        backward[e] ? std::pair(edges[e].to, edges[e].from) : std::pair(edges[e].from, edges[e].to);
    g.after[a].push_back(b);
    g.before[b].push_back(a);
  }
  std::vector<std::size_t> waiting(count);
  for (std::size_t n = 0; n < count; ++n) {
    waiting[n] = g.before[n].size();
    if (waiting[n] == 0) g.order.push_back(n);
  }
  for (std::size_t i = 0; i < g.order.size(); ++i) {
    for (const std::size_t b : g.after[g.order[i]]) {
      if (--waiting[b] == 0) g.order.push_back(b);
    }
  }
  return g;
}

/// Longest ways from the beginnings; then every node goes where its edges are shortest.
std::vector<std::size_t> layers_of(const Forward& g) {
  std::vector<std::size_t> layer(g.after.size(), 0);
  for (const std::size_t n : g.order) {
    for (const std::size_t b : g.after[n]) layer[b] = std::max(layer[b], layer[n] + 1);
  }
  constexpr std::size_t k_far = std::numeric_limits<std::size_t>::max();
  for (int pass = 0; pass < 8; ++pass) {
    bool moved = false;
    for (auto it = g.order.rbegin(); it != g.order.rend(); ++it) {
      const std::size_t n = *it;
      if (g.after[n].size() <= g.before[n].size()) continue;
      std::size_t latest = k_far;
      for (const std::size_t b : g.after[n]) latest = std::min(latest, layer[b] - 1);
      if (latest > layer[n]) moved = true;
      layer[n] = std::max(layer[n], latest);
    }
    if (!moved) break;
  }
  const std::size_t first = *std::min_element(layer.begin(), layer.end());
  for (std::size_t& l : layer) l -= first;
  return layer;
}

void link(Layers& out, std::size_t a, std::size_t b, double weight, double at_a, double at_b) {
  out.right[a].push_back({b, weight, at_a, at_b});
  out.left[b].push_back({a, weight, at_b, at_a});
}

}  // namespace

Layers make_layers(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges) {
  constexpr double k_piece = 6;  // pixels that a passing line takes
  Layers out;
  out.real = nodes.size();
  out.backward = backward_edges(nodes.size(), edges);
  out.layer = layers_of(forward_graph(nodes.size(), edges, out.backward));
  for (const LayoutNode& node : nodes) out.height.push_back(node.height);
  out.right.resize(nodes.size());
  out.left.resize(nodes.size());
  out.chain.resize(edges.size());
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const LayoutEdge& edge = edges[e];
    if (edge.from == edge.to) continue;
    const double port = edge.from_y - nodes[edge.from].height / 2;
    std::size_t a = edge.from, b = edge.to;
    double at_a = port, at_b = 0;
    if (out.backward[e]) {
      std::swap(a, b);
      std::swap(at_a, at_b);
    }
    auto& chain = out.chain[e];
    chain.push_back(a);
    for (std::size_t l = out.layer[a] + 1; l < out.layer[b]; ++l) {
      const std::size_t piece = out.layer.size();
      out.layer.push_back(l);
      out.height.push_back(k_piece);
      out.right.emplace_back();
      out.left.emplace_back();
      const bool first = chain.size() == 1;
      link(out, chain.back(), piece, first ? 2 : 8, first ? at_a : 0, 0);
      chain.push_back(piece);
    }
    const bool direct = chain.size() == 1;
    link(out, chain.back(), b, direct ? 1 : 2, direct ? at_a : 0, at_b);
    chain.push_back(b);
  }
  const std::size_t count = *std::max_element(out.layer.begin(), out.layer.end()) + 1;
  out.members.resize(count);
  for (std::size_t n = 0; n < out.layer.size(); ++n) out.members[out.layer[n]].push_back(n);
  out.middle.assign(out.layer.size(), 0);
  return out;
}

}  // namespace flowferry::report
