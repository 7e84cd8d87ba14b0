// cli/arguments_diff.h
//
// The part of the command line that `diff` takes. Internal to arguments.cpp.
#pragma once

#include "cli/arguments_lookups.h"

namespace flowferry::cli {

class DiffCommand {
 public:
  /// Adds the command to `app`. This object must live as long as `app` is used.
  void add_to(CLI::App& app, CommonArguments& common);
  /// Whether it was given; then it is in `out`.
  bool take(Arguments& out) const;

 private:
  DiffArguments arguments_;
  CLI::App* app_ = nullptr;
};

}  // namespace flowferry::cli
