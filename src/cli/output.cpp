#include "cli/output.h"

#include <filesystem>

#include "base/files.h"

namespace flowferry::cli {

Result<void> check_output(const std::string& path) {
  if (path.empty()) return {};
  std::error_code ignored;
  const std::filesystem::path file(path);
  const std::filesystem::path folder = file.parent_path();
  Error error;
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored)) {
    error.kind = ErrorKind::not_found;
    error.subject = path;
    error.message = "there is no folder " + folder.string();
    error.hint = "make it first, or write to another place";
    return fail(std::move(error));
  }
  if (std::filesystem::is_directory(file, ignored)) {
    error.kind = ErrorKind::io;
    error.subject = path;
    error.message = "is a folder, and -o needs a file";
    error.hint = "add the file's name";
    return fail(std::move(error));
  }
  return {};
}

Result<void> write_output(const std::string& path, const std::string& text) {
  if (auto usable = check_output(path); !usable) return usable;
  return write_file(path, text);
}

Result<void> write_output(const std::string& path, const TextWriter& write) {
  if (auto usable = check_output(path); !usable) return usable;
  return write_file(path, write);
}

}  // namespace flowferry::cli
