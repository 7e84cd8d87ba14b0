// pipeline/config.h
//
// flowferry.yaml: environments, selection, mapping rules, limits (docs/formats.md). Unknown keys,
// wrong types and impossible values are errors which name the file, line and key, and the nearest
// valid key.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials.h"
#include "aws/pacer.h"
#include "base/result.h"
#include "flow/lint/settings.h"
#include "mapping/rules.h"
#include "model/resource.h"
#include "plan/guards.h"

namespace flowferry::pipeline {

/// A named place: an instance with its credentials. What is absent comes from the AWS variables and
/// files.
struct EnvironmentConfig {
  std::string name;
  std::string profile;
  std::string region;
  std::string instance;      ///< Id, ARN or alias.
  std::string endpoint_url;  ///< For every service that is called.
  std::string role_arn;
  std::string external_id;
  std::string bundle;  ///< A bundle folder instead of an instance.
  std::optional<aws::Credentials>
      credentials;       ///< Given by the program itself (a rehearsal), never by the file.
  std::size_t line = 0;  ///< In the file, for messages.
};

/// Which flows and modules are carried: patterns (mapping/flow_pattern.h).
struct Selection {
  std::vector<std::string> include;  ///< Empty: all.
  std::vector<std::string> exclude;
  bool include_given = false;
  std::optional<bool> with_dependencies;  ///< Also what the selected ones refer to.
};

/// What can be said in general and for a pair of environments.
struct Scope {
  Selection select;
  mapping::Rules rules;
  plan::Limits limits;
  plan::Protect protect;
};

/// Rules from one environment to another. Empty names: any.
struct PairConfig : Scope {
  std::string from;
  std::string to;
  std::size_t line = 0;

  bool covers(std::string_view source, std::string_view target) const {
    return (from.empty() || from == source) && (to.empty() || to == target);
  }
};

struct Config : Scope {
  std::string path;  ///< The file that was read; empty: there was none.
  std::vector<EnvironmentConfig> environments;
  std::vector<PairConfig> pairs;
  flow::lint::Settings lint;
  /// For operations that `quotas` does not name. Until the file says it, the documented one, and
  /// only to start from: an account may have others.
  aws::Quota pace{2, 5, aws::Certainty::guess};
  std::map<std::string, aws::Quota> quotas;      ///< By operation.
  std::chrono::milliseconds connect_timeout{0};  ///< 0: not said.
  std::chrono::milliseconds read_timeout{0};     ///< For a whole answer, likewise.

  const EnvironmentConfig* environment(std::string_view name) const;

  /// What makes it unfit for use although it can be read: an environment without an instance or a
  /// bundle. Nothing: it is fit.
  std::optional<Error> find_lack() const;

  /// What holds from one environment to another: the general rules, and over them those of each
  /// pair that covers it, in the order of the file.
  Scope scope(std::string_view from, std::string_view to) const;
  /// Only what the pairs say for exactly this way, and nothing general.
  Scope said_for(std::string_view from, std::string_view to) const;
};

/// Reads `text` of the file `path`. Errors: config, with file, line, key and remedy.
Result<Config> parse_config(std::string_view text, const std::string& path);

}  // namespace flowferry::pipeline
