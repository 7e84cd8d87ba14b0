#include <fmt/format.h>

#include <set>

#include "apply/undo.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/writing.h"
#include "mapping/flow_pattern.h"
#include "pipeline/verifying.h"
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

std::string differences_text(const pipeline::Verification& verification,
                             const report::Style& style) {
  std::string out;
  for (const auto& entry : verification.contents) {
    const plan::Node& node = verification.plan.nodes[entry.node];
    out += report::tinted(style, report::Tone::strong,
                          fmt::format("{} \"{}\"", label(node.kind), printable(node.name))) +
           "\n";
    for (const auto& difference : entry.differences) {
      std::string place = difference.action.empty()
                              ? ""
                              : fmt::format("block \"{}\"", printable(difference.action));
      if (!difference.type.empty()) place += " (" + printable(difference.type) + ")";
      if (!difference.path.empty())
        place += (place.empty() ? "" : " ") + printable(difference.path);
      out += "    " + place + "\n";
      if (!difference.left.empty()) out += "      source: " + difference.left + "\n";
      if (!difference.right.empty()) out += "      target: " + difference.right + "\n";
    }
  }
  return out;
}

json::Value differences_json(const pipeline::Verification& verification) {
  json::Value out = json::Value::array();
  for (const auto& entry : verification.contents) {
    const plan::Node& node = verification.plan.nodes[entry.node];
    for (const auto& difference : entry.differences) {
      out.push(json::Value::object({{"kind", to_string(node.kind)},
                                    {"name", node.name},
                                    {"action", difference.action},
                                    {"action_type", difference.type},
                                    {"path", difference.path},
                                    {"source", difference.left},
                                    {"target", difference.right}}));
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
