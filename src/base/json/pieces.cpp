#include "base/json/pieces.h"

#include <utility>

#include "base/json/scan.h"

namespace flowferry::json {

void Pieces::skip_space() {
  const std::size_t next = text_.find_first_not_of(" \t\r\n", at_);
  at_ = next == std::string_view::npos ? text_.size() : next;
}

bool Pieces::next_is(char c) {
  skip_space();
  return !failed_ && at_ < text_.size() && text_[at_] == c;
}

bool Pieces::take(char c) {
  if (!next_is(c)) return false;
  ++at_;
  return true;
}

bool Pieces::fail_here() {
  failed_ = true;
  return false;
}

bool Pieces::enter(char c) {
  if (!take(c)) return false;
  ++open_;
  return first_ = true;
}

std::optional<std::string> Pieces::member() {
  if (take('}')) {
    --open_;
    first_ = false;
    return std::nullopt;
  }
  if ((!first_ && !take(',')) || !next_is('"')) {
    fail_here();
    return std::nullopt;
  }
  Value name = value();
  if (!take(':')) fail_here();
  if (failed_) return std::nullopt;
  return name.as_string();
}

bool Pieces::item() {
  if (take(']')) {
    --open_;
    return first_ = false;
  }
  if ((!first_ && !take(',')) || next_is(']')) return fail_here();
  return !failed_;
}

/// Behind the closing quote of the string that begins at `at`, or the text's end.
std::size_t Pieces::end_of_string(std::size_t at) const {
  const char* const end = text_.data() + text_.size();
  const char* p = text_.data() + at + 1;
  for (;;) {
    p = skip_plain<false>(p, end);
    if (p == end) return text_.size();
    if (*p == '"') return static_cast<std::size_t>(p - text_.data()) + 1;
    if (*p == '\\') ++p;
    if (p != end) ++p;
  }
}

/// Where the value that begins here ends, if it is one.
std::size_t Pieces::end_of_value() const {
  if (text_[at_] == '"') return end_of_string(at_);
  std::size_t depth = 0;
  for (std::size_t i = at_; i < text_.size();) {
    switch (text_[i]) {
      case '"':
        i = end_of_string(i);
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (depth == 0) return i;
        if (--depth == 0) return i + 1;
        break;
      case ',':
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        if (depth == 0) return i;
        break;
      default:
        break;
    }
    ++i;
  }
  return text_.size();
}

Value Pieces::value() {
  skip_space();
  if (failed_ || at_ == text_.size()) {
    fail_here();
    return {};
  }
  const std::size_t end = end_of_value();
  auto parsed = parse(text_.substr(at_, end - at_));
  if (!parsed) {
    fail_here();
    return {};
  }
  at_ = end;
  first_ = false;
  return std::move(*parsed);
}

Result<void> Pieces::finish() {
  skip_space();
  if (!failed_ && !first_ && open_ == 0 && at_ == text_.size()) return {};
  // The place in the whole text, which the value alone does not tell.
  auto whole = tokenize(text_);
  if (!whole) return fail(std::move(whole).error());
  return fail(ErrorKind::malformed, "the text goes on where it should end");
}

}  // namespace flowferry::json
