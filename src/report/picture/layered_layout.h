// report/picture/layered_layout.h
//
// Places for the boxes of a directed graph, in layers from left to right, so that most lines run
// forward, cross seldom and bend little (after Sugiyama, Tagawa and Toda, 1981).
//
// Why not Graphviz: its libraries would bring sixty shared objects, plug-ins found at run time and
// whatever fonts a machine has to a program that otherwise is one file, and give another picture on
// each machine. Who has Graphviz uses it on `--format dot`.
#pragma once

#include <cstddef>
#include <vector>

namespace flowferry::report {

struct Point {
  double x = 0, y = 0;
};

struct LayoutNode {
  double width = 0, height = 0;
};

struct LayoutEdge {
  std::size_t from = 0, to = 0;
  double from_y = 0;  ///< Where the line leaves `from`, below its upper edge.
};

/// A line: it leaves at the first point, and arrives at the last. Between them come pairs of
/// points: each the two ends of a straight piece that passes between the boxes of a layer.
struct LayoutLine {
  std::vector<Point> points;
  bool backward = false;  ///< From the left side of `from` to the right side of `to`.
};

struct Layout {
  std::vector<Point> corners;     ///< Upper left, by node.
  std::vector<LayoutLine> lines;  ///< By edge.
  double width = 0, height = 0;   ///< Of all, from (0, 0).
};

/// Deterministic: the same graph gives the same picture. Connected parts are placed by themselves,
/// the largest first; nodes without edges come last, in rows. Any graph: circles, loops, several
/// edges between two nodes. Time grows a little more than linearly.
Layout layered_layout(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges);

}  // namespace flowferry::report
