// report/picture/layers.h
//
// The steps of layered_layout.h for one connected part of a graph.
#pragma once

#include <cstddef>
#include <vector>

#include "report/picture/layered_layout.h"

namespace flowferry::report {

/// A graph whose edges all lead from a layer to the next one. Nodes from `real` on stand for
/// pieces of long edges.
struct Layers {
  struct Link {
    std::size_t to = 0;  ///< The node at the other end.
    double weight = 1;   ///< How straight it should be.
    double here = 0;     ///< Where it touches this node, from the node's middle, in pixels.
    double there = 0;    ///< Where it touches the other one.
  };
  std::size_t real = 0;
  std::vector<std::size_t> layer;                 ///< By node.
  std::vector<double> height;                     ///< By node.
  std::vector<std::vector<Link>> right;           ///< By node: links to the next layer.
  std::vector<std::vector<Link>> left;            ///< By node: links to the layer before.
  std::vector<std::vector<std::size_t>> members;  ///< By layer: its nodes from top to bottom.
  std::vector<double> middle;                     ///< By node: y of its middle.
  /// By edge: the nodes from its left end to its right end; empty for loops.
  std::vector<std::vector<std::size_t>> chain;
  std::vector<char> backward;  ///< By edge: it was turned around.
};

/// Turns edges around until there is no circle, gives each node its layer, and cuts long edges into
/// links.
Layers make_layers(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges);

/// Orders each layer so that few links cross.
void order_layers(Layers& layers);

/// Gives each node its y, in the order of its layer, so that links are short and straight.
void place_in_layers(Layers& layers);

/// Number of crossings between neighbouring layers.
std::size_t count_crossings(const Layers& layers);

}  // namespace flowferry::report
