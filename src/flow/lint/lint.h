// flow/lint/lint.h
//
// Looks at flows as a careful colleague would: what the service will refuse, and what will be
// regretted. Pure: knows the environment only as a snapshot.
#pragma once

#include <set>
#include <string>

#include "base/findings.h"
#include "flow/lint/rule.h"
#include "flow/lint/settings.h"
#include "model/snapshot.h"

namespace flowferry::flow::lint {

struct Options {
  Settings settings;
  std::set<std::string> only;  ///< Rules to look at; empty: all.
  /// The snapshot has every flow of its environment, so that what nobody uses can be told.
  bool whole = true;
  /// The inventories have everything that there is of their kinds: what is not in them does not
  /// exist. Not so where only some files were exported.
  bool listed = true;
};

/// The findings about one flow by itself (rules that need the document alone). A flow that was
/// never published (status SAVED) may be unfinished: what publishing would refuse is a warning
/// there.
Findings lint_flow(const Flow& flow, const Instance& instance);

/// The findings about all flows and modules in `snapshot.flows`: by kind and name of the flow, then
/// in the order of its blocks; what concerns the configuration last. At most 500 a flow for the
/// rules that look at one flow. References are looked up in those inventories that the snapshot
/// has.
Findings lint(const Snapshot& snapshot, const Options& options);

}  // namespace flowferry::flow::lint
