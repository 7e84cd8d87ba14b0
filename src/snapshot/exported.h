// snapshot/exported.h
//
// A folder of plain exported JSON files as a snapshot: what `aws connect describe-contact-flow` and
// its like print, contents alone (as the console exports them), and lists (`aws connect
// list-queues`), which give names.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "snapshot/folder.h"

namespace flowferry::snapshot {

/// Reads all files `*.json` below `folder`, but hidden ones, into a snapshot of the instance that
/// they come from, as far as they tell.
///
/// A flow's name and type come from the answer around it; of a content alone from its `Metadata`
/// (name, type), else from the file's name. Other resources are named by lists among the files, or
/// else by the names which the designer left beside the references, where these agree: finding
/// "ref-name-noted" (a warning). Those without any name: finding "ref-unnamed" (a warning). JSON
/// files that are nothing of the kind: finding "not-a-flow" (information).
///
/// Errors: malformed (bundle_error()): a file that is no JSON, a legacy console export, a flow
/// twice, files of two instances; not_found: no flow at all.
Result<FolderContents> read_exported(const std::filesystem::path& folder);

}  // namespace flowferry::snapshot
