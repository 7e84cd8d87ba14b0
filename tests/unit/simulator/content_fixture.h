// Builds small documents for the tests of validation: one action under test, everything else in
// order.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <string>
#include <vector>

#include "fake_instance.h"

namespace flowferry::simulator {

inline std::string json_text(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

/// `"Errors":[...]` with all branches leading to the end.
inline std::string errors(const std::vector<std::string>& types) {
  std::string out;
  for (const auto& type : types) {
    out +=
        fmt::format(R"({}{{"NextAction":"end","ErrorType":"{}"}})", out.empty() ? "" : ",", type);
  }
  return "\"Errors\":[" + out + "]";
}

inline std::string conditions(const std::vector<std::pair<std::string, std::string>>& list) {
  std::string out;
  for (const auto& [op, operand] : list) {
    out +=
        fmt::format(R"({}{{"NextAction":"end","Condition":{{"Operator":"{}","Operands":["{}"]}}}})",
                    out.empty() ? "" : ",", op, operand);
  }
  return "\"Conditions\":[" + out + "]";
}

class ContentTest : public testing::Test {
 protected:
  ContentTest() { instance.add_stock(); }

  static std::string terminal_of(const std::string& type) {
    if (type == "MODULE") return "EndFlowModuleExecution";
    if (type == "CUSTOMER_HOLD" || type == "AGENT_HOLD" ||
        type.find("WHISPER") != std::string::npos) {
      return "EndFlowExecution";
    }
    return "DisconnectParticipant";
  }

  /// A document which starts with `action` and ends as its type does.
  std::string document(const std::string& action, const std::string& type = "CONTACT_FLOW") const {
    return fmt::format(
        R"({{"Version":"2019-10-30","StartAction":"a","Metadata":{{}},"Actions":[{},)"
        R"({{"Identifier":"end","Type":"{}","Parameters":{{}},"Transitions":{{}}}}]{}}})",
        action, terminal_of(type), type == "MODULE" ? R"(,"Settings":{})" : "");
  }
  /// The action under test, "a".
  static std::string action(const std::string& type, const std::string& parameters,
                            const std::string& branches = {}) {
    return fmt::format(
        R"({{"Identifier":"a","Type":"{}","Parameters":{{{}}},"Transitions":{{"NextAction":"end"{}{}}}}})",
        type, parameters, branches.empty() ? "" : ",", branches);
  }

  CheckResult run(const std::string& content, const std::string& type = "CONTACT_FLOW") const {
    CheckRequest request;
    request.module = type == "MODULE";
    if (!request.module) request.flow_type = type;
    request.content = content;
    request.settings = settings;
    request.instance = &instance;
    request.references = references;
    request.published_target = published_target;
    request.drop_unresolved_optional = drop;
    return check_content(request);
  }
  std::vector<std::string> problems(const std::string& content,
                                    const std::string& type = "CONTACT_FLOW") const {
    return run(content, type).problems;
  }
  /// Of a flow that starts with this action.
  std::vector<std::string> of(const std::string& type, const std::string& parameters,
                              const std::string& branches = {},
                              const std::string& flow_type = "CONTACT_FLOW") const {
    return problems(document(action(type, parameters, branches), flow_type), flow_type);
  }

  FakeInstance instance;
  std::string settings;
  ReferenceCheck references = ReferenceCheck::strict;
  bool published_target = false;
  bool drop = false;
};

}  // namespace flowferry::simulator
