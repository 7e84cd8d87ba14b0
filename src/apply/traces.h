// apply/traces.h
//
// What a recorded run left of each flow and module, as far as the journal knows. Internal to
// undo.cpp.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "apply/alias_record.h"
#include "apply/desired.h"
#include "apply/undo.h"
#include "base/clock.h"

namespace flowferry::apply {

/// What the journal says of one node of the run.
struct Trace {
  enum class Touched {
    no,
    maybe,  ///< Nothing says so, but the run did not end well: only the target knows.
    yes,    ///< Written, or sent without an answer.
  };
  Touched touched = Touched::no;
  bool created = false;  ///< The create is done: `id` is its.
  bool adopted = false;  ///< What a create found and wrote over: `before` is what it was.
  bool removed = false;  ///< A delete was sent.
  std::string id;        ///< Empty: a create without an answer.
  std::string arn;
  std::optional<Flow> before;  ///< Of what was updated or deleted.
  /// What was done about the module's aliases, as far as anything was sent.
  struct Alias {
    plan::OperationType type;
    AliasRecord record;
    bool done;
    SystemTime at;  ///< When it was sent, or answered.
  };
  std::vector<Alias> aliases;
};

/// Errors: malformed (what was there before cannot be read).
Result<std::vector<Trace>> traces_of(const RecordedRun& recorded);

/// Whether a run that is not settled wrote so lately that it may not be seen everywhere.
bool ended_lately(const RecordedRun& recorded, SystemTime now);

/// The records of what was sent, of each node that was not read back.
std::vector<std::vector<const OperationRecord*>> not_read_back(const RecordedRun& recorded);

/// What a run sent and the target does not show.
struct Unseen {
  std::vector<const OperationRecord*> records;
  std::chrono::milliseconds worth_waiting{0};  ///< So long writes of their sort are waited for.
  SystemTime until{};                          ///< From then on it is not there.
};

/// Of node `n`: `there` is what the target shows of it (null: nothing), `written` the run's records
/// of it. Nothing: all is seen, or somebody else changed it since.
Unseen not_seen(const RecordedRun& recorded, const std::vector<Trace>& traces, std::size_t n,
                const std::vector<const OperationRecord*>& written, const Flow* there);

/// `there` as it is when these writes of the run, which wanted `wanted`, are seen too.
Flow with_unseen(Flow there, const plan::Plan& plan,
                 const std::vector<const OperationRecord*>& unseen, const Desired& wanted);

/// What the run was making of node `n`, its holes filled with what it had created.
Desired wanted_by_run(const RecordedRun& recorded, const std::vector<Trace>& traces, std::size_t n);

/// What a create of the run makes first: the stub, or all of it.
Flow first_form(const RecordedRun& recorded, const std::vector<Trace>& traces, std::size_t n);

}  // namespace flowferry::apply
