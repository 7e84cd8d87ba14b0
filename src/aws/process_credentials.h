// aws/process_credentials.h
//
// credential_process: a command that prints keys as JSON (AWS SDKs and Tools Reference Guide,
// "Process credential provider").
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/environment.h"
#include "aws/refreshing_credentials.h"
#include "aws/settings.h"

namespace flowferry::aws {

class ProcessCredentials final : public CredentialsSource {
 public:
  /// `where`: file and line. The command gets `environment`, no input, and `timeout`.
  ProcessCredentials(std::string command, std::string where, Environment environment,
                     Surroundings surroundings,
                     std::chrono::milliseconds timeout = std::chrono::seconds(60));
  Task<Result<Credentials>> fetch() override;

 private:
  std::string command_;
  std::string where_;
  Environment environment_;
  Surroundings surroundings_;
  std::chrono::milliseconds timeout_;
};

/// A command line as words, by the shell's rules of quoting: '...', "...", and \ outside of '...'.
/// Nothing when a quote is not closed, or when there is no word. No shell is ever started.
std::optional<std::vector<std::string>> split_command(std::string_view command);

}  // namespace flowferry::aws
