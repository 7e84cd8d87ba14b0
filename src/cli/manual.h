// cli/manual.h
//
// The manual page, from the same texts as --help.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace flowferry::cli {

/// flowferry(1) for man(7) macros: all commands with their options and examples, files, variables,
/// exit status.
std::string manual_page(const CLI::App& app);

}  // namespace flowferry::cli
