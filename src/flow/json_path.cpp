#include "flow/json_path.h"

#include <utility>

#include "base/text.h"

namespace flowferry::flow {
namespace {

constexpr std::size_t k_most_parts = 64;

tl::unexpected<Error> refuse(std::string_view whole, const std::string& why) {
  return fail(ErrorKind::config, "\"" + std::string(whole) + "\" is not a path: " + why,
              "write one such as $.Actions[*].Parameters.Text, with .name, ['name'], [3], [*] and "
              "..name");
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The text between quotes at the beginning of `rest`, taken off it. Nothing when it does not end.
std::optional<std::string> take_quoted(std::string_view& rest) {
  const char quote = rest.front();
  std::string out;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == quote) {
      rest.remove_prefix(i + 1);
      return out;
    }
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    out += rest[i];
  }
  return std::nullopt;
}

}  // namespace

Result<JsonPath> JsonPath::parse(std::string_view text) {
  if (!text.starts_with('$')) return refuse(text, "it does not begin with $");
  if (text.size() == 1) return refuse(text, "it names the whole document");
  return parse_parts(text, text.substr(1));
}

Result<JsonPath> JsonPath::parse_parameter(std::string_view text) {
  if (text.empty()) return refuse(text, "it is empty");
  if (text.starts_with('[') || text.starts_with('.')) return parse_parts(text, text);
  return parse_parts(text, "." + std::string(text));
}

Result<JsonPath> JsonPath::parse_parts(std::string_view whole, std::string_view text) {
  JsonPath out;
  int descents = 0;
  if (find_invalid_utf8(whole)) return refuse("?", "it is not UTF-8");
  while (!text.empty()) {
    Part part;
    if (text.starts_with("..")) {
      if (++descents > 2) return refuse(whole, "it has more than two times ..");
      part.anywhere = true;
      text.remove_prefix(text.starts_with("..[") ? 2 : 1);
    }
    if (text.front() == '.') {
      text.remove_prefix(1);
      const std::size_t end = std::min(text.find_first_of(".["), text.size());
      part.name = text.substr(0, end);
      if (part.name.empty()) return refuse(whole, "a name is missing behind a dot");
      part.any = part.name == "*";
      text.remove_prefix(end);
    } else if (text.front() == '[') {
      text.remove_prefix(1);
      if (text.starts_with('*')) {
        part.any = true;
        text.remove_prefix(1);
      } else if (!text.empty() && is_digit(text.front())) {
        part.is_index = true;
        std::size_t digits = 0;
        while (digits < text.size() && is_digit(text[digits])) ++digits;
        if (digits > 9) return refuse(whole, "a number is too large");
        part.index = std::stoul(std::string(text.substr(0, digits)));
        text.remove_prefix(digits);
      } else if (text.starts_with('\'') || text.starts_with('"')) {
        auto name = take_quoted(text);
        if (!name) return refuse(whole, "a quote does not end");
        part.name = *std::move(name);
      } else {
        return refuse(whole, "brackets hold a number, * or a name in quotes");
      }
      if (!text.starts_with(']')) return refuse(whole, "a bracket does not end");
      text.remove_prefix(1);
    } else {
      return refuse(whole, "\"" + std::string(text) + "\" stands where a dot or bracket belongs");
    }
    out.parts_.push_back(std::move(part));
    if (out.parts_.size() > k_most_parts) return refuse(whole, "it is too long");
  }
  return out;
}

bool JsonPath::matches(const Document& document, const std::vector<Step>& steps,
                       std::size_t first) const {
  return matches(document, steps, first, 0);
}

bool JsonPath::matches(const Document& document, const std::vector<Step>& steps, std::size_t step,
                       std::size_t part) const {
  if (part == parts_.size()) return step == steps.size();
  const Part& wanted = parts_[part];
  for (; step < steps.size(); ++step) {
    const Step& here = steps[step];
    const bool item = here.key == json::k_none;
    const bool fits =
        wanted.any ||
        (wanted.is_index ? item && here.index == wanted.index
                         : !item && json::string_equals(document.bytes(), document.node(here.key),
                                                        wanted.name));
    if (fits && matches(document, steps, step + 1, part + 1)) return true;
    if (!wanted.anywhere) return false;
  }
  return false;
}

}  // namespace flowferry::flow
