#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/text.h"
#include "flow/action_types.h"
#include "flow/document.h"

namespace flowferry::flow {
namespace {

using json::k_none;
using json::Kind;

// Amazon Connect API Reference, "Flow language" (actions, identifiers) and CreateContactFlow
// (Content).
constexpr std::size_t k_most_characters = 256'000;
constexpr std::size_t k_most_actions = 250;
constexpr std::size_t k_longest_identifier = 50;
// Nobody reads more, and documents from anywhere may have any number.
constexpr std::size_t k_most_findings = 500;
constexpr std::string_view k_forbidden_characters = "%:(\\/)=$,;[]{}";
constexpr std::array<std::string_view, 10> k_forbidden_words = {
    "__proto__",      "constructor",   "__defineGetter__",     "__defineSetter__", "toString",
    "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString",   "valueOf"};

class Examiner {
 public:
  Examiner(const Document& document, bool is_module) : document_(document), is_module_(is_module) {}

  Findings run() {
    limits();
    duplicate_keys();
    identifiers();
    start();
    for (const Action& action : document_.actions()) {
      type(action);
      transitions(action);
    }
    unreachable();
    return std::move(out_);
  }

 private:
  void add(Severity severity, std::string_view id, const Action* action, std::string parameter,
           std::uint32_t node, std::string text, std::string help) {
    if (out_.size() >= k_most_findings) return;
    Finding finding;
    finding.severity = severity;
    finding.id = id;
    if (action != nullptr) {
      finding.where.action = action->identifier;
      finding.where.action_type = action->type;
    }
    finding.where.parameter = std::move(parameter);
    if (node != k_none) {
      finding.where.pointer = json::pointer_to(document_.bytes(), document_.tokens(), node);
    }
    finding.text = std::move(text);
    finding.help = std::move(help);
    out_.push_back(std::move(finding));
  }

  void limits() {
    const std::size_t characters = count_code_points(document_.bytes());
    if (characters > k_most_characters) {
      add(Severity::error, "too-long", nullptr, {}, k_none,
          "the content has " + std::to_string(characters) + " characters; the service takes " +
              std::to_string(k_most_characters),
          "move a part of the flow into a flow module or another flow");
    }
    if (document_.actions().size() > k_most_actions) {
      add(Severity::error, "too-many-actions", nullptr, {}, document_.member(0, "Actions"),
          "the content has " + std::to_string(document_.actions().size()) +
              " actions; the service takes " + std::to_string(k_most_actions),
          "move a part of the flow into a flow module or another flow");
    }
    if (is_module_ && !document_.has_settings()) {
      add(Severity::error, "module-settings", nullptr, "Settings", k_none,
          "a module's content needs the member Settings",
          "add \"Settings\":{\"InputParameters\":[],\"OutputParameters\":[],\"Transitions\":[]}");
    }
  }

  void duplicate_keys() {
    for (const std::uint32_t key :
         json::find_duplicate_keys(document_.bytes(), document_.tokens())) {
      add(Severity::error, "json-duplicate-key", action_around(key), {}, key,
          "the key " + json::quoted(document_.text(key)) + " stands twice in the same object",
          "remove one of the two: readers disagree about which one counts");
    }
  }

  const Action* action_around(std::uint32_t node) const {
    const auto& actions = document_.actions();
    auto after = std::upper_bound(actions.begin(), actions.end(), node,
                                  [](std::uint32_t n, const Action& a) { return n < a.node; });
    if (after == actions.begin()) return nullptr;
    const Action& action = *--after;
    return node < document_.node(action.node).next ? &action : nullptr;
  }

  void identifiers() {
    for (const Action& action : document_.actions()) {
      if (!by_identifier_.emplace(action.identifier, &action).second) {
        add(Severity::error, "id-duplicate", &action, "Identifier", action.node,
            "two actions have the identifier " + json::quoted(action.identifier),
            "give one of them another identifier");
      }
      if (!is_legal(action.identifier)) {
        add(Severity::warning, "id-illegal", &action, "Identifier", action.node,
            "the service does not allow the identifier " + json::quoted(action.identifier),
            "1 to 50 characters without %:(\\/)=$,;[]{}, and no word of JavaScript's objects");
      }
    }
  }

  static bool is_legal(const std::string& identifier) {
    return !identifier.empty() && count_code_points(identifier) <= k_longest_identifier &&
           identifier.find_first_of(k_forbidden_characters) == std::string::npos &&
           std::find(k_forbidden_words.begin(), k_forbidden_words.end(), identifier) ==
               k_forbidden_words.end();
  }

  bool is_action(std::uint32_t node) const {
    return document_.node(node).kind == Kind::string &&
           by_identifier_.count(document_.text(node)) > 0;
  }

  std::string shown(std::uint32_t node) const {
    const json::Node& value = document_.node(node);
    return value.kind == Kind::string ? json::quoted(document_.text(node)) : "which is no string";
  }

  void start() {
    start_ = document_.member(0, "StartAction");
    if (start_ == k_none) {
      add(Severity::error, "start-missing", nullptr, "StartAction", k_none,
          "StartAction is missing", "name the action that the flow begins with");
    } else if (!is_action(start_)) {
      add(Severity::error, "start-missing", nullptr, "StartAction", start_,
          "StartAction names no action: " + shown(start_),
          "name the action that the flow begins with");
    }
  }

  void type(const Action& action) {
    if (!is_known_type(action.type)) {
      add(Severity::warning, "type-unknown", &action, "Type", action.node,
          "the action type " + json::quoted(action.type) + " is not known",
          "it is carried as it is; the service decides");
    }
    const std::uint32_t configuration =
        document_.member(action.parameters, "EventHooksConfiguration");
    if (configuration != k_none) {
      add(Severity::warning, "hook-config", &action, "EventHooksConfiguration", configuration,
          "the console saves EventHooksConfiguration, but the API has refused it",
          "set the event hook again in the source and save");
    }
  }

  /// Calls `visit(node, path)` for each NextAction of an action, of whatever kind its value is.
  template <class Visit>
  void each_next(const Action& action, Visit visit) const {
    const std::uint32_t transitions = document_.member(action.node, "Transitions");
    const std::uint32_t next = document_.member(transitions, "NextAction");
    if (next != k_none) visit(next, std::string("Transitions.NextAction"));
    for (const char* list : {"Errors", "Conditions"}) {
      const std::uint32_t branches = document_.member(transitions, list);
      if (branches == k_none || document_.node(branches).kind != Kind::array) continue;
      std::size_t index = 0;
      for (std::uint32_t i = branches + 1; i < document_.node(branches).next;
           i = document_.node(i).next, ++index) {
        const std::uint32_t target = document_.member(i, "NextAction");
        if (target == k_none) continue;
        visit(target,
              "Transitions." + std::string(list) + '[' + std::to_string(index) + "].NextAction");
      }
    }
  }

  void transitions(const Action& action) {
    each_next(action, [&](std::uint32_t node, std::string path) {
      if (is_action(node)) return;
      add(Severity::error, "next-dangling", &action, std::move(path), node,
          "the transition leads to no action: " + shown(node),
          "connect the branch in the designer");
    });
  }

  void unreachable() {
    if (start_ == k_none || !is_action(start_)) return;
    std::unordered_map<const Action*, bool> reached;
    std::vector<const Action*> work = {by_identifier_.at(document_.text(start_))};
    reached[work.front()] = true;
    while (!work.empty()) {
      const Action* action = work.back();
      work.pop_back();
      each_next(*action, [&](std::uint32_t node, const std::string&) {
        if (!is_action(node)) return;
        const Action* next = by_identifier_.at(document_.text(node));
        if (reached.emplace(next, true).second) work.push_back(next);
      });
    }
    for (const Action& action : document_.actions()) {
      if (reached.count(&action) > 0) continue;
      add(Severity::info, "unreachable", &action, {}, action.node,
          "no way leads from StartAction to this action", {});
    }
  }

  const Document& document_;
  bool is_module_;
  std::uint32_t start_ = k_none;
  std::unordered_map<std::string, const Action*> by_identifier_;
  Findings out_;
};

}  // namespace

Findings examine(const Document& document, bool is_module) {
  return Examiner(document, is_module).run();
}

}  // namespace flowferry::flow
