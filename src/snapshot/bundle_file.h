// snapshot/bundle_file.h
//
// One JSON file of a bundle, read so that whatever is wrong in it has a line; and all that is wrong
// with a bundle, as one error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/tokens.h"
#include "base/result.h"

namespace flowferry::snapshot {

struct BundleProblem {
  std::string path;      ///< Below the bundle's folder.
  std::size_t line = 0;  ///< 0: the file as a whole.
  std::string what;
  std::string remedy;
};
using BundleProblems = std::vector<BundleProblem>;

/// All problems, in the order of files and lines, as one error of kind malformed: of a single one
/// subject, message and hint; of several the first 50 in `details`.
Error bundle_error(const std::string& folder, BundleProblems problems);

class BundleFile {
 public:
  /// Reads and indexes `root / path`. Nothing when that fails; the reason is added to `problems`:
  /// not readable, merge-conflict markers, not JSON.
  static std::optional<BundleFile> read(const std::filesystem::path& root, std::string path,
                                        BundleProblems& problems);

  const std::string& path() const { return path_; }
  const std::string& text() const { return text_; }
  const json::Tokens& tokens() const { return tokens_; }
  const json::Node& node(std::uint32_t index) const { return tokens_.nodes[index]; }

  std::size_t line_of(std::uint32_t node) const;
  std::size_t line_at(std::size_t offset) const;

  /// The node of a member of `object`, or json::k_none.
  std::uint32_t member(std::uint32_t object, std::string_view name) const {
    return json::find_member(text_, tokens_, object, name);
  }
  /// A string member; empty when absent. Problems: of another type; absent or empty although
  /// `required`.
  std::string text_member(std::uint32_t object, std::string_view name, bool required,
                          BundleProblems& problems) const;
  /// Whether the value of `node` is an object with none but these members, each once. Problems:
  /// what else it is.
  bool check_object(std::uint32_t node, std::initializer_list<std::string_view> names,
                    BundleProblems& problems) const;
  std::string value(std::uint32_t node) const { return json::unescape(text_, tokens_.nodes[node]); }
  /// The bytes of a value.
  std::string_view raw(std::uint32_t node) const {
    const json::Node& n = tokens_.nodes[node];
    return std::string_view(text_).substr(n.begin, n.end - n.begin);
  }
  void add(std::uint32_t node, std::string what, std::string remedy,
           BundleProblems& problems) const {
    problems.push_back({path_, line_of(node), std::move(what), std::move(remedy)});
  }

 private:
  std::string path_;
  std::string text_;
  json::Tokens tokens_;
};

}  // namespace flowferry::snapshot
