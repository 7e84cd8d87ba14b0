#include "cli/rehearsing.h"

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/writing.h"
#include "pipeline/reading.h"
#include "report/text.h"
#include "simulator/copy.h"

namespace flowferry::cli {
namespace {

class Copy final : public pipeline::SimulatedCopy {
 public:
  explicit Copy(std::unique_ptr<simulator::RunningCopy> running) : running_(std::move(running)) {}
  std::string origin() const override { return running_->origin(); }
  aws::Credentials credentials(const std::string& account) const override {
    const auto keys = running_->account(account);
    aws::Credentials out;
    out.access_key_id = keys.access_key_id;
    out.secret_access_key = keys.secret_access_key;
    out.source = "simulated copy";
    return out;
  }

 private:
  std::unique_ptr<simulator::RunningCopy> running_;
};

Result<std::unique_ptr<pipeline::SimulatedCopy>> make_copy(const Snapshot& source,
                                                           const Snapshot& target) {
  std::vector<const Snapshot*> instances{&target};
  if (source.instance.origin.empty()) instances.insert(instances.begin(), &source);
  auto running = simulator::RunningCopy::start(instances, system_clock());
  if (!running) return fail(std::move(running).error());
  return std::unique_ptr<pipeline::SimulatedCopy>(std::make_unique<Copy>(std::move(*running)));
}

std::string rehearsal_text(const plan::Plan& plan, const pipeline::Rehearsal& rehearsal,
                           double seconds, const report::Style& style) {
  std::string out;
  if (!rehearsal.outcome.complete()) {
    out += report::outcome_text(plan, rehearsal.outcome, rehearsal.run, {}, seconds, style);
  }
  if (rehearsal.passed()) {
    out += report::tinted(style, report::Tone::good, "The rehearsal passed") +
           ": on a simulated copy of the target every operation worked, what was written was read "
           "back, and a second "
           "plan had nothing left to do.\n";
  } else {
    out += report::tinted(style, report::Tone::bad, "The rehearsal did not pass") +
           ": nothing was written to the real target.\n";
    if (!rehearsal.second.empty() || rehearsal.second.has_problems()) {
      out += "Left to do after it:\n" + report::plan_text(rehearsal.second, plan::Cost{}, style);
    }
  }
  out += "What a rehearsal cannot know:\n";
  for (const std::string& line : pipeline::beyond_rehearsal()) out += "  - " + line + "\n";
  return out;
}

}  // namespace

Result<pipeline::Rehearsal> rehearse_plan(const plan::Plan& plan,
                                          const pipeline::PlanOptions& options,
                                          pipeline::Session& session, double seconds,
                                          Context& context) {
  context.progress().set_forecast({});  // The copy has no quotas, and a session of its own.
  context.progress().set_rehearsing(true);
  auto rehearsal = pipeline::rehearse(session, plan, options, make_copy, context.progress());
  context.progress().set_rehearsing(false);
  context.watch(session);
  if (!rehearsal) return rehearsal;
  const std::string text = rehearsal_text(
      plan, *rehearsal, seconds, context.common().json ? context.err_style() : context.out_style());
  if (context.common().json) {
    context.say(text);
  } else {
    context.print(text);
  }
  return rehearsal;
}

int run_rehearse(const RehearseArguments& arguments, Context& context) {
  const SteadyTime started = system_clock().steady();
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), {.command = "rehearse"});
  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  const pipeline::PlanOptions options = options_of(arguments.plan, context);
  auto plan = session.loop().run(pipeline::make_plan(session, options, context.progress()));
  report::Summary summary;
  summary.command = "rehearse";
  summary.statistics = &session.statistics();
  if (!plan) return context.fail_with(plan.error(), summary);
  show_plan(*plan, session, context);
  summary.plan = &*plan;
  if (plan->has_problems())
    return end_of_planning("rehearse", *plan, session, seconds_since(started), context);
  auto rehearsal = rehearse_plan(*plan, options, session, seconds_since(started), context);
  if (!rehearsal) return context.fail_with(rehearsal.error(), summary);
  if (context.common().json) {
    summary.outcome = &rehearsal->outcome;
    summary.seconds = seconds_since(started);
    json::Value out = report::summary_json(summary);
    out.set("passed", rehearsal->passed());
    out.set("left", static_cast<std::uint64_t>(rehearsal->second.operations.size()));
    out.set("not_known", json::Value::array(pipeline::beyond_rehearsal()));
    context.print(out.dump_pretty() + "\n");
  }
  return rehearsal->passed() ? k_ok : k_error;
}

}  // namespace flowferry::cli
