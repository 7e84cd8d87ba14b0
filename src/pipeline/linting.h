// pipeline/linting.h
//
// One environment read as a whole and looked at by the rules of flow/lint/.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/progress.h"
#include "flow/lint/lint.h"
#include "pipeline/file_places.h"
#include "pipeline/session.h"

namespace flowferry::pipeline {

struct LintOptions {
  std::string environment;
  std::vector<std::string> include;  ///< As for reading: pipeline/environment_reading.h.
  std::vector<std::string> exclude;
  std::set<std::string> only;  ///< Ids of rules; empty: all.
};

struct LintOutcome {
  std::string environment;
  Findings findings;
  /// Beside each finding; absent where the environment is no folder, or the finding is about no
  /// file.
  std::vector<std::optional<FilePlace>> places;
  /// What was looked at, in the order of the findings.
  struct Looked {
    std::string kind;
    std::string name;
    std::string type;
  };
  std::vector<Looked> looked;
};

/// Reads the environment and looks at every flow and module that is selected, with the settings of
/// the configuration. What could not be read is a finding, too. Errors: those of
/// read_environment().
Task<Result<LintOutcome>> lint(Session& session, LintOptions options, Progress& progress);

}  // namespace flowferry::pipeline
