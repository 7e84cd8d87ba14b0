#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/writing.h"
#include "pipeline/pulling.h"
#include "report/bundle.h"

namespace flowferry::cli {

int run_pull(const PullArguments& arguments, Context& context) {
  const SteadyTime started = system_clock().steady();
  report::Summary summary;
  summary.command = "pull";
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), summary);
  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  summary.statistics = &session.statistics();
  auto pulled =
      session.loop().run(pipeline::pull(session,
                                        {arguments.environment, arguments.folder, arguments.include,
                                         arguments.exclude, arguments.prune},
                                        context.progress()));
  if (!pulled) return context.fail_with(pulled.error(), summary);
  if (context.common().json) {
    summary.seconds = seconds_since(started);
    context.print(
        report::pull_json(arguments.environment, arguments.folder, *pulled, summary).dump_pretty() +
        "\n");
  } else {
    context.print(
        report::pull_text(arguments.environment, arguments.folder, *pulled, context.out_style()));
  }
  return has_errors(pulled->findings) ? k_error : k_ok;
}

}  // namespace flowferry::cli
