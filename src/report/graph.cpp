#include "report/graph.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace flowferry::report {

using json::Value;
using lookup::EdgeKind;
using lookup::GraphEdge;
using lookup::GraphNode;
using lookup::ReferenceGraph;

namespace {

/// "CONTACT_FLOW", "flow module", "queue".
std::string type_of(const GraphNode& node) {
  const bool typed =
      node.resource.kind == ResourceKind::contact_flow && !node.resource.type.empty();
  return typed ? node.resource.type : std::string(label(node.resource.kind));
}

std::string state_of(const GraphNode& node) {
  switch (node.state) {
    case GraphNode::State::read:
      return "read";
    case GraphNode::State::not_read:
      return "not-read";
    case GraphNode::State::missing:
      return "missing";
  }
  return "";
}

/// "event hook CustomerQueue".
std::string edge_text(const GraphEdge& edge) {
  std::string out(label(edge.kind));
  if (!edge.hook.empty()) out += " " + edge.hook;
  return out;
}

std::string way_text(const ReferenceGraph& graph, const lookup::Circle& circle) {
  std::string out;
  for (const std::size_t n : circle.way)
    out += "\"" + printable(graph.nodes[n].resource.called()) + "\" → ";
  return out + "\"" + printable(graph.nodes[circle.way.front()].resource.called()) + "\"";
}

std::string summary(const ReferenceGraph& graph) {
  std::size_t flows = 0, modules = 0, others = 0, orphans = 0;
  for (const GraphNode& node : graph.nodes) {
    flows += node.resource.kind == ResourceKind::contact_flow ? 1 : 0;
    modules += node.resource.kind == ResourceKind::flow_module ? 1 : 0;
    others += node.is_flow() ? 0 : 1;
    orphans += node.orphan ? 1 : 0;
  }
  std::string out = counted(flows, "flow") + ", " + counted(modules, "module");
  if (others > 0) out += ", " + counted(others, "other resource");
  return out + fmt::format("; {}; {}; {}", counted(graph.edges.size(), "reference"),
                           counted(graph.circles.size(), "circle"), counted(orphans, "orphan"));
}

std::string heading(const GraphTitle& title) {
  const Instance& instance = title.instance;
  std::string out = "\"" + printable(title.environment) + "\"";
  std::vector<std::string> facts;
  if (!instance.alias.empty() && instance.alias != title.environment)
    facts.push_back(printable(instance.alias));
  if (!instance.region.empty()) facts.push_back(printable(instance.region));
  if (!facts.empty()) out += " (" + join(facts, ", ") + ")";
  return out;
}

/// Writes the list or the tree.
class TextWriter {
 public:
  TextWriter(const ReferenceGraph& graph, const GraphTextOptions& options, const Style& style)
      : graph_(graph), options_(options), style_(style), next_(graph.nodes.size()) {
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
      const GraphEdge& edge = graph.edges[e];
      next_[options.reverse ? edge.to : edge.from].push_back(e);
    }
  }

  std::string list() {
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
      if (next_[n].empty()) continue;
      out_ += "\n" + node_text(n) + "\n";
      for (std::size_t i = 0; i < next_[n].size(); ++i)
        out_ += branch("", i + 1 == next_[n].size(), next_[n][i]) + "\n";
    }
    return std::move(out_);
  }

  std::string tree(const std::vector<std::size_t>& roots) {
    shown_.assign(graph_.nodes.size(), 0);
    for (const std::size_t root : roots) {
      out_ += "\n" + node_text(root) + "\n";
      shown_[root] = 1;
      unfold(root);
    }
    return std::move(out_);
  }

 private:
  std::string node_text(std::size_t n) const {
    const GraphNode& node = graph_.nodes[n];
    std::string out =
        tinted(style_, Tone::strong, "\"" + printable(node.resource.called()) + "\"") + " " +
        printable(type_of(node));
    if (node.state == GraphNode::State::missing)
      out += " " + tinted(style_, Tone::bad, "[missing]");
    if (node.state == GraphNode::State::not_read)
      out += " " + tinted(style_, Tone::faint, "[not read]");
    if (node.circle != 0)
      out += " " + tinted(style_, Tone::warn, fmt::format("[circle {}]", node.circle));
    if (node.dynamic > 0 && !options_.reverse) {
      out +=
          " " + tinted(style_, Tone::faint, fmt::format("[+{} decided at run time]", node.dynamic));
    }
    return out;
  }

  std::string branch(const std::string& indent, bool last, std::size_t e) const {
    const GraphEdge& edge = graph_.edges[e];
    const std::size_t other = options_.reverse ? edge.from : edge.to;
    std::string what = edge_text(edge);
    if (edge.places.size() > 1) what += fmt::format(" ×{}", edge.places.size());
    return indent + (last ? "└─ " : "├─ ") + printable(what) + (options_.reverse ? " ← " : " → ") +
           node_text(other);
  }

  /// Depth first, without recursion: a chain of flows may be long.
  void unfold(std::size_t root) {
    struct Level {
      std::size_t node, next;
      std::string indent;
    };
    std::vector<Level> stack{{root, 0, ""}};
    while (!stack.empty()) {
      Level& level = stack.back();
      const auto& edges = next_[level.node];
      if (level.next == edges.size()) {
        stack.pop_back();
        continue;
      }
      const std::size_t e = edges[level.next++];
      const bool last = level.next == edges.size();
      const std::size_t other = options_.reverse ? graph_.edges[e].from : graph_.edges[e].to;
      out_ += branch(level.indent, last, e);
      const bool again = shown_[other] && !next_[other].empty();
      out_ += again ? tinted(style_, Tone::faint, "  (see above)") + "\n" : "\n";
      if (shown_[other] || (options_.depth != 0 && stack.size() >= options_.depth)) continue;
      shown_[other] = 1;
      std::string indent = level.indent + (last ? "   " : "│  ");
      stack.push_back({other, 0, std::move(indent)});
    }
  }

  const ReferenceGraph& graph_;
  const GraphTextOptions& options_;
  const Style& style_;
  std::vector<std::vector<std::size_t>> next_;  ///< Edges, by the node they are told below.
  std::vector<char> shown_;
  std::string out_;
};

std::vector<std::size_t> roots_of(const ReferenceGraph& graph) {
  std::vector<std::size_t> out;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (graph.nodes[n].root) out.push_back(n);
  }
  return out;
}

std::string names_of(const ReferenceGraph& graph, bool (*wanted)(const GraphNode&)) {
  std::string out;
  for (const GraphNode& node : graph.nodes) {
    if (wanted(node))
      out += "  \"" + printable(node.resource.called()) + "\" " + printable(type_of(node)) + "\n";
  }
  return out;
}

}  // namespace

std::string graph_text(const ReferenceGraph& graph, const GraphTitle& title,
                       const GraphTextOptions& options, const Style& style) {
  std::string out = tinted(style, Tone::strong, heading(title)) + ": " + summary(graph) + "\n";
  TextWriter writer(graph, options, style);
  out += options.tree ? writer.tree(roots_of(graph)) : writer.list();
  if (!graph.circles.empty()) {
    out += "\n" + tinted(style, Tone::strong, "Circles") + " (flows that reach each other):\n";
    for (std::size_t c = 0; c < graph.circles.size(); ++c) {
      const lookup::Circle& circle = graph.circles[c];
      out += fmt::format("  {}: {}", c + 1, way_text(graph, circle));
      if (circle.members.size() > circle.way.size())
        out += fmt::format(" ({} in all)", counted(circle.members.size(), "flow"));
      out += "\n";
    }
  }
  if (options.tree) return out;
  const std::string tops =
      names_of(graph, [](const GraphNode& node) { return node.top && !node.orphan; });
  if (!tops.empty()) {
    out += "\n" + tinted(style, Tone::strong, "Tops") +
           " (no flow refers to them: reached by numbers, queues or quick connects, or unused):\n" +
           tops;
  }
  const std::string orphans = names_of(graph, [](const GraphNode& node) { return node.orphan; });
  if (!orphans.empty()) {
    out += "\n" + tinted(style, Tone::strong, "Orphans") +
           " (no flow refers to them, and they refer to none):\n" + orphans;
  }
  return out;
}

Value graph_json(const ReferenceGraph& graph, const GraphTitle& title) {
  Value nodes = Value::array(), edges = Value::array(), circles = Value::array();
  for (const GraphNode& node : graph.nodes) {
    const lookup::NamedResource& r = node.resource;
    Value entry = Value::object({{"kind", to_string(r.kind)}, {"name", r.name}, {"id", r.id}});
    if (!r.arn.empty()) entry.set("arn", r.arn);
    if (!r.type.empty()) entry.set("type", r.type);
    entry.set("state", state_of(node));
    entry.set("circle",
              node.circle == 0 ? Value() : Value(static_cast<std::uint64_t>(node.circle)));
    entry.set("orphan", node.orphan).set("top", node.top);
    if (node.dynamic > 0) entry.set("dynamic", static_cast<std::uint64_t>(node.dynamic));
    nodes.push(std::move(entry));
  }
  for (const GraphEdge& edge : graph.edges) {
    Value entry = Value::object({{"from", static_cast<std::uint64_t>(edge.from)},
                                 {"to", static_cast<std::uint64_t>(edge.to)},
                                 {"kind", to_string(edge.kind)}});
    if (!edge.hook.empty()) entry.set("hook", edge.hook);
    entry.set("in_circle", edge.in_circle);
    Value places = Value::array();
    for (const Place& place : edge.places) {
      places.push(Value::object({{"action", place.action},
                                 {"action_type", place.action_type},
                                 {"parameter", place.parameter},
                                 {"pointer", place.pointer}}));
    }
    entry.set("places", std::move(places));
    edges.push(std::move(entry));
  }
  const auto indexes = [](const std::vector<std::size_t>& list) {
    Value out = Value::array();
    for (const std::size_t n : list) out.push(static_cast<std::uint64_t>(n));
    return out;
  };
  for (const lookup::Circle& circle : graph.circles) {
    circles.push(
        Value::object({{"members", indexes(circle.members)}, {"way", indexes(circle.way)}}));
  }
  return Value::object({{"flowferry", FLOWFERRY_VERSION},
                        {"command", "graph"},
                        {"environment", title.environment},
                        {"instance", title.instance.arn},
                        {"nodes", std::move(nodes)},
                        {"edges", std::move(edges)},
                        {"circles", std::move(circles)}});
}

namespace {

DiagramNode::Look look_of(const GraphNode& node) {
  if (node.state == GraphNode::State::missing) return DiagramNode::Look::missing;
  if (node.state == GraphNode::State::not_read) return DiagramNode::Look::absent;
  if (node.resource.kind == ResourceKind::flow_module) return DiagramNode::Look::module;
  return node.is_flow() ? DiagramNode::Look::flow : DiagramNode::Look::resource;
}

DiagramEdge::Look look_of(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::transfer:
      return DiagramEdge::Look::plain;
    case EdgeKind::module:
      return DiagramEdge::Look::soft;
    case EdgeKind::event_hook:
      return DiagramEdge::Look::dashed;
    default:
      return DiagramEdge::Look::dotted;
  }
}

}  // namespace

Diagram graph_diagram(const ReferenceGraph& graph, const GraphTitle& title) {
  Diagram out;
  out.title = title.environment;
  if (!title.instance.alias.empty() && title.instance.alias != title.environment)
    out.title += " (" + title.instance.alias + ")";
  out.subtitle = summary(graph);
  for (const GraphNode& node : graph.nodes) {
    DiagramNode box;
    box.look = look_of(node);
    box.title = node.resource.called();
    box.subtitle = type_of(node);
    if (node.state == GraphNode::State::missing) box.subtitle += " · missing";
    if (node.circle != 0) box.subtitle += fmt::format(" · circle {}", node.circle);
    if (node.orphan) box.subtitle += " · orphan";
    if (node.dynamic > 0)
      box.tooltip = fmt::format("{} more decided at run time", counted(node.dynamic, "reference"));
    box.marked = node.circle != 0;
    out.nodes.push_back(std::move(box));
  }
  for (const GraphEdge& edge : graph.edges) {
    DiagramEdge line;
    line.from = edge.from;
    line.to = edge.to;
    line.label = edge_text(edge);
    line.family = label(edge.kind);
    line.look = look_of(edge.kind);
    line.marked = edge.in_circle;
    out.edges.push_back(std::move(line));
  }
  for (std::size_t c = 0; c < graph.circles.size(); ++c)
    out.groups.push_back({fmt::format("circle {}", c + 1), graph.circles[c].members});
  return out;
}

}  // namespace flowferry::report
