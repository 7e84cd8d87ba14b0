#include "cli/writing.h"

#include <fmt/format.h>
#include <signal.h>

#include <cstdlib>

#include <algorithm>

#include "cli/exit_status.h"
#include "pipeline/process.h"
#include "report/text.h"

namespace flowferry::cli {
namespace {

/// Tests end the program as kill -9 would at a point that no test can hit from outside:
/// FLOWFERRY_TEST_KILL=before-send:3 or before-commit:3, the third time it is reached.
std::function<void(std::string_view)> test_kill() {
  const char* wish = std::getenv("FLOWFERRY_TEST_KILL");
  if (wish == nullptr) return {};
  const std::string_view text(wish);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string point(text.substr(0, colon));
  const long last = std::strtol(wish + colon + 1, nullptr, 10);
  return [point, last, reached = 0L](std::string_view here) mutable {
    if (here == point && ++reached == last) ::raise(SIGKILL);
  };
}

}  // namespace

double seconds_since(SteadyTime started) {
  return std::chrono::duration<double>(system_clock().steady() - started).count();
}

plan::Cost cost_of(const plan::Plan& plan, pipeline::Session& session) {
  return plan::cost_of(plan, [&](const std::string& operation) {
    const aws::Quota quota = session.quota(operation);
    return plan::Pace{quota.rate, quota.burst, quota.certainty == aws::Certainty::known};
  });
}

void show_plan(const plan::Plan& plan, pipeline::Session& session, const Context& context) {
  if (context.common().json) return;
  context.print(report::plan_text(plan, cost_of(plan, session), context.out_style()));
}

namespace {

/// The plan has told each of them, on standard output; a log of errors alone gets this.
int problems_stop(const std::string& command, const plan::Plan& plan, const Context& context) {
  const auto count =
      std::count_if(plan.findings.begin(), plan.findings.end(),
                    [](const Finding& finding) { return finding.severity == Severity::error; });
  Error error;
  error.kind = ErrorKind::refused;
  error.message =
      fmt::format("the plan has {} problem{}, so nothing is written", count, count == 1 ? "" : "s");
  error.hint = "solve what the plan lists";
  if (command != "undo") error.hint += ", or leave those flows out with --exclude";
  context.complain(error);
  return k_error;
}

}  // namespace

int end_of_planning(const std::string& command, const plan::Plan& plan, pipeline::Session& session,
                    double seconds, Context& context) {
  if (context.common().json) {
    report::Summary summary;
    summary.command = command;
    summary.plan = &plan;
    summary.statistics = &session.statistics();
    summary.cost = cost_of(plan, session);
    summary.seconds = seconds;
    context.print(report::summary_json(summary).dump_pretty() + "\n");
  }
  if (plan.has_problems()) return problems_stop(command, plan, context);
  return plan.empty() ? k_ok : k_pending;
}

pipeline::ApplyOptions apply_options(const std::string& command, const Context& context) {
  pipeline::ApplyOptions options;
  options.journal = context.journal();
  options.command = command;
  options.user = context.user();
  options.host = pipeline::host_name();
  options.lock_folder = context.lock_folder();
  options.typed = [&context](std::string line) { return context.typed(std::move(line)); };
  options.at_point = test_kill();
  return options;
}

int end_of_run(const std::string& command, const plan::Plan& plan, pipeline::Session& session,
               const Result<pipeline::ApplyResult>& result, double seconds, Context& context) {
  report::Summary summary;
  summary.command = command;
  summary.plan = &plan;
  summary.statistics = &session.statistics();
  summary.cost = cost_of(plan, session);
  summary.seconds = seconds;
  if (!result) return context.fail_with(result.error(), summary);
  summary.run = result->run;
  summary.outcome = &result->outcome;
  if (context.common().json) {
    context.print(report::summary_json(summary).dump_pretty() + "\n");
    if (result->outcome.stopped) context.complain(*result->outcome.stopped);
    if (result->outcome.journal_error) context.complain(*result->outcome.journal_error);
  } else {
    const std::string go_on = context.typed("flowferry resume " + result->run);
    context.print(report::outcome_text(plan, result->outcome, result->run, go_on, seconds,
                                       context.out_style()));
  }
  return result->outcome.complete() ? k_ok : k_error;
}

int carry_out(const std::string& command, const plan::Plan& plan, pipeline::Session& session,
              pipeline::ApplyOptions options, bool yes, SteadyTime started, Context& context) {
  if (!plan.target.origin.empty()) {
    Error error;
    error.kind = ErrorKind::refused;
    error.message = fmt::format("the target \"{}\" is {}, and nothing is applied to a folder",
                                plan.to, plan.target.origin);
    error.hint =
        fmt::format("to bring \"{}\" into it, pull: flowferry pull {} DIR", plan.from, plan.from);
    report::Summary summary;
    summary.command = command;
    summary.plan = &plan;
    summary.statistics = &session.statistics();
    return context.fail_with(error, summary);
  }
  show_plan(plan, session, context);
  if (plan.has_problems()) {
    return end_of_planning(command, plan, session, seconds_since(started), context);
  }
  if (plan.empty()) {
    if (context.common().json)
      return end_of_planning(command, plan, session, seconds_since(started), context);
    context.print("Nothing to do: the target is as desired.\n");
    return k_ok;
  }
  if (!yes) {
    if (!context.can_ask()) {
      Error error;
      error.kind = ErrorKind::refused;
      error.message = "there is no terminal to ask whether this plan is to be carried out";
      error.hint = "look at the plan, then run again with --yes";
      report::Summary summary;
      summary.command = command;
      summary.plan = &plan;
      summary.statistics = &session.statistics();
      summary.seconds = seconds_since(started);
      return context.fail_with(error, summary);
    }
    if (!context.confirm(fmt::format("\nWrite this to \"{}\"?", plan.to))) {
      context.say("Nothing was written.\n");
      return k_error;
    }
  }
  auto result = session.loop().run(
      pipeline::apply_plan(session, plan, std::move(options), context.progress()));
  return end_of_run(command, plan, session, result, seconds_since(started), context);
}

pipeline::PlanOptions options_of(const PlanArguments& arguments, const Context& context) {
  pipeline::PlanOptions out;
  out.from = arguments.from;
  out.to = arguments.to;
  out.include = arguments.include;
  out.exclude = arguments.exclude;
  out.with_dependencies = arguments.with_dependencies;
  out.accept_renames = arguments.accept_renames;
  out.journal = context.journal();
  out.module_versions = module_versions_of(arguments.module_versions);
  out.ignore_limits = arguments.ignore_limits;
  return out;
}

std::optional<mapping::ModuleVersions> module_versions_of(const std::string& word) {
  if (word.empty()) return std::nullopt;
  return word == "follow" ? mapping::ModuleVersions::follow : mapping::ModuleVersions::keep;
}

}  // namespace flowferry::cli
