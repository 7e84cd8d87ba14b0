// snapshot/capture.h
//
// An environment into memory: what is needed of it, and nothing more.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/findings.h"
#include "base/progress.h"
#include "connect/client.h"
#include "model/snapshot.h"

namespace flowferry::snapshot {

/// An environment that can be asked; without a client, one that is in memory as a whole (a bundle):
/// then the functions below have nothing to do, and a kind that it does not have is empty.
struct Environment {
  std::string name;  ///< "dev": for messages.
  connect::Client* client = nullptr;
  Snapshot snapshot;  ///< Filled step by step; `instance` is set by who opens it.
  std::map<std::string, Finding> unreadable;  ///< By id: not asked for again.
};

/// ListContactFlows and ListContactFlowModules, side by side.
/// Errors: those of connect/client.h, with what was being read.
Task<Result<bool>> list_flows(Environment& environment);

/// Reads each of `wanted` (ids) that was not read yet, side by side: many of a kind with
/// SearchContactFlows / SearchContactFlowModules as far as those give whole records, and the rest
/// with DescribeContactFlow / DescribeContactFlowModule (snapshot/search.h). What cannot be read (a
/// permanent 5xx, access denied) becomes a finding of severity error with id "unreadable-flow", and
/// the rest goes on; errors that concern everything (credentials, network, cancelled) are returned.
struct FlowKey {
  ResourceKind kind;
  std::string id;
};
Task<Result<bool>> describe_flows(Environment& environment, std::vector<FlowKey> wanted,
                                  Progress& progress, Findings& findings);

/// Lists each of `kinds` that was not listed yet, side by side. Flows and modules are left out.
Task<Result<bool>> list_kinds(Environment& environment, std::set<ResourceKind> kinds,
                              Progress& progress);

/// Aliases of these modules (ListContactFlowModuleAliases).
Task<Result<bool>> list_module_aliases(Environment& environment, std::set<std::string> module_ids,
                                       Progress& progress);

/// Bot and alias names of these Lex V2 bot aliases (ARNs) into Snapshot::lex_alias_names. One that
/// does not exist or may not be read stays absent.
Task<Result<bool>> name_lex_aliases(Environment& environment, std::set<std::string> arns,
                                    Progress& progress);

}  // namespace flowferry::snapshot
