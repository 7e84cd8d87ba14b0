// pipeline/comparing.h
//
// Two environments read and compared by meaning, as `flowferry diff` shows it.
#pragma once

#include <string>
#include <vector>

#include "base/progress.h"
#include "pipeline/session.h"
#include "plan/environment_comparison.h"

namespace flowferry::pipeline {

struct CompareOptions {
  std::string left;  ///< Environments.
  std::string right;
  std::vector<std::string> include;  ///< In place of the configuration's; empty: as configured.
  std::vector<std::string> exclude;  ///< Beside those of the configuration.
};

/// Reads both as for a migration from left to right, and what only the right side has; compares.
/// Limits and protection of the configuration do not matter here. Errors: as make_plan().
Task<Result<plan::EnvironmentComparison>> compare_environments(Session& session,
                                                               CompareOptions options,
                                                               Progress& progress);

}  // namespace flowferry::pipeline
