// pipeline/verifying.h
//
// A target against a source: every difference by meaning.
#pragma once

#include <string>
#include <vector>

#include "base/progress.h"
#include "pipeline/reading.h"
#include "plan/environment_comparison.h"
#include "plan/plan.h"

namespace flowferry::pipeline {

struct Verification {
  plan::Plan plan;  ///< What migrate would do: its creates and updates are the differences.
  plan::EnvironmentComparison comparison;  ///< Left: the source; without what only the target has.
};

/// Reads both environments and compares. Errors: as make_plan().
Task<Result<Verification>> verify(Session& session, PlanOptions options, Progress& progress);

}  // namespace flowferry::pipeline
