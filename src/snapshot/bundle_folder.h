// snapshot/bundle_folder.h
//
// A bundle on disk, brought to what a snapshot says: only files whose bytes change are written.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/findings.h"
#include "base/result.h"
#include "model/snapshot.h"

namespace flowferry::snapshot {

enum class Prune { no, yes };

/// What became of the files of one flow, module or inventory.
struct BundleChange {
  enum class What {
    added,
    updated,
    renamed,  ///< The same flow under a new name, told by its id in the manifest.
    removed,
    left,  ///< The environment does not have the flow any more, and its files stay.
  };
  What what = What::added;
  ResourceKind kind = ResourceKind::contact_flow;
  std::string name;  ///< Empty of an inventory.
  std::string type;
  std::string from;                ///< The former name of a renamed one.
  std::vector<std::string> files;  ///< Written or removed, or left.
};
std::string_view to_string(BundleChange::What what);

struct BundleUpdate {
  std::vector<BundleChange> changes;  ///< Modules, flows, inventories; each by name.
  std::size_t unchanged = 0;          ///< Flows and modules whose files were not touched.
  std::size_t kept = 0;               ///< ... that were not selected.
  bool manifest = false;              ///< The manifest was written.
  Findings findings;                  ///< Of compose_bundle().
};

struct UpdateRequest {
  const Snapshot* snapshot = nullptr;
  std::vector<std::string> flows;  ///< Ids of those to be written, each in Snapshot::flows.
  Prune prune = Prune::no;
};

/// Writes the bundle in `folder`, or makes one there. Each file is replaced as a whole; the
/// manifest comes last, so that a pull that was stopped is done again. Errors: refused (a folder
/// with other things in it), malformed (a manifest or metadata that cannot be read), io.
Result<BundleUpdate> update_bundle(const std::filesystem::path& folder,
                                   const UpdateRequest& request);

/// Whether `folder` may become, or be, a bundle: what update_bundle() would refuse at once.
Result<void> check_bundle_folder(const std::filesystem::path& folder);

}  // namespace flowferry::snapshot
