#include "lookup/reference_graph.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/text.h"
#include "plan/graph.h"

namespace flowferry::lookup {

std::string_view to_string(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::transfer:
      return "transfer";
    case EdgeKind::event_hook:
      return "event-hook";
    case EdgeKind::module:
      return "module";
    case EdgeKind::task:
      return "task";
    case EdgeKind::callback:
      return "callback";
    case EdgeKind::outbound:
      return "outbound";
    case EdgeKind::mention:
      return "mention";
    case EdgeKind::use:
      return "use";
  }
  return "";
}

std::string_view label(EdgeKind kind) {
  return kind == EdgeKind::event_hook ? "event hook" : to_string(kind);
}

namespace {

bool is_flow(ResourceKind kind) {
  return kind == ResourceKind::contact_flow || kind == ResourceKind::flow_module;
}

EdgeKind edge_kind(const flow::Reference& reference) {
  if (!is_flow(reference.kind)) return EdgeKind::use;
  static const std::map<std::string_view, EdgeKind> by_type = {
      {"TransferToFlow", EdgeKind::transfer},
      {"UpdateContactEventHooks", EdgeKind::event_hook},
      {"InvokeFlowModule", EdgeKind::module},
      {"CreateTask", EdgeKind::task},
      {"CreateCallbackContact", EdgeKind::callback},
      {"StartOutboundChatContact", EdgeKind::outbound}};
  const auto found = by_type.find(reference.action_type);
  return reference.typed && found != by_type.end() ? found->second : EdgeKind::mention;
}

/// "EventHooks.CustomerQueue" → "CustomerQueue".
std::string hook_of(const flow::Reference& reference) {
  const std::string_view prefix = "EventHooks.";
  const std::string& parameter = reference.parameter;
  return parameter.starts_with(prefix) ? parameter.substr(prefix.size()) : parameter;
}

/// The whole graph, in the order in which it is found.
class Builder {
 public:
  Builder(const Snapshot& snapshot, const Survey& survey, bool resources)
      : snapshot_(snapshot), survey_(survey), resources_(resources) {}

  ReferenceGraph build() {
    for (const SurveyedFlow& flow : survey_.flows) add_flow(flow);
    for (const SurveyedFlow& flow : survey_.flows) add_references(flow);
    for (auto& [key, edge] : edges_) graph_.edges.push_back(std::move(edge));
    return std::move(graph_);
  }

 private:
  void add_flow(const SurveyedFlow& entry) {
    const Flow& flow = *entry.flow;
    GraphNode node;
    node.resource = {flow.kind, flow.name, flow.id, flow.arn, flow.type, true, true};
    if (!entry.readable) node.state = GraphNode::State::not_read;
    for (const flow::Unmapped& place : entry.unmapped) {
      if (place.why == flow::Unmapped::Why::dynamic && is_flow(place.kind) && !place.in_metadata)
        ++node.dynamic;
    }
    number_.emplace(identity_of(node.resource), graph_.nodes.size());
    graph_.nodes.push_back(std::move(node));
  }

  std::size_t node_of(const NamedResource& resource) {
    const auto [found, is_new] = number_.try_emplace(identity_of(resource), graph_.nodes.size());
    if (is_new) {
      GraphNode node;
      node.resource = resource;
      const bool exists = resource.known || !resource.listed;
      node.state = exists ? GraphNode::State::not_read : GraphNode::State::missing;
      // Of other resources there is nothing to read.
      if (exists && !is_flow(resource.kind)) node.state = GraphNode::State::read;
      graph_.nodes.push_back(std::move(node));
    }
    return found->second;
  }

  void add_references(const SurveyedFlow& entry) {
    const Flow& flow = *entry.flow;
    const std::size_t from =
        number_.at(identity_of({flow.kind, flow.name, flow.id, flow.arn, flow.type, true, true}));
    for (const flow::Reference& reference : entry.references) {
      if (reference.in_metadata || reference.kind == ResourceKind::instance) continue;
      if (!resources_ && !is_flow(reference.kind)) continue;
      const std::size_t to = node_of(resource_of(snapshot_, reference));
      const EdgeKind kind = edge_kind(reference);
      const std::string hook = kind == EdgeKind::event_hook ? hook_of(reference) : "";
      GraphEdge& edge = edges_.try_emplace({from, to, kind, hook}).first->second;
      edge.from = from;
      edge.to = to;
      edge.kind = kind;
      edge.hook = hook;
      edge.places.push_back({std::string(to_string(flow.kind)), flow.name, reference.action,
                             reference.action_type, reference.parameter, reference.pointer});
    }
  }

  const Snapshot& snapshot_;
  const Survey& survey_;
  bool resources_;
  ReferenceGraph graph_;
  std::unordered_map<std::string, std::size_t> number_;
  std::map<std::tuple<std::size_t, std::size_t, EdgeKind, std::string>, GraphEdge> edges_;
};

/// The part of `graph` whose nodes have `keep`, in order: flows, modules, others, by name.
ReferenceGraph ordered(ReferenceGraph graph, const std::vector<char>& keep) {
  std::vector<std::size_t> order;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (keep[n]) order.push_back(n);
  }
  const auto key = [&](std::size_t n) {
    const NamedResource& r = graph.nodes[n].resource;
    return std::tie(r.kind, r.name, r.type, r.id, r.arn);
  };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  std::vector<std::size_t> number(graph.nodes.size(), 0);
  ReferenceGraph out;
  for (const std::size_t n : order) {
    number[n] = out.nodes.size();
    out.nodes.push_back(std::move(graph.nodes[n]));
  }
  for (GraphEdge& edge : graph.edges) {
    if (!keep[edge.from] || !keep[edge.to]) continue;
    edge.from = number[edge.from];
    edge.to = number[edge.to];
    out.edges.push_back(std::move(edge));
  }
  std::sort(out.edges.begin(), out.edges.end(), [](const GraphEdge& a, const GraphEdge& b) {
    return std::tie(a.from, a.kind, a.hook, a.to) < std::tie(b.from, b.kind, b.hook, b.to);
  });
  return out;
}

plan::Graph adjacency(const ReferenceGraph& graph, bool reverse = false) {
  plan::Graph out(graph.nodes.size());
  for (const GraphEdge& edge : graph.edges) {
    if (reverse)
      out.add(edge.to, edge.from);
    else
      out.add(edge.from, edge.to);
  }
  return out;
}

/// Numbers the circles by their first member, and marks nodes and edges.
void mark(ReferenceGraph& graph) {
  const plan::Graph links = adjacency(graph);
  std::vector<char> inside(graph.nodes.size(), 0);
  auto parts = plan::components(links);
  std::sort(parts.begin(), parts.end());
  for (const auto& part : parts) {
    const auto& first = links.out[part.front()];
    if (part.size() == 1 && std::find(first.begin(), first.end(), part.front()) == first.end())
      continue;
    for (const std::size_t n : part) inside[n] = 1;
    auto way = plan::circle_through(links, part.front(), inside);
    for (const std::size_t n : part) inside[n] = 0;
    graph.circles.push_back({part, std::move(way)});
    for (const std::size_t n : part) graph.nodes[n].circle = graph.circles.size();
  }
  std::vector<char> referred(graph.nodes.size(), 0), refers(graph.nodes.size(), 0);
  for (GraphEdge& edge : graph.edges) {
    edge.in_circle = graph.nodes[edge.from].circle != 0 &&
                     graph.nodes[edge.from].circle == graph.nodes[edge.to].circle;
    if (edge.from == edge.to) continue;
    referred[edge.to] = 1;
    if (graph.nodes[edge.to].is_flow()) refers[edge.from] = 1;
  }
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    GraphNode& node = graph.nodes[n];
    if (!node.is_flow()) continue;
    node.top = !referred[n];
    node.orphan = node.top && !refers[n];
  }
}

/// The nodes that `text` names. Errors: not_found.
Result<std::vector<std::size_t>> named(const ReferenceGraph& graph, const std::string& text) {
  std::vector<std::size_t> exact, matching;
  std::set<std::string> names;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const NamedResource& r = graph.nodes[n].resource;
    if (r.name == text || r.id == text || r.arn == text) exact.push_back(n);
    if (matches_pattern(text, r.called())) matching.push_back(n);
    names.insert(r.called());
  }
  if (!exact.empty()) return exact;
  if (!matching.empty()) return matching;
  const auto near = closest_names(text, {names.begin(), names.end()});
  std::string hint = "--resources takes queues, functions and the like into the graph";
  if (!near.empty()) hint = "did you mean \"" + join(near, "\", \"") + "\"?";
  return fail(ErrorKind::not_found, "no flow or module in the graph has the name \"" + text + "\"",
              hint);
}

/// What is at most `depth` steps from the roots.
std::vector<char> reached(const plan::Graph& links, std::vector<std::size_t> front,
                          std::size_t depth) {
  std::vector<char> out(links.size(), 0);
  for (const std::size_t n : front) out[n] = 1;
  for (std::size_t step = 0; !front.empty() && (depth == 0 || step < depth); ++step) {
    std::vector<std::size_t> next;
    for (const std::size_t n : front) {
      for (const std::size_t to : links.out[n]) {
        if (out[to]) continue;
        out[to] = 1;
        next.push_back(to);
      }
    }
    front = std::move(next);
  }
  return out;
}

/// Circles of a part: those that it has wholly, with their members' new numbers.
void keep_circles(const ReferenceGraph& whole, const std::vector<char>& keep,
                  ReferenceGraph& part) {
  std::vector<std::size_t> number(whole.nodes.size(), 0);
  for (std::size_t n = 0, next = 0; n < whole.nodes.size(); ++n) number[n] = keep[n] ? next++ : 0;
  std::vector<std::size_t> renumbered(whole.circles.size() + 1, 0);
  for (std::size_t c = 0; c < whole.circles.size(); ++c) {
    Circle circle = whole.circles[c];
    if (std::any_of(circle.members.begin(), circle.members.end(),
                    [&](std::size_t n) { return !keep[n]; }))
      continue;
    for (std::size_t& n : circle.members) n = number[n];
    for (std::size_t& n : circle.way) n = number[n];
    part.circles.push_back(std::move(circle));
    renumbered[c + 1] = part.circles.size();
  }
  for (GraphNode& node : part.nodes) node.circle = renumbered[node.circle];
  for (GraphEdge& edge : part.edges) {
    edge.in_circle = part.nodes[edge.from].circle != 0 &&
                     part.nodes[edge.from].circle == part.nodes[edge.to].circle;
  }
}

}  // namespace

Result<ReferenceGraph> reference_graph(const Snapshot& snapshot, const Survey& survey,
                                       const GraphOptions& options) {
  ReferenceGraph found = Builder(snapshot, survey, options.resources).build();
  const std::size_t count = found.nodes.size();
  ReferenceGraph whole = ordered(std::move(found), std::vector<char>(count, 1));
  mark(whole);
  if (options.roots.empty()) return whole;
  std::vector<std::size_t> front;
  for (const std::string& root : options.roots) {
    auto nodes = named(whole, root);
    if (!nodes) return fail(std::move(nodes).error());
    front.insert(front.end(), nodes->begin(), nodes->end());
    for (const std::size_t n : *nodes) whole.nodes[n].root = true;
  }
  const auto keep = reached(adjacency(whole, options.reverse), std::move(front), options.depth);
  ReferenceGraph part = ordered(whole, keep);
  keep_circles(whole, keep, part);
  return part;
}

}  // namespace flowferry::lookup
