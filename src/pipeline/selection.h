// pipeline/selection.h
//
// Which flows and modules of a source are taken, by the patterns of the configuration and of the
// command line.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/findings.h"
#include "base/progress.h"
#include "base/result.h"
#include "base/task.h"
#include "mapping/flow_pattern.h"
#include "model/resource.h"
#include "model/snapshot.h"
#include "pipeline/config.h"
#include "plan/planner.h"
#include "snapshot/capture.h"

namespace flowferry::pipeline {

/// Whether it is a flow that every new instance has, as far as its name tells.
bool is_stock(const Resource& flow);

/// Which flows are taken, and the reason for each that is not.
class Selector {
 public:
  Selector() = default;  ///< Takes everything.

  /// `include` replaces the configuration's list unless it is empty; `exclude` adds to its list.
  /// Errors: config, a pattern that is none.
  static Result<Selector> make(const Selection& configured, const std::vector<std::string>& include,
                               const std::vector<std::string>& exclude);

  /// Takes stock flows too, whether a pattern names them or not.
  void take_stock() { stock_ = true; }

  /// Whether the tags have to be known before it can decide: lists do not show them.
  bool needs_tags() const;

  /// Empty: taken. `tags` is null while they are not known; then patterns about tags decide
  /// nothing.
  std::string reason_against(const Resource& flow, const Tags* tags) const;

  /// Whether a flow that is only not included is taken where another one refers to it.
  bool takes_dependency(const Resource& flow, const Tags* tags) const;

  /// Include patterns that match no flow at all: most likely a slip. `read`: what was read whole,
  /// by id.
  std::vector<std::string> idle(const std::vector<const Resource*>& flows,
                                const std::map<std::string, Flow>& read) const;

 private:
  const mapping::FlowPattern* excluding(const Resource& flow, const Tags* tags) const;
  bool named(const Resource& flow) const;

  std::vector<mapping::FlowPattern> include_;
  std::set<std::string> names_;        ///< Those of include_ that match one name only.
  std::vector<std::size_t> patterns_;  ///< Indexes of the others.
  std::vector<mapping::FlowPattern> exclude_;
  bool stock_ = false;
};

/// Reads what the carried ones of `selected` refer to, and what that refers to, and so on, and has
/// it carried as well. `carried`: the keys of all that are, to which the new ones are added.
/// Errors: those of snapshot::describe_flows().
Task<Result<bool>> add_dependencies(snapshot::Environment& environment, const Selector& selector,
                                    std::vector<plan::Selected>& selected,
                                    std::vector<snapshot::FlowKey>& carried, Progress& progress,
                                    Findings& findings);

/// Flows and modules that were listed, modules first.
std::vector<const Resource*> listed_flows(const Snapshot& snapshot);

/// The error for an include pattern that is idle, with the closest names.
Error nothing_matches(const std::string& environment, const std::string& pattern,
                      const std::vector<const Resource*>& flows);

}  // namespace flowferry::pipeline
