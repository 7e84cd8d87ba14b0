// cli/arguments_lookups.h
//
// The look-up commands' part of the command line: refs, graph. Internal to arguments.cpp.
#pragma once

#include "cli/arguments.h"

namespace CLI {
class App;
}

namespace flowferry::cli {

/// Shared with arguments.cpp, where they stand.
void examples(CLI::App& app, const std::string& text);
void add_common(CLI::App& app, CommonArguments& common);
/// --format, which takes one of `formats`. `otherwise`: what it is without the option. Another
/// format than json together with --json is refused. `format` and `common` live as long as `app`.
void add_format(CLI::App& app, std::string& format, std::vector<std::string> formats,
                const CommonArguments& common, const std::string& otherwise = "text");

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
