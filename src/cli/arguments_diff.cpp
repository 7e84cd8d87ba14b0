#include "cli/arguments_diff.h"

#include <CLI/CLI.hpp>

#include "cli/options.h"

namespace flowferry::cli {

void DiffCommand::add_to(CLI::App& app, CommonArguments& common) {
  app_ = app.add_subcommand(
      "diff", "Compare two environments by meaning, block by block: status 2 if they differ");
  app_->add_option("LEFT", arguments_.left, "Environment, or the folder of a bundle (-)")
      ->required()
      ->type_name("ENV");
  app_->add_option("RIGHT", arguments_.right, "Likewise (+)")->required()->type_name("ENV");
  add_selection(*app_, arguments_.include, arguments_.exclude);
  app_->add_flag("--layout", arguments_.layout,
                 "Show also what moved in the designer, and identifiers that were renewed");
  app_->add_flag("--no-mapping", arguments_.no_mapping,
                 "Compare names as they are, without the configuration's renames, pins and "
                 "replacements");
  add_module_versions(*app_, arguments_.module_versions);
  add_format(*app_, arguments_.format, {"text", "json", "markdown", "html"}, common);
  add_output(*app_, arguments_.output);
  add_common(*app_, common);
  examples(*app_,
           "  flowferry diff dev prod\n"
           "  flowferry diff dev prod --include 'VIP*' --layout\n"
           "  flowferry diff dev prod --format markdown -o comment.md   # for a pull request\n"
           "  flowferry diff dev prod --format html -o diff.html\n"
           "\nExit status: 0 no differences, 2 differences, 1 an error or a flow that cannot be "
           "compared.");
}

bool DiffCommand::take(Arguments& out) const {
  if (!app_->parsed()) return false;
  DiffArguments arguments = arguments_;
  if (arguments.format.empty()) arguments.format = out.common.json ? "json" : "text";
  out.common.json = out.common.json || arguments.format == "json";
  out.command = std::move(arguments);
  return true;
}

}  // namespace flowferry::cli
