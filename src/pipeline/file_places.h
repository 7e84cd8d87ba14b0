// pipeline/file_places.h
//
// Where a finding stands in the files of a folder: line and column, for editors and code scanning.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/findings.h"
#include "base/json/tokens.h"

namespace flowferry::pipeline {

/// A place in a file.
struct FilePlace {
  std::string path;        ///< As the folder was named, with '/' between its parts.
  std::size_t line = 0;    ///< From 1.
  std::size_t column = 0;  ///< From 1, in code points.
};

/// Kind and name of a flow or module → the file of its content, below the folder.
using ContentFiles = std::map<std::pair<std::string, std::string>, std::string>;

class FilePlaces {
 public:
  FilePlaces(std::filesystem::path folder, ContentFiles files);
  ~FilePlaces();
  FilePlaces(const FilePlaces&) = delete;
  FilePlaces& operator=(const FilePlaces&) = delete;

  /// The place of what the finding's pointer names, or of the nearest thing around it that the file
  /// has. A file that holds an answer of the API around the content gives the place of the content;
  /// one that cannot be read its first line. Nothing when the finding is about no flow of the
  /// folder.
  std::optional<FilePlace> find(const Finding& finding);

 private:
  struct File;
  const File& file(const std::string& path);

  std::filesystem::path folder_;
  ContentFiles files_;
  std::map<std::string, std::unique_ptr<File>> read_;
};

}  // namespace flowferry::pipeline
