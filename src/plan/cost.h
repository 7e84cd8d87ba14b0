// plan/cost.h
//
// What carrying out a plan will ask of the service: calls per operation, and the least time that
// its quotas allow.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "plan/plan.h"

namespace flowferry::plan {

struct Pace {
  double rate = 2;  ///< Requests a second; 0: not paced.
  double burst = 5;
  bool known = true;  ///< false: the documented one, and the account may have another.
};

struct Cost {
  std::map<std::string, std::int64_t> calls;  ///< By API operation, without repetitions.
  double floor_seconds = 0;                   ///< max over operations of (calls - burst) / rate.
  std::string narrow;                         ///< The operation that sets it; empty: none does.
  bool assumed = false;                       ///< Its quota is the documented one, not a known one.
};

/// The API operation that carries out an operation of a plan: "CreateContactFlow".
std::string api_operation(OperationType type, ResourceKind kind);
/// The one that reads a flow or module.
std::string describe_operation(ResourceKind kind);

/// Calls of apply for `plan`: each write, one read before each first change of an existing flow,
/// one read back for each flow that is written (docs/calls.md). `pace` gives an operation's quota.
Cost cost_of(const Plan& plan, const std::function<Pace(const std::string& operation)>& pace);

}  // namespace flowferry::plan
