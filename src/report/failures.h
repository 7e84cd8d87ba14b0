// report/failures.h
//
// What failed of a run, for text and JSON alike: root causes, with what was not tried because of
// them.
#pragma once

#include <set>
#include <vector>

#include "apply/executor.h"
#include "base/result.h"
#include "plan/plan.h"

namespace flowferry::report {

/// The error of an operation with the service's problems told in terms of the flow's blocks
/// (flow/problems.h).
Error explained(const plan::Plan& plan, const plan::Operation& operation, Error error);

/// An operation that failed, and the flows and modules of which something was not tried because of
/// it.
struct RootCause {
  std::size_t operation;
  std::vector<std::size_t> not_tried;  ///< Nodes, ascending, once each.
};

/// What failed of a run, whatever hangs most on it first.
std::vector<RootCause> root_causes(const plan::Plan& plan, const apply::RunOutcome& outcome);

/// Nodes that were left as they are in the target, because the user decided so.
std::set<std::size_t> left_nodes(const plan::Plan& plan, const apply::RunOutcome& outcome);

}  // namespace flowferry::report
