// plan/guards.h
//
// What stops a plan before its first write although every reference resolves: the user's limits,
// what is protected, and what the service would not take.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/snapshot.h"
#include "plan/plan.h"

namespace flowferry::plan {

/// Figures of the configuration (`limits:`). Absent: no limit.
struct Limits {
  std::optional<std::int64_t> creates;
  std::optional<std::int64_t> updates;
  std::optional<double> share;  ///< Of the target's flows and modules that may be updated, 0..1.
  /// The quotas of the target instance, where they are known ("Amazon Connect service quotas"):
  /// more flows or modules than this, archived and stock ones counted, do not fit. Absent: a
  /// warning above the service's default, which accounts often have raised.
  std::optional<std::int64_t> flows_per_instance;
  std::optional<std::int64_t> modules_per_instance;
};

/// Never changed in the target (`protect:`).
struct Protect {
  std::vector<std::string> names;  ///< Patterns (base/text.h, matches_pattern).
  Tags tags;                       ///< Flows that have one of these in the target.
};

/// Adds a finding for each limit that `plan` is over (limit-creates, limit-updates, limit-share),
/// each protected flow that it would change (protected), and each thing that would not fit
/// (quota-flows, quota-modules, too-long, name-too-long, description-too-long, too-many-tags,
/// tag-invalid), and notes in the plan how much the target has. `target`: as it was read for the
/// plan. Sources of the figures:
/// connect-api.md 3.2, 3.3.
void check_guards(Plan& plan, const Limits& limits, const Protect& protect, const Snapshot& target);

/// Adds the finding `protected` for each flow of a saved plan that it would change and that is
/// protected now, by its name or by the tags that the plan saw.
void check_protected(Plan& plan, const Protect& protect);

/// Adds a finding for each limit that a saved plan is over, as check_guards() does; and
/// limits-not-known where the plan does not say how much the target had.
void check_limits(Plan& plan, const Limits& limits);

}  // namespace flowferry::plan
