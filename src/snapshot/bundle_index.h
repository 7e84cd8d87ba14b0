// snapshot/bundle_index.h
//
// Which flows and modules a bundle has: its manifest, and its metadata files against their names.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "snapshot/bundle_reader.h"

namespace flowferry::snapshot {

/// Whether files that are missing, doubled or misnamed are problems: a pull mends them.
enum class Complete { demanded, unimportant };

class BundleIndexer {
 public:
  /// Problems are added to `problems`, which must outlive it.
  BundleIndexer(std::filesystem::path folder, Complete complete, BundleProblems& problems)
      : folder_(std::move(folder)), strict_(complete == Complete::demanded), problems_(problems) {}

  /// false: the manifest cannot be read, or is of another version; nothing else was looked at.
  bool read();

  const BundleIndex& index() const { return index_; }
  BundleIndex take() { return std::move(index_); }
  /// The metadata files of `index().flows`, in their order.
  const std::vector<BundleFile>& metadata() const { return metadata_; }

 private:
  bool manifest();
  void ids(const BundleFile& file);
  void former_names(const BundleFile& file);
  void names(const BundleFile& file);
  void flows(ResourceKind kind);
  void flow(ResourceKind kind, const std::string& stem);
  void check_doubled();
  void check_missing();

  std::filesystem::path folder_;
  bool strict_;
  BundleProblems& problems_;
  std::map<std::string, std::string> ids_by_key_;  ///< By file_name_key() of the path.
  std::map<std::string, std::vector<std::string>> former_by_key_;  ///< Likewise.
  BundleIndex index_;
  std::vector<BundleFile> metadata_;
};

/// Names of the entries of `folder`, sorted; none when it is not there.
std::vector<std::string> names_in(const std::filesystem::path& folder);

}  // namespace flowferry::snapshot
