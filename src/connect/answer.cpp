#include "connect/answer.h"

#include <charconv>
#include <cmath>

namespace flowferry::connect {

View::View(const aws::Answer& answer) {
  if (answer.tokens.nodes.empty()) return;
  text_ = answer.body;
  tokens_ = &answer.tokens;
}

View View::operator[](std::string_view name) const {
  if (!is_object()) return {};
  const std::uint32_t found = json::find_member(text_, *tokens_, index_, name);
  return found == json::k_none ? View() : View(text_, *tokens_, found);
}

bool View::present() const {
  return tokens_ != nullptr && node().kind != json::Kind::null;
}

std::string View::text() const {
  return is_string() ? json::unescape(text_, node()) : std::string();
}

bool View::truth() const {
  if (is(json::Kind::boolean)) return text_[node().begin] == 't';
  return is_string() && json::string_equals(text_, node(), "true");
}

std::optional<std::int64_t> View::number() const {
  if (!is(json::Kind::number)) return std::nullopt;
  const std::string_view digits = text_.substr(node().begin, node().end - node().begin);
  std::int64_t whole = 0;
  const auto exact = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
  if (exact.ec == std::errc() && exact.ptr == digits.data() + digits.size()) return whole;
  double value = 0;  // "1.7E9"
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec != std::errc() || !(std::abs(value) < 9e15)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

bool View::has_lone_surrogate() const {
  return is_string() && json::has_lone_surrogate(text_, node());
}

void Body::name(std::string_view text) {
  if (out_.size() > 1) out_ += ',';
  json::append_quoted(out_, text);
  out_ += ':';
}

Body& Body::text(std::string_view name_text, std::string_view value) {
  out_.reserve(out_.size() + name_text.size() + value.size() + value.size() / 8 + 16);
  name(name_text);
  json::append_quoted(out_, value);
  return *this;
}

Body& Body::text_unless_empty(std::string_view name_text, std::string_view value) {
  return value.empty() ? *this : text(name_text, value);
}

Body& Body::raw(std::string_view name_text, std::string_view json) {
  name(name_text);
  out_ += json;
  return *this;
}

}  // namespace flowferry::connect
