// cli/exit_status.h
//
// What the program ends with, for all commands.
#pragma once

namespace flowferry::cli {

enum ExitStatus : int {
  k_ok = 0,     ///< Nothing to do, or all done.
  k_error = 1,  ///< Anything failed or was refused.
  /// plan, migrate --dry-run, verify, diff: changes pending, or differences found; lint: findings.
  k_pending = 2,
};

}  // namespace flowferry::cli
