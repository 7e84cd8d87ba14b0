// report/picture/diagram.h
//
// A picture as a value: boxes, lines between them, groups. Graphs of flows and the blocks of one
// flow become diagrams; DOT, Mermaid and SVG are written from them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace flowferry::report {

struct DiagramNode {
  enum class Look {
    flow,
    module,
    resource,
    absent,   ///< Exists, but what it contains is not shown.
    missing,  ///< Does not exist.
    start,    ///< Where a flow begins.
    block,
    ending,  ///< A block that ends the flow, or leads to another one.
  };
  struct Position {
    double x = 0, y = 0;
  };
  Look look = Look::flow;
  std::string title;                 ///< Any characters.
  std::string subtitle;              ///< Smaller, below it; may be empty.
  std::string tooltip;               ///< May be empty.
  bool marked = false;               ///< Drawn so that it stands out: part of a circle.
  std::vector<std::string> ports;    ///< Rows from which lines leave; may be empty.
  std::optional<Position> position;  ///< Upper left corner, where the picture has one already.
};

struct DiagramEdge {
  enum class Look { plain, soft, dashed, dotted, bad };
  std::size_t from = 0;
  std::size_t to = 0;
  std::optional<std::size_t> port;  ///< Index into the ports of `from`.
  std::string label;   ///< What it is: shown as a tooltip where ports or colours say it.
  std::string family;  ///< Kind of line, for the legend: "transfer"; may be empty.
  Look look = Look::plain;
  bool marked = false;
};

struct DiagramGroup {
  std::string label;
  std::vector<std::size_t> nodes;
};

struct Diagram {
  std::string title;
  std::string subtitle;
  std::vector<DiagramNode> nodes;
  std::vector<DiagramEdge> edges;
  std::vector<DiagramGroup> groups;  ///< No node is in two.
};

/// Graphviz' language. Strings are quoted for it, and no name becomes markup.
std::string diagram_dot(const Diagram& diagram);

/// Mermaid's flowchart language. Whatever could end a label or mean something to Mermaid is written
/// as an entity code.
std::string diagram_mermaid(const Diagram& diagram);

/// One SVG 1.1 document without scripts and without anything from elsewhere: boxes in layers from
/// left to right (layered_layout.h), or at the positions that the nodes have if all have one.
std::string diagram_svg(const Diagram& diagram);

}  // namespace flowferry::report
