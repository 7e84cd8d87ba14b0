// plan/circle_kernel.h
//
// The part of a graph that decides which nodes open its circles: rules that keep an optimum take
// everything else away (Levy and Low 1988; Lin and Jou 1999, rule PIE). Internal to open_circles().
#pragma once

#include <cstddef>
#include <vector>

#include "plan/graph.h"

namespace flowferry::plan {

/// A weighted feedback vertex set problem that is taken apart. Nodes keep their numbers.
class CircleKernel {
 public:
  /// `out`: targets per node, ascending, once each. `weight` must outlive it.
  CircleKernel(const std::vector<std::vector<std::size_t>>& out, const std::vector<int>& weight);

  /// Applies the rules until none fits. Adds nodes that some optimum contains to `chosen`.
  void reduce(std::vector<std::size_t>& chosen);

  /// The same, where only the surroundings of `work` changed since the last time.
  void reduce_around(std::vector<std::size_t> work, std::vector<std::size_t>& chosen);

  /// Takes `node` into the set: it goes, with its edges.
  void remove(std::size_t node);

  std::size_t size() const { return alive_.size(); }
  bool alive(std::size_t node) const { return alive_[node] != 0; }
  std::size_t left() const { return left_; }
  const std::vector<std::size_t>& in(std::size_t node) const { return in_[node]; }
  const std::vector<std::size_t>& out(std::size_t node) const { return out_[node]; }
  int weight(std::size_t node) const { return (*weight_)[node]; }

  /// The strongly connected components of what is left.
  std::vector<std::vector<std::size_t>> parts() const;

 private:
  void bypass(std::size_t node);
  bool can_bypass(std::size_t node) const;
  void connect(std::size_t from, std::size_t to);
  std::vector<std::size_t> drop_idle_edges();

  std::vector<std::vector<std::size_t>> in_, out_;  ///< Ascending.
  std::vector<char> alive_;
  std::size_t left_;
  const std::vector<int>* weight_;
};

}  // namespace flowferry::plan
