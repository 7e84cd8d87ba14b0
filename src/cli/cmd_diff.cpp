#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/output.h"
#include "cli/writing.h"
#include "pipeline/comparing.h"
#include "report/diff_text.h"
#include "report/json.h"

namespace flowferry::cli {
namespace {

std::string formatted(const plan::EnvironmentComparison& comparison, const DiffArguments& arguments,
                      const report::Summary& summary, const report::Style& style) {
  if (arguments.format == "json") {
    json::Value out = report::diff_json(comparison);
    report::add_statistics(out, summary);
    return out.dump_pretty() + "\n";
  }
  const report::DiffView view = report::diff_view(
      comparison, arguments.layout ? report::Layout::shown : report::Layout::hidden);
  if (arguments.format == "markdown") return report::diff_markdown(view);
  if (arguments.format == "html") return report::diff_html(view);
  return report::diff_text(view, style);
}

}  // namespace

int run_diff(const DiffArguments& arguments, Context& context) {
  const SteadyTime started = system_clock().steady();
  if (const auto usable = check_output(arguments.output); !usable) {
    return context.fail_with(usable.error(), {.command = "diff"});
  }
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), {.command = "diff"});
  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  pipeline::CompareOptions options{
      arguments.left,    arguments.right,      arguments.include,
      arguments.exclude, arguments.no_mapping, module_versions_of(arguments.module_versions)};
  auto compared = session.loop().run(
      pipeline::compare_environments(session, std::move(options), context.progress()));
  if (!compared) {
    return context.fail_with(compared.error(),
                             {.command = "diff", .statistics = &session.statistics()});
  }
  const report::Summary summary{
      .command = "diff", .statistics = &session.statistics(), .seconds = seconds_since(started)};
  if (arguments.output.empty()) {
    context.print(formatted(*compared, arguments, summary, context.out_style()));
  } else {
    const report::Style plain;
    auto written = write_output(arguments.output, formatted(*compared, arguments, summary, plain));
    if (!written) return context.fail_with(written.error(), {.command = "diff"});
    context.say(report::diff_view(*compared, report::Layout::hidden).totals + "\n");
  }
  if (compared->has_unclear()) return k_error;
  return compared->differs() ? k_pending : k_ok;
}

}  // namespace flowferry::cli
