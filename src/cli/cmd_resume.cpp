#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/writing.h"

namespace flowferry::cli {
namespace {

/// What the user wants done with flows and modules that somebody changed: on the command line, or
/// asked.
class Decisions {
 public:
  explicit Decisions(const ResumeArguments& arguments) : arguments_(arguments) {}

  apply::Decision operator()(const plan::Node& node) const {
    if (const auto found = asked_.find(key(node)); found != asked_.end()) return found->second;
    const auto matches = [&](const std::string& pattern) {
      return pattern == node.name || matches_pattern(pattern, node.name);
    };
    if (std::any_of(arguments_.leave.begin(), arguments_.leave.end(), matches)) {
      return apply::Decision::leave;
    }
    if (std::any_of(arguments_.overwrite.begin(), arguments_.overwrite.end(), matches)) {
      return apply::Decision::overwrite;
    }
    return apply::Decision::none;
  }

  /// Asks about each conflict of a run that ended. false: there is none, or the user wants to stop.
  bool ask(const plan::Plan& plan, const apply::RunOutcome& outcome, const Context& context) {
    bool any = false;
    for (std::size_t i = 0; i < outcome.operations.size(); ++i) {
      const auto& error = outcome.operations[i].error;
      if (!error || error->kind != ErrorKind::conflict) continue;
      const plan::Node& node = plan.nodes[plan.operations[i].node];
      if (asked_.contains(key(node))) continue;  // What was decided did not help.
      const bool gone = error->code == "deleted-since-plan";
      const std::string answer = context.ask(fmt::format(
          "\n{} \"{}\": {}\"leave\" goes on without writing it, anything else stops here:",
          label(node.kind), printable(node.name),
          gone ? "" : "\"overwrite\" writes what the plan wants over it, "));
      const bool overwrite = answer == "overwrite" && !gone;
      if (!overwrite && answer != "leave") return false;
      asked_[key(node)] = overwrite ? apply::Decision::overwrite : apply::Decision::leave;
      any = true;
    }
    return any;
  }

 private:
  using Key = std::tuple<ResourceKind, std::string, std::string>;
  static Key key(const plan::Node& node) { return {node.kind, node.name, node.type}; }

  const ResumeArguments& arguments_;
  std::map<Key, apply::Decision> asked_;
};

}  // namespace

int run_resume(const ResumeArguments& arguments, Context& context) {
  const SteadyTime started = system_clock().steady();
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), {.command = "resume"});
  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  pipeline::ApplyOptions options = apply_options("resume", context);
  options.take_over = arguments.take_over;
  Decisions decisions(arguments);
  options.decide = [&decisions](const plan::Node& node) { return decisions(node); };
  std::string run = arguments.run;
  for (;;) {
    plan::Plan plan;
    auto result =
        session.loop().run(pipeline::resume_run(session, run, options, context.progress(), plan));
    if (!result && plan.nodes.empty())
      return context.fail_with(result.error(), {.command = "resume"});
    const int status = end_of_run("resume", plan, session, result, seconds_since(started), context);
    const bool may_ask = result && context.can_ask() && !arguments.yes && !context.common().json &&
                         !session.loop().cancelled();
    if (!may_ask || !decisions.ask(plan, result->outcome, context)) return status;
    run = result->run;
  }
}

}  // namespace flowferry::cli
