// apply/alias_record.h
//
// What the journal keeps of an operation on a module's alias (OperationRecord::content).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "apply/desired.h"
#include "flow/module_version.h"
#include "model/inventory.h"
#include "plan/plan.h"

namespace flowferry::apply {

struct AliasRecord {
  std::string name;          ///< Or plan::k_only_version.
  std::string id;            ///< Empty: not known yet.
  std::int64_t was = 0;      ///< What the alias stood for before; 0: there was none.
  bool publishes = false;    ///< A new version was asked for.
  std::int64_t newest = 0;   ///< The module's newest version before that; 0: none.
  std::int64_t version = 0;  ///< What it is to stand for; 0: not known yet, or it is deleted.
  std::int64_t dropped = 0;  ///< The version that is deleted; 0: none.
  std::string mark;          ///< Of the dropped version: version_mark().
  bool operator==(const AliasRecord&) const = default;

  /// Whether `version` is the operation's own.
  bool published() const { return publishes && version > newest; }
  /// What stands behind the module's ARN or id where this is named (plan::Content::Identity).
  std::string qualifier() const;
};

std::string alias_record_to_json(const AliasRecord& record);
/// What cannot be read is empty.
AliasRecord alias_record_from_json(std::string_view text);

/// Whether a version holds the content and the contract that are wanted.
bool is_version_of(const Flow& version, const Desired& wanted);

/// Of what a version holds: equal marks, equal content and contract.
std::string version_mark(const Flow& version);

using flow::version_number;

}  // namespace flowferry::apply
