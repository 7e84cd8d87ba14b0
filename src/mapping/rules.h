// mapping/rules.h
//
// What the user says about names: renames, pins, and what a missing resource means.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mapping/name_pattern.h"
#include "model/kind.h"

namespace flowferry::mapping {

/// Applied to a source name before the look-up in the target; the first that matches counts.
struct Rename {
  ResourceKind kind;
  std::string from;     ///< ECMAScript regular expression, searched in the name.
  std::string to;       ///< Replacement; $1 as in ECMAScript.
  NamePattern pattern;  ///< Both, compiled.
};

/// One resource to one resource. `from` is the source's name, or (but for flows and modules that
/// are carried) the id or ARN as it stands in the source; `to` likewise in the target. Kinds
/// without a look-up know ids and ARNs only.
struct Pin {
  ResourceKind kind;
  std::string from;
  std::string to;
};

/// What it means when a resource has no counterpart in the target.
enum class Missing {
  fail,       ///< A problem: nothing is written.
  skip_flow,  ///< The flow that refers to it is not carried.
  keep,       ///< The reference stays as it is.
};

struct Rules {
  std::vector<Rename> renames;
  std::vector<Pin> pins;
  std::map<ResourceKind, Missing> missing;

  /// The name to look for in the target.
  std::string target_name(ResourceKind kind, std::string_view source_name) const;
  /// The pin for this name (or id, or ARN), or nothing.
  const Pin* pin(ResourceKind kind, std::string_view from) const;
  Missing policy(ResourceKind kind) const;
  /// A stable text of all rules, for digests.
  std::string canonical() const;
};

/// Errors: config, when `from` is not a regular expression or `to` does not fit it.
Result<Rename> make_rename(ResourceKind kind, std::string from, std::string to);

}  // namespace flowferry::mapping
