// The corpus of real flows, where it is present beside the checkout.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"

namespace flowferry::testing {

struct CorpusFile {
  std::string name;
  std::string bytes;
};

inline std::filesystem::path corpus_folder() {
  return std::filesystem::path(FLOWFERRY_SOURCE_DIR) / ".." / "shared" / "corpus";
}

/// The files of one folder of the corpus ("flows", "templated", "legacy") by name; none if it is
/// absent.
inline std::vector<CorpusFile> corpus(const std::string& folder) {
  std::vector<CorpusFile> out;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(corpus_folder() / folder, ignored)) {
    auto bytes = read_file(entry.path());
    if (bytes) out.push_back({entry.path().filename().string(), *std::move(bytes)});
  }
  std::sort(out.begin(), out.end(),
            [](const CorpusFile& a, const CorpusFile& b) { return a.name < b.name; });
  return out;
}

}  // namespace flowferry::testing

#define FLOWFERRY_NEEDS_CORPUS()                                                     \
  if (!std::filesystem::exists(flowferry::testing::corpus_folder())) {               \
    GTEST_SKIP() << "the corpus of real flows is not there: "                        \
                 << flowferry::testing::corpus_folder().lexically_normal().string(); \
  }                                                                                  \
  static_assert(true)
