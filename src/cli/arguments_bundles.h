// cli/arguments_bundles.h
//
// The part of the command line about environments as a whole: pull, inventory. Internal to
// arguments.cpp.
#pragma once

#include "cli/arguments.h"

namespace CLI {
class App;
}

namespace flowferry::cli {

class BundleCommands {
 public:
  /// Adds the commands to `app`. This object must live as long as `app` is used.
  void add_to(CLI::App& app, CommonArguments& common);
  /// Whether one of them was given; then it is in `out`.
  bool take(Arguments& out) const;

 private:
  PullArguments pull_;
  InventoryArguments inventory_;
  CLI::App* pull_app_ = nullptr;
  CLI::App* inventory_app_ = nullptr;
};

}  // namespace flowferry::cli
