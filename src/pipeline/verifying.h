// pipeline/verifying.h
//
// A target against a source: every difference by meaning.
#pragma once

#include <string>
#include <vector>

#include "base/progress.h"
#include "flow/difference.h"
#include "pipeline/reading.h"
#include "plan/plan.h"

namespace flowferry::pipeline {

/// What differs in the contents of one node of the plan.
struct NodeDifferences {
  std::size_t node;
  std::vector<flow::Difference>
      differences;  ///< left: as the source wants it; right: what the target has.
};

struct Verification {
  plan::Plan plan;  ///< What migrate would do: its creates and updates are the differences.
  std::vector<NodeDifferences> contents;
};

/// Reads both environments and compares. Errors: as make_plan().
Task<Result<Verification>> verify(Session& session, PlanOptions options, Progress& progress);

}  // namespace flowferry::pipeline
