#include "plan/plan.h"

#include <algorithm>

#include "base/hash.h"
#include "base/json/tokens.h"
#include "base/json/value.h"
#include "plan/graph.h"

namespace flowferry::plan {

std::string_view to_string(Action action) {
  switch (action) {
    case Action::create:
      return "create";
    case Action::update:
      return "update";
    case Action::unchanged:
      return "unchanged";
    case Action::skip:
      return "skip";
    case Action::remove:
      return "delete";
  }
  return "";
}

namespace {
constexpr std::pair<OperationType, std::string_view> k_types[] = {
    {OperationType::create, "create"},
    {OperationType::create_stub, "create-stub"},
    {OperationType::update_content, "update-content"},
    {OperationType::update_metadata, "update-metadata"},
    {OperationType::tag, "tag"},
    {OperationType::untag, "untag"},
    {OperationType::remove, "delete"},
};
}  // namespace

std::string_view to_string(OperationType type) {
  for (const auto& [value, word] : k_types) {
    if (value == type) return word;
  }
  return "";
}

std::optional<OperationType> operation_type_from_string(std::string_view word) {
  for (const auto& [value, text] : k_types) {
    if (text == word) return value;
  }
  return std::nullopt;
}

std::string Content::fill(const std::function<Identity(std::size_t)>& identity) const {
  std::string out = texts.empty() ? std::string() : texts.front();
  for (std::size_t i = 0; i < holes.size(); ++i) {
    const Identity known = identity(holes[i].node);
    out += holes[i].arn ? known.arn : known.id;
    if (!holes[i].qualifier.empty()) out += ":" + holes[i].qualifier;
    out += texts[i + 1];
  }
  return out;
}

namespace {

/// One text for all contents that mean the same: members sorted by name, no white space, strings in
/// one spelling.
std::string canonical_json(std::string_view text) {
  const auto tokens = json::tokenize(text);
  if (!tokens) return std::string(text);
  const auto& nodes = tokens->nodes;
  // Containers are finished from the back: a container's parts come after it in document order.
  std::vector<std::string> printed(nodes.size());
  for (std::size_t i = nodes.size(); i-- > 0;) {
    const json::Node& node = nodes[i];
    std::string& out = printed[i];
    switch (node.kind) {
      case json::Kind::object: {
        std::vector<std::string> members;
        for (std::uint32_t k = static_cast<std::uint32_t>(i) + 1; k < node.next;) {
          members.push_back(printed[k] + ":" + printed[k + 1]);
          std::string().swap(printed[k + 1]);
          k = nodes[k + 1].next;
        }
        std::stable_sort(members.begin(), members.end());
        out = "{";
        for (const auto& member : members) out += member + ",";
        out += "}";
        break;
      }
      case json::Kind::array:
        out = "[";
        for (std::uint32_t k = static_cast<std::uint32_t>(i) + 1; k < node.next;
             k = nodes[k].next) {
          out += printed[k] + ",";
          std::string().swap(printed[k]);
        }
        out += "]";
        break;
      case json::Kind::string:
        if (node.escaped && !json::has_lone_surrogate(text, node)) {
          out = json::quoted(json::unescape(text, node));
        } else {
          out = text.substr(node.begin, node.end - node.begin);
        }
        break;
      default:
        out = text.substr(node.begin, node.end - node.begin);
    }
  }
  return printed.front();
}

}  // namespace

std::string change_mark(const Flow& flow) {
  json::Value parts = json::Value::array();
  parts.push(canonical_json(flow.content));
  parts.push(flow.settings.empty() ? std::string("{}") : canonical_json(flow.settings));
  parts.push(flow.name).push(flow.description).push(flow.status).push(flow.state);
  for (const auto& [key, value] : flow.tags) {
    if (!key.starts_with("aws:")) parts.push(key).push(value);
  }
  return sha256_hex(parts.dump());
}

void choose_stubs(Plan& plan) {
  Graph graph(plan.nodes.size());
  std::vector<int> weight(plan.nodes.size(), 1000);
  std::vector<char> created(plan.nodes.size(), 0);
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const Node& node = plan.nodes[i];
    if (node.action != Action::create) continue;
    created[i] = 1;
    // A module's stub is published at once: of two equal choices, open the circle at a flow.
    if (node.kind == ResourceKind::flow_module) weight[i] = 1001;
    for (const std::size_t callee : node.refers_to) {
      if (plan.nodes[callee].action == Action::create) graph.add(i, callee);
    }
  }
  const Openings openings = open_circles(graph, weight);
  plan.fewest_stubs = openings.exact;
  for (const std::size_t i : openings.nodes) {
    plan.nodes[i].stub = true;
    plan.nodes[i].circle = circle_through(graph, i, created);
  }
}

}  // namespace flowferry::plan
