// cli/output.h
//
// The file of -o: checked before anything is read, written at the end.
#pragma once

#include <string>

#include "base/result.h"
#include "base/sink.h"

namespace flowferry::cli {

/// Whether a file can be made at `path` (empty: none is asked for), as far as folders go. Errors:
/// not_found (its folder is not there, and is not made: the name may well be mistyped), io (it is a
/// folder itself).
Result<void> check_output(const std::string& path);

/// Writes it, as write_file() does. Errors: those of check_output() and write_file().
Result<void> write_output(const std::string& path, const std::string& text);
Result<void> write_output(const std::string& path, const TextWriter& write);

}  // namespace flowferry::cli
