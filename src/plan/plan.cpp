#include "plan/plan.h"

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/json/tokens.h"
#include "base/json/value.h"
#include "base/text.h"
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
    {OperationType::publish_alias, "publish-alias"},
    {OperationType::retract_alias, "retract-alias"},
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
    for (const char& c : holes[i].arn ? known.arn : known.id) {
      if (c == '/' && holes[i].slashes) out += '\\';
      json::append_escaped(out, std::string_view(&c, 1));
    }
    std::string qualifier = holes[i].qualifier;
    if (!holes[i].alias.empty()) {
      const auto found = known.aliases.find(holes[i].alias);
      qualifier = found == known.aliases.end() ? holes[i].alias : found->second;
    }
    if (!qualifier.empty()) {
      out += ':';
      json::append_escaped(out, qualifier);
    }
    out += texts[i + 1];
  }
  return out;
}

namespace {

/// Prints a text that is the same for all contents that mean the same (json::same_meaning): members
/// sorted by name, no white space, strings in one spelling. No recursion.
class Canonical {
 public:
  Canonical(std::string_view text, const json::Tokens& tokens) : text_(text), nodes_(tokens.nodes) {
    out_.reserve(text.size());
  }

  std::string run() {
    begin(0);
    while (!open_.empty()) {
      Open& open = open_.back();
      if (open.next == open.parts.size()) {
        out_ += open.object ? '}' : ']';
        open_.pop_back();
        continue;
      }
      if (open.next > 0) out_ += ',';
      const std::uint32_t part = open.parts[open.next++];
      if (open.object) {
        string(nodes_[part]);
        out_ += ':';
      }
      begin(open.object ? part + 1 : part);  // `open` may be gone from here on
    }
    return std::move(out_);
  }

 private:
  struct Open {
    bool object;
    std::vector<std::uint32_t> parts;  ///< Names of members, or items.
    std::size_t next = 0;
  };

  void begin(std::uint32_t index) {
    const json::Node& node = nodes_[index];
    switch (node.kind) {
      case json::Kind::object:
        out_ += '{';
        open_.push_back(Open{true, members(index)});
        break;
      case json::Kind::array: {
        out_ += '[';
        Open open{false, {}};
        for (std::uint32_t i = index + 1; i < node.next; i = nodes_[i].next)
          open.parts.push_back(i);
        open_.push_back(std::move(open));
        break;
      }
      case json::Kind::string:
        string(node);
        break;
      default:
        out_ += text_.substr(node.begin, node.end - node.begin);
    }
  }

  /// Sorted by name; of duplicates in their order, which counts.
  std::vector<std::uint32_t> members(std::uint32_t object) const {
    std::vector<std::uint32_t> keys;
    bool plain = true;
    for (std::uint32_t i = object + 1; i < nodes_[object].next; i = nodes_[i + 1].next) {
      keys.push_back(i);
      plain = plain && !nodes_[i].escaped;
    }
    if (plain) {
      std::stable_sort(keys.begin(), keys.end(), [&](std::uint32_t a, std::uint32_t b) {
        return json::raw_string(text_, nodes_[a]) < json::raw_string(text_, nodes_[b]);
      });
    } else {
      std::vector<std::pair<std::string, std::uint32_t>> named;
      for (const std::uint32_t key : keys) named.emplace_back(spelled(nodes_[key]), key);
      std::stable_sort(named.begin(), named.end(),
                       [](const auto& a, const auto& b) { return a.first < b.first; });
      for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = named[i].second;
    }
    return keys;
  }

  void string(const json::Node& node) {
    if (node.escaped) {
      out_ += '"' + spelled(node) + '"';
    } else {
      out_ += text_.substr(node.begin, node.end - node.begin);
    }
  }

  /// The value between the quotes, spelled in one way.
  std::string spelled(const json::Node& node) const {
    std::string out;
    if (!json::has_lone_surrogate(text_, node)) {
      json::append_escaped(out, json::unescape(text_, node));
      return out;
    }
    // Unescaping would lose lone surrogates: they stay escapes, and all else is spelled as above.
    std::string_view raw = json::raw_string(text_, node);
    while (!raw.empty()) {
      std::size_t length = raw.front() != '\\' ? 1 : raw[1] == 'u' ? 6 : 2;
      if (is_surrogate(raw, "89ab") && is_surrogate(raw.substr(6), "cdef")) length = 12;
      const std::string unit = '"' + std::string(raw.substr(0, length)) + '"';
      const json::Node whole{
          0, static_cast<std::uint32_t>(unit.size()), 1, json::Kind::string, false, length > 1};
      if (json::has_lone_surrogate(unit, whole)) {
        out += ascii_lower(raw.substr(0, length));
      } else {
        json::append_escaped(out, json::unescape(unit, whole));
      }
      raw.remove_prefix(length);
    }
    return out;
  }

  /// Whether `raw` begins with the escape of a surrogate whose second digit is one of `digits`.
  static bool is_surrogate(std::string_view raw, std::string_view digits) {
    return raw.size() >= 6 && raw[0] == '\\' && raw[1] == 'u' && (raw[2] | 0x20) == 'd' &&
           digits.find(static_cast<char>(raw[3] | 0x20)) != std::string_view::npos;
  }

  std::string_view text_;
  const std::vector<json::Node>& nodes_;
  std::vector<Open> open_;
  std::string out_;
};

std::string canonical_json(std::string_view text) {
  const auto tokens = json::tokenize(text);
  return tokens ? Canonical(text, *tokens).run() : std::string(text);
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

namespace {

/// Those that node `i` names by an alias that has to be made first: of their final content.
std::set<std::size_t> named_by_new_alias(const Node& node) {
  std::set<std::size_t> out;
  for (const Content::Hole& hole : node.content.holes) {
    if (!hole.alias.empty()) out.insert(hole.node);
  }
  return out;
}

}  // namespace

void choose_stubs(Plan& plan) {
  const std::size_t n = plan.nodes.size();
  Graph graph(n);
  std::vector<char> created(n, 0);
  bool by_alias = false;
  for (std::size_t i = 0; i < n; ++i) {
    const Node& node = plan.nodes[i];
    if (node.action != Action::create) continue;
    created[i] = 1;
    by_alias = by_alias || !named_by_new_alias(node).empty();
    for (const std::size_t callee : node.refers_to) {
      if (plan.nodes[callee].action == Action::create) graph.add(i, callee);
    }
  }
  // A stub is no help to who names an alias of the final content. Where somebody does, each node is
  // two: whoever is content with a stub refers to the first (i), which refers to what is behind it
  // (n + i), and so does who is not.
  constexpr int k_not_this = 1 << 28;
  const std::size_t behind = by_alias ? n : 0;
  Graph split(n + behind);
  std::vector<int> weight(n + behind, k_not_this);
  for (std::size_t i = 0; i < n; ++i) {
    // A module's stub is published at once: of two equal choices, open the circle at a flow.
    weight[i] = plan.nodes[i].kind == ResourceKind::flow_module ? 1001 : 1000;
    if (by_alias) split.add(i, behind + i);
    const std::set<std::size_t> whole = named_by_new_alias(plan.nodes[i]);
    for (const std::size_t callee : graph.out[i]) {
      split.add(behind + i, whole.contains(callee) ? behind + callee : callee);
    }
  }
  const Openings openings = open_circles(split, weight);
  plan.fewest_stubs = openings.exact;
  for (const std::size_t i : openings.nodes) {
    if (i >= n) continue;  // No stub opens this circle.
    plan.nodes[i].stub = true;
    plan.nodes[i].circle = circle_through(graph, i, created);
  }
}

}  // namespace flowferry::plan
