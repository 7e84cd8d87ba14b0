// snapshot/folder.h
//
// A folder in place of an instance: a bundle, or exported files.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "base/findings.h"
#include "base/result.h"
#include "model/snapshot.h"

namespace flowferry::snapshot {

struct FolderContents {
  Snapshot snapshot;
  Findings findings;  ///< Nothing that stops: what had to be guessed or passed over.
  /// Kind and name of a flow or module → the file of its content, below the folder.
  std::map<std::pair<std::string, std::string>, std::string> files;
};

/// Reads a bundle (bundle_reader.h) or, where the folder has no bundle's manifest, exported files
/// (exported.h). Errors: not_found, when there is no such folder, and those of the two.
Result<FolderContents> read_folder(const std::filesystem::path& folder);

}  // namespace flowferry::snapshot
