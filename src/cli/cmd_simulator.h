// cli/cmd_simulator.h
//
// `flowferry simulator`: a simulated endpoint on loopback until Ctrl-C or SIGTERM.
#pragma once

#include <cstdio>

#include "cli/arguments.h"

namespace flowferry::cli {

class Context;

/// Loads the world, serves it and prints what a person needs to use it on `out`: endpoint,
/// instances, credentials, and a last line that begins with "ready". Refused signatures and the
/// like go to `err`. Returns the exit status: 0 after a signal, 1 when it could not start.
int serve_simulator(const SimulatorArguments& arguments, std::FILE* out, std::FILE* err);

int run_simulator(const SimulatorArguments& arguments, Context& context);

}  // namespace flowferry::cli
