// pipeline/renames.h
//
// Flows and modules that got another name in the source: who they are in the target. The
// configuration says so (mapping.renamed), or the journal, in which an earlier run carried the same
// id, or the bundle, which was pulled under both names; what only looks alike is a question for the
// user.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/findings.h"
#include "base/result.h"
#include "flow/document.h"
#include "mapping/rules.h"
#include "model/snapshot.h"
#include "plan/planner.h"
#include "snapshot/capture.h"

namespace flowferry::pipeline {

/// A flow or module of the target that an earlier run made, or wrote, for one of the source.
struct EarlierCounterpart {
  std::string target_id;
  std::string run;  ///< The newest run that says so.
};

/// By ARN in the source, those of `wanted` that runs in the journal at `path` from one instance
/// (any of these ARNs) to the other carried. The newest run counts. No journal: none. Errors: those
/// of reading the journal.
Result<std::map<std::string, EarlierCounterpart>> earlier_counterparts(
    const std::filesystem::path& path, const std::set<std::string>& source_instances,
    const std::string& target_instance, const std::set<std::string>& wanted);

/// How much of two documents is the same, from 0 to 1: blocks with the same identifier, type and
/// texts, out of all that either has. ARNs do not count: they differ between instances.
double likeness(const flow::Document& a, const flow::Document& b);

/// From this likeness on two documents are taken for one flow at two times.
inline constexpr double k_alike = 0.8;

/// So many flows of the target are read at most to look for one that is alike.
inline constexpr std::size_t k_most_read = 20;

struct RenameQuestion {
  const Snapshot& source;
  const Snapshot& target;
  const mapping::Rules& rules;
  const std::vector<snapshot::FlowKey>& carried;
  std::filesystem::path journal;  ///< Empty: not looked into.
  bool accept_alike = false;
};

struct Renames {
  std::vector<plan::KnownRename> known;
  std::vector<snapshot::FlowKey> homeless;  ///< Of the source: the target has none of their names.
  /// Of the target: nothing in the source is called like them, and some homeless one is of their
  /// kind and type. None where they are more than k_most_read.
  std::vector<snapshot::FlowKey> orphans;
};

/// What the rules, the journal and the bundle know. Findings: rule-unused, and a warning where the
/// journal cannot be read.
Renames known_renames(const RenameQuestion& question, Findings& findings);

/// Adds to `renames` what is alike where that is accepted; else asks with a finding
/// (maybe-renamed). The orphans must have been read.
void alike_renames(const RenameQuestion& question, Renames& renames, Findings& findings);

}  // namespace flowferry::pipeline
