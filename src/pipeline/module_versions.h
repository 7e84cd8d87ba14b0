// pipeline/module_versions.h
//
// Version numbers of flow modules count in each instance by itself: what version 7 of the source is
// in the target, only the contents tell.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "base/progress.h"
#include "base/result.h"
#include "base/task.h"
#include "mapping/resolver.h"
#include "mapping/rules.h"
#include "plan/planner.h"
#include "snapshot/capture.h"

namespace flowferry::pipeline {

/// So many versions of a module of the target are read at most, the newest first.
inline constexpr std::size_t k_most_versions = 20;

/// Finds for each of `mentioned` (id of a module of the source, version) the version of the
/// target's module of the same name that has the same content and contract; a reason where there is
/// none. What the target has no module for is left out, and so is everything where one side is a
/// bundle. Errors: those of the calls.
Task<Result<mapping::VersionsByNumber>> map_module_versions(
    snapshot::Environment& source, snapshot::Environment& target, const mapping::Rules& rules,
    std::set<std::pair<std::string, std::string>> mentioned, Progress& progress);

/// `mentioned` (id of a module of the source, id of its alias) with what each stands for, also in
/// the target where its module of the same name has an alias of the name. The aliases of both sides
/// are listed. Nothing where one side is a bundle, which has contents of no versions. Errors: those
/// of the calls.
Task<Result<std::vector<plan::NamedAlias>>> read_aliases(
    snapshot::Environment& source, snapshot::Environment& target, const mapping::Rules& rules,
    std::set<std::pair<std::string, std::string>> mentioned);

}  // namespace flowferry::pipeline
