// Puts null in the place of some values of a JSON text and leaves every other byte alone.
#include <algorithm>
#include <cstddef>

#include "simulator/content_parts.h"

namespace flowferry::simulator {
namespace {

/// Finds where values stand in a text that is known to be valid JSON.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  /// The value at a JSON pointer; nothing when there is none.
  std::optional<Span> find(const std::string& pointer) {
    at_ = 0;
    skip_space();
    for (std::size_t slash = 0; slash < pointer.size();) {
      const std::size_t next = std::min(pointer.find('/', slash + 1), pointer.size());
      if (!enter(unescape(pointer.substr(slash + 1, next - slash - 1)))) return std::nullopt;
      slash = next;
    }
    const std::size_t begin = at_;
    skip_value();
    return Span{begin, at_};
  }

 private:
  static std::string unescape(const std::string& token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
      if (token[i] == '~' && i + 1 < token.size()) {
        out.push_back(token[++i] == '0' ? '~' : '/');
      } else {
        out.push_back(token[i]);
      }
    }
    return out;
  }

  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }

  /// A string as written, with its quotes.
  std::string_view take_string() {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void skip_value() {
    std::size_t depth = 0;
    do {
      skip_space();
      const char c = here();
      if (c == '"') {
        take_string();
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
      } else if (c == '}' || c == ']') {
        --depth;
        ++at_;
      } else if (c == ',' || c == ':') {
        ++at_;
        continue;
      } else {
        const std::size_t end = text_.find_first_of(",:]} \t\r\n", at_);
        at_ = std::min(end, text_.size());
      }
    } while (depth > 0 && at_ < text_.size());
  }

  /// Moves to the member or item of this name. Of a key that stands twice, the last counts, as for
  /// the parser.
  bool enter(const std::string& name) {
    const bool object = here() == '{';
    if (!object && here() != '[') return false;
    ++at_;
    std::optional<std::size_t> found;
    for (std::size_t index = 0; at_ < text_.size(); ++index) {
      skip_space();
      if (here() == '}' || here() == ']') break;
      std::string key = std::to_string(index);
      if (object) {
        const std::string_view quoted = take_string();
        key = boost::json::parse(boost::json::string_view(quoted.data(), quoted.size()))
                  .get_string()
                  .c_str();
        skip_space();
        ++at_;  // ':'
        skip_space();
      }
      if (key == name) found = at_;
      skip_value();
      skip_space();
      if (here() == ',') ++at_;
    }
    if (found) at_ = *found;
    return found.has_value();
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string null_values(std::string_view text, const std::vector<std::string>& pointers) {
  std::vector<Scanner::Span> spans;
  Scanner scanner(text);
  for (const std::string& pointer : pointers) {
    if (const auto span = scanner.find(pointer)) spans.push_back(*span);
  }
  std::sort(spans.begin(), spans.end(),
            [](const auto& a, const auto& b) { return a.begin < b.begin; });
  std::string out;
  std::size_t copied = 0;
  for (const auto& span : spans) {
    if (span.begin < copied) continue;
    out.append(text.substr(copied, span.begin - copied)).append("null");
    copied = span.end;
  }
  return out.append(text.substr(copied));
}

}  // namespace flowferry::simulator
