// pipeline/one_instance.h
//
// Two environments that are one instance: it and a bundle pulled from it, two such bundles. Its
// things are called there as they are called here, whatever the rules say of other instances.
#pragma once

#include <string>

#include "mapping/rules.h"
#include "model/snapshot.h"
#include "pipeline/config.h"

namespace flowferry::pipeline {

/// The rules from one environment to another. Where both are one instance, the general renames and
/// pins do not count: names are the same but for what the bundles' manifests say, and what `pairs`
/// says of exactly these two holds.
mapping::Rules rules_between(const Config& config, const std::string& from, const std::string& to,
                             const Snapshot& source, const Snapshot& target);

}  // namespace flowferry::pipeline
