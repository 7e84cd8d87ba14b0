// base/files.h
//
// Whole files in and out. Errors name the path and the operating system's reason.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sink.h"

namespace flowferry {

/// The bytes of a regular file. Errors: not_found, io (a directory, no permission ...).
Result<std::string> read_file(const std::filesystem::path& path);

/// Replaces or makes `path` with `bytes` so that a reader, or a crash at any moment, finds either
/// the old file or the whole new one: temporary file beside it, fsync, rename, fsync of the folder.
/// Makes missing parent folders. `mode` as in chmod(2).
///
/// Not durable, it may be the old file again after a power failure: for what can be made again.
enum class Durable { yes, no };
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes,
                        unsigned mode = 0644, Durable durable = Durable::yes);
/// The same with what `write` gives, piece by piece. Its errors leave the old file as it is.
Result<void> write_file(const std::filesystem::path& path, const TextWriter& write,
                        unsigned mode = 0644, Durable durable = Durable::yes);

/// Whether a file of this name is a temporary one of write_file(): what a crash leaves behind.
bool is_temporary(std::string_view name);

}  // namespace flowferry
