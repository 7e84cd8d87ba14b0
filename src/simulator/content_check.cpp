#include "simulator/content_check.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "simulator/content_parts.h"

namespace flowferry::simulator {
namespace json = boost::json;
namespace {

const json::object k_nothing;

/// Deep enough for any real document, shallow enough for the stack.
constexpr std::size_t k_max_depth = 200;

std::optional<json::value> parse_document(std::string_view text) {
  json::parse_options options;
  options.max_depth = k_max_depth;
  json::error_code error;
  auto value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error) return std::nullopt;
  return value;
}

bool is_forbidden_word(std::string_view identifier) {
  constexpr std::array<std::string_view, 10> k_words = {
      "__proto__",      "constructor",   "__defineGetter__",     "__defineSetter__", "toString",
      "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString",   "valueOf"};
  return std::find(k_words.begin(), k_words.end(), identifier) != k_words.end();
}

/// flow-language.md 1.2.
bool is_identifier(std::string_view text) {
  return !text.empty() && count_code_points(text) <= 50 && !is_forbidden_word(text) &&
         text.find_first_of("%:(\\/)=$,;[]{}") == std::string_view::npos;
}

class DocumentCheck {
 public:
  explicit DocumentCheck(const CheckRequest& request)
      : request_(request),
        flow_type_(flow_type_bit(request.module ? "MODULE" : request.flow_type)) {}

  CheckResult run();

 private:
  void check_envelope(const json::object& document);
  void check_settings(const json::object& document);
  void collect_identifiers(const json::array& actions);
  void check_action(std::size_t index, const json::value& value);
  const ActionSpec* check_type(std::size_t index, const json::object& action);
  void check_targets(const ActionView& action);
  void check_target(const json::value* target, const std::string& path);

  const CheckRequest& request_;
  FlowTypes flow_type_;
  Problems problems_;
  std::unordered_set<std::string_view> identifiers_;
  std::vector<std::string> dropped_;
  std::string invalid_request_;
};

void DocumentCheck::check_settings(const json::object& document) {
  const json::value* settings = document.if_contains("Settings");
  if (!request_.module) {
    if (settings != nullptr) problems_.add("Invalid property name.", "Settings");
    return;
  }
  if (settings == nullptr || settings->is_null()) {
    invalid_request_ = "JSON field is missing or null for field name: settings";
  } else if (!settings->is_object()) {
    problems_.add("Invalid property value.", "Settings");
  }
}

void DocumentCheck::check_envelope(const json::object& document) {
  if (text_of(document, "Version") != "2019-10-30") {
    problems_.add("Invalid property value.", "Version");
  }
  const std::string_view start = text_of(document, "StartAction");
  if (identifiers_.find(start) == identifiers_.end()) {
    problems_.add("Invalid property value.", "StartAction");
  }
}

void DocumentCheck::collect_identifiers(const json::array& actions) {
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (!actions[i].is_object()) continue;
    const auto path = fmt::format("Actions[{}].Identifier", i);
    const json::value* identifier = actions[i].get_object().if_contains("Identifier");
    if (identifier == nullptr) {
      problems_.add(k_missing, path);
      continue;
    }
    const std::string_view text = text_of(actions[i].get_object(), "Identifier");
    if (!is_identifier(text) || !identifiers_.insert(text).second) {
      problems_.add(k_bad_value, path);
    }
  }
}

const ActionSpec* DocumentCheck::check_type(std::size_t index, const json::object& action) {
  const auto path = fmt::format("Actions[{}].Type", index);
  if (!action.contains("Type")) {
    problems_.add(k_missing, path);
    return nullptr;
  }
  const std::string_view type = text_of(action, "Type");
  const ActionSpec* spec = find_action(type);
  if (spec != nullptr && (spec->flow_types & flow_type_) != 0) return spec;
  // The service says this twice.
  const auto text = fmt::format("Invalid Action type. Type: {}, Path: {}", type, path);
  problems_.add(text);
  problems_.add(text);
  return nullptr;
}

void DocumentCheck::check_target(const json::value* target, const std::string& path) {
  if (target == nullptr) {
    problems_.add(k_missing, path);
  } else if (!target->is_string() ||
             identifiers_.find(std::string_view(target->get_string())) == identifiers_.end()) {
    problems_.add(k_bad_value, path);
  }
}

void DocumentCheck::check_targets(const ActionView& action) {
  if (const json::value* next = action.transitions->if_contains("NextAction")) {
    check_target(next, action.path("Transitions.NextAction"));
  }
  for (const std::string_view list : {"Errors", "Conditions"}) {
    const json::array* branches = array_of(*action.transitions, list);
    if (branches == nullptr) continue;
    for (std::size_t i = 0; i < branches->size(); ++i) {
      const auto path = action.path(fmt::format("Transitions.{}[{}].NextAction", list, i));
      const json::object* branch = (*branches)[i].if_object();
      check_target(branch == nullptr ? nullptr : branch->if_contains("NextAction"), path);
    }
  }
}

void DocumentCheck::check_action(std::size_t index, const json::value& value) {
  if (!value.is_object()) {
    problems_.add(k_bad_value, fmt::format("Actions[{}]", index));
    return;
  }
  const json::object& object = value.get_object();
  ActionView action;
  action.index = index;
  action.flow_type = flow_type_;
  action.parameters = object_of(object, "Parameters");
  if (action.parameters == nullptr) {
    // Absent is fine: the service itself leaves it out (flow-language.md 1.2).
    const json::value* given = object.if_contains("Parameters");
    if (given != nullptr && !given->is_null())
      problems_.add(k_bad_value, action.path("Parameters"));
    action.parameters = &k_nothing;
  }
  action.transitions = object_of(object, "Transitions");
  if (action.transitions == nullptr) {
    problems_.add(k_missing, action.path("Transitions"));
    action.transitions = &k_nothing;
  }
  action.spec = check_type(index, object);
  if (action.spec != nullptr) {
    check_parameters(action, problems_);
    if (object.contains("Transitions")) check_branches(action, problems_);
    check_references(action, request_, problems_, dropped_);
    check_module_call(action, request_, problems_);
    check_module_return(action, request_, problems_);
  }
  check_targets(action);
}

CheckResult DocumentCheck::run() {
  CheckResult out;
  const auto value = parse_document(request_.content);
  if (!value || !value->is_object()) {
    out.problems.emplace_back("Content is not a valid JSON document");
    return out;
  }
  const json::object& document = value->get_object();
  check_settings(document);
  const json::array* actions = array_of(document, "Actions");
  if (actions == nullptr || actions->empty()) {
    // Also the classic console's export (flow-language.md 6).
    problems_.add("Missing required property.", "Actions");
  } else {
    collect_identifiers(*actions);
    check_envelope(document);
    if (actions->size() > k_max_actions) {
      problems_.add(fmt::format("Content has {} Actions, but at most {} are allowed",
                                actions->size(), k_max_actions));
    }
    for (std::size_t i = 0; i < actions->size(); ++i) check_action(i, (*actions)[i]);
  }
  if (!content_fits(request_.content)) {
    problems_.add(fmt::format("Content is longer than {} characters", k_max_content_characters));
  }
  out.invalid_request = std::move(invalid_request_);
  out.problems = problems_.take(k_max_problems);
  if (out.ok() && !dropped_.empty()) out.stored = null_values(request_.content, dropped_);
  return out;
}

}  // namespace

std::string_view text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(json::string_view(name.data(), name.size()));
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

const json::object* object_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(json::string_view(name.data(), name.size()));
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* array_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(json::string_view(name.data(), name.size()));
  return value == nullptr ? nullptr : value->if_array();
}

std::string_view ActionView::text(std::string_view name) const {
  return text_of(*parameters, name);
}

bool is_dynamic(std::string_view value) {
  return value.substr(0, 2) == "$." || value.substr(0, 2) == "$[";
}

bool content_fits(std::string_view content) {
  // Bytes are at least as many as characters.
  return content.size() <= k_max_content_characters ||
         count_code_points(content) <= k_max_content_characters;
}

CheckResult check_content(const CheckRequest& request) {
  return DocumentCheck(request).run();
}

}  // namespace flowferry::simulator
