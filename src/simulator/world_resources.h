// simulator/world_resources.h
#pragma once

#include "simulator/seeded_ids.h"
#include "simulator/state.h"
#include "simulator/world_file.h"

namespace flowferry::simulator {

/// Gives `instance` its resources of all kinds but flows and modules: those of the file, and the
/// stock ones that the file does not replace. Functions and bots, which are above instances, go
/// into `state`. `now`: seconds since 1970.
void add_world_resources(const WorldInstance& file, const SeededIds& ids, double now, State& state,
                         InstanceState& instance);

}  // namespace flowferry::simulator
