#include "simulator/world_yaml.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace flowferry::simulator {

void YamlProblems::add(int line, std::string_view what) {
  texts_.push_back(line > 0 ? fmt::format("{}:{}: {}", file_.string(), line, what)
                            : fmt::format("{}: {}", file_.string(), what));
}

Error YamlProblems::error() const {
  Error error;
  error.kind = ErrorKind::config;
  error.message = texts_.front();
  if (texts_.size() > 1) error.details = texts_;
  return error;
}

int line_of(const YAML::Node& node) {
  const YAML::Mark mark = node.Mark();
  return mark.line < 0 ? 0 : mark.line + 1;
}

std::string in_quotes(std::string_view text) {
  return "\"" + printable(text) + "\"";
}

std::string nearest_of(std::string_view word, const std::vector<std::string>& valid) {
  const auto near = closest_names(word, valid, 1);
  if (!near.empty()) return fmt::format("; did you mean {}?", in_quotes(near.front()));
  return valid.size() > 12 ? "" : fmt::format("; valid: {}", join(valid, ", "));
}

YamlMap::YamlMap(const YAML::Node& node, std::string what, std::vector<std::string> keys,
                 YamlProblems& problems)
    : what_(std::move(what)), problems_(problems), line_(line_of(node)), is_map_(node.IsMap()) {
  if (!is_map_) {
    problems_.add(line_, fmt::format("{} must be a map with the keys {}", what_, join(keys, ", ")));
    return;
  }
  read_members(node, keys);
}

void YamlMap::read_members(const YAML::Node& node, const std::vector<std::string>& keys) {
  for (const auto& member : node) {
    const int line = line_of(member.first);
    if (!member.first.IsScalar()) {
      problems_.add(line, fmt::format("a key of {} must be a word", what_));
      continue;
    }
    std::string key = member.first.Scalar();
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      problems_.add(line, fmt::format("unknown key {} in {}{}", in_quotes(key), what_,
                                      nearest_of(key, keys)));
    } else if (find(key) != nullptr) {
      problems_.add(line, fmt::format("the key {} stands twice in {}", in_quotes(key), what_));
    } else {
      members_.push_back({std::move(key), line, member.second});
    }
  }
}

const YamlMap::Member* YamlMap::find(std::string_view key) const {
  for (const Member& member : members_) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

bool YamlMap::has(std::string_view key) const {
  return node(key).has_value();
}

int YamlMap::line_of_key(std::string_view key) const {
  const Member* member = find(key);
  return member == nullptr ? line_ : member->line;
}

void YamlMap::wrong(std::string_view key, std::string_view why) const {
  problems_.add(line_of_key(key), fmt::format("{} of {} {}", in_quotes(key), what_, why));
}

std::optional<YAML::Node> YamlMap::node(std::string_view key) const {
  const Member* member = find(key);
  if (member == nullptr || member->value.IsNull()) return std::nullopt;
  return member->value;
}

std::string YamlMap::text(std::string_view key, std::string fallback) const {
  const auto value = node(key);
  if (!value) return fallback;
  if (!value->IsScalar()) {
    wrong(key, "must be a text");
    return fallback;
  }
  return value->Scalar();
}

std::string YamlMap::required_text(std::string_view key) const {
  if (!is_map_) return {};
  const auto value = node(key);
  if (!value) {
    problems_.add(line_of_key(key), fmt::format("{} needs {}", what_, in_quotes(key)));
    return {};
  }
  std::string out = text(key);
  if (out.empty() && value->IsScalar()) wrong(key, "must not be empty");
  return out;
}

std::string YamlMap::word(std::string_view key, std::string fallback,
                          const std::vector<std::string>& words) const {
  if (!has(key)) return fallback;
  std::string value = text(key, fallback);
  if (std::find(words.begin(), words.end(), value) != words.end()) return value;
  wrong(key, fmt::format("cannot be {}{}", in_quotes(value), nearest_of(value, words)));
  return fallback;
}

bool YamlMap::flag(std::string_view key, bool fallback) const {
  const auto value = node(key);
  if (!value) return fallback;
  bool out = fallback;
  if (!value->IsScalar() || !YAML::convert<bool>::decode(*value, out)) {
    wrong(key, "must be true or false");
    return fallback;
  }
  return out;
}

std::uint64_t YamlMap::number(std::string_view key, std::uint64_t fallback,
                              std::uint64_t most) const {
  if (!has(key)) return fallback;
  const std::string value = text(key);
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
  if (error != std::errc() || end != value.data() + value.size() || out > most) {
    wrong(key, fmt::format("must be a whole number up to {}", most));
    return fallback;
  }
  return out;
}

std::vector<YAML::Node> YamlMap::list(std::string_view key) const {
  const auto value = node(key);
  if (!value) return {};
  if (!value->IsSequence()) {
    wrong(key, "must be a list");
    return {};
  }
  return {value->begin(), value->end()};
}

std::vector<std::string> YamlMap::texts(std::string_view key) const {
  std::vector<std::string> out;
  for (const YAML::Node& item : list(key)) {
    if (item.IsScalar() && !item.Scalar().empty()) {
      out.push_back(item.Scalar());
    } else {
      wrong(key, "must be a list of texts");
    }
  }
  return out;
}

Tags YamlMap::text_map(std::string_view key) const {
  Tags out;
  const auto value = node(key);
  if (!value) return out;
  if (!value->IsMap()) {
    wrong(key, "must be a map of texts");
    return out;
  }
  for (const auto& member : *value) {
    if (!member.first.IsScalar() || !(member.second.IsScalar() || member.second.IsNull())) {
      wrong(key, "must be a map of texts");
      continue;
    }
    const std::string text = member.second.IsNull() ? std::string() : member.second.Scalar();
    if (!out.emplace(member.first.Scalar(), text).second) {
      problems_.add(line_of(member.first),
                    fmt::format("the key {} stands twice in {} of {}",
                                in_quotes(member.first.Scalar()), in_quotes(key), what_));
    }
  }
  return out;
}

}  // namespace flowferry::simulator
