// pipeline/yaml_values.h
//
// YAML nodes as what a configuration takes: texts, numbers, lists, maps. What does not fit is
// thrown as a Fault, which parse_config() catches; no other exception leaves. Internal to
// pipeline/.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace flowferry::pipeline {

/// Why a configuration cannot be used, with its line.
struct Fault {
  std::size_t line;
  std::string message;
  std::string hint;
};

/// The line of a node; 0 where there is none.
std::size_t line_of(const YAML::Node& node);

[[noreturn]] void fault(const YAML::Node& node, std::string message, std::string hint);

/// What to do about an unknown `word` where `known` ones are expected: the nearest, or all.
std::string suggestion(const std::string& word, const std::vector<std::string>& known);

/// The only document of `text`; a null node when there is none. Faults also for characters that no
/// YAML text has. Throws YAML::Exception for what is not YAML.
YAML::Node load_document(std::string_view text);

struct Entry {
  std::string key;
  YAML::Node key_node;  ///< For its line.
  YAML::Node value;
};

/// The entries of a map whose keys are texts, none of them twice. Null is an empty map. `what`
/// names it, `example` shows one.
std::vector<Entry> entries_of(const YAML::Node& node, const std::string& what,
                              const std::string& example);

/// Refuses what is no map of `known` keys, each at most once.
void check_keys(const YAML::Node& map, const std::string& where,
                const std::vector<std::string>& known);

/// The items of a list; null is an empty one.
std::vector<YAML::Node> items_of(const YAML::Node& node, const std::string& what,
                                 const std::string& example);

std::string text_of(const YAML::Node& node, const std::string& what);
std::string full_text_of(const YAML::Node& node, const std::string& what);  ///< Not empty.
/// The text of a member, or nothing at all.
std::string optional_text(const YAML::Node& map, const char* key, const std::string& where);
/// A list of texts, or one text.
std::vector<std::string> texts_of(const YAML::Node& node, const std::string& what);

/// true or false.
bool flag_of(const YAML::Node& node, const std::string& what);
/// One of `words`.
std::string word_of(const YAML::Node& node, const std::string& what,
                    const std::vector<std::string>& words);
double number_of(const YAML::Node& node, const std::string& what, double low, double high);
std::int64_t count_of(const YAML::Node& node, const std::string& what);

}  // namespace flowferry::pipeline
