#include "plan/plan.h"

#include <algorithm>
#include <queue>
#include <set>

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

namespace {

/// The operation after which others may refer to a node (`exists`), and the one after which it is
/// complete.
struct Milestones {
  std::size_t exists = k_none;
  std::size_t complete = k_none;
  std::vector<std::size_t> all;
};

bool creates(OperationType type) {
  return type == OperationType::create || type == OperationType::create_stub;
}

}  // namespace

void order_operations(Plan& plan) {
  const std::size_t n = plan.operations.size();
  std::vector<Milestones> marks(plan.nodes.size());
  for (std::size_t i = 0; i < n; ++i) {
    Milestones& mark = marks[plan.operations[i].node];
    const OperationType type = plan.operations[i].type;
    if (creates(type)) mark.exists = i;
    if (type == OperationType::create || type == OperationType::update_content) mark.complete = i;
    mark.all.push_back(i);
  }
  std::vector<std::vector<std::size_t>> hard(n);  // what must be done before
  std::vector<std::vector<std::size_t>> soft(n);  // what had better be done before
  for (std::size_t i = 0; i < n; ++i) {
    const Operation& operation = plan.operations[i];
    const Node& node = plan.nodes[operation.node];
    const Milestones& own = marks[operation.node];
    if (!creates(operation.type) && own.exists != k_none) hard[i].push_back(own.exists);
    if (operation.type == OperationType::remove) {
      // Whoever refers to it goes first, or lets go of it first.
      for (const std::size_t other : own.all) {
        if (other != i) hard[i].push_back(other);
      }
      continue;
    }
    if (operation.type == OperationType::create ||
        operation.type == OperationType::update_content) {
      for (const std::size_t callee : node.refers_to) {
        if (callee == operation.node) continue;
        const Milestones& other = marks[callee];
        if (other.exists != k_none) hard[i].push_back(other.exists);
        if (other.complete == k_none) continue;
        const bool restored = other.exists == k_none && own.exists == k_none;
        if (plan.callers_first && restored) {
          soft[other.complete].push_back(i);
        } else {
          soft[i].push_back(other.complete);
        }
      }
    }
  }
  for (std::size_t caller = 0; caller < plan.nodes.size(); ++caller) {
    for (const std::size_t callee : plan.nodes[caller].refers_to) {
      if (plan.nodes[callee].action != Action::remove || caller == callee) continue;
      for (const std::size_t removal : marks[callee].all) {
        if (plan.operations[removal].type != OperationType::remove) continue;
        for (const std::size_t before : marks[caller].all) {
          const OperationType type = plan.operations[before].type;
          if (type == OperationType::update_content) hard[removal].push_back(before);
          if (type == OperationType::remove) soft[removal].push_back(before);
        }
      }
    }
  }
  for (auto* lists : {&hard, &soft}) {
    for (auto& list : *lists) {
      std::sort(list.begin(), list.end());
      list.erase(std::unique(list.begin(), list.end()), list.end());
    }
  }
  // Kahn's algorithm twice at once: what has nothing before it goes first; where only soft wishes
  // stand in the way (a circle), the operation with the fewest of them goes next and the wishes are
  // dropped.
  std::vector<std::size_t> hard_left(n), soft_left(n);
  std::vector<std::vector<std::size_t>> hard_next(n), soft_next(n);
  for (std::size_t i = 0; i < n; ++i) {
    hard_left[i] = hard[i].size();
    soft_left[i] = soft[i].size();
    for (const std::size_t b : hard[i]) hard_next[b].push_back(i);
    for (const std::size_t b : soft[i]) soft_next[b].push_back(i);
  }
  using Entry = std::pair<std::size_t, std::size_t>;  // soft wishes left, operation
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
  for (std::size_t i = 0; i < n; ++i) {
    if (hard_left[i] == 0) ready.emplace(soft_left[i], i);
  }
  std::vector<std::size_t> order;
  std::vector<std::size_t> position(n, k_none);
  while (!ready.empty()) {
    const auto [wishes, i] = ready.top();
    ready.pop();
    if (position[i] != k_none || wishes != soft_left[i]) continue;
    position[i] = order.size();
    order.push_back(i);
    for (const std::size_t next : soft_next[i]) {
      --soft_left[next];
      if (hard_left[next] == 0 && position[next] == k_none) ready.emplace(soft_left[next], next);
    }
    for (const std::size_t next : hard_next[i]) {
      if (--hard_left[next] == 0) ready.emplace(soft_left[next], next);
    }
  }
  std::vector<Operation> sorted;
  sorted.reserve(order.size());
  for (const std::size_t i : order) {
    Operation operation = plan.operations[i];
    operation.after.clear();
    for (const auto* list : {&hard[i], &soft[i]}) {
      for (const std::size_t before : *list) {
        if (position[before] < position[i]) operation.after.push_back(position[before]);
      }
    }
    std::sort(operation.after.begin(), operation.after.end());
    operation.after.erase(std::unique(operation.after.begin(), operation.after.end()),
                          operation.after.end());
    operation.chain = 1;
    sorted.push_back(std::move(operation));
  }
  for (std::size_t i = sorted.size(); i-- > 0;) {
    for (const std::size_t before : sorted[i].after) {
      sorted[before].chain = std::max(sorted[before].chain, sorted[i].chain + 1);
    }
  }
  plan.operations = std::move(sorted);
}

}  // namespace flowferry::plan
