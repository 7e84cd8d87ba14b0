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
#include "net/transport.h"
#include "plan/plan.h"

namespace flowferry::apply {

/// A run as the journal has it.
struct RecordedRun {
  RunRecord run;
  plan::Plan plan;
  std::vector<OperationRecord> operations;
  std::vector<NodeResult> results;
  bool taken_back = false;  ///< By an undo that ended well.

  /// Whether nothing of it that is not seen by now can appear: it was all seen at its end.
  bool is_settled() const { return taken_back || run.state == RunState::done; }
};

/// Errors: those of the journal, malformed plans.
Result<RecordedRun> read_run(Journal& journal, const std::string& id);

/// Whether what somebody changed after the run is taken back, too.
enum class Force { no, yes };

/// How long what the run sent lately and the target does not show is waited for.
enum class Wait {
  briefly,      ///< As a run waits for its own writes: seconds.
  until_known,  ///< Until it is seen, or so much time has passed that it is not there.
};

/// Reads what the target has now of everything that the run touched or may have touched, and plans
/// the way back. What somebody changed after the run is left, with whatever it still refers to
/// (Action::skip with the reason, and a finding that shows the three versions), unless `force`.
///
/// A write whose outcome is not known is settled by what is there; after a run that ended in the
/// last minutes without having read it back, what is not seen yet is waited for. What then still
/// may come (connect-api.md 4.9: at worst after minutes) gets its operation all the same, which
/// fails as long as there is nothing to take back and something may come
/// (plan::Node::unsettled_until); where no operation could tell, that is a problem of the plan
/// ("not-known-yet"). So an undo never ends well while anything of the run may still appear.
///
/// Errors: those of connect/client.h; malformed (the journal).
Task<Result<plan::Plan>> plan_undo(const RecordedRun& recorded, connect::Client& target,
                                   net::Transport& transport, Clock& clock, Force force, Wait wait,
                                   Progress& progress);

}  // namespace flowferry::apply
