// snapshot/bundle_kept.h
//
// What the files that a pull leaves as they are need of the inventories: they were written from
// another state of the environment, and the bundle has to be readable with them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/findings.h"
#include "base/json/value.h"
#include "model/snapshot.h"
#include "snapshot/bundle_format.h"

namespace flowferry::snapshot {

struct KeptNames {
  /// Users that the contents name: of users only those are listed.
  std::set<std::string> users;
  /// Lex V2 bot aliases that the contents name and the folder lists.
  std::set<std::string> bots;
  /// Resources that the contents name and the environment does not have (any more): the items of
  /// the folder's inventories, one line of JSON each. Flows and modules that get no files, too.
  std::map<ResourceKind, std::set<std::string>> items;
  /// By module, the names of aliases that the contents name.
  std::map<std::string, std::set<std::string>> aliases;
  /// By module that is kept, those that its metadata has.
  std::map<std::string, std::set<std::string>> aliases_there;
  /// By module, the numbers of versions that the contents name.
  std::map<std::string, std::set<std::int64_t>> versions;
  /// Warnings "left-reference": that something is kept so, and what the folder has no item for
  /// either.
  Findings findings;
};

/// Of the contents of `kept` in `folder`; a file that cannot be read names nothing. `removed` are
/// the flows and modules whose files will go.
KeptNames names_of_kept(const std::filesystem::path& folder, const std::vector<BundledFlow>& kept,
                        const std::vector<BundledFlow>& removed, const Snapshot& snapshot);

/// By module, the numbers of versions that the contents of `flows` in `folder` name.
std::map<std::string, std::set<std::int64_t>> versions_named_by(
    const std::filesystem::path& folder, const std::vector<BundledFlow>& flows,
    const Snapshot& snapshot);

/// What an item of an inventory says of a module's aliases.
std::pair<std::string, json::Value> inventory_aliases(const std::set<std::string>& names);

/// `{ "name": "x", "type": "y" }`: an item of an inventory, with those members that have a value.
std::string inventory_item(const std::vector<std::pair<std::string, json::Value>>& members);

}  // namespace flowferry::snapshot
