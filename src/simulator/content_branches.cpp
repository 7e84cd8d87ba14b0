// Errors, conditions and NextAction of one action (flow-language.md 1.2, 2.1; connect-api.md 4.2).
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "simulator/content_parts.h"

namespace flowferry::simulator {
namespace json = boost::json;
namespace {

using Names = std::vector<std::string_view>;

bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Which errors this action must and may have.
struct ErrorRule {
  Names required;
  Names allowed;  ///< Beside the required ones.
};

bool is_true(const ActionView& action, std::string_view name) {
  return equals_ignoring_ascii_case(action.text(name), "true");
}

ErrorRule participant_input_rule(const ActionView& action) {
  if (action.parameters->contains("EnableDTMFBuffer")) {
    return {{}, {"NoMatchingError", "NoMatchingCondition", "InputTimeLimitExceeded"}};
  }
  if (!is_true(action, "StoreInput")) {
    return {{"NoMatchingCondition", "InputTimeLimitExceeded", "NoMatchingError"}, {}};
  }
  const json::object* validation = object_of(*action.parameters, "InputValidation");
  const bool phone = validation != nullptr && validation->contains("PhoneNumberValidation");
  return {{"NoMatchingError"}, phone ? Names{"InvalidPhoneNumber"} : Names{}};
}

ErrorRule error_rule(const ActionView& action) {
  const std::string_view type = action.spec->type;
  ErrorRule rule{action.spec->required_errors, action.spec->optional_errors};
  if (type == "GetParticipantInput") return participant_input_rule(action);
  if (type == "TransferParticipantToThirdParty" && is_true(action, "ContinueFlowExecution") &&
      action.flow_type != flow_type_bit("AGENT_TRANSFER")) {
    rule.required = {"CallFailed", "ConnectionTimeLimitExceeded"};
  }
  if (type == "UpdateContactRecordingAndAnalyticsBehavior" &&
      action.parameters->contains("ChatBehavior")) {
    rule.required.push_back("InFlightRedactionConfigurationFailed");
  }
  if (type == "CreateCase" && is_true(action, "LinkContactToCase")) {
    rule.required.push_back("ContactNotLinked");
  }
  return rule;
}

Names error_types(const ActionView& action) {
  Names out;
  const json::array* errors = array_of(*action.transitions, "Errors");
  if (errors == nullptr) return out;
  for (const json::value& error : *errors) {
    if (const json::object* object = error.if_object())
      out.push_back(text_of(*object, "ErrorType"));
  }
  return out;
}

void check_errors(const ActionView& action, Problems& problems) {
  const ErrorRule rule = error_rule(action);
  const Names given = error_types(action);
  const std::string path = fmt::format("Actions[{}]", action.index);
  for (const std::string_view name : rule.required) {
    if (!contains(given, name)) {
      problems.add(
          fmt::format("Action is missing required error. Error: {}, Path: {}", name, path));
    }
  }
  for (const std::string_view name : given) {
    if (!contains(rule.required, name) && !contains(rule.allowed, name)) {
      problems.add(fmt::format("Invalid Action error. Error: {}, Path: {}", name, path));
    }
  }
}

struct Condition {
  std::string_view op;
  std::string_view operand;
};

bool is_operator(std::string_view word) {
  constexpr std::array<std::string_view, 9> k_operators = {"Equals",
                                                           "TextStartsWith",
                                                           "TextEndsWith",
                                                           "TextContains",
                                                           "KeyExists",
                                                           "NumberLessThan",
                                                           "NumberLessOrEqualTo",
                                                           "NumberGreaterThan",
                                                           "NumberGreaterOrEqualTo"};
  return std::find(k_operators.begin(), k_operators.end(), word) != k_operators.end();
}

/// One condition: {Operator, Operands} with one operand that is not empty. Nothing when it is
/// wrong.
std::optional<Condition> read_condition(const ActionView& action, const json::value& branch,
                                        std::string& problem) {
  const json::object* object = branch.if_object();
  const json::object* condition = object == nullptr ? nullptr : object_of(*object, "Condition");
  const json::array* operands = condition == nullptr ? nullptr : array_of(*condition, "Operands");
  if (operands == nullptr || operands->size() != 1 || !operands->front().is_string() ||
      !is_operator(text_of(*condition, "Operator"))) {
    problem = fmt::format("{} Path: {}", k_bad_value, action.path("Transitions.Conditions"));
    return std::nullopt;
  }
  const json::string& operand = operands->front().get_string();
  if (operand.empty()) {
    problem = fmt::format("Invalid branch. Path: {}.Evaluate", action.index);
    return std::nullopt;
  }
  return Condition{text_of(*condition, "Operator"), {operand.data(), operand.size()}};
}

/// The operands must be exactly these, each with Equals.
bool are_exactly(const std::vector<Condition>& conditions,
                 const std::set<std::string_view>& operands) {
  std::set<std::string_view> given;
  for (const Condition& condition : conditions) {
    if (condition.op != "Equals") return false;
    given.insert(condition.operand);
  }
  return given == operands && conditions.size() == operands.size();
}

bool is_key(std::string_view operand) {
  return operand.size() == 1 && operand.find_first_of("0123456789*#") == 0;
}

template <class Test>
bool all(const std::vector<Condition>& conditions, Test test) {
  return std::all_of(conditions.begin(), conditions.end(), test);
}

/// What a type asks of its conditions.
bool conditions_fit(const ActionView& action, const std::vector<Condition>& conditions) {
  const std::string_view type = action.spec->type;
  if (type == "CheckHoursOfOperation") return are_exactly(conditions, {"True", "False"});
  if (type == "Loop") return are_exactly(conditions, {"ContinueLooping", "DoneLooping"});
  if (type == "GetParticipantInput") {
    return all(conditions,
               [](const Condition& c) { return c.op == "Equals" && is_key(c.operand); });
  }
  if (type == "DistributeByPercentage") {
    return all(conditions, [](const Condition& c) { return c.op == "NumberLessThan"; });
  }
  if (type == "CheckMetricData" && action.text("MetricType").substr(0, 14) == "NumberOfAgents") {
    return all(conditions,
               [](const Condition& c) { return c.op == "NumberGreaterThan" && c.operand == "0"; });
  }
  return true;
}

void check_conditions(const ActionView& action, Problems& problems) {
  const json::array* branches = array_of(*action.transitions, "Conditions");
  const bool stores = action.spec->type == "GetParticipantInput" && is_true(action, "StoreInput");
  if (branches != nullptr && !branches->empty() &&
      (action.spec->branching == Branching::none || stores)) {
    problems.add(
        fmt::format("Action does not support conditions. Path: Actions[{}]", action.index));
    return;
  }
  std::vector<Condition> conditions;
  bool readable = true;
  for (std::size_t i = 0; branches != nullptr && i < branches->size(); ++i) {
    std::string problem;
    const auto condition = read_condition(action, (*branches)[i], problem);
    if (condition) {
      conditions.push_back(*condition);
    } else {
      problems.add(problem);
      readable = false;
    }
  }
  if (readable && !conditions_fit(action, conditions)) {
    problems.add(
        conditions.empty() ? k_missing : k_bad_value,
        conditions.empty() ? "Transitions.Conditions" : action.path("Transitions.Conditions"));
  }
}

bool is_empty_list(const json::value& value) {
  const json::array* items = value.if_array();
  return items != nullptr && items->empty();
}

void check_terminal(const ActionView& action, Problems& problems) {
  const auto& transitions = *action.transitions;
  const bool none = std::all_of(transitions.begin(), transitions.end(), [](const auto& member) {
    return member.value().is_null() || is_empty_list(member.value());
  });
  if (!none) {
    problems.add(
        fmt::format("Action does not support transitions. Path: Actions[{}]", action.index));
  }
}

}  // namespace

void check_branches(const ActionView& action, Problems& problems) {
  if (action.spec->next == Next::terminal) return check_terminal(action, problems);
  if (action.spec->open) return;
  if (action.spec->next == Next::required && !action.transitions->contains("NextAction")) {
    problems.add(k_missing, action.path("Transitions.NextAction"));
  }
  check_conditions(action, problems);
  check_errors(action, problems);
}

}  // namespace flowferry::simulator
