// pipeline/pulling.h
//
// An environment into a bundle folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/progress.h"
#include "pipeline/session.h"
#include "snapshot/bundle_folder.h"

namespace flowferry::pipeline {

struct PullOptions {
  std::string environment;
  std::filesystem::path folder;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  bool prune = false;
};

struct PullResult {
  snapshot::BundleUpdate update;
  Findings findings;  ///< What could not be read, and what the bundle cannot name.
};

/// Reads the environment as a whole (with the names of everything that can be listed) and brings
/// the bundle to it. Errors: as read_environment() and snapshot::update_bundle().
Task<Result<PullResult>> pull(Session& session, PullOptions options, Progress& progress);

/// Lists `kinds` (empty: all that can be listed) of an environment. A kind that may not be listed,
/// or that the instance does not offer, becomes a warning ("unlisted-kind") and stays absent.
/// Errors: what concerns everything.
Task<Result<bool>> list_inventory(OpenEnvironment& environment, std::vector<ResourceKind> kinds,
                                  Progress& progress, Findings& findings);

}  // namespace flowferry::pipeline
