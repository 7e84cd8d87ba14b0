// model/snapshot.h
//
// What was read of an environment. Capturing it is the business of snapshot/.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/inventory.h"

namespace flowferry {

struct Snapshot {
  Instance instance;
  /// By kind; a kind that was not asked for is absent. contact_flow and flow_module are always
  /// there.
  std::map<ResourceKind, Inventory> inventories;
  /// Aliases of flow modules, by module id: alias id (Resource::id), alias name, version (type).
  std::map<std::string, Inventory> module_aliases;
  /// Flows and modules that were read whole, by id.
  std::map<std::string, Flow> flows;
  /// Names of Lex V2 bot aliases that were looked up, by ARN: "bot name/alias name". An alias that
  /// could not be read is absent.
  std::map<std::string, std::string> lex_alias_names;

  const Inventory* inventory(ResourceKind kind) const {
    const auto found = inventories.find(kind);
    return found == inventories.end() ? nullptr : &found->second;
  }
};

}  // namespace flowferry
