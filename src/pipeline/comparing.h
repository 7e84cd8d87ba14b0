// pipeline/comparing.h
//
// Two environments read and compared by meaning, as `flowferry diff` shows it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "mapping/rules.h"
#include "pipeline/session.h"
#include "plan/environment_comparison.h"

namespace flowferry::pipeline {

struct CompareOptions {
  std::string left;  ///< Environments.
  std::string right;
  std::vector<std::string> include;  ///< In place of the configuration's; empty: as configured.
  std::vector<std::string> exclude;  ///< Beside those of the configuration.
  bool without_rules = false;        ///< Names count as they are, without the mapping.
  /// Over what the configuration says, where it is given.
  std::optional<mapping::ModuleVersions> module_versions = {};
};

/// What the flows of the right side that `plan` would change mention gets its name, as far as it
/// was not listed yet. Errors: those of the calls.
Task<Result<bool>> name_what_differs(OpenEnvironment& right, const plan::Plan& plan,
                                     Progress& progress);

/// Reads both as for a migration from left to right, and what only the right side has; compares.
/// Limits and protection of the configuration do not matter here. Errors: as make_plan().
Task<Result<plan::EnvironmentComparison>> compare_environments(Session& session,
                                                               CompareOptions options,
                                                               Progress& progress);

}  // namespace flowferry::pipeline
