// pipeline/permissions.h
//
// What each command may have to call, and the smallest IAM policy that allows it. One table: the
// policies that `doctor` prints, those in the README and the checks that `doctor` makes come from
// it, and tests compare it with the calls that the commands really make.
//
// Facts: Service Authorization Reference, "Amazon Connect" and "Amazon Lex V2" (which resource each
// action is authorized on); connect-api.md 2.4 (ARN forms), 4.10.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json/value.h"
#include "model/resource.h"

namespace flowferry::pipeline {

/// What an environment is to a command.
enum class Role {
  read,   ///< It is read: a source; all of plan, verify, rehearse and the like.
  write,  ///< A target that is written: migrate, apply, resume.
  undo,   ///< A target whose run is taken back.
};

/// On which resources an action is authorized.
enum class Authorized {
  everything,
  instance,
  flows,
  modules,
  flows_and_modules,
  queues,
  quick_connects,
  agent_statuses,
  phone_numbers,
  lex_bots,
  lex_aliases,
};

/// One operation that flowferry calls.
struct Permission {
  std::string_view action;  ///< "connect:DescribeContactFlow"; its operation is what follows ':'.
  Authorized on;
  bool read = false;  ///< Which roles need it.
  bool write = false;
  bool undo = false;
  bool writes = false;    ///< It changes something: cannot be tried.
  bool optional = false;  ///< Without it the same is done with more calls.

  std::string_view operation() const { return action.substr(action.find(':') + 1); }
  bool needed_for(Role role) const;
};

/// All of them, in the order in which they are shown.
const std::vector<Permission>& permissions();

/// Whether the instance is found by its alias (connect:ListInstances) or by its id
/// (connect:DescribeInstance): the one that is not used is left out.
enum class FoundBy { alias, id };

/// A role of an environment, with the commands that take it so.
struct RoleUse {
  Role role;
  std::string_view title;     ///< "target"
  std::string_view commands;  ///< "migrate, apply, resume"
};
const std::vector<RoleUse>& role_uses();

/// The ARNs on which an action is authorized, for this instance.
std::vector<std::string> resources_of(Authorized on, const Instance& instance);

/// Whether a permission is without use, because the instance is found in the other way.
bool is_unused(const Permission& permission, FoundBy found_by);

/// The smallest policy, as IAM takes it. `instance` needs partition, region, account and ARN.
json::Value policy_for(Role role, FoundBy found_by, const Instance& instance);

}  // namespace flowferry::pipeline
