// snapshot/bundle_format.h
//
// A bundle: a folder made for git that holds an environment by names (docs/formats.md).
//
//   flowferry-bundle.json         the manifest: version, where it was pulled from, ids
//   flows/NAME.flow.json          content in portable form, one token a line
//   flows/NAME.meta.json          name, type, description, status, state, tags
//   modules/NAME.flow.json, modules/NAME.meta.json
//   versions/NAME/WHAT.json       contents of versions of the module NAME that are not its own
//   inventory/KIND.json           names of what the environment has besides
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/kind.h"

namespace flowferry::snapshot {

inline constexpr std::string_view k_bundle_manifest = "flowferry-bundle.json";
/// There from the first change of a pull until its last: after one that was stopped, the next pull
/// mends the folder, and nothing reads it meanwhile.
inline constexpr std::string_view k_bundle_unfinished = ".flowferry-unfinished";
inline constexpr std::string_view k_bundle_format = "flowferry-bundle";
/// What is written. Version 1, of which aliases have a number only, is read as well.
inline constexpr std::int64_t k_bundle_version = 2;
inline constexpr std::int64_t k_oldest_bundle_version = 1;
inline constexpr std::string_view k_bundle_inventory = "inventory";
inline constexpr std::string_view k_content_ending = ".flow.json";
inline constexpr std::string_view k_metadata_ending = ".meta.json";

/// "flows" or "modules".
inline std::string_view bundle_folder(ResourceKind kind) {
  return kind == ResourceKind::flow_module ? "modules" : "flows";
}

/// A flow or module of a bundle.
struct BundledFlow {
  ResourceKind kind = ResourceKind::contact_flow;
  std::string name;
  std::string type;  ///< ContactFlowType; empty for modules.
  std::string stem;  ///< Of its files: NAME.
  std::string id;    ///< In the instance that it was pulled from; empty: not known.
  std::vector<std::string> former_names;  ///< At earlier pulls, the newest last.
  /// Of a module that is written: the files of its versions (bundle_versions.h).
  std::vector<std::string> version_paths = {};

  std::string content_path() const {
    return std::string(bundle_folder(kind)) + "/" + stem + std::string(k_content_ending);
  }
  std::string metadata_path() const {
    return std::string(bundle_folder(kind)) + "/" + stem + std::string(k_metadata_ending);
  }
};

}  // namespace flowferry::snapshot
