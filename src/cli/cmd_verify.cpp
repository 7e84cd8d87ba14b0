#include <set>

#include "apply/undo.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/writing.h"
#include "flow/comparison_words.h"
#include "mapping/flow_pattern.h"
#include "pipeline/verifying.h"
#include "report/diff_text.h"
#include "report/text.h"

namespace flowferry::cli {
namespace {

/// Options that select what a run wrote: its environments unless others are named, and patterns.
Result<pipeline::PlanOptions> limited_to(const std::string& run, pipeline::PlanOptions options,
                                         Context& context) {
  auto journal = apply::Journal::open_existing(context.journal());
  if (!journal) return fail(std::move(journal).error());
  auto recorded = apply::read_run(**journal, run);
  if (!recorded) return fail(std::move(recorded).error());
  std::set<std::string> out;
  for (const auto& operation : recorded->operations) {
    if (operation.sequence >= recorded->plan.operations.size()) continue;
    const plan::Node& node =
        recorded->plan.nodes[recorded->plan.operations[operation.sequence].node];
    out.insert(mapping::pattern_for_name(node.source_name.empty() ? node.name : node.source_name));
  }
  if (out.empty()) return fail(ErrorKind::not_found, "run " + run + " wrote nothing");
  options.include.assign(out.begin(), out.end());
  if (options.from.empty()) options.from = recorded->run.from;
  if (options.to.empty()) options.to = recorded->run.to;
  return options;
}

/// Of flows that both sides have, what differs.
std::string differences_text(const pipeline::Verification& verification,
                             const report::Style& style) {
  report::DiffView view = report::diff_view(verification.comparison, report::Layout::hidden);
  std::erase_if(view.flows,
                [](const report::DiffFlow& flow) { return flow.sign != report::Sign::changed; });
  return report::diff_flows_text(view, style);
}

json::Value differences_json(const pipeline::Verification& verification) {
  json::Value out = json::Value::array();
  for (const auto& flow : verification.comparison.flows) {
    if (!flow.content) continue;
    for (const flow::PlacedLine& line : flow::listed(*flow.content)) {
      out.push(json::Value::object({{"kind", to_string(flow.kind)},
                                    {"name", flow.right_name},
                                    {"action", line.action},
                                    {"action_type", line.type},
                                    {"path", line.place},
                                    {"source", line.left},
                                    {"target", line.right}}));
    }
  }
  return out;
}

}  // namespace

int run_verify(const VerifyArguments& arguments, Context& context) {
  const SteadyTime started = system_clock().steady();
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), {.command = "verify"});
  pipeline::PlanOptions options = options_of(arguments.plan, context);
  if (!arguments.run.empty()) {
    auto limited = limited_to(arguments.run, std::move(options), context);
    if (!limited) return context.fail_with(limited.error(), {.command = "verify"});
    options = std::move(*limited);
  }
  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  auto verified =
      session.loop().run(pipeline::verify(session, std::move(options), context.progress()));
  if (!verified) {
    return context.fail_with(verified.error(),
                             {.command = "verify", .statistics = &session.statistics()});
  }
  if (context.common().json) {
    report::Summary summary;
    summary.command = "verify";
    summary.plan = &verified->plan;
    summary.statistics = &session.statistics();
    summary.seconds = seconds_since(started);
    json::Value out = report::summary_json(summary);
    out.set("differences", differences_json(*verified));
    context.print(out.dump_pretty() + "\n");
  } else {
    context.print(report::plan_text(verified->plan, plan::Cost{}, context.out_style()));
    context.print(differences_text(*verified, context.out_style()));
    context.print(verified->plan.empty() && !verified->plan.has_problems()
                      ? "The target agrees with the source.\n"
                      : "The target differs from the source.\n");
  }
  if (verified->plan.has_problems()) return k_error;
  return verified->plan.empty() ? k_ok : k_pending;
}

}  // namespace flowferry::cli
