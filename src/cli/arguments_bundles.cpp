#include "cli/arguments_bundles.h"

#include <CLI/CLI.hpp>

#include "cli/options.h"

namespace flowferry::cli {

void BundleCommands::add_to(CLI::App& app, CommonArguments& common) {
  pull_app_ =
      app.add_subcommand("pull", "Write an environment into a bundle: a folder made for git");
  pull_app_->add_option("ENV", pull_.environment, "Environment, or the folder of a bundle")
      ->required()
      ->type_name("ENV");
  pull_app_->add_option("DIR", pull_.folder, "The bundle's folder; made where it is not there")
      ->required()
      ->type_name("DIR");
  pull_app_->add_flag("--prune", pull_.prune, "Remove the files of flows that are gone");
  add_selection(*pull_app_, pull_.include, pull_.exclude,
                "Only flows and modules that match, as in plan; the files of others stay");
  add_common(*pull_app_, common);
  examples(*pull_app_,
           "  flowferry pull dev ./connect && git -C ./connect diff\n"
           "  flowferry migrate --from ./connect --to prod");

  inventory_app_ = app.add_subcommand("inventory", "What an environment has: names, ids, types");
  inventory_app_
      ->add_option("ENV", inventory_.environment, "Environment, or the folder of a bundle")
      ->required()
      ->type_name("ENV");
  add_repeated(*inventory_app_, "--kind", inventory_.kinds,
               "Only this kind, such as queue; may be repeated", "KIND");
  add_common(*inventory_app_, common);
  examples(*inventory_app_,
           "  flowferry inventory prod --kind queue\n"
           "  flowferry inventory ./connect --json");
}

bool BundleCommands::take(Arguments& out) const {
  if (pull_app_->parsed()) {
    out.command = pull_;
  } else if (inventory_app_->parsed()) {
    out.command = inventory_;
  } else {
    return false;
  }
  return true;
}

}  // namespace flowferry::cli
