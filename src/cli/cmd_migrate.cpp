#include <fmt/format.h>

#include "base/files.h"
#include "base/shell.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/output.h"
#include "cli/rehearsing.h"
#include "cli/writing.h"
#include "pipeline/reading.h"
#include "plan/guards.h"
#include "plan/plan_file.h"
#include "report/plan_markdown.h"

namespace flowferry::cli {
namespace {

/// Asks on the terminal, before anything is read, whether an unfinished run on the same environment
/// is to be gone on with. Returns the exit status if the command ends with the answer; notes in
/// `arguments` if the run is to be left behind.
std::optional<int> offer_to_resume(MigrateArguments& arguments, Context& context) {
  const bool may_ask = context.can_ask() && !arguments.yes && !arguments.dry_run &&
                       !arguments.new_run && !context.common().json;
  if (!may_ask) return std::nullopt;
  const auto found = pipeline::unfinished_run(
      context.journal(), [&](const apply::RunRecord& run) { return run.to == arguments.plan.to; });
  if (!found) return context.fail_with(found.error(), {.command = "migrate"});
  if (!*found) return std::nullopt;
  const apply::RunRecord& run = **found;
  const std::string answer = context.ask(fmt::format(
      "Run {} to \"{}\", started {} by {}, did not end. Go on with it? \"yes\" resumes it, \"new\" "
      "leaves it behind and makes a new plan, anything else stops:",
      run.id, printable(run.to), run.started, printable(run.user)));
  if (answer == "yes") return run_resume(ResumeArguments{.run = run.id}, context);
  arguments.new_run = answer == "new";
  if (arguments.new_run) return std::nullopt;
  context.say("Nothing was written.\n");
  return k_error;
}

/// An unfinished run on the same target comes first: nobody should plan over a half-done one
/// unawares.
std::optional<Error> unfinished(const plan::Plan& plan, const Context& context) {
  auto found = pipeline::unfinished_run(context.journal(), [&](const apply::RunRecord& run) {
    return run.target_arn == plan.target.arn;
  });
  if (!found) return found.error();
  if (!*found) return std::nullopt;
  const apply::RunRecord& run = **found;
  Error error;
  error.kind = ErrorKind::refused;
  error.message = fmt::format("run {} of {} on this target did not end ({})", run.id, run.started,
                              to_string(run.state));
  error.hint = fmt::format("go on with it: {}; or take it back: {}; or leave it behind: --new-run",
                           context.typed("flowferry resume " + run.id),
                           context.typed("flowferry undo " + run.id));
  return error;
}

}  // namespace

int run_migrate(const MigrateArguments& given, Context& context) {
  const SteadyTime started = system_clock().steady();
  MigrateArguments arguments = given;
  if (const auto status = offer_to_resume(arguments, context)) return *status;
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), {.command = "migrate"});
  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  auto plan = session.loop().run(
      pipeline::make_plan(session, options_of(arguments.plan, context), context.progress()));
  if (!plan) {
    report::Summary summary;
    summary.command = "migrate";
    summary.statistics = &session.statistics();
    return context.fail_with(plan.error(), summary);
  }
  if (arguments.dry_run) {
    show_plan(*plan, session, context);
    return end_of_planning("migrate", *plan, session, seconds_since(started), context);
  }
  if (!arguments.new_run && !plan->empty()) {
    if (const auto error = unfinished(*plan, context)) {
      report::Summary summary;
      summary.command = "migrate";
      summary.statistics = &session.statistics();
      return context.fail_with(*error, summary);
    }
  }
  if (arguments.rehearse && !plan->empty() && !plan->has_problems()) {
    auto rehearsal = rehearse_plan(*plan, options_of(arguments.plan, context), session,
                                   seconds_since(started), context);
    report::Summary summary;
    summary.command = "migrate";
    summary.statistics = &session.statistics();
    if (!rehearsal) return context.fail_with(rehearsal.error(), summary);
    if (!rehearsal->passed()) {
      Error error;
      error.kind = ErrorKind::refused;
      error.message = "the rehearsal did not pass, so nothing was written";
      error.hint = "solve what it found, then plan again";
      return context.fail_with(error, summary);
    }
  }
  return carry_out("migrate", *plan, session, apply_options("migrate", context), arguments.yes,
                   started, context);
}

int run_plan(const PlanArguments& arguments, Context& context) {
  const SteadyTime started = system_clock().steady();
  if (const auto usable = check_output(arguments.output); !usable) {
    return context.fail_with(usable.error(), {.command = "plan"});
  }
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), {.command = "plan"});
  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  auto plan = session.loop().run(
      pipeline::make_plan(session, options_of(arguments, context), context.progress()));
  if (!plan) {
    report::Summary summary;
    summary.command = "plan";
    summary.statistics = &session.statistics();
    return context.fail_with(plan.error(), summary);
  }
  if (arguments.format == "markdown" && !context.common().json)
    context.print(report::plan_markdown(*plan, cost_of(*plan, session)));
  else
    show_plan(*plan, session, context);
  if (!arguments.output.empty()) {
    const auto text = [&](const Sink& sink) { return plan::write_plan(*plan, sink); };
    if (auto written = write_output(arguments.output, text); !written) {
      return context.fail_with(written.error(), {.command = "plan", .plan = &*plan});
    }
    context.say(fmt::format("The plan was written to {}. Apply it with: {}\n", arguments.output,
                            context.typed("flowferry apply " + shell_word(arguments.output))));
  }
  return end_of_planning("plan", *plan, session, seconds_since(started), context);
}

int run_apply(const ApplyArguments& arguments, Context& context) {
  const SteadyTime started = system_clock().steady();
  auto text = read_file(arguments.file);
  if (!text)
    return context.fail_with(std::move(text).error().during("reading the plan"),
                             {.command = "apply"});
  auto plan = plan::read_plan(*text);
  if (!plan) {
    return context.fail_with(std::move(plan).error().about(arguments.file), {.command = "apply"});
  }
  std::string().swap(*text);  // As large as the plan, which has all of it.
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), {.command = "apply"});
  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  // The plan may be older than the configuration's protection and limits.
  const auto scope = session.config().scope(plan->from, plan->to);
  plan::check_protected(*plan, scope.protect);
  if (!plan->limits_ignored && !arguments.ignore_limits) plan::check_limits(*plan, scope.limits);
  return carry_out("apply", *plan, session, apply_options("apply", context), arguments.yes, started,
                   context);
}

}  // namespace flowferry::cli
