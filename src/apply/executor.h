// apply/executor.h
//
// Carries out a plan: operations that do not depend on each other side by side, each write recorded
// in the journal before and after its call, each flow or module read back after its last write.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apply/events.h"
#include "apply/journal.h"
#include "apply/visibility.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/task.h"
#include "connect/client.h"
#include "net/transport.h"
#include "plan/plan.h"

namespace flowferry::apply {

/// What a user wants done with a flow or module that is neither as the plan saw it nor as the plan
/// wants it.
enum class Decision {
  none,       ///< Not decided: its operations fail, with both versions.
  overwrite,  ///< Write what the plan wants; what was there is kept in the journal.
  leave,      ///< Leave it; whatever refers to it goes on.
};

struct ExecuteOptions {
  std::string run;             ///< Id of the run in the journal.
  std::size_t in_flight = 16;  ///< Calls under way at most for each API operation.
  /// A command as it is to be typed, for messages; null: as it is.
  std::function<std::string(std::string command)> typed;
  /// Asked about what somebody changed or made since the plan was made; null: none.
  std::function<Decision(const plan::Node&)> decide;
  /// How long what was just written may stay invisible (connect-api.md 4.9: seconds, at worst
  /// minutes).
  std::chrono::milliseconds consistency = k_known_seen;
  /// Called when the intent of an operation of the plan is on disk and its call is about to be
  /// made; null: nobody wants to know.
  std::function<void(std::size_t operation)> sending;
  /// Of tests: called at "before-send" (an intent is on disk, the call comes next) and at
  /// "before-commit" (the call was answered, the journal does not have it yet).
  std::function<void(std::string_view point)> at_point;
};

/// How one operation of the plan ended.
struct OperationOutcome {
  OperationState state = OperationState::planned;
  std::optional<Error> error;        ///< Of a failed one, or of one that was stopped when sent.
  std::size_t cause = plan::k_none;  ///< Of a skipped one: the operation that failed.
  bool written = false;              ///< false: the target was already as desired.
  bool left = false;                 ///< Skipped because the user decided to leave the target's.
};

/// How one flow or module ended.
struct NodeOutcome {
  std::string id;
  std::string arn;
  bool touched = false;    ///< At least one operation of it was done.
  bool verified = false;   ///< Read back, and as desired.
  bool left = false;       ///< The rest of it was left, because the user decided so.
  std::string difference;  ///< What differs after the run; or why it could not be read back.
  std::vector<std::string> places;  ///< The same place by place: what is wanted, and what is there.
};

struct RunOutcome {
  std::vector<OperationOutcome> operations;  ///< As in the plan.
  std::vector<NodeOutcome> nodes;            ///< As in the plan.
  bool cancelled = false;
  std::optional<Error> journal_error;  ///< The journal failed: nothing was written after that.
  /// Why the run was ended although nobody asked: credentials that are no longer good, a service
  /// that cannot be reached. What was not tried is still "planned".
  std::optional<Error> stopped;
  /// Every operation done and every touched node verified.
  bool complete() const;
};

/// What an earlier attempt at the same run left: its journal entries.
struct Earlier {
  bool attempted = false;  ///< There was one. Anything of the plan may have been done then.
  std::vector<OperationRecord> operations;
  std::vector<NodeResult> results;
};

/// One run. References must outlive it.
class Executor {
 public:
  Executor(const plan::Plan& plan, connect::Client& target, Journal& journal,
           net::Transport& transport, Clock& clock, Random& random, Observer& observer,
           ExecuteOptions options);
  ~Executor();

  /// Runs the plan, or what an earlier attempt left of it: whatever the journal does not say is
  /// done is settled by reading the target, never repeated blindly. Never fails as a whole: see
  /// RunOutcome. Once per executor.
  Task<RunOutcome> run(Earlier earlier);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace flowferry::apply
