// pipeline/process.h
//
// This process and others, as far as locks need to know.
#pragma once

#include <cstdint>
#include <string>

#include "apply/journal.h"

namespace flowferry::pipeline {

/// When the process `pid` was started, as the kernel counts it; empty when there is no such
/// process. With the pid it names one process only, also after the pid was used again (proc(5),
/// stat).
std::string process_start(std::int64_t pid);

/// Whether the process that holds a lock still runs. One on another host counts as running: it
/// cannot be seen from here.
bool holder_is_alive(const apply::LockRecord& holder);

/// The same, where the user says that other hosts are gone.
bool holder_is_alive_here(const apply::LockRecord& holder);

std::string host_name();

}  // namespace flowferry::pipeline
