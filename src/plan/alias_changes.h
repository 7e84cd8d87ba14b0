// plan/alias_changes.h
//
// What a comparison of two environments says of aliases and versions of modules: what they stand
// for on each side, where a plan says what is to become of them.
#pragma once

#include <string>

#include "model/snapshot.h"
#include "plan/plan.h"

namespace flowferry::plan {

/// Whether a change of a plan's node is one of an alias or a version.
bool is_of_alias(const Change& change);

/// What the alias of `wish` stands for on the left, and on the right, where it may be absent; of
/// k_only_version that no version on the right is the one that is named on the left. The ids are
/// those of the module on each side.
Change alias_change(const AliasWish& wish, const Snapshot& left, const std::string& left_module,
                    const Snapshot& right, const std::string& right_module);

}  // namespace flowferry::plan
