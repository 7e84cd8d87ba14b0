// cli/options.h
//
// What the commands' command lines have in common: options that several take, in the same words.
// Internal to the files arguments*.cpp, and what shows them: help and manual page.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace flowferry::cli {

/// The help texts' form. All commands that are added to `app` afterwards have it.
void set_help_form(CLI::App& app);

/// A word without an option's name as help and manual show it: "ENV", "[ENV] NAME".
std::string positional_word(const CLI::Option& option);

/// Puts examples under a command's help.
void examples(CLI::App& app, const std::string& text);

void add_common(CLI::App& app, CommonArguments& common);

/// An option that may be repeated, with one `value` each time.
void add_repeated(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                  const std::string& text, const char* value);

/// --include and --exclude. `included`: what the first is for.
void add_selection(
    CLI::App& app, std::vector<std::string>& include, std::vector<std::string>& exclude,
    const std::string& included = "Only flows and modules that match, as in plan; may be repeated");

/// --module-versions: "keep" or "follow".
void add_module_versions(CLI::App& app, std::string& module_versions);

/// --format, which takes one of `formats`. `otherwise`: what it is without the option. Another
/// format than json together with --json is refused. `format` and `common` live as long as `app`.
void add_format(CLI::App& app, std::string& format, std::vector<std::string> formats,
                const CommonArguments& common, const std::string& otherwise = "text");

/// -o, --output.
void add_output(CLI::App& app, std::string& output,
                const std::string& text = "Write to this file instead of standard output");

}  // namespace flowferry::cli
