#include <fmt/format.h>

#include <vector>

#include "report/picture/diagram.h"
#include "report/picture/diagram_text.h"

namespace flowferry::report {
namespace {

using Look = DiagramNode::Look;

/// Brackets of the shape, and the class.
struct Shape {
  std::string_view open, close, name;
};

Shape shape_of(Look look) {
  switch (look) {
    case Look::flow:
      return {"(", ")", "flow"};
    case Look::module:
      return {"[[", "]]", "module"};
    case Look::resource:
      return {"[", "]", "resource"};
    case Look::absent:
      return {"(", ")", "absent"};
    case Look::missing:
      return {"[", "]", "missing"};
    case Look::start:
      return {"((", "))", "start"};
    case Look::block:
      return {"[", "]", "block"};
    case Look::ending:
      return {"([", "])", "ending"};
  }
  return {"[", "]", "block"};
}

std::string node_line(const Diagram& diagram, std::size_t n, const char* indent) {
  const DiagramNode& node = diagram.nodes[n];
  const Shape shape = shape_of(node.look);
  std::string label = mermaid_quoted(node.title);
  if (!node.subtitle.empty()) {
    label.pop_back();
    label += "<br/>" + mermaid_quoted(node.subtitle).substr(1);
  }
  return fmt::format("{}n{}{}{}{}:::{}\n", indent, n, shape.open, label, shape.close,
                     node.marked ? "marked" : shape.name);
}

std::string_view arrow(const DiagramEdge& edge) {
  if (edge.marked) return "==>";
  const bool broken =
      edge.look == DiagramEdge::Look::dashed || edge.look == DiagramEdge::Look::dotted;
  return broken ? "-.->" : "-->";
}

}  // namespace

std::string diagram_mermaid(const Diagram& diagram) {
  // The title goes into the accessible description, which takes any text up to the line's end.
  std::string title = mermaid_quoted(diagram.title);
  std::string out = "flowchart LR\n  accTitle: " + title.substr(1, title.size() - 2) + "\n";
  std::vector<char> grouped(diagram.nodes.size(), 0);
  for (std::size_t g = 0; g < diagram.groups.size(); ++g) {
    const DiagramGroup& group = diagram.groups[g];
    out += fmt::format("  subgraph g{}[{}]\n", g, mermaid_quoted(group.label));
    for (const std::size_t n : group.nodes) {
      grouped[n] = 1;
      out += node_line(diagram, n, "    ");
    }
    out += "  end\n";
  }
  for (std::size_t n = 0; n < diagram.nodes.size(); ++n) {
    if (!grouped[n]) out += node_line(diagram, n, "  ");
  }
  for (const DiagramEdge& edge : diagram.edges) {
    const std::string label = edge.label.empty() ? "" : "|" + mermaid_quoted(edge.label) + "|";
    out += fmt::format("  n{} {}{} n{}\n", edge.from, arrow(edge), label, edge.to);
  }
  out +=
      "  classDef flow fill:#e8f1fb,stroke:#3b76b5,color:#14202b\n"
      "  classDef module fill:#eaf6ec,stroke:#3f8f52,color:#14202b\n"
      "  classDef resource fill:#f4f1fa,stroke:#7a67ad,color:#14202b\n"
      "  classDef absent fill:#ffffff,stroke:#7f8790,stroke-dasharray:4 3,color:#14202b\n"
      "  classDef missing fill:#fdeceb,stroke:#c2392f,stroke-dasharray:4 3,color:#14202b\n"
      "  classDef start fill:#dfe5ec,stroke:#7f8790,color:#14202b\n"
      "  classDef block fill:#ffffff,stroke:#7f8790,color:#14202b\n"
      "  classDef ending fill:#f3e7d3,stroke:#a5772a,color:#14202b\n"
      "  classDef marked stroke:#c2392f,stroke-width:3px,fill:#fff4f3,color:#14202b\n";
  return out;
}

}  // namespace flowferry::report
