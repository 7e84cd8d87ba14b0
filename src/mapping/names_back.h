// mapping/names_back.h
//
// The way back of renames and pins: what the target calls its things, in the source's words. So a
// bundle pulled from the target is the one that the source gives.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/findings.h"
#include "mapping/rules.h"
#include "model/snapshot.h"

namespace flowferry::mapping {

/// A rename the other way round, or nothing where it cannot be known what a name was before. It can
/// for `from` with at most one group `(.*)` or `(.+)` between plain texts, anchored with ^ and $
/// (or, without a group, at one end), whose `to` keeps the group as $1 and has some text of its
/// own.
std::optional<Rename> reversed(const Rename& rename);

/// Names of the target as the source has them.
class NamesBack {
 public:
  /// `rules`: those from the source to the target, which must outlive it. `there_rules`: of the way
  /// from the target to the source, said for this pair; they go first; may be null.
  NamesBack(const Rules& rules, const Rules* there_rules);

  /// Whether any name may change.
  bool empty() const;

  std::string source_name(ResourceKind kind, std::string_view target_name) const;

  /// A warning (rename-one-way) for each rename that cannot be reversed, with the remedy. Not where
  /// `there` (may be null), the target, has names of that kind which the rename would change: then
  /// it speaks the source's words as it is.
  Findings one_way(const std::string& source, const std::string& target,
                   const Snapshot* there = nullptr) const;

 private:
  const Rules& rules_;
  const Rules* there_rules_;
  std::vector<Rename> reversed_;
};

/// `snapshot` of the target with the source's names: in its inventories, of its flows and modules,
/// and in the documents where a reference is its name (Lambda functions, Lex V1 bots). ARNs and ids
/// stay but for those of Lambda functions, whose id is their name. Adds an error (name-collision)
/// to `findings` where two resources would get one name. In `Snapshot::pulled_from` stands then
/// what is called otherwise in the instance.
Snapshot with_source_names(Snapshot snapshot, const NamesBack& names, Findings& findings);

}  // namespace flowferry::mapping
