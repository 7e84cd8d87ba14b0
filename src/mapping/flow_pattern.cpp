#include "mapping/flow_pattern.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace flowferry::mapping {
namespace {

constexpr const char* k_prefixes[] = {"regex:", "type:", "kind:", "state:", "tag:"};

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

/// Errors: config, when `word` is none of `known`.
Result<bool> check_word(const std::string& pattern, const std::string& word, const char* what,
                        const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), word) != known.end()) return true;
  const auto near = closest_names(word, known, 1);
  return fail(
      ErrorKind::config, "unknown " + std::string(what) + " in \"" + pattern + "\"",
      near.empty() ? "known: " + join(known, ", ") : "did you mean \"" + near.front() + "\"?");
}

/// What matches_pattern() takes for a pattern without wildcards: itself without the quoting.
std::optional<std::string> unquoted(const std::string& pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*' || pattern[i] == '?' || pattern[i] == '[') return std::nullopt;
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    out += pattern[i];
  }
  return out;
}

}  // namespace

FlowPattern::FlowPattern(std::string text, Field field, std::string rest)
    : text_(std::move(text)), field_(field), rest_(std::move(rest)) {
  if (field_ == Field::name) only_name_ = unquoted(rest_);
}

Result<FlowPattern> FlowPattern::make(std::string text) {
  const auto rest = [&] { return text.substr(text.find(':') + 1); };
  if (text.starts_with("regex:")) {
    auto regex = NamePattern::make(rest(), "");
    if (!regex) return fail(std::move(regex).error());
    FlowPattern out(text, Field::regex, rest());
    out.regex_ = *std::move(regex);
    return out;
  }
  if (text.starts_with("type:")) return FlowPattern(text, Field::type, rest());
  if (text.starts_with("kind:")) {
    auto known = check_word(text, rest(), "kind", {"contact-flow", "flow-module"});
    if (!known) return fail(std::move(known).error());
    return FlowPattern(text, Field::kind, rest());
  }
  if (text.starts_with("state:")) {
    auto known =
        check_word(text, upper(rest()), "state", {"ACTIVE", "ARCHIVED", "PUBLISHED", "SAVED"});
    if (!known) return fail(std::move(known).error());
    return FlowPattern(text, Field::state, upper(rest()));
  }
  if (text.starts_with("tag:")) return FlowPattern(text, Field::tag, rest());
  std::string whole = text;
  return FlowPattern(std::move(text), Field::name, std::move(whole));
}

bool FlowPattern::matches(const Resource& flow, const Tags* tags) const {
  switch (field_) {
    case Field::name:
      return only_name_ ? *only_name_ == flow.name : matches_pattern(rest_, flow.name);
    case Field::regex:
      return regex_->matches(flow.name);
    case Field::type:
      return matches_pattern(rest_, flow.type);
    case Field::kind:
      return rest_ == to_string(flow.kind);
    case Field::state: {
      if (rest_ == "ACTIVE" || rest_ == "ARCHIVED") {
        return (flow.state == "ARCHIVED") == (rest_ == "ARCHIVED");
      }
      return (flow.status == "SAVED") == (rest_ == "SAVED");
    }
    case Field::tag: {
      if (tags == nullptr) return false;
      const std::size_t equal = rest_.find('=');
      const auto found = tags->find(rest_.substr(0, equal));
      if (found == tags->end()) return false;
      return equal == std::string::npos || matches_pattern(rest_.substr(equal + 1), found->second);
    }
  }
  return false;
}

Result<std::vector<FlowPattern>> make_flow_patterns(const std::vector<std::string>& texts) {
  std::vector<FlowPattern> out;
  for (const std::string& text : texts) {
    auto pattern = FlowPattern::make(text);
    if (!pattern) return fail(std::move(pattern).error());
    out.push_back(*std::move(pattern));
  }
  return out;
}

std::string pattern_for_name(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (c == '*' || c == '?' || c == '[' || c == '\\') out += '\\';
    out += c;
  }
  const bool other = std::any_of(std::begin(k_prefixes), std::end(k_prefixes),
                                 [&](const char* prefix) { return name.starts_with(prefix); });
  return other ? "\\" + out : out;
}

}  // namespace flowferry::mapping
