// pipeline/applying.h
//
// The second half of a migration: a plan carried out as a run of the journal.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "apply/executor.h"
#include "apply/undo.h"
#include "pipeline/session.h"
#include "plan/plan.h"

namespace flowferry::pipeline {

struct ApplyOptions {
  std::filesystem::path journal = ".flowferry/journal.db";
  std::string command;  ///< "migrate", "apply": for the record.
  std::string of_run;   ///< Of an undo: the run it takes back.
  std::string user;     ///< Who runs it, for the record.
  std::string host;
  /// A command as it is to be typed to act on this journal, for messages; null: as it is.
  std::function<std::string(std::string command)> typed;
  /// What the user decided about flows and modules that somebody changed (apply/executor.h).
  std::function<apply::Decision(const plan::Node&)> decide;
  std::filesystem::path lock_folder;  ///< Shared by this user's runs (pipeline/target_lock.h).
  bool take_over = false;             ///< The lock of another host: the user says that it is gone.
  std::function<void(std::string_view point)> at_point;  ///< Of tests (apply/executor.h).
};

struct ApplyResult {
  std::string run;  ///< Id in the journal.
  apply::RunOutcome outcome;
};

/// Carries out `plan`. Opens its target environment, if that was not done yet, and checks that it
/// still is the instance the plan was made for. Errors: refused (the plan has problems, another
/// instance, the target is locked by another run), io (no journal: nothing is written). Failures of
/// single operations are in the outcome.
Task<Result<ApplyResult>> apply_plan(Session& session, const plan::Plan& plan, ApplyOptions options,
                                     apply::Observer& observer);

/// Goes on with a run that did not end: `run` is its id, or empty for the newest one that can be
/// resumed. Errors: as apply_plan(), and not_found (no such run, nothing to resume). `plan`
/// receives the run's plan.
Task<Result<ApplyResult>> resume_run(Session& session, std::string run, ApplyOptions options,
                                     apply::Observer& observer, plan::Plan& plan);

/// Opens the target that a recorded run wrote to, and plans the way back (apply/undo.h). Errors: as
/// apply_plan().
Task<Result<plan::Plan>> plan_undo(Session& session, const apply::RecordedRun& recorded,
                                   apply::Force force, apply::Wait wait, Progress& progress);

/// Whether a run can be resumed: it did not end well, and its process is gone.
bool can_resume(const apply::RunRecord& run);

/// The run among `runs` after which there is nothing to go on with in `run`: it took that back, or
/// it took back in its place what that, an undo, was to take back. Null: there is none.
const apply::RunRecord* closed_by(const std::vector<apply::RunRecord>& runs,
                                  const apply::RunRecord& run);

/// The newest of the runs that `on_target` says are on the target in question, if it can be
/// resumed; or nothing: a later run that ended well has overtaken older ones. Errors: those of the
/// journal.
Result<std::optional<apply::RunRecord>> unfinished_run(
    const std::filesystem::path& journal,
    const std::function<bool(const apply::RunRecord&)>& on_target);

}  // namespace flowferry::pipeline
