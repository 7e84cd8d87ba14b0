// pipeline/environment_reading.h
//
// One environment read as a whole: its selected flows and modules, and a name for everything that
// they mention.
#pragma once

#include <string>
#include <vector>

#include "base/findings.h"
#include "base/progress.h"
#include "pipeline/session.h"
#include "plan/planner.h"

namespace flowferry::pipeline {

struct ReadOptions {
  std::string environment;
  std::vector<std::string> include;  ///< In place of the configuration's; empty: as configured.
  std::vector<std::string> exclude;  ///< Beside those of the configuration.
  /// All but archived ones, stock flows too: the configuration's selection does not count.
  bool everything = false;
  bool with_dependencies = false;  ///< Also what the selected ones refer to, and so on.
  /// Also the aliases of every module that is read, and not only of those that documents mention.
  bool with_module_aliases = false;
};

struct EnvironmentContents {
  OpenEnvironment* environment = nullptr;  ///< The session's; its snapshot is filled.
  /// All flows and modules, modules first, in list order. Those that are carried are in
  /// `environment->reading.snapshot.flows`, but for the ones that could not be read.
  std::vector<plan::Selected> selected;

  const Snapshot& snapshot() const { return environment->reading.snapshot; }
};

/// Opens the environment, lists its flows and modules, describes those that are selected, lists the
/// kinds which they mention, and looks up the names of module aliases and Lex V2 bot aliases. What
/// cannot be read alone becomes a finding (snapshot/capture.h). Errors: what stops everything:
/// configuration, credentials, network, an include pattern that matches nothing.
Task<Result<EnvironmentContents>> read_environment(Session& session, ReadOptions options,
                                                   Progress& progress, Findings& findings);

/// Lists the kinds which `flows` mention, as far as they were read, and looks up the names of
/// module aliases and Lex V2 bot aliases. `stage`: what the progress calls that. Errors: those of
/// the calls.
Task<Result<bool>> name_everything(snapshot::Environment& environment,
                                   std::vector<snapshot::FlowKey> flows, std::string stage,
                                   Progress& progress);

}  // namespace flowferry::pipeline
