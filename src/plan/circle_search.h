// plan/circle_search.h
//
// Ways to find the lightest set of nodes that opens all circles of one strongly connected
// component: exact ones for what is small, good ones for what is large. Internal to open_circles().
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace flowferry::plan {

/// A graph with node weights; `out`: targets per node, ascending, once each.
struct CircleProblem {
  std::vector<std::vector<std::size_t>> out;
  std::vector<int> weight;  ///< Above 0.

  std::size_t size() const { return out.size(); }
  long weight_of(const std::vector<std::size_t>& nodes) const;
};

/// A good set without superfluous members: repeatedly the busiest node, then local search
/// (Galinier, Lemamou and Bouzidi 2013, "Applying local search to the feedback vertex set
/// problem"). The same problem gives the same set. `effort`: how many edges it may look at, about.
std::vector<std::size_t> open_circles_well(const CircleProblem& problem, std::size_t effort);

/// Looks for a set lighter than `limit` by branch and bound. Nothing: there is none, unless
/// `budget` came to an end. `budget` is counted down by the steps taken, large steps more than
/// small ones; at 0 the search ends. For problems of a few hundred nodes at most.
std::optional<std::vector<std::size_t>> open_circles_exactly(const CircleProblem& problem,
                                                             long limit, std::size_t& budget);

}  // namespace flowferry::plan
