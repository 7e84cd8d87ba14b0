// mapping/rules.h
//
// What the user says about names: renames, pins, variables, and what a missing resource means.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/findings.h"
#include "base/result.h"
#include "mapping/name_pattern.h"
#include "mapping/variables.h"
#include "model/kind.h"

namespace flowferry::mapping {

/// Applied to a source name before the look-up in the target; the first that matches counts.
struct Rename {
  ResourceKind kind;
  std::string from;      ///< ECMAScript regular expression, searched in the name.
  std::string to;        ///< Replacement; $1 as in ECMAScript.
  NamePattern pattern;   ///< Both, compiled.
  std::size_t line = 0;  ///< In the configuration, for messages.
};

/// One resource to one resource. `from` is the source's name, or (but for flows and modules that
/// are carried) the id or ARN as it stands in the source; `to` likewise in the target. Kinds
/// without a look-up know ids and ARNs only.
struct Pin {
  ResourceKind kind;
  std::string from;
  std::string to;
  std::size_t line = 0;
};

/// A flow or module that is called `to` in the source, and still `from` in the target.
struct Renamed {
  ResourceKind kind;
  std::string from;
  std::string to;
  std::size_t line = 0;
};

/// What it means when a resource has no counterpart in the target.
enum class Missing {
  fail,       ///< A problem: nothing is written.
  skip_flow,  ///< The flow that refers to it is not carried.
  keep,       ///< The reference stays as it is.
};

/// Which rules were of use, and which names met. May be told by several threads.
class RuleUse {
 public:
  void renamed(std::size_t rename) { note(renames_, rename); }
  void pinned(std::size_t pin) { note(pins_, pin); }
  void substituted(std::size_t variable) { note(variables_, variable); }
  /// `source` is looked for under the name `target`; `by_pin`: somebody said so by name.
  void mapped(ResourceKind kind, std::string_view source, std::string_view target, bool by_pin);

  bool has_renamed(std::size_t rename) const { return renames_.contains(rename); }
  bool has_pinned(std::size_t pin) const { return pins_.contains(pin); }
  bool has_substituted(std::size_t variable) const { return variables_.contains(variable); }

  /// Names of one kind that differ in the source and are one in the target although no pin says so.
  struct Collision {
    ResourceKind kind;
    std::string first;
    std::string second;
    std::string target;
  };
  std::vector<Collision> collisions() const;

 private:
  void note(std::set<std::size_t>& into, std::size_t rule);

  std::mutex mutex_;
  std::set<std::size_t> renames_;
  std::set<std::size_t> pins_;
  std::set<std::size_t> variables_;
  std::map<std::pair<ResourceKind, std::string>, std::map<std::string, bool>> sources_;
};

/// What becomes of versions and aliases of modules that stand for other content in the target.
enum class ModuleVersions {
  keep,    ///< They stay as they are, and are told of.
  follow,  ///< Aliases are moved, and versions published, so that they stand for the source's.
};

struct Rules {
  std::vector<Rename> renames;
  std::vector<Pin> pins;
  std::map<ResourceKind, Missing> missing;
  std::optional<ModuleVersions> module_versions;  ///< Absent: keep.
  std::vector<Variable> variables;
  std::vector<Renamed> renamed;
  /// By source name the target's, where it is known and no rule is asked: kinds and names of a
  /// bundle and the instance that it was pulled from.
  std::map<ResourceKind, std::map<std::string, std::string>> known;
  std::string file;  ///< The configuration, for messages.

  /// The name to look for in the target. What is of use is told to `use`, unless it is null.
  std::string target_name(ResourceKind kind, std::string_view source_name,
                          RuleUse* use = nullptr) const;
  /// The pin for this name (or id, or ARN), or nothing.
  const Pin* pin(ResourceKind kind, std::string_view from, RuleUse* use = nullptr) const;
  Missing policy(ResourceKind kind) const;
  /// A stable text of all rules, for digests.
  std::string canonical() const;
  /// "flowferry.yaml:12".
  std::string place(std::size_t line) const;
};

/// Errors: config, when `from` is not a regular expression or `to` does not fit it.
Result<Rename> make_rename(ResourceKind kind, std::string from, std::string to);

/// A warning (rule-unused) for each rename and pin that was of no use, and each of `substitutions`
/// (of `rules`); an error (name-collision) for each collision that `use` knows, but those of flows
/// and modules. `severity`: of the warnings, where not everything was looked at.
Findings examine_use(const Rules& rules, const RuleUse& use,
                     const std::vector<Substitution>& substitutions,
                     Severity severity = Severity::warning);

}  // namespace flowferry::mapping
