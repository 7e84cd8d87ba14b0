// plan/graph.h
//
// Circles and orders of a directed graph. Nodes are 0..n-1; an edge a → b means "a refers to b".
// No recursion: graphs of any depth.
#pragma once

#include <cstddef>
#include <vector>

namespace flowferry::plan {

struct Graph {
  std::vector<std::vector<std::size_t>> out;  ///< Targets per node; duplicates are harmless.

  explicit Graph(std::size_t nodes = 0) : out(nodes) {}
  std::size_t size() const { return out.size(); }
  void add(std::size_t from, std::size_t to) { out[from].push_back(to); }
};

/// Strongly connected components (Tarjan), callee first: no component refers to a later one.
/// Components of one node are included, with or without a self reference.
std::vector<std::vector<std::size_t>> components(const Graph& graph);

/// A set of nodes whose removal leaves no circle, of as little weight as can be found.
struct Openings {
  std::vector<std::size_t> nodes;  ///< Ascending.
  bool exact = true;               ///< No lighter set exists; false: the search was cut short.
};

/// `weight` of each node, above 0. Every node with a self reference is in the set. Exact wherever
/// the reduced problem is small enough for the search's budget of steps; a greedy set without
/// superfluous members above that.
Openings open_circles(const Graph& graph, const std::vector<int>& weight,
                      std::size_t budget = 20000);

/// One circle through `node` among `members`, from `node` on, as short as possible; empty if there
/// is none.
std::vector<std::size_t> circle_through(const Graph& graph, std::size_t node,
                                        const std::vector<char>& members);

}  // namespace flowferry::plan
