// pipeline/needs.h
//
// What documents mention, and so what has to be listed besides flows and modules.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/kind.h"
#include "model/snapshot.h"
#include "snapshot/capture.h"

namespace flowferry::pipeline {

/// What has to be listed so that each reference has a name here and can be looked up there.
struct Needs {
  std::set<ResourceKind> source_kinds;
  std::set<ResourceKind> target_kinds;
  std::set<std::string> source_modules;  ///< Whose aliases are mentioned.
  /// Versions of modules that are mentioned by number: module id, version.
  std::set<std::pair<std::string, std::string>> module_versions;
  /// Aliases of modules that are mentioned: module id, alias id.
  std::set<std::pair<std::string, std::string>> module_aliases;
  std::set<std::string> lex_aliases;  ///< ARNs as they stand in the source.
  std::set<std::string> unexplained;  ///< Bare ids in free places that no inventory knows yet.
};

/// What the documents of `carried`, as far as `source` has them, mention. Documents that cannot be
/// read are passed over: the plan reports them.
Needs find_needs(const Snapshot& source, const Instance& target,
                 const std::vector<snapshot::FlowKey>& carried);

/// Adds the kinds and bots that the document of `version`, an older content of a module of
/// `source`, mentions.
void add_needs_of_version(const Snapshot& source, const Instance& target, const Flow& version,
                          Needs& needs);

/// What one document mentions outright: without bare ids in free places. Whatever else is found out
/// later, find_needs() has all of it, too.
Needs plain_needs(const Snapshot& source, const Instance& target, const Flow& flow);

/// The flows and modules that the documents of `carried` refer to, as far as `source` lists them,
/// each once.
std::vector<snapshot::FlowKey> referred_flows(const Snapshot& source,
                                              const std::vector<snapshot::FlowKey>& carried);

/// Kinds whose ids people store in attributes: listed in the source only where a bare id needs an
/// explanation.
const std::set<ResourceKind>& kinds_in_attributes();

}  // namespace flowferry::pipeline
