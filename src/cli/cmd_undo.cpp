#include <fmt/format.h>

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
      return fail(ErrorKind::refused,
                  "the newest run, " + run + ", is itself an undo of run " + taken_back,
                  "to have back what it took: flowferry undo " + run +
                      "; for another run, name it: flowferry runs");
    }
  }
  auto recorded = apply::read_run(**journal, run);
  if (!recorded) return fail(std::move(recorded).error());
  if (recorded->run.state == apply::RunState::running && !pipeline::can_resume(recorded->run)) {
    return fail(ErrorKind::refused, "run " + run + " is still running",
                "wait until it has ended, or stop it, then undo it");
  }
  return recorded;
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
      context.progress()));
  if (!plan)
    return context.fail_with(plan.error(),
                             {.command = "undo", .statistics = &session.statistics()});
  if (!context.common().json) {
    context.print(fmt::format("To take back run {} ({}, {}):\n\n", recorded->run.id,
                              recorded->run.command, recorded->run.started));
  }
  if (arguments.dry_run) {
    show_plan(*plan, session, context);
    return end_of_planning("undo", *plan, session, seconds_since(started), context);
  }
  pipeline::ApplyOptions options = apply_options("undo", context);
  options.of_run = recorded->run.id;
  return carry_out("undo", *plan, session, std::move(options), arguments.yes, started, context);
}

}  // namespace flowferry::cli
