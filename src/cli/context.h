// cli/context.h
//
// What every command needs around its one call: where output goes, how it looks, the configuration,
// the process's variables, and being asked to stop.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "aws/environment.h"
#include "base/result.h"
#include "cli/arguments.h"
#include "pipeline/config.h"
#include "pipeline/session.h"
#include "report/json.h"
#include "report/progress.h"
#include "report/style.h"

namespace flowferry::cli {

class Context {
 public:
  explicit Context(CommonArguments common);

  const CommonArguments& common() const { return common_; }
  const report::Style& out_style() const { return out_style_; }  ///< Of standard output.
  const report::Style& err_style() const { return err_style_; }  ///< Of standard error.
  /// What a session gets: the process's variables, and the person at the terminal, if there is one.
  pipeline::Outside environment() const;
  report::ProgressLine& progress() { return progress_; }
  /// The progress takes the time left from the session's buckets, as long as the session lives.
  void watch(pipeline::Session& session);
  std::filesystem::path journal() const;
  std::string user() const;
  /// Where this user's runs find each other's locks, whatever folder they work in.
  std::filesystem::path lock_folder() const;

  /// The configuration of --config, or flowferry.yaml of this folder; an empty one where that does
  /// not exist, since folders need none. Errors: config.
  Result<pipeline::Config> load_config() const;

  /// `command` as it is to be typed to act on what this command acts on: with --config and
  /// --journal where they were given.
  std::string typed(std::string command) const;

  /// Prints `error` (standard error) and, with --json, `summary` with it on standard output;
  /// returns the exit status.
  int fail_with(const Error& error, report::Summary summary = {}) const;
  /// Prints `error` to standard error.
  void complain(const Error& error) const;

  /// Prints to standard output.
  void print(const std::string& text) const;
  /// Prints to standard error, unless --quiet.
  void say(const std::string& text) const;

  /// Asks a yes-or-no question on the terminal. false without a terminal, or when the answer is not
  /// "yes".
  bool confirm(const std::string& question) const;
  /// Asks on the terminal, and returns the answer without the space around it; empty without a
  /// terminal.
  std::string ask(const std::string& question) const;
  bool can_ask() const;
  /// Asks for the code of an MFA device. Errors: credentials (not a code, end of input), cancelled.
  Result<std::string> ask_mfa(const std::string& serial) const;

 private:
  CommonArguments common_;
  report::Style out_style_;
  report::Style err_style_;
  aws::Environment environment_;
  mutable report::ProgressLine progress_;
};

/// While it lives, Ctrl-C and SIGTERM stop the loop in an orderly way; a second one ends the
/// process at once (as safe as kill -9: the journal is durable).
class StopOnSignal {
 public:
  explicit StopOnSignal(net::EventLoop& loop);
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
};

}  // namespace flowferry::cli
