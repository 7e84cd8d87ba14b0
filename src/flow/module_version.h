// flow/module_version.h
//
// What versions of flow modules are compared by: content and contract, by meaning.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/snapshot.h"

namespace flowferry::flow {

/// The number of a version as a text; below 0 as in Snapshot::module_versions. 0: it is none.
std::int64_t version_number(std::string_view text);

/// The version of a module which a snapshot has read; null: it has not.
const Flow* version_of(const Snapshot& snapshot, const std::string& module, std::int64_t number);

/// Whether two contracts of modules mean the same; an empty one is one without members.
bool same_settings(const std::string& a, const std::string& b);

/// Whether `version`, of the module of `source` with this id, has what that module is carried with:
/// its published content and contract.
bool is_current_version(const Snapshot& source, const std::string& module, const Flow& version);

}  // namespace flowferry::flow
