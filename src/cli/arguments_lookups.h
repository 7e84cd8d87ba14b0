// cli/arguments_lookups.h
//
// The look-up commands' part of the command line: refs, graph. Internal to arguments.cpp.
#pragma once

#include "cli/arguments.h"

namespace CLI {
class App;
}

namespace flowferry::cli {

class LookupCommands {
 public:
  /// Adds the commands to `app`. This object must live as long as `app` is used.
  void add_to(CLI::App& app, CommonArguments& common);
  /// Whether one of them was given; then it is in `out`.
  bool take(Arguments& out) const;

 private:
  RefsArguments refs_;
  GraphArguments graph_;
  CLI::App* refs_app_ = nullptr;
  CLI::App* graph_app_ = nullptr;
};

}  // namespace flowferry::cli
