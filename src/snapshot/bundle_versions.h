// snapshot/bundle_versions.h
//
// What a bundle says of the versions of a module that its aliases stand for and that documents name
// by number (docs/formats.md): by content, since each instance numbers its versions by itself.
//
//   modules/NAME.meta.json       "aliases": { "live": "current", "old": "other" }
//   versions/NAME/alias-old.json { "settings": ..., "content": ... }
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json/value.h"
#include "flow/portable.h"
#include "model/snapshot.h"
#include "snapshot/bundle_file.h"

namespace flowferry::snapshot {

inline constexpr std::string_view k_bundle_versions = "versions";

/// "versions/STEM": where the files of the module are whose other files are called `stem`.
std::string versions_folder(const std::string& stem);

/// What is written of one module.
struct WrittenVersions {
  json::Value aliases = json::Value::object();  ///< By name "current", "other" or "unknown".
  json::Value numbers = json::Value::object();  ///< By number "current" or "other".
  std::map<std::string, std::string> files;     ///< By path: contents that are not current.
  std::vector<flow::Marker> named;              ///< By these files.
};

/// Of `module` of `names.snapshot()`: all its aliases, those of `kept` that it does not have (any
/// more) as unknown, and those of `numbers` whose content is in Snapshot::module_versions. `stem`
/// is that of its files.
WrittenVersions write_versions(const Flow& module, const std::set<std::string>& kept,
                               const std::set<std::int64_t>& numbers, const std::string& stem,
                               const flow::PortableNames& names);

/// Reads what is written so. First the metadata of each module; then, when all names are known, the
/// contents.
class VersionsReader {
 public:
  /// Problems are added to `problems`. All must outlive it.
  VersionsReader(const std::filesystem::path& folder, Snapshot& out, BundleProblems& problems)
      : folder_(folder), out_(out), problems_(problems) {}

  /// "aliases" and "versions" of a module's metadata: fills Snapshot::module_aliases. Problems:
  /// what is none of the words (or the number of a version, as in bundles of version 1).
  void add(const BundleFile& metadata, const Flow& module, const std::string& stem);

  /// The names of aliases that an item of an inventory has of a module without files.
  void add_names(const BundleFile& file, std::uint32_t item, const Resource& module);

  /// Fills Snapshot::module_versions, once all modules have their contents. Problems: files that
  /// are missing, that cannot be read, or that nothing stands for. `unsure` as in
  /// content_from_portable().
  void read(const flow::PortableNames& names, const std::set<ResourceKind>& unsure);

 private:
  /// A version that the module's metadata tells of.
  struct Told {
    std::string module;
    std::int64_t number;
    std::string path;  ///< Empty: it is current.
    std::string place;
    std::size_t line;
  };
  template <class Take>
  void each(const BundleFile& metadata, const char* member, const Take& take);
  void read(const Told& version, const flow::PortableNames& names,
            const std::set<ResourceKind>& unsure);
  void look_for_others();

  const std::filesystem::path& folder_;
  Snapshot& out_;
  BundleProblems& problems_;
  std::vector<Told> told_;
};

/// What the module's contract, raw JSON or a text, stands for.
std::string settings_of(const BundleFile& file, std::uint32_t node);

/// The contract as it is written: JSON within JSON as such, so that changes can be read.
std::string settings_text(const std::string& settings);

}  // namespace flowferry::snapshot
