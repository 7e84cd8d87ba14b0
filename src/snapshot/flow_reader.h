// snapshot/flow_reader.h
//
// Flows and modules read whole, side by side, while it is still being found out which are wanted.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "snapshot/capture.h"

namespace flowferry::snapshot {

/// Reads flows of one environment into its snapshot: many of a kind with SearchContactFlows /
/// SearchContactFlowModules as far as those give whole records (snapshot/search.h), and the rest
/// with DescribeContactFlow / DescribeContactFlowModule. What cannot be read alone (a permanent
/// 5xx, access denied) is put into Environment::unreadable.
/// Each reader has to be finished before it goes. Without a client there is nothing to do.
class FlowReader {
 public:
  /// `progress` advances with each one that was read or cannot be; `read`, if any, is told of each
  /// that was read, when the snapshot has it. Both references must outlive the reader.
  FlowReader(Environment& environment, Progress& progress,
             std::function<void(const Flow&)> read = {});
  FlowReader(const FlowReader&) = delete;
  FlowReader& operator=(const FlowReader&) = delete;
  ~FlowReader();

  /// These are wanted, unless they are already. It begins with them at once, a few at a time, so
  /// that little has to be waited for if it is dropped.
  void want(const std::vector<FlowKey>& keys);

  /// What has not begun is not wanted any more.
  void drop();

  /// No more will be wanted: begins with all that is left and waits until everything is read.
  /// Errors: those that concern everything (concerns_everything()), of the one wanted first.
  Task<Result<bool>> finish();

 private:
  class OneKind;
  std::function<void(const Flow&)> read_;
  std::unique_ptr<OneKind> flows_;
  std::unique_ptr<OneKind> modules_;
};

}  // namespace flowferry::snapshot
