// pipeline/look_ups.h
//
// What documents mention, looked up by name in both environments, begun as soon as it is known.
#pragma once

#include <set>
#include <string>

#include "base/group.h"
#include "base/progress.h"
#include "mapping/rules.h"
#include "pipeline/needs.h"
#include "snapshot/capture.h"

namespace flowferry::pipeline {

/// Lists kinds and aliases of modules, and names Lex V2 bot aliases, each once, side by side. Has
/// to be awaited (wait()) before it goes.
class LookUps {
 public:
  /// `progress` expects each look-up when it begins, and advances with it. All must outlive it.
  LookUps(snapshot::Environment& source, snapshot::Environment& target, const mapping::Rules& rules,
          Progress& progress)
      : source_(source), target_(target), rules_(rules), progress_(progress) {}

  /// Begins with what was not asked for before: the kinds; the aliases of the modules in the source
  /// and, as far as the target's modules are listed, in the target; when the target's Lex V2 bot
  /// aliases are listed, the names of those that are not associated with it, and then of all there.
  void want(const Needs& needs);
  /// Kinds of the source only.
  void want_of_source(const std::set<ResourceKind>& kinds);

  /// Waits for all that was wanted so far. Errors: those of the calls, of the source first; which
  /// of several does not depend on who was faster.
  Task<Result<bool>> wait();

  /// `n` look-ups that are made elsewhere count, too.
  void expect(std::size_t n) { progress_.expect(expected_ += n); }

 private:
  void list(snapshot::Environment& environment, const std::set<ResourceKind>& kinds);
  void list_aliases(snapshot::Environment& environment, const std::string& module_id);
  void name_bots();
  void name_bot(snapshot::Environment& environment, const std::string& arn);
  Task<Result<bool>> list_one(snapshot::Environment& environment, ResourceKind kind);
  std::string name_of(const snapshot::Environment& environment, const std::string& what) const;

  snapshot::Environment& source_;
  snapshot::Environment& target_;
  const mapping::Rules& rules_;
  Progress& progress_;
  Group group_;
  std::set<std::string> lex_aliases_;  ///< Mentioned so far: ARNs as they stand in the source.
  std::size_t expected_ = 0;
};

}  // namespace flowferry::pipeline
