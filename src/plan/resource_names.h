// plan/resource_names.h
//
// Names for what the references of an instance's documents name.
#pragma once

#include <string>

#include "flow/comparison.h"
#include "mapping/rules.h"
#include "model/inventory.h"
#include "model/snapshot.h"

namespace flowferry::plan {

/// By the snapshot's inventories; aliases of modules by name. The snapshot must outlive it.
flow::Naming naming_of(const Snapshot& snapshot);

/// The name that a resource of the source is looked for under, by the rules. A pin to an id or ARN
/// gives the name that `target` has for it.
std::string wanted_name(const mapping::Rules& rules, const Resource& resource,
                        const Inventory& target);

}  // namespace flowferry::plan
