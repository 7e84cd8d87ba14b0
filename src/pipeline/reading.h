// pipeline/reading.h
//
// The first half of a migration: both environments read as far as the plan needs it, and the plan
// made.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "mapping/rules.h"
#include "pipeline/session.h"
#include "plan/plan.h"

namespace flowferry::pipeline {

struct PlanOptions {
  std::string from;
  std::string to;
  std::vector<std::string> include;  ///< Beside those of the configuration; empty: as configured.
  std::vector<std::string> exclude;  ///< Beside those of the configuration.
  bool with_dependencies = false;    ///< Also what the selected ones refer to, and so on.
  bool accept_renames = false;    ///< What looks like a flow under a former name is taken for it.
  std::filesystem::path journal;  ///< Where earlier runs are looked up; empty: nowhere.
  /// Over what the configuration says, where it is given.
  std::optional<mapping::ModuleVersions> module_versions = {};
  bool ignore_limits = false;  ///< Leave out the configuration's `limits`.
  /// Nothing will be written: both environments may be the same instance.
  bool only_to_compare = false;
  bool without_rules = false;  ///< Leave out the configuration's mapping.
};

/// Opens both environments, reads what is needed of them, and works out the plan. Problems with
/// flows are in the plan's findings. Errors: what stops everything: configuration, credentials,
/// network, the same instance on both sides, an include pattern that matches nothing.
Task<Result<plan::Plan>> make_plan(Session& session, PlanOptions options, Progress& progress);

}  // namespace flowferry::pipeline
