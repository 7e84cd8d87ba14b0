#include "flow/block_graph.h"

#include <functional>

namespace flowferry::flow {

using json::k_none;
using json::Kind;

std::vector<std::uint32_t> items_of(const Document& document, std::uint32_t array) {
  std::vector<std::uint32_t> out;
  if (array == k_none || document.node(array).kind != Kind::array) return out;
  for (std::uint32_t i = array + 1; i < document.node(array).next; i = document.node(i).next) {
    out.push_back(i);
  }
  return out;
}

namespace {

std::uint64_t text_hash(std::string_view text) {
  return mixed(std::hash<std::string_view>()(text));
}

std::uint64_t string_hash(const Document& document, std::uint32_t node) {
  const json::Node& token = document.node(node);
  return token.escaped ? text_hash(document.text(node))
                       : text_hash(json::raw_string(document.bytes(), token));
}

}  // namespace

std::uint64_t value_hash(const Document& document, std::uint32_t node) {
  if (node == k_none) return 1;
  const json::Node& token = document.node(node);
  switch (token.kind) {
    case Kind::string:
      return mixed(string_hash(document, node) + 2);
    case Kind::object: {
      std::uint64_t sum = 3;  // The order of members does not count.
      each_member(document, node, [&](std::uint32_t name, std::uint32_t value) {
        sum += mixed(string_hash(document, name) ^ mixed(value_hash(document, value) + 5));
      });
      return mixed(sum);
    }
    case Kind::array: {
      std::uint64_t out = 7;
      for (std::uint32_t i = node + 1; i < token.next; i = document.node(i).next) {
        out = mixed(out ^ value_hash(document, i));
      }
      return out;
    }
    default:
      return text_hash(
          std::string_view(document.bytes()).substr(token.begin, token.end - token.begin));
  }
}

BlockGraph::BlockGraph(const Document& document)
    : document_(document), edges_(size()), content_(size()) {
  by_identifier_.reserve(size());
  for (std::uint32_t i = 0; i < size(); ++i) by_identifier_.emplace(action(i).identifier, i);
  const std::uint32_t start = document.member(0, "StartAction");
  if (start != k_none && document.node(start).kind == Kind::string) {
    start_ = find(document.text(start));
  }
}

std::uint32_t BlockGraph::find(std::string_view identifier) const {
  const auto found = by_identifier_.find(identifier);
  return found == by_identifier_.end() ? k_none : found->second;
}

const std::unordered_map<std::string, std::uint32_t>& BlockGraph::entries() const {
  if (!entries_) {
    entries_.emplace();
    if (document_.metadata() != k_none) {
      each_member(document_, document_.member(document_.metadata(), "ActionMetadata"),
                  [&](std::uint32_t name, std::uint32_t value) {
                    entries_->emplace(document_.text(name), value);
                  });
    }
  }
  return *entries_;
}

std::uint32_t BlockGraph::entry(std::size_t block) const {
  const auto found = entries().find(action(block).identifier);
  return found == entries().end() ? k_none : found->second;
}

const std::vector<Edge>& BlockGraph::edges(std::size_t block) const {
  if (!edges_[block]) edges_[block] = edges_of(action(block));
  return *edges_[block];
}

std::uint64_t BlockGraph::content(std::size_t block) const {
  if (!content_[block]) {
    std::uint64_t sum = 11;
    each_member(document_, action(block).node, [&](std::uint32_t name, std::uint32_t value) {
      const json::Node& token = document_.node(name);
      const auto is = [&](std::string_view word) {
        return json::string_equals(document_.bytes(), token, word);
      };
      if (is("Identifier") || is("Transitions")) return;
      // Left out, or empty: the service gives actions without parameters either way.
      if (is("Parameters") && document_.node(value).next == value + 1) return;
      sum += mixed(string_hash(document_, name) ^ mixed(value_hash(document_, value)));
    });
    content_[block] = mixed(sum);
  }
  return *content_[block];
}

void BlockGraph::lead(Edge& edge, std::uint32_t next) const {
  if (next == k_none || document_.node(next).kind != Kind::string) return;
  edge.leads = true;
  edge.target_name = document_.text(next);
  edge.target = find(edge.target_name);
}

std::vector<Edge> BlockGraph::edges_of(const Action& action) const {
  std::vector<Edge> out;
  const std::uint32_t transitions = document_.member(action.node, "Transitions");
  if (transitions == k_none) return out;
  std::unordered_map<std::uint64_t, std::uint64_t> seen;
  const auto add = [&](Edge edge, std::uint64_t label) {
    edge.label = mixed(label + 13 * seen[label]++);
    out.push_back(std::move(edge));
  };
  const std::uint32_t next = document_.member(transitions, "NextAction");
  if (next != k_none) {
    Edge edge;
    lead(edge, next);
    add(std::move(edge), 17);
  }
  for (const std::uint32_t entry : items_of(document_, document_.member(transitions, "Errors"))) {
    Edge edge;
    edge.kind = Edge::Kind::error;
    edge.entry = entry;
    const std::uint32_t type = document_.member(entry, "ErrorType");
    if (type != k_none && document_.node(type).kind == Kind::string) {
      edge.error = document_.text(type);
    }
    lead(edge, document_.member(entry, "NextAction"));
    const std::uint64_t label = mixed(19 ^ text_hash(edge.error));
    add(std::move(edge), label);
  }
  for (const std::uint32_t entry :
       items_of(document_, document_.member(transitions, "Conditions"))) {
    Edge edge;
    edge.kind = Edge::Kind::condition;
    edge.entry = entry;
    edge.condition = document_.member(entry, "Condition");
    lead(edge, document_.member(entry, "NextAction"));
    const std::uint64_t label = mixed(23 ^ value_hash(document_, edge.condition));
    add(std::move(edge), label);
  }
  return out;
}

BlockName BlockGraph::name(std::size_t block) const {
  const Action& it = action(block);
  return {it.identifier, it.type, is_chosen_name(document_, it.identifier, entry(block))};
}

BlockName BlockGraph::target_name(const Edge& edge) const {
  if (edge.target != k_none) return name(edge.target);
  return {edge.target_name, {}, is_chosen_name(document_, edge.target_name, k_none)};
}

}  // namespace flowferry::flow
