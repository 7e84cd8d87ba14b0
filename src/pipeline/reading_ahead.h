// pipeline/reading_ahead.h
//
// Flows and modules are read while the lists that name them still come: lists and descriptions
// have quotas of their own.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mapping/rules.h"
#include "pipeline/look_ups.h"
#include "pipeline/selection.h"
#include "snapshot/flow_reader.h"

namespace flowferry::pipeline {

/// The progress of a stage that begins before it is its turn to be shown: held back until then.
class HeldProgress final : public Progress {
 public:
  explicit HeldProgress(Progress& progress) : progress_(progress) {}
  void begin(std::string_view stage, std::size_t total) override;
  void expect(std::size_t total) override;
  void advance(std::size_t n = 1) override;
  void end() override { progress_.end(); }

 private:
  Progress& progress_;
  std::size_t held_ = 0;
  std::size_t expected_ = 0;
  bool begun_ = false;
};

/// Lists the flows and modules of a source and a target, and reads on the way what the selection
/// takes, and what of the target has its name, and begins to look up what the documents mention.
/// That asks for nothing that would not be asked for afterwards; whoever comes after decides anew,
/// with all of the lists.
class ReadingAhead {
 public:
  /// All must outlive it, and `look_ups`, of the same environments, has to be awaited after it.
  /// `lists` advances with each environment that is listed, `reads` with each flow or module that
  /// is read.
  ReadingAhead(snapshot::Environment& source, snapshot::Environment& target,
               const Selector& selector, const mapping::Rules& rules, LookUps& look_ups,
               Progress& lists, Progress& reads);

  /// Done when all is listed. Errors: those of snapshot::list_flows(), of the source first.
  Task<Result<bool>> list();
  /// To be awaited in any case after list(): what the lists name is read.
  /// Errors: those of FlowReader::finish(), of the source first.
  Task<Result<bool>> finish();
  /// The same, of what has begun only: the rest is not needed.
  Task<void> give_up();

 private:
  void take_source(const std::vector<Resource>& page);
  void take_target(const std::vector<Resource>& page);
  void take_document(const Flow& flow);
  Task<Result<bool>> list_one(snapshot::Environment& environment,
                              std::function<void(const std::vector<Resource>&)> take);

  snapshot::Environment& source_;
  snapshot::Environment& target_;
  const Selector& selector_;
  const mapping::Rules& rules_;
  LookUps& look_ups_;
  Progress& lists_;
  snapshot::FlowReader source_reader_;
  snapshot::FlowReader target_reader_;
  /// Names that the target's flows are wanted by, with the types.
  std::map<std::pair<ResourceKind, std::string>, std::set<std::string>> names_;
};

/// What of `target`, as far as it is listed, has the name that a flow or module of the source has
/// there, and is not archived.
std::vector<snapshot::FlowKey> counterparts_of(const Resource& flow, const Snapshot& target,
                                               const mapping::Rules& rules);

}  // namespace flowferry::pipeline
