// Parameters and branches of one action (flow-language.md 1.2, 2.1, 2.4; connect-api.md 4.2).
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "simulator/content_parts.h"

namespace flowferry::simulator {
namespace json = boost::json;
namespace {

std::string_view view(json::string_view text) {
  return {text.data(), text.size()};
}
std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

const ParameterSpec* find_parameter(const ActionSpec& spec, std::string_view name) {
  for (const ParameterSpec& parameter : spec.parameters) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

bool accepts_any_name(const ActionSpec& spec) {
  return spec.open || find_parameter(spec, "*") != nullptr;
}

bool is_one_of(std::string_view value, std::string_view words) {
  const auto all = split(words, '|');
  return std::any_of(all.begin(), all.end(), [&](std::string_view word) {
    return equals_ignoring_ascii_case(value, word);
  });
}

bool is_integer_between(std::string_view text, long long least, long long most) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= least &&
         value <= most;
}

void check_text(const ActionView& action, const ParameterSpec& spec, std::string_view value,
                Problems& problems) {
  if (value.empty()) return;  // reported with all other empty texts
  const bool dynamic = is_dynamic(value);
  bool fine = true;
  switch (spec.shape) {
    case Shape::integer:
      fine = dynamic || is_integer_between(value, spec.least, spec.most);
      break;
    case Shape::word:
      fine = dynamic || is_one_of(value, spec.words);
      break;
    case Shape::path:
      fine = dynamic;
      break;
    case Shape::object:
    case Shape::list:
      fine = false;
      break;
    case Shape::text:
    case Shape::any:
      break;
  }
  if (!fine) problems.add(k_bad_value, action.parameter_path(spec.name));
}

void check_value(const ActionView& action, const ParameterSpec& spec, const json::value& value,
                 Problems& problems) {
  if (value.is_null()) return;
  if (value.is_string()) return check_text(action, spec, view(value.get_string()), problems);
  if (spec.shape == Shape::any || !(value.is_object() || value.is_array())) return;
  const bool fine = (spec.shape == Shape::object && value.is_object()) ||
                    (spec.shape == Shape::list && value.is_array());
  if (!fine) problems.add(k_bad_value, action.parameter_path(spec.name));
}

/// Where numbers and booleans keep their JSON type: the module's contract, the view's data; routing
/// criteria are not established.
bool is_typed(std::string_view parameter) {
  return parameter == "ViewData" || parameter == "Input" || parameter == "ResultData" ||
         parameter == "RoutingCriteria";
}

/// Whether a number or boolean stands where a string belongs.
bool has_scalar(const json::value& value) {
  if (value.is_number() || value.is_bool()) return true;
  if (const json::array* items = value.if_array()) {
    return std::any_of(items->begin(), items->end(), has_scalar);
  }
  if (const json::object* members = value.if_object()) {
    return std::any_of(members->begin(), members->end(),
                       [](const auto& member) { return has_scalar(member.value()); });
  }
  return false;
}

/// The service's ways to say that an empty string is nowhere allowed.
void report_empty(const ActionView& action, std::string_view parameter, const std::string& path,
                  Problems& problems) {
  if (parameter == "ViewData") {
    problems.add(k_bad_value, fmt::format("{}.Parameter", action.index));
  } else if (parameter == "Attributes") {
    problems.add("Empty value in Parameters.Attributes");
  } else {
    problems.add(k_bad_value, path);
  }
}

void check_empty(const ActionView& action, std::string_view parameter, const json::value& value,
                 const std::string& path, Problems& problems) {
  if (value.is_string() && value.get_string().empty()) {
    report_empty(action, parameter, path, problems);
  } else if (const json::array* items = value.if_array()) {
    for (std::size_t i = 0; i < items->size(); ++i) {
      check_empty(action, parameter, (*items)[i], fmt::format("{}[{}]", path, i), problems);
    }
  } else if (const json::object* members = value.if_object()) {
    for (const auto& member : *members) {
      check_empty(action, parameter, member.value(), fmt::format("{}.{}", path, view(member.key())),
                  problems);
    }
  }
}

bool is_set(const ActionView& action, std::string_view name) {
  const json::value* value =
      action.parameters->if_contains(json::string_view(name.data(), name.size()));
  return value != nullptr && !value->is_null() &&
         !(value->is_string() && value->get_string().empty());
}

std::vector<std::string> names_set(const ActionView& action,
                                   const std::vector<std::string_view>& names) {
  std::vector<std::string> out;
  for (const std::string_view name : names) {
    if (is_set(action, name)) out.emplace_back(name);
  }
  return out;
}

void check_groups(const ActionView& action, Problems& problems) {
  const ActionSpec& spec = *action.spec;
  if (!spec.at_least_one.empty() && names_set(action, spec.at_least_one).empty()) {
    if (spec.at_least_one.front() == "Text") {
      problems.add(
          "At least one of [Text, SSML, PromptId, Media, LexInitializationData] must be set");
    } else {
      problems.add(k_missing, action.parameter_path(spec.at_least_one.front()));
    }
  }
  const auto set = names_set(action, spec.at_most_one);
  if (set.size() > 1) {
    problems.add(fmt::format("Only one of these properties may be defined. Properties: [{}]",
                             join(set, ", ")));
  }
}

void check_messages(const ActionView& action, Problems& problems) {
  const json::array* messages = array_of(*action.parameters, "Messages");
  if (messages == nullptr) return;
  if (messages->empty()) problems.add(k_bad_value, action.parameter_path("Messages"));
  for (const json::value& value : *messages) {
    const json::object* message = value.if_object();
    ActionView one = action;
    if (message != nullptr) one.parameters = message;
    const auto set = names_set(one, {"Text", "SSML", "PromptId", "Media"});
    if (message == nullptr || set.empty()) {
      problems.add(
          "At least one of [Text, SSML, PromptId, Media, LexInitializationData] must be set");
    } else if (set.size() > 1) {
      problems.add(fmt::format("Only one of these properties may be defined. Properties: [{}]",
                               join(set, ", ")));
    }
  }
}

bool is_true(const ActionView& action, std::string_view name) {
  return equals_ignoring_ascii_case(action.text(name), "true");
}

void check_participant_input(const ActionView& action, Problems& problems) {
  if (is_set(action, "EnableDTMFBuffer")) return;  // Set touchtone buffer behavior: another form
  if (!is_set(action, "InputTimeLimitSeconds")) {
    problems.add(k_missing, action.parameter_path("InputTimeLimitSeconds"));
  }
  const json::object* validation = object_of(*action.parameters, "InputValidation");
  if (is_true(action, "StoreInput") && validation == nullptr) {
    problems.add(k_missing, action.parameter_path("InputValidation"));
  }
  if (is_set(action, "InputEncryption") &&
      (validation == nullptr || !validation->contains("CustomValidation"))) {
    problems.add(k_bad_name, action.parameter_path("InputEncryption"));
  }
}

/// Exactly one of the two ways to name a bot.
void check_bot(const ActionView& action, Problems& problems) {
  const bool v2 = is_set(action, "LexV2Bot");
  const bool v1 = is_set(action, "LexBot");
  if (v1 && v2) {
    problems.add("Only one of these properties may be defined. Properties: [LexV2Bot, LexBot]");
  } else if (!v1 && !v2) {
    problems.add(k_missing, action.parameter_path("LexV2Bot"));
  }
  const json::object* bot = object_of(*action.parameters, "LexV2Bot");
  if (bot != nullptr && !bot->contains("AliasArn")) {
    problems.add(k_missing, action.parameter_path("LexV2Bot.AliasArn"));
  }
}

void check_flow_attributes(const ActionView& action, Problems& problems) {
  const json::object* attributes = object_of(*action.parameters, "FlowAttributes");
  if (attributes == nullptr) return;
  for (const auto& member : *attributes) {
    const json::object* attribute = member.value().if_object();
    if (attribute == nullptr || !attribute->contains("Value")) {
      problems.add(k_missing, action.parameter_path(
                                  fmt::format("FlowAttributes.{}.Value", view(member.key()))));
    }
  }
}

/// A JSONPath with a leaf: "$.External" alone names a whole namespace.
void check_comparison(const ActionView& action, Problems& problems) {
  const std::string_view value = action.text("ComparisonValue");
  if (value == "$.External" || value == "$.Attributes" || value == "$.FlowAttributes") {
    problems.add(k_bad_value, action.parameter_path("ComparisonValue"));
  }
}

/// What a type asks for beyond names and shapes.
void check_particulars(const ActionView& action, Problems& problems) {
  const std::string_view type = action.spec->type;
  const json::object& parameters = *action.parameters;
  if (type == "MessageParticipantIteratively") {
    check_messages(action, problems);
  } else if (type == "GetParticipantInput") {
    check_participant_input(action, problems);
  } else if (type == "ConnectParticipantWithLexBot") {
    check_bot(action, problems);
  } else if (type == "ShowView") {
    const json::object* view_resource = object_of(parameters, "ViewResource");
    if (view_resource != nullptr && !view_resource->contains("Id")) {
      problems.add(k_missing, action.parameter_path("ViewResource.Id"));
    }
  } else if (type == "UpdateContactEventHooks") {
    const json::object* hooks = object_of(parameters, "EventHooks");
    if (hooks != nullptr && hooks->size() != 1) {
      problems.add(k_bad_value, action.parameter_path("EventHooks"));
    }
  } else if (type == "UpdateFlowAttributes") {
    check_flow_attributes(action, problems);
  } else if (type == "TagContact") {
    const json::object* tags = object_of(parameters, "Tags");
    if (tags != nullptr && tags->size() > 6) problems.add("More than 6 tags in Parameters.Tags");
  } else if (type == "Compare") {
    check_comparison(action, problems);
  }
}

}  // namespace

void check_parameters(const ActionView& action, Problems& problems) {
  const ActionSpec& spec = *action.spec;
  for (const ParameterSpec& parameter : spec.parameters) {
    const json::value* value = action.parameters->if_contains(
        json::string_view(parameter.name.data(), parameter.name.size()));
    if (parameter.required && (value == nullptr || value->is_null())) {
      problems.add(k_missing, action.parameter_path(parameter.name));
    }
  }
  bool misplaced_scalar = false;
  for (const auto& member : *action.parameters) {
    const std::string_view name = view(member.key());
    check_empty(action, name, member.value(), action.parameter_path(name), problems);
    const ParameterSpec* parameter = find_parameter(spec, name);
    if (parameter == nullptr) {
      if (!accepts_any_name(spec)) problems.add(k_bad_name, action.parameter_path(name));
      continue;
    }
    check_value(action, *parameter, member.value(), problems);
    if (!is_typed(name)) misplaced_scalar = misplaced_scalar || has_scalar(member.value());
  }
  if (misplaced_scalar) {
    // Misleading, but what the service says (flow-language.md 1.2); twice, like every type problem.
    const auto text =
        fmt::format("Invalid Action type. Type: {}, Path: {}", spec.type, action.path("Type"));
    problems.add(text);
    problems.add(text);
  }
  check_groups(action, problems);
  check_particulars(action, problems);
}

}  // namespace flowferry::simulator
