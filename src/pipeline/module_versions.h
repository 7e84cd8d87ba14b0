// pipeline/module_versions.h
//
// Versions of flow modules count in each instance by itself: what version 7 of the source is in the
// target, and whether an alias stands for the same there, only the contents tell.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

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

/// Of modules of a source: id, and the id of an alias or the number of a version.
using ModuleParts = std::set<std::pair<std::string, std::string>>;

/// What carried documents name of modules by alias and by number, with what it is on both sides. A
/// folder on either side has only what was written into it: what it does not tell is left out.
class ModuleVersions {
 public:
  /// Both lists of flows and modules are there. All must outlive it.
  ModuleVersions(snapshot::Environment& source, snapshot::Environment& target,
                 const mapping::Rules& rules)
      : source_(source), target_(target), rules_(rules) {}

  /// Reads what aliases stand for on each side, the versions that are named by number, and the
  /// versions of the target that there may be to choose from; what it needs at a time, side by
  /// side. The aliases of these modules are listed on both sides. Errors: those of the calls.
  Task<Result<bool>> read(ModuleParts aliases, ModuleParts numbers);

  /// Those aliases whose content is known.
  const std::vector<plan::NamedAlias>& aliases() const { return aliases_; }

  /// The contents in the source of the versions that are named by number, as far as they are there.
  std::vector<const Flow*> numbered() const;

  /// For each version that is named by number the version of the target's module of the same name
  /// that has the same content and contract; a reason where there is none. What the target has no
  /// module for is left out. By now both sides know the names of what these contents mention.
  mapping::VersionsByNumber by_number() const;

 private:
  using Versions = std::map<std::int64_t, Flow>;

  void find_aliases(const ModuleParts& named);
  Task<Result<bool>> read_of_target(std::string module, std::string version);
  Task<Result<bool>> read_newest(std::string module);
  void keep_known_aliases();
  mapping::ModuleVersion compare(const std::string& source_name, const std::string& target_name,
                                 const std::string& version, const Flow* wanted,
                                 const Versions& versions) const;
  bool follows() const { return rules_.module_versions == mapping::ModuleVersions::follow; }

  snapshot::Environment& source_;
  snapshot::Environment& target_;
  const mapping::Rules& rules_;
  ModuleParts numbers_;
  std::vector<plan::NamedAlias> aliases_;
  std::set<std::string> newest_;  ///< Modules of the target whose newest versions were read.
  ModuleParts asked_;             ///< Versions of the target, also while they are on their way.
};

/// Reads `wanted` (module's id, version), side by side, into Snapshot::module_versions; what is not
/// there stays absent. Without a client there is nothing to do. Errors: those of the calls.
Task<Result<bool>> read_module_versions(snapshot::Environment& environment, ModuleParts wanted,
                                        Progress& progress);

}  // namespace flowferry::pipeline
