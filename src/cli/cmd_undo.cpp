#include <fmt/format.h>

#include <optional>

#include "apply/undo.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/writing.h"
#include "pipeline/process.h"

namespace flowferry::cli {
namespace {

/// The run that is meant: the named one, or the newest.
Result<apply::RecordedRun> run_to_undo(const std::string& id, Context& context) {
  auto journal = apply::Journal::open_existing(context.journal());
  if (!journal) return fail(std::move(journal).error());
  std::string run = id;
  if (run.empty()) {
    auto runs = (*journal)->runs();
    if (!runs) return fail(std::move(runs).error());
    if (runs->empty())
      return fail(ErrorKind::not_found, "the journal has no runs", "there is nothing to take back");
    run = runs->front().id;
    // Undo twice must not mean redo unawares.
    if (const std::string& taken_back = runs->front().of_run; !taken_back.empty()) {
      if (runs->front().state != apply::RunState::done) {
        return fail(ErrorKind::refused,
                    "the newest run, " + run + ", is an undo of run " + taken_back +
                        ", and is not complete",
                    "go on with it: " + context.typed("flowferry resume " + run) +
                        "; for another run, name it: " + context.typed("flowferry runs"));
      }
      return fail(ErrorKind::refused,
                  "the newest run, " + run + ", is itself an undo of run " + taken_back,
                  "to have back what it took: " + context.typed("flowferry undo " + run) +
                      "; for another run, name it: " + context.typed("flowferry runs"));
    }
  }
  auto recorded = apply::read_run(**journal, run);
  if (!recorded) {
    Error error = std::move(recorded).error();
    if (error.kind == ErrorKind::not_found) {
      error.hint = "look at them with " + context.typed("flowferry runs");
    }
    return fail(std::move(error));
  }
  if (recorded->run.state == apply::RunState::running && !pipeline::can_resume(recorded->run)) {
    return fail(ErrorKind::refused, "run " + run + " is still running",
                "wait until it has ended, or stop it, then undo it");
  }
  return recorded;
}

/// Whether the run was not taken back yet, and the target has nothing of it: somebody's work is not
/// in the way.
bool only_to_be_closed(const apply::RecordedRun& recorded, const plan::Plan& plan,
                       const Context& context) {
  if (!plan.empty() || !plan.findings.empty()) return false;
  auto journal = apply::Journal::open_existing(context.journal());
  const auto runs = journal ? (*journal)->runs() : fail(std::move(journal).error());
  return runs && apply::taken_back_by(*runs, recorded.run.id) == nullptr;
}

/// An undo without writes is recorded as well: the run is no longer one that did not end.
int close_run(const apply::RecordedRun& recorded, const plan::Plan& plan,
              pipeline::Session& session, pipeline::ApplyOptions options, SteadyTime started,
              Context& context) {
  const auto result = session.loop().run(
      pipeline::apply_plan(session, plan, std::move(options), context.progress()));
  if (!result || context.common().json || !result->outcome.complete()) {
    return end_of_run("undo", plan, session, result, seconds_since(started), context);
  }
  context.print(fmt::format(
      "Nothing to take back: the target has nothing of run {}, which is closed now (run {}).\n",
      recorded.run.id, result->run));
  return k_ok;
}

/// Why a run that was taken back is not taken back once more: what is there now is the work of
/// later runs. Nothing: it was not, or it cannot be told.
std::optional<Error> taken_back_before(const apply::RecordedRun& recorded, const Context& context) {
  auto journal = apply::Journal::open_existing(context.journal());
  const auto runs = journal ? (*journal)->runs() : fail(std::move(journal).error());
  if (!runs) return std::nullopt;
  const apply::RunRecord* undo = apply::taken_back_by(*runs, recorded.run.id);
  if (undo == nullptr) return std::nullopt;
  Error error;
  error.kind = ErrorKind::refused;
  error.message = "run " + recorded.run.id + " was taken back by run " + undo->id;
  if (const apply::RunRecord* redo = apply::taken_back_by(*runs, undo->id)) {
    error.message += ", and that by run " + redo->id;
    error.hint = "take that back: " + context.typed("flowferry undo " + redo->id);
  } else {
    error.message += "; what is there now is of later runs";
    error.hint = "name a later run: " + context.typed("flowferry runs") +
                 "; or --force, which takes back what that undo left";
  }
  return error;
}

}  // namespace

int run_undo(const UndoArguments& arguments, Context& context) {
  const SteadyTime started = system_clock().steady();
  auto recorded = run_to_undo(arguments.run, context);
  if (!recorded) return context.fail_with(recorded.error(), {.command = "undo"});
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), {.command = "undo"});
  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  auto plan = session.loop().run(pipeline::plan_undo(
      session, *recorded, arguments.force ? apply::Force::yes : apply::Force::no,
      arguments.wait ? apply::Wait::until_known : apply::Wait::briefly, context.progress()));
  if (!plan)
    return context.fail_with(plan.error(),
                             {.command = "undo", .statistics = &session.statistics()});
  if (!plan->empty() && !arguments.force) {
    if (const auto error = taken_back_before(*recorded, context)) {
      return context.fail_with(*error, {.command = "undo", .statistics = &session.statistics()});
    }
  }
  const bool closes = !arguments.dry_run && only_to_be_closed(*recorded, *plan, context);
  if (!context.common().json && !closes) {
    context.print(fmt::format("To take back run {} ({}, {}):\n\n", recorded->run.id,
                              recorded->run.command, recorded->run.started));
  }
  if (arguments.dry_run) {
    show_plan(*plan, session, context);
    return end_of_planning("undo", *plan, session, seconds_since(started), context);
  }
  pipeline::ApplyOptions options = apply_options("undo", context);
  options.of_run = recorded->run.id;
  if (closes) return close_run(*recorded, *plan, session, std::move(options), started, context);
  return carry_out("undo", *plan, session, std::move(options), arguments.yes, started, context);
}

}  // namespace flowferry::cli
