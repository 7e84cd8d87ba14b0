#include "cli/commands.h"
#include "cli/exit_status.h"
#include "pipeline/config_shape.h"
#include "report/configuration.h"

namespace flowferry::cli {

int run_config(const ConfigArguments& arguments, Context& context) {
  if (arguments.schema) {
    context.print(pipeline::configuration_schema().dump_pretty() + "\n");
    return k_ok;
  }
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), {.command = "config"});
  if (config->path.empty()) {
    Error error;
    error.kind = ErrorKind::config;
    error.message = "there is no flowferry.yaml in this folder";
    error.hint = "write one with your environments (docs/formats.md), or name it with --config";
    return context.fail_with(error, {.command = "config"});
  }
  if (const auto lack = config->find_lack()) {
    return context.fail_with(*lack, {.command = "config"});
  }
  if (context.common().json) {
    context.print(report::configuration_json(*config).dump_pretty() + "\n");
  } else {
    context.print(report::configuration_text(*config, context.out_style()));
  }
  return k_ok;
}

}  // namespace flowferry::cli
