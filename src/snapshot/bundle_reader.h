// snapshot/bundle_reader.h
//
// A bundle as a snapshot of a synthetic instance (synthetic.h): all later stages work on it as on
// one that was captured.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/portable_names.h"
#include "model/snapshot.h"
#include "snapshot/bundle_file.h"
#include "snapshot/bundle_format.h"
#include "snapshot/folder.h"

namespace flowferry::snapshot {

/// Whether `folder` has a bundle's manifest.
bool is_bundle(const std::filesystem::path& folder);

/// Whether a pull into `folder` was stopped half-way.
bool is_unfinished(const std::filesystem::path& folder);

/// Reads a bundle. Flows keep the ids of the instance that they were pulled from; everything else
/// gets ids and ARNs made from names; content has its white space removed. Kinds that the bundle
/// does not have are empty inventories. Errors: malformed (bundle_error()), with everything that is
/// wrong; not_found, when there is no manifest.
Result<FolderContents> read_bundle(const std::filesystem::path& folder);

/// `text`, which begins at `begin` in `file`, a document in portable form: as it is in the bundle's
/// instance, without white space. Problems: whatever is wrong with it, but names that are not there
/// of kinds of which not all could be read (`unsure`); then it may be empty.
std::string content_from_portable(const BundleFile& file, std::string_view text, std::size_t begin,
                                  const flow::PortableNames& names,
                                  const std::set<ResourceKind>& unsure, BundleProblems& problems);

/// What a pull has to know of a bundle before it writes: its manifest and its flows' names.
struct BundleIndex {
  Origin pulled_from;                      ///< May be empty.
  std::map<std::string, std::string> ids;  ///< By the path of the content file.
  std::vector<BundledFlow> flows;          ///< Those with metadata, in the order of their paths.
};
/// Errors: malformed, of the manifest and of metadata that cannot be read. Files that are missing,
/// doubled or misnamed are none; contents and inventories are not looked at.
Result<BundleIndex> read_bundle_index(const std::filesystem::path& folder);

}  // namespace flowferry::snapshot
