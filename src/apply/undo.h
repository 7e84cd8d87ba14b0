// apply/undo.h
//
// The plan that takes a run back: what it updated gets its former content, name, description, state
// and tags, byte for byte; what it created is deleted; what it deleted (an undo) is created again.
#pragma once

#include <vector>

#include "apply/journal.h"
#include "base/clock.h"
#include "base/progress.h"
#include "base/result.h"
#include "base/task.h"
#include "connect/client.h"
#include "model/inventory.h"
#include "net/transport.h"
#include "plan/plan.h"

namespace flowferry::apply {

/// A run as the journal has it.
struct RecordedRun {
  RunRecord run;
  plan::Plan plan;
  std::vector<OperationRecord> operations;
  std::vector<NodeResult> results;
};

/// Errors: those of the journal, malformed plans.
Result<RecordedRun> read_run(Journal& journal, const std::string& id);

enum class Force { no, yes };

/// Reads what the target has now of everything that the run touched or may have touched, and plans
/// the way back. What somebody changed after the run is left, with whatever it still refers to
/// (Action::skip with the reason, and a finding that shows the three versions), unless `force`. A
/// write whose outcome is not known is settled by what is there; after a run that ended in the last
/// minutes without having read it back, what is not seen yet is waited for. Errors: those of
/// connect/client.h; malformed (the journal).
Task<Result<plan::Plan>> plan_undo(const RecordedRun& recorded, connect::Client& target,
                                   net::Transport& transport, Clock& clock, Force force,
                                   Progress& progress);

}  // namespace flowferry::apply
