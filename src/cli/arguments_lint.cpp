#include "cli/arguments_lint.h"

#include <CLI/CLI.hpp>

#include "cli/options.h"

namespace flowferry::cli {

void LintCommand::add_to(CLI::App& app, CommonArguments& common) {
  app_ = app.add_subcommand(
      "lint", "Look for what the service will refuse and what people regret in flows");
  app_->add_option("ENV", arguments_.environment,
                   "Environment of the configuration, or a folder: a bundle, or exported flows")
      ->type_name("ENV|DIR");
  add_selection(*app_, arguments_.include, arguments_.exclude);
  add_repeated(*app_, "--rule", arguments_.only, "Only this rule; may be repeated", "ID");
  add_format(*app_, arguments_.format, {"text", "json", "markdown", "sarif", "junit"}, common);
  add_output(*app_, arguments_.output);
  app_->add_option("--fail-on", arguments_.fail_on,
                   "Status 2 from this severity on: error, warning, info; or never")
      ->type_name("SEVERITY")
      ->capture_default_str()
      ->check(CLI::IsMember({"error", "warning", "info", "never"}));
  app_->add_flag("--rules", arguments_.rules, "Print the rules and what they are for");
  add_common(*app_, common);
  examples(*app_,
           "  flowferry lint dev\n"
           "  flowferry lint ./connect --fail-on warning\n"
           "  flowferry lint ./connect --format sarif -o lint.sarif --fail-on never\n"
           "  flowferry lint dev --rule phone-hard --rule secret\n"
           "  flowferry lint --rules\n"
           "\nRules are switched off and places excepted under lint: in the configuration "
           "(docs/lint.md).\n"
           "Exit status: 0 nothing found from --fail-on up, 2 something found, 1 an error.");
}

bool LintCommand::take(Arguments& out) const {
  if (!app_->parsed()) return false;
  LintArguments arguments = arguments_;
  if (out.common.json) arguments.format = "json";
  out.common.json = arguments.format == "json";
  out.command = std::move(arguments);
  return true;
}

}  // namespace flowferry::cli
