// simulator/world_builder.h
//
// From a world file to the state that the first request meets: ids and ARNs made, stock resources
// added, placeholders filled in, published contents checked as the service would.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "simulator/state.h"
#include "simulator/switches.h"
#include "simulator/world_file.h"

namespace flowferry::simulator {

/// Ids follow from `seed`, the instance's alias, kind and name alone: they stay when the file gets
/// other entries. `now`: seconds since 1970. Errors: config, with every problem of every flow in
/// `details`.
Result<State> build_state(const WorldFile& world, const Switches& switches, std::uint64_t seed,
                          double now);

}  // namespace flowferry::simulator
