// cli/completion.h
//
// What a shell offers while a flowferry command is being typed. The shells' scripts ask the program
// itself, so that all of them offer the same, and nothing has to be kept in step by hand.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace flowferry::cli {

/// What the word at the cursor may become.
struct Completion {
  struct Candidate {
    std::string word;
    std::string about;  ///< One line; may be empty.
  };
  std::vector<Candidate> candidates;
  bool files = false;    ///< Also files,
  bool folders = false;  ///< or folders.
};

/// `words`: what stands behind the program's name, up to the word at the cursor (which may be
/// empty). bash gives `--option=value` as three words. Environments come from the configuration
/// (--config among `words`, or flowferry.yaml), if it can be read.
Completion complete(const CLI::App& app, const std::vector<std::string>& words);

/// One candidate a line, with a tab before what it is about; `:files` or `:folders` at the end.
std::string completion_lines(const Completion& completion);

/// The script for "bash", "zsh" or "fish"; empty for others.
std::string_view completion_script(std::string_view shell);

}  // namespace flowferry::cli
