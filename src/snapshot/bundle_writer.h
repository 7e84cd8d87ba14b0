// snapshot/bundle_writer.h
//
// A snapshot as the files of a bundle: which bytes, not where on disk (bundle_folder.h).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/findings.h"
#include "model/snapshot.h"
#include "snapshot/bundle_format.h"
#include "snapshot/bundle_kept.h"

namespace flowferry::snapshot {

struct BundleRequest {
  const Snapshot* snapshot = nullptr;
  /// Ids of the flows and modules to be written; each is in Snapshot::flows.
  std::vector<std::string> flows;
  /// By id, the names that flows had before, the newest last.
  std::map<std::string, std::vector<std::string>> former_names;
  /// Those whose files in the folder stay as they are.
  std::vector<BundledFlow> kept;
  KeptNames kept_names;  ///< Of those.
};

struct ComposedBundle {
  /// Path below the folder, with '/', to bytes. Without the manifest.
  std::map<std::string, std::string> files;
  std::string manifest;
  std::vector<BundledFlow> flows;  ///< As written, in the order of the request.
  Findings findings;  ///< Errors: "unreadable-content", of flows that are left out. Else of
                      ///< flow::to_portable().
};

/// The same snapshot gives the same bytes; instances with the same centre differ in the manifest
/// only. Flows and modules that are neither written nor kept are named in the inventory.
ComposedBundle compose_bundle(const BundleRequest& request);

}  // namespace flowferry::snapshot
