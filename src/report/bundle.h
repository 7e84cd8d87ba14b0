// report/bundle.h
//
// What a pull did, and what an environment has, for people and machines.
#pragma once

#include <string>
#include <vector>

#include "base/json/value.h"
#include "model/snapshot.h"
#include "pipeline/pulling.h"
#include "report/json.h"
#include "report/style.h"

namespace flowferry::report {

/// What changed, flow by flow; then what the bundle cannot name, and the totals.
std::string pull_text(const std::string& environment, const std::string& folder,
                      const pipeline::PullResult& pulled, const Style& style);
/// docs/formats.md, "Results". `summary` has statistics and seconds.
json::Value pull_json(const std::string& environment, const std::string& folder,
                      const pipeline::PullResult& pulled, const Summary& summary);

/// A table for each of `kinds` that the snapshot has.
std::string inventory_text(const std::string& environment, const Snapshot& snapshot,
                           const std::vector<ResourceKind>& kinds, const Findings& findings,
                           const Style& style);
json::Value inventory_json(const std::string& environment, const Snapshot& snapshot,
                           const std::vector<ResourceKind>& kinds, const Findings& findings,
                           const Summary& summary);

}  // namespace flowferry::report
