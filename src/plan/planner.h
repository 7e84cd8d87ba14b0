// plan/planner.h
//
// From two snapshots and the rules to a plan. Pure: no clock, no network.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mapping/resolver.h"
#include "mapping/rules.h"
#include "model/snapshot.h"
#include "plan/plan.h"

namespace flowferry::plan {

/// A flow or module of the source that was listed, and whether it is carried.
struct Selected {
  ResourceKind kind;
  std::string source_id;
  bool carried = true;
  std::string reason;  ///< Why it is not carried.
};

/// A flow or module that is carried and has another name in the target until now.
struct KnownRename {
  ResourceKind kind;
  std::string source_id;
  std::string target_id;
  std::string evidence;  ///< For people: "carried by run 2026...".
};

/// An alias of a module that carried documents name.
struct NamedAlias {
  std::string module_id;  ///< In the source.
  std::string id;
  std::string module;  ///< Its name in the source.
  std::string name;    ///< The alias' own.
  std::string target_module_id;
  std::string target_id;       ///< The alias' id in the target; empty: there is none.
  std::string source_version;  ///< What it stands for on each side.
  std::string target_version;
  Flow source;  ///< The contents of these versions.
  Flow target;
  /// Versions of the target's module, the newest first, where one may have to be chosen.
  std::vector<std::pair<std::int64_t, Flow>> choices = {};
};

struct PlanRequest {
  std::string from;  ///< Environment names.
  std::string to;
  const Snapshot* source = nullptr;
  const Snapshot* target = nullptr;
  const mapping::Rules* rules = nullptr;
  std::vector<Selected> selected;  ///< All flows and modules of the source, in list order.
  /// Where the target has nothing of the name that a flow is to have there, and none has two.
  std::vector<KnownRename> renames;
  mapping::VersionsByNumber module_versions;
  std::vector<NamedAlias> aliases;
  bool partial = false;  ///< Only some were asked for: a rule without use is no slip then.
};

/// Works out the plan. Never fails: what is wrong is in Plan::findings.
Plan make_plan(const PlanRequest& request);

}  // namespace flowferry::plan
