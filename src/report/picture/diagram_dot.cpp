#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "report/picture/diagram.h"
#include "report/picture/diagram_text.h"

namespace flowferry::report {
namespace {

using Look = DiagramNode::Look;

std::string_view node_style(Look look) {
  switch (look) {
    case Look::flow:
      return "shape=box, style=\"rounded,filled\", fillcolor=\"#e8f1fb\", color=\"#3b76b5\"";
    case Look::module:
      return "shape=component, style=filled, fillcolor=\"#eaf6ec\", color=\"#3f8f52\"";
    case Look::resource:
      return "shape=box, style=filled, fillcolor=\"#f4f1fa\", color=\"#7a67ad\"";
    case Look::absent:
      return "shape=box, style=\"rounded,dashed\", color=\"#7f8790\"";
    case Look::missing:
      return "shape=box, style=\"dashed,filled\", fillcolor=\"#fdeceb\", color=\"#c2392f\"";
    case Look::start:
      return "shape=circle, style=filled, fillcolor=\"#dfe5ec\", color=\"#7f8790\"";
    case Look::block:
      return "shape=box, style=filled, fillcolor=\"#ffffff\", color=\"#7f8790\"";
    case Look::ending:
      return "shape=box, style=filled, fillcolor=\"#f3e7d3\", color=\"#a5772a\"";
  }
  return "";
}

std::string_view edge_style(DiagramEdge::Look look) {
  switch (look) {
    case DiagramEdge::Look::plain:
      return "color=\"#3b76b5\"";
    case DiagramEdge::Look::soft:
      return "color=\"#3f8f52\"";
    case DiagramEdge::Look::dashed:
      return "style=dashed, color=\"#8a5a00\"";
    case DiagramEdge::Look::dotted:
      return "style=dotted, color=\"#7f8790\"";
    case DiagramEdge::Look::bad:
      return "color=\"#c2392f\"";
  }
  return "";
}

/// Title and subtitle as one label: the line break between them is Graphviz' own escape.
std::string node_label(const DiagramNode& node) {
  std::string out = dot_quoted(node.title);
  if (node.subtitle.empty()) return out;
  out.pop_back();
  return out + "\\n" + dot_quoted(node.subtitle).substr(1);
}

std::string node_line(const Diagram& diagram, std::size_t n, const char* indent) {
  const DiagramNode& node = diagram.nodes[n];
  std::string out =
      fmt::format("{}n{} [label={}, {}", indent, n, node_label(node), node_style(node.look));
  if (node.marked) out += ", penwidth=2";
  if (!node.tooltip.empty()) out += ", tooltip=" + dot_quoted(node.tooltip);
  return out + "];\n";
}

}  // namespace

std::string diagram_dot(const Diagram& diagram) {
  std::string out = "digraph " + dot_quoted(diagram.title) + " {\n";
  std::string label = dot_quoted(diagram.title);
  if (!diagram.subtitle.empty()) {
    label.pop_back();
    label += "\\n" + dot_quoted(diagram.subtitle).substr(1);
  }
  out += "  graph [rankdir=LR, charset=\"UTF-8\", fontname=\"sans-serif\", labelloc=t, label=" +
         label +
         "];\n"
         "  node [fontname=\"sans-serif\", fontsize=11];\n"
         "  edge [fontname=\"sans-serif\", fontsize=9];\n";
  std::vector<char> grouped(diagram.nodes.size(), 0);
  for (std::size_t g = 0; g < diagram.groups.size(); ++g) {
    const DiagramGroup& group = diagram.groups[g];
    out += fmt::format("  subgraph cluster_{} {{\n    label={};\n    color=\"#c2392f\";\n", g,
                       dot_quoted(group.label));
    for (const std::size_t n : group.nodes) {
      grouped[n] = 1;
      out += node_line(diagram, n, "    ");
    }
    out += "  }\n";
  }
  for (std::size_t n = 0; n < diagram.nodes.size(); ++n) {
    if (!grouped[n]) out += node_line(diagram, n, "  ");
  }
  for (const DiagramEdge& edge : diagram.edges) {
    out +=
        fmt::format("  n{} -> n{} [label={}, {}{}];\n", edge.from, edge.to, dot_quoted(edge.label),
                    edge_style(edge.look), edge.marked ? ", penwidth=2" : "");
  }
  return out + "}\n";
}

}  // namespace flowferry::report
