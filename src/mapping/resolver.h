// mapping/resolver.h
//
// Each source resource to its target, by name, by rule or by pin; and what could not be resolved,
// with what may have been meant.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/findings.h"
#include "flow/references.h"
#include "mapping/rules.h"
#include "model/snapshot.h"

namespace flowferry::mapping {

/// A flow or module that this run brings to the target: it counts as present there although it may
/// have to be created first.
struct Carried {
  ResourceKind kind;
  std::string source_id;
  std::string name;                    ///< In the target (renames applied).
  std::string type;                    ///< ContactFlowType; empty for modules.
  const Resource* existing = nullptr;  ///< In the target's inventory; nothing: to be created.
};

/// What a version of a module of the source is in the target.
struct ModuleVersion {
  std::string version;  ///< Its number there; empty: `problem` says why there is none.
  /// There is none, and one is published if the module is carried.
  bool publish = false;
  std::string problem;
  std::string help;
};
/// By id of the module in the source, and version there.
using VersionsByNumber = std::map<std::pair<std::string, std::string>, ModuleVersion>;

/// What a reference becomes.
struct Resolution {
  enum class State {
    replace,  ///< By `text`.
    pending,  ///< By the ARN or id (in the reference's form, with `qualifier`) that `carried` gets
              ///< when it is created.
    keep,     ///< Stays as it is.
    unresolved,  ///< A problem: `finding`.
    skip_flow,   ///< The rules say not to carry this flow: `finding` is the reason.
  };
  State state = State::keep;
  std::string text;
  std::size_t carried =
      static_cast<std::size_t>(-1);   ///< Index; also set for existing carried flows.
  std::string new_alias;              ///< Name of the alias that it is to name, once it is made.
  bool new_version = false;           ///< It is to name the version that the run publishes.
  std::string qualifier;              ///< Of a pending reference, as it is to be written.
  std::optional<std::string> name;    ///< The target's name where it differs from the source's.
  std::optional<std::string> region;  ///< New Region of a Lex V1 bot.
  std::vector<Finding> findings;      ///< Problems (unresolved) or warnings.
  bool suggestions_due = false;       ///< The closest names were not looked for.
};

/// Resolves references of source documents against the target. The snapshots, `carried` and `use`
/// (which is told of the rules that applied; may be null) must outlive it. As long as it does not
/// suggest, several threads may ask at a time.
class Resolver {
 public:
  Resolver(const Snapshot& source, const Snapshot& target, const Rules& rules,
           const std::vector<Carried>& carried, RuleUse* use = nullptr);

  /// `excluded`: indexes of `carried` that are not carried after all (the rules skip them): a flow
  /// that refers to one which is not in the target is skipped as well. Findings have kind, name,
  /// arn and closest; their place is the caller's.
  Resolution resolve(const flow::Reference& reference,
                     const std::set<std::size_t>& excluded = {}) const;

  /// What versions of modules that documents name by number are; may be null. One that is not among
  /// them keeps its number, with a warning.
  void set_module_versions(const VersionsByNumber* versions) { module_versions_ = versions; }

  /// Aliases (module's id, alias' id in the source) that the run makes where the target's module
  /// lacks them; may be null.
  void set_new_aliases(const std::set<std::pair<std::string, std::string>>* aliases) {
    new_aliases_ = aliases;
  }

  /// Whether findings get the closest names there are: slow, and so limited for all questions
  /// together. At first they do.
  void set_suggesting(bool suggesting) { suggesting_ = suggesting; }

 private:
  std::optional<ResourceKind> kind_of_note(const flow::Reference& reference) const;
  std::optional<std::size_t> carried_index(const flow::Reference& reference) const;
  Resolution flow_or_module(const flow::Reference& reference,
                            const std::set<std::size_t>& excluded) const;
  Resolution by_name(const flow::Reference& reference) const;
  Resolution view(const flow::Reference& reference) const;
  Resolution lambda(const flow::Reference& reference) const;
  Resolution lex_alias(const flow::Reference& reference) const;
  Resolution lex_v1(const flow::Reference& reference) const;
  Resolution without_lookup(const flow::Reference& reference) const;
  /// What Rules::policy makes of a reference that has no target. The closest names of `candidates`
  /// (may be null) to `source_name` (may be empty) are added.
  Resolution missing(const flow::Reference& reference, std::string source_name, std::string text,
                     std::string help, const Inventory* candidates = nullptr) const;
  Resolution excluded_too(const flow::Reference& reference, const std::string& name) const;
  const Pin* pinned(const flow::Reference& reference, const std::string& source_name) const;
  std::string wanted(const flow::Reference& reference, const std::string& source_name) const;
  std::vector<std::string> closest(ResourceKind kind, const std::string& wanted,
                                   const Inventory& candidates) const;
  Resolution found(const flow::Reference& reference, const Resource& target,
                   const std::string& source_name) const;
  bool module_qualifier(const flow::Reference& reference, const Resource* target_module,
                        const std::string& module_name, Resolution& out) const;

  const Snapshot& source_;
  const Snapshot& target_;
  const Rules& rules_;
  const std::vector<Carried>& carried_;
  RuleUse* use_;
  const VersionsByNumber* module_versions_ = nullptr;
  const std::set<std::pair<std::string, std::string>>* new_aliases_ = nullptr;
  std::map<ResourceKind, std::unordered_map<std::string, std::size_t>> carried_by_id_;  ///< Source.
  /// Looking for close names is slow: each is looked for once, and not for ever.
  mutable std::map<std::pair<ResourceKind, std::string>, std::vector<std::string>> closest_;
  mutable std::size_t comparisons_left_ = 300'000;
  bool suggesting_ = true;
};

}  // namespace flowferry::mapping
