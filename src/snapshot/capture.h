// snapshot/capture.h
//
// An environment into memory: what is needed of it, and nothing more.
#pragma once

#include <functional>
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

/// ListContactFlows and ListContactFlowModules, side by side. `take`, if any, is given each page of
/// either when the inventory has it, before the next is asked for; an environment without a client
/// is one page of each.
/// Errors: those of connect/client.h, with what was being read.
Task<Result<bool>> list_flows(Environment& environment,
                              std::function<void(const std::vector<Resource>&)> take = {});

struct FlowKey {
  ResourceKind kind;
  std::string id;
};

/// Reads each of `wanted` that was not read yet, side by side, as snapshot/flow_reader.h says. What
/// cannot be read alone becomes a finding of severity error with id "unreadable-flow", in the order
/// of `wanted`, and the rest goes on; errors that concern everything are returned.
Task<Result<bool>> describe_flows(Environment& environment, std::vector<FlowKey> wanted,
                                  Progress& progress, Findings& findings);

/// Errors after which there is no point in reading on: credentials, network, throttled, cancelled.
bool concerns_everything(const Error& error);

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
