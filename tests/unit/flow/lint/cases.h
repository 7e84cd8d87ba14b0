// For every rule an environment that breaks it and one that nearly does.
#pragma once

#include <string>
#include <vector>

#include "base/findings.h"
#include "flow/lint/lint.h"
#include "model/snapshot.h"

namespace flowferry::testing {

/// Errors and conditions of a block: what decides, and the block that it leads to.
struct To {
  std::string when;
  std::string then;
};

/// A block as JSON. `next`: empty for none.
std::string block(const std::string& id, const std::string& type, const std::string& parameters,
                  const std::string& next = {}, const std::vector<To>& errors = {},
                  const std::vector<To>& conditions = {});
/// A whole document that begins with block "a".
std::string document(const std::string& blocks, const std::string& more = {});

inline constexpr const char* k_instance_arn =
    "arn:aws:connect:ap-northeast-1:111122223333:instance/11111111-2222-3333-4444-555555555555";
std::string queue_arn(int number);  ///< Queues 1 to 3 exist.
std::string flow_arn(const std::string& id);

/// A published flow of type CONTACT_FLOW, id and name "main".
Flow main_flow(std::string content);
Flow flow_of_type(std::string id, std::string type, std::string content);
Flow module_of(std::string id, std::string content, std::string settings = "{}");

/// The environment of these flows, with three queues and every flow in its inventory.
Snapshot environment(std::vector<Flow> flows);

struct Case {
  std::string rule;
  Severity severity;
  std::string pointer;  ///< Of the only finding.
  Snapshot bad;
  Snapshot near_miss;
  flow::lint::Settings settings = {};
};

std::vector<Case> publishing_cases();
std::vector<Case> practice_cases();

}  // namespace flowferry::testing
