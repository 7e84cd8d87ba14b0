// simulator/world_yaml.h
//
// Reads YAML maps member by member and keeps every problem with its line: unknown keys with the
// nearest valid one, keys given twice, wrong types, impossible values. Only world_file.cpp uses it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "base/result.h"
#include "model/resource.h"

namespace flowferry::simulator {

/// Collects "file:line: what".
class YamlProblems {
 public:
  explicit YamlProblems(std::filesystem::path file) : file_(std::move(file)) {}
  void add(int line, std::string_view what);
  bool empty() const { return texts_.empty(); }
  /// All of them as one error of kind config.
  Error error() const;
  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
  std::vector<std::string> texts_;
};

/// The 1-based line where a node begins; 0 when unknown.
int line_of(const YAML::Node& node);

/// `text` in quotes, safe for a message.
std::string in_quotes(std::string_view text);
/// "; did you mean ...?" or nothing.
std::string nearest_of(std::string_view word, const std::vector<std::string>& valid);

/// One map. Members that are absent, null or wrong give the fallback; what is wrong is reported
/// once.
class YamlMap {
 public:
  /// `what` is for messages: "a flow". A node that is no map is reported, and every member is then
  /// absent.
  YamlMap(const YAML::Node& node, std::string what, std::vector<std::string> keys,
          YamlProblems& problems);

  int line() const { return line_; }
  bool is_map() const { return is_map_; }
  bool has(std::string_view key) const;
  /// Where `key` stands, or the map when it is absent.
  int line_of_key(std::string_view key) const;

  /// A scalar's text; of a required one also reports its absence or emptiness.
  std::string text(std::string_view key, std::string fallback = {}) const;
  std::string required_text(std::string_view key) const;
  /// A scalar that must be one of `words`.
  std::string word(std::string_view key, std::string fallback,
                   const std::vector<std::string>& words) const;
  bool flag(std::string_view key, bool fallback) const;
  std::uint64_t number(std::string_view key, std::uint64_t fallback, std::uint64_t most) const;
  std::vector<std::string> texts(std::string_view key) const;
  Tags text_map(std::string_view key) const;
  /// The nodes of a list.
  std::vector<YAML::Node> list(std::string_view key) const;
  /// The node itself; nothing when absent or null.
  std::optional<YAML::Node> node(std::string_view key) const;

  void wrong(std::string_view key, std::string_view why) const;

 private:
  struct Member {
    std::string key;
    int line;
    YAML::Node value;
  };
  const Member* find(std::string_view key) const;
  void read_members(const YAML::Node& node, const std::vector<std::string>& keys);

  std::string what_;
  YamlProblems& problems_;
  std::vector<Member> members_;
  int line_ = 0;
  bool is_map_ = false;
};

}  // namespace flowferry::simulator
