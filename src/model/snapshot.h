// model/snapshot.h
//
// What was read of an environment. Capturing it is the business of snapshot/.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/inventory.h"

namespace flowferry {

/// Of a bundle: the instance that it was pulled from.
struct Origin {
  std::string instance;  ///< Its ARN.
  std::string alias;     ///< May be empty.
  /// What the bundle calls otherwise than the instance: by the name here the name there.
  std::map<ResourceKind, std::map<std::string, std::string>> names;
};

struct Snapshot {
  Instance instance;
  /// Of a bundle, as far as its manifest says it; else nothing.
  std::optional<Origin> pulled_from;
  /// Of a bundle: by id, the names that a flow or module had at earlier pulls, the newest last.
  std::map<std::string, std::vector<std::string>> former_names;
  /// By kind; a kind that was not asked for is absent. contact_flow and flow_module are always
  /// there.
  std::map<ResourceKind, Inventory> inventories;
  /// Aliases of flow modules, by module id: alias id (Resource::id), alias name, version (type;
  /// empty where a bundle does not know it).
  std::map<std::string, Inventory> module_aliases;
  /// Versions of flow modules that were read, by module id and number. What an alias of a bundle
  /// stands for has no number of the instance's: it is below 0.
  std::map<std::string, std::map<std::int64_t, Flow>> module_versions;
  /// Flows and modules that were read whole, by id.
  std::map<std::string, Flow> flows;
  /// Names of Lex V2 bot aliases that were looked up, by ARN: "bot name/alias name". An alias that
  /// could not be read is absent.
  std::map<std::string, std::string> lex_alias_names;

  /// The instance that this is, or that it was pulled from.
  const std::string& real_instance() const {
    return pulled_from ? pulled_from->instance : instance.arn;
  }
  const Inventory* inventory(ResourceKind kind) const {
    const auto found = inventories.find(kind);
    return found == inventories.end() ? nullptr : &found->second;
  }
};

}  // namespace flowferry
