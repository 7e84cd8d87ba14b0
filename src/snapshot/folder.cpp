#include "snapshot/folder.h"

#include "snapshot/bundle_reader.h"
#include "snapshot/exported.h"

namespace flowferry::snapshot {

Result<FolderContents> read_folder(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    Error error;
    error.kind = ErrorKind::not_found;
    error.message = "there is no such folder";
    error.subject = folder.string();
    error.hint = "make the bundle with: flowferry pull ENV " + folder.string();
    return fail(std::move(error));
  }
  if (is_unfinished(folder)) {
    Error error;
    error.kind = ErrorKind::malformed;
    error.message = "a pull into this bundle was stopped half-way";
    error.subject = folder.string();
    error.hint = "pull it again: flowferry pull ENV " + folder.string();
    return fail(std::move(error));
  }
  return is_bundle(folder) ? read_bundle(folder) : read_exported(folder);
}

}  // namespace flowferry::snapshot
