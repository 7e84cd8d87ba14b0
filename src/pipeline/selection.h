// pipeline/selection.h
//
// Which flows and modules of a source are taken, by the patterns of the configuration and of the
// command line.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/resource.h"
#include "model/snapshot.h"
#include "pipeline/config.h"

namespace flowferry::pipeline {

/// Whether a flow is taken. Patterns are names with `*`, `?` and `[...]`, or `type:CUSTOMER_QUEUE`,
/// or `kind:flow-module`, or `tag:team=sales` (`tag:team` for any value).
bool selects(const std::string& pattern, const Resource& flow, const Tags* tags);

/// Whether some pattern is about tags, which a list does not show.
bool needs_tags(const std::vector<std::string>& patterns);

/// Which flows are taken, and the reason for each that is not.
class Selector {
 public:
  /// `include` replaces the configuration's list unless it is empty; `exclude` adds to its list.
  Selector(const Selection& configured, const std::vector<std::string>& include,
           const std::vector<std::string>& exclude);

  /// Takes stock flows too, whether a pattern names them or not.
  void take_stock() { stock_ = true; }

  /// Whether the tags have to be known before it can decide: lists do not show them.
  bool needs_tags() const;

  /// Empty: taken. `tags` is null while they are not known; then patterns about tags decide
  /// nothing.
  std::string reason_against(const Resource& flow, const Tags* tags) const;

  /// Include patterns that match no flow at all: most likely a slip. `read`: what was read whole,
  /// by id.
  std::vector<std::string> idle(const std::vector<const Resource*>& flows,
                                const std::map<std::string, Flow>& read) const;

 private:
  bool excluded(const Resource& flow) const;
  bool named(const Resource& flow) const;

  std::vector<std::string> include_;
  std::vector<std::string> exclude_;
  bool stock_ = false;
};

/// Flows and modules that were listed, modules first.
std::vector<const Resource*> listed_flows(const Snapshot& snapshot);

/// The error for an include pattern that is idle, with the closest names.
Error nothing_matches(const std::string& environment, const std::string& pattern,
                      const std::vector<const Resource*>& flows);

}  // namespace flowferry::pipeline
