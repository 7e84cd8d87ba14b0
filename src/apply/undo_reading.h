// apply/undo_reading.h
//
// What the target has now of all that a run wrote or may have written. Internal to undo.cpp.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "apply/traces.h"
#include "apply/undo.h"
#include "base/clock.h"
#include "base/progress.h"
#include "base/result.h"
#include "base/task.h"
#include "connect/client.h"
#include "model/inventory.h"
#include "net/transport.h"

namespace flowferry::apply {

/// References must outlive it.
class UndoReading {
 public:
  UndoReading(const RecordedRun& recorded, connect::Client& target, net::Transport& transport,
              Clock& clock, Wait wait, Progress& progress)
      : recorded_(recorded),
        target_(target),
        transport_(transport),
        clock_(clock),
        wait_(wait),
        progress_(progress) {}

  /// Reads all, and again what the run sent lately and is not seen yet, for as long as a write of
  /// its sort is waited for (apply/visibility.h), or `Wait::until_known`. Errors: those of
  /// connect/client.h; malformed (the journal).
  Task<Result<bool>> run();

  /// As traces_of(), with ids that were found by name.
  std::vector<Trace> traces;
  std::vector<std::optional<Flow>> current;  ///< By node; nothing: the target shows none.
  std::vector<Unseen> unseen;                ///< By node: what may still come.
  /// Of the kinds that had to be listed: of creates without an answer, and of what was deleted.
  std::map<ResourceKind, Inventory> inventories;

 private:
  Task<Result<bool>> read_nodes(std::vector<std::size_t> which);
  Task<Result<bool>> read(std::size_t n);
  Task<Result<bool>> wait_until_seen();

  const RecordedRun& recorded_;
  connect::Client& target_;
  net::Transport& transport_;
  Clock& clock_;
  Wait wait_;
  Progress& progress_;
};

}  // namespace flowferry::apply
