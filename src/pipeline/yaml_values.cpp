#include "pipeline/yaml_values.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <sstream>

#include "base/json/tokens.h"
#include "base/text.h"

namespace flowferry::pipeline {

std::size_t line_of(const YAML::Node& node) {
  const YAML::Mark mark = node.Mark();
  return mark.is_null() ? 0 : static_cast<std::size_t>(mark.line + 1);
}

void fault(const YAML::Node& node, std::string message, std::string hint) {
  const std::size_t line = std::max<std::size_t>(line_of(node), 1);
  throw Fault{line, std::move(message), std::move(hint)};
}

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const auto near = closest_names(word, known, 1);
  if (!near.empty()) return "did you mean \"" + near.front() + "\"?";
  return "known: " + join(known, ", ");
}

namespace {

/// yaml-cpp takes some control characters for the end of the text, and would leave out the rest.
void refuse_control_characters(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c >= 0x20 && c != 0x7F) || c == '\t' || c == '\n' || c == '\r') continue;
    throw Fault{json::position_of(text, i).line,
                fmt::format("the configuration has the control character U+{:04X}", c),
                "remove it: a configuration is plain text"};
  }
}

/// Notices where a document begins, and nothing else.
class Beginning final : public YAML::EventHandler {
 public:
  std::optional<YAML::Mark> mark;

  void OnDocumentStart(const YAML::Mark& at) override { mark = at; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// Not with YAML::LoadAll(): of some faulty texts it makes documents without end.
void refuse_second_document(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  Beginning first, second;
  if (!parser.HandleNextDocument(first)) return;
  if (!parser.HandleNextDocument(second) || !second.mark) return;
  throw Fault{static_cast<std::size_t>(second.mark->line) + 1,
              "the configuration has more than one document",
              "remove the line \"---\" and what does not belong to it"};
}

}  // namespace

YAML::Node load_document(std::string_view text) {
  if (const auto bad = find_invalid_utf8(text)) {
    throw Fault{json::position_of(text, *bad).line, "the configuration is not UTF-8",
                "save it as UTF-8"};
  }
  refuse_control_characters(text);
  const std::string copy(text);
  refuse_second_document(copy);
  return YAML::Load(copy);
}

std::vector<Entry> entries_of(const YAML::Node& node, const std::string& what,
                              const std::string& example) {
  std::vector<Entry> out;
  if (node.IsNull()) return out;
  if (!node.IsMap()) fault(node, what + " must be a map of keys", "write: " + example);
  std::set<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar())
      fault(entry.first, "a key of " + what + " is not a text", "write: " + example);
    const std::string key = entry.first.Scalar();
    if (!seen.insert(key).second) {
      fault(entry.first, "key \"" + key + "\" stands twice in " + what, "remove one of the two");
    }
    out.push_back(Entry{key, entry.first, entry.second});
  }
  return out;
}

void check_keys(const YAML::Node& map, const std::string& where,
                const std::vector<std::string>& names) {
  const std::string example = "known keys: " + join(names, ", ");
  if (!map.IsMap()) fault(map, where + " must be a map of keys", example);
  for (const Entry& entry : entries_of(map, where, example)) {
    if (std::find(names.begin(), names.end(), entry.key) != names.end()) continue;
    fault(entry.key_node, "unknown key \"" + entry.key + "\" in " + where,
          suggestion(entry.key, names));
  }
}

std::vector<YAML::Node> items_of(const YAML::Node& node, const std::string& what,
                                 const std::string& example) {
  if (node.IsNull()) return {};
  if (!node.IsSequence()) fault(node, what + " must be a list", "write: " + example);
  return {node.begin(), node.end()};
}

std::string text_of(const YAML::Node& node, const std::string& what) {
  if (!node.IsScalar())
    fault(node, what + " must be a text", "write it on one line, in quotes if need be");
  return node.Scalar();
}

std::string full_text_of(const YAML::Node& node, const std::string& what) {
  std::string out = text_of(node, what);
  if (out.empty()) fault(node, what + " must not be empty", "write it, or leave the entry out");
  return out;
}

std::string optional_text(const YAML::Node& map, const char* key, const std::string& where) {
  const YAML::Node node = map[key];
  return node ? text_of(node, "\"" + std::string(key) + "\" in " + where) : std::string();
}

std::vector<std::string> texts_of(const YAML::Node& node, const std::string& what) {
  if (node.IsScalar()) return {node.Scalar()};
  std::vector<std::string> out;
  for (const YAML::Node& item : items_of(node, what, "[\"first\", \"second\"]")) {
    out.push_back(text_of(item, "each item of " + what));
  }
  return out;
}

bool flag_of(const YAML::Node& node, const std::string& what) {
  bool value = false;
  if (!node.IsScalar() || node.Tag() == "!" || !YAML::convert<bool>::decode(node, value)) {
    fault(node, what + " must be true or false", "write true or false, without quotes");
  }
  return value;
}

std::string word_of(const YAML::Node& node, const std::string& what,
                    const std::vector<std::string>& words) {
  std::string out = text_of(node, what);
  if (std::find(words.begin(), words.end(), out) == words.end()) {
    fault(node, "\"" + out + "\" is not known as " + what, suggestion(out, words));
  }
  return out;
}

double number_of(const YAML::Node& node, const std::string& what, double low, double high) {
  double value = 0;
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, value) || !(value >= low) ||
      !(value <= high)) {
    fault(node, what + fmt::format(" must be a number from {:g} to {:g}", low, high),
          "correct the value");
  }
  return value;
}

std::int64_t count_of(const YAML::Node& node, const std::string& what) {
  const double value = number_of(node, what, 0, 1e9);
  if (value != std::floor(value))
    fault(node, what + " must be a whole number", "correct the value");
  return static_cast<std::int64_t>(value);
}

}  // namespace flowferry::pipeline
