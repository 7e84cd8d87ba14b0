#include "pipeline/applying.h"

#include <unistd.h>

#include <algorithm>

#include "apply/sent_marks.h"
#include "base/hash.h"
#include "pipeline/process.h"
#include "pipeline/target_lock.h"
#include "plan/plan_file.h"

namespace flowferry::pipeline {
namespace {

std::string typed(const ApplyOptions& options, std::string command) {
  return options.typed ? options.typed(std::move(command)) : command;
}

std::string new_run_id(Session& session) {
  return amz_date(session.clock().now()) + "-" + session.random().uuid().substr(0, 6);
}

TargetLockRequest lock_request(const OpenEnvironment& target, const std::string& run,
                               const ApplyOptions& options) {
  TargetLockRequest request;
  request.target_arn = target.instance().arn;
  request.origin = target.settings.connect.origin;
  request.run = run;
  request.take_over = options.take_over;
  request.typed = options.typed;
  request.folder = options.lock_folder;
  return request;
}

apply::RunRecord record_of(Session& session, const plan::Plan& plan, const ApplyOptions& options) {
  apply::RunRecord run;
  run.id = new_run_id(session);
  run.command = options.command;
  run.of_run = options.of_run;
  run.from = plan.from;
  run.to = plan.to;
  run.source_arn = plan.source.arn;
  run.target_arn = plan.target.arn;
  run.digest = plan.digest;
  run.version = FLOWFERRY_VERSION;
  run.user = options.user;
  run.host = options.host;
  run.pid = ::getpid();
  run.process_start = process_start(run.pid);
  run.started = iso8601(session.clock().now());
  return run;
}

Task<Result<OpenEnvironment*>> open_target(Session& session, const plan::Plan& plan) {
  auto opened = co_await session.open(plan.to);
  if (!opened) co_return fail(std::move(opened).error());
  OpenEnvironment* target = *opened;
  if (target->client == nullptr) {
    co_return fail(ErrorKind::refused,
                   "\"" + plan.to + "\" is a bundle: nothing is applied to a folder",
                   "to bring an environment into it: flowferry pull ENV DIR");
  }
  if (target->instance().arn != plan.target.arn) {
    co_return fail(ErrorKind::refused,
                   "the plan was made for instance " + plan.target.arn + ", and \"" + plan.to +
                       "\" is now " + target->instance().arn,
                   "make a new plan, or correct the environment in the configuration");
  }
  co_return target;
}

/// Runs the plan under a run record that is already in the journal.
Task<Result<ApplyResult>> carry_out(Session& session, OpenEnvironment& target,
                                    apply::Journal& journal, apply::RunRecord run,
                                    const plan::Plan& plan, apply::Earlier earlier,
                                    const ApplyOptions& options, apply::Observer& observer) {
  apply::ExecuteOptions execute;
  execute.run = run.id;
  execute.typed = options.typed;
  execute.decide = options.decide;
  execute.at_point = options.at_point;
  constexpr std::size_t k_log_of_one = 64 << 10;  // An intent and a result, with their contents.
  journal.reserve(plan.operations.size() * k_log_of_one);
  auto marks =
      apply::SentMarks::open(journal.path(), run.id, plan.operations.size(), earlier.operations);
  if (marks) execute.sending = [&marks](std::size_t operation) { marks->mark(operation); };
  apply::Executor executor(plan, *target.client, journal, session.loop(), session.clock(),
                           session.random(), observer, execute);
  auto outcome = co_await executor.run(std::move(earlier));
  run.finished = iso8601(session.clock().now());
  if (outcome.complete()) {
    run.state = apply::RunState::done;
  } else {
    const bool stopped = outcome.cancelled || outcome.stopped;
    run.state = stopped ? apply::RunState::interrupted : apply::RunState::failed;
  }
  if (run.state == apply::RunState::done && !run.of_run.empty()) {
    apply::remove_marks(journal.path(), run.of_run);
  }
  if (outcome.stopped) run.error = one_line(*outcome.stopped);
  if (outcome.journal_error) run.error = one_line(*outcome.journal_error);
  if (auto put = journal.put_run(run); put) {
    auto kept = journal.commit();
    if (!kept && !outcome.journal_error) outcome.journal_error = kept.error();
  }
  co_return ApplyResult{run.id, std::move(outcome)};
}

}  // namespace

bool can_resume(const apply::RunRecord& run) {
  if (run.state == apply::RunState::done) return false;
  if (run.state != apply::RunState::running) return true;
  // "running" in the journal of a process that is gone: it was killed.
  return run.host == host_name() && process_start(run.pid) != run.process_start;
}

const apply::RunRecord* closed_by(const std::vector<apply::RunRecord>& runs,
                                  const apply::RunRecord& run) {
  if (const apply::RunRecord* undo = apply::taken_back_by(runs, run.id)) return undo;
  const bool open_undo = !run.of_run.empty() && run.state != apply::RunState::done;
  return open_undo ? apply::taken_back_by(runs, run.of_run) : nullptr;
}

Task<Result<ApplyResult>> apply_plan(Session& session, const plan::Plan& plan, ApplyOptions options,
                                     apply::Observer& observer) {
  if (plan.has_problems()) {
    co_return fail(ErrorKind::refused, "the plan has problems, so nothing is written",
                   "solve them and make a new plan");
  }
  session.forget_contents();  // The plan has what it needs of them.
  auto opened = co_await open_target(session, plan);
  if (!opened) co_return fail(std::move(opened).error());
  OpenEnvironment& target = **opened;
  auto journal = apply::Journal::open(options.journal);
  if (!journal) co_return fail(std::move(journal).error());
  apply::RunRecord run = record_of(session, plan, options);
  TargetLock lock(**journal);
  auto locked = lock.take(lock_request(target, run.id, options), session.clock());
  if (!locked) co_return fail(std::move(locked).error());
  auto put = (*journal)->put_run(run);
  if (!put) co_return fail(std::move(put).error());
  put = (*journal)->put_plan(run.id,
                             [&plan](const Sink& sink) { return plan::write_plan(plan, sink); });
  if (!put) co_return fail(std::move(put).error());
  auto kept = (*journal)->commit();
  if (!kept) co_return fail(std::move(kept).error());
  (*journal)->checkpoint();
  auto result = co_await carry_out(session, target, **journal, std::move(run), plan,
                                   apply::Earlier{}, options, observer);
  co_return result;
}

Task<Result<plan::Plan>> plan_undo(Session& session, const apply::RecordedRun& recorded,
                                   apply::Force force, apply::Wait wait, Progress& progress) {
  auto opened = co_await open_target(session, recorded.plan);
  if (!opened) co_return fail(std::move(opened).error());
  auto plan = co_await apply::plan_undo(recorded, *(*opened)->client, session.loop(),
                                        session.clock(), force, wait, progress);
  if (plan) plan->created = iso8601(session.clock().now());
  co_return plan;
}

Result<std::optional<apply::RunRecord>> unfinished_run(
    const std::filesystem::path& path,
    const std::function<bool(const apply::RunRecord&)>& on_target) {
  std::error_code code;
  if (!std::filesystem::exists(path, code)) return std::optional<apply::RunRecord>();
  auto journal = apply::Journal::open_existing(path);
  if (!journal) return fail(std::move(journal).error());
  auto runs = (*journal)->runs();
  if (!runs) return fail(std::move(runs).error());
  for (const apply::RunRecord& run : *runs) {
    if (!on_target(run)) continue;
    if (can_resume(run)) return std::optional<apply::RunRecord>(run);
    return std::optional<apply::RunRecord>();
  }
  return std::optional<apply::RunRecord>();
}

namespace {

Result<apply::RunRecord> run_to_resume(apply::Journal& journal, std::string id,
                                       const ApplyOptions& options) {
  const std::string look = "look at them with " + typed(options, "flowferry runs");
  auto runs = journal.runs();
  if (!runs) return fail(std::move(runs).error());
  if (id.empty()) {
    const auto newest = std::find_if(runs->begin(), runs->end(), [&](const apply::RunRecord& run) {
      return can_resume(run) && closed_by(*runs, run) == nullptr;
    });
    if (newest == runs->end()) {
      return fail(ErrorKind::not_found,
                  "there is no run to resume: every run in the journal has ended", look);
    }
    id = newest->id;
  }
  auto found = journal.run(id);
  if (!found) return fail(std::move(found).error());
  if (!*found) {
    return fail(ErrorKind::not_found, "the journal has no run \"" + id + "\"", look);
  }
  if (const apply::RunRecord* undo = closed_by(*runs, **found)) {
    const std::string& taken_back = undo->of_run;
    return fail(ErrorKind::refused,
                "run " + taken_back +
                    (taken_back == id ? "" : ", which run " + id + " takes back,") +
                    " was taken back by run " + undo->id,
                "make a new plan: flowferry migrate");
  }
  if ((*found)->state == apply::RunState::done) {
    return fail(
        ErrorKind::refused, "run " + id + " has ended; there is nothing to resume",
        "take it back with " + typed(options, "flowferry undo " + id) + ", or make a new plan");
  }
  return std::move(**found);
}

}  // namespace

Task<Result<ApplyResult>> resume_run(Session& session, std::string run_id, ApplyOptions options,
                                     apply::Observer& observer, plan::Plan& plan) {
  auto journal = apply::Journal::open_existing(options.journal);
  if (!journal) co_return fail(std::move(journal).error());
  auto run = run_to_resume(**journal, std::move(run_id), options);
  if (!run) co_return fail(std::move(run).error());
  auto read = plan::read_plan(run->plan);
  if (!read)
    co_return fail(std::move(read).error().during("reading run " + run->id + " from the journal"));
  plan = std::move(*read);
  std::string().swap(run->plan);  // Large.
  auto opened = co_await open_target(session, plan);
  if (!opened) co_return fail(std::move(opened).error());
  TargetLock lock(**journal);
  auto locked = lock.take(lock_request(**opened, run->id, options), session.clock());
  if (!locked) co_return fail(std::move(locked).error());
  apply::Earlier earlier;
  earlier.attempted = true;
  auto operations = (*journal)->operations(run->id, apply::Journal::Contents::of_aliases);
  if (!operations) co_return fail(std::move(operations).error());
  earlier.operations = std::move(*operations);
  apply::forget_unsent((*journal)->path(), run->id, plan.operations.size(), earlier.operations);
  auto results = (*journal)->results(run->id);
  if (!results) co_return fail(std::move(results).error());
  earlier.results = std::move(*results);
  run->state = apply::RunState::running;
  run->pid = ::getpid();
  run->process_start = process_start(run->pid);
  run->host = host_name();
  run->finished.clear();
  run->error.clear();
  auto put = (*journal)->put_run(*run);
  if (!put) co_return fail(std::move(put).error());
  auto kept = (*journal)->commit();
  if (!kept) co_return fail(std::move(kept).error());
  auto result = co_await carry_out(session, **opened, **journal, std::move(*run), plan,
                                   std::move(earlier), options, observer);
  co_return result;
}

}  // namespace flowferry::pipeline
