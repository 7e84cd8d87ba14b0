// simulator/dump.h
#pragma once

#include <string>

#include "simulator/state.h"

namespace flowferry::simulator {

/// The whole state as pretty JSON. Rows are sorted by name and id, members by name; what is only
/// noted for clients in doubt (client tokens, rows that are deleted but still seen) is left out.
std::string dump_state(const State& state, bool times);

}  // namespace flowferry::simulator
