// connect/answer.h
//
// Reading an answer in place: values are found among the tokens of its body, and only the strings
// that are wanted are copied out. A page of a thousand items or a content of 250 kB is not built as
// a tree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "aws/service.h"
#include "base/json/tokens.h"

namespace flowferry::connect {

/// One value of an answer, or nothing: absent and null are the same, and nothing has nothing in it.
/// Refers to the answer, which must outlive it.
class View {
 public:
  View() = default;
  /// The whole answer.
  explicit View(const aws::Answer& answer);

  View operator[](std::string_view name) const;
  bool present() const;
  bool is_object() const { return is(json::Kind::object); }
  bool is_array() const { return is(json::Kind::array); }
  bool is_string() const { return is(json::Kind::string); }

  std::string text() const;  ///< Of a string; empty for all else.
  bool truth() const;        ///< Of a boolean, or of the string "true".
  std::optional<std::int64_t> number() const;
  /// Whether the string cannot be written as UTF-8 without loss.
  bool has_lone_surrogate() const;

  /// Calls `f` with each item of an array.
  template <class F>
  void each(F f) const {
    if (!is_array()) return;
    for (std::uint32_t i = index_ + 1; i < node().next; i = tokens_->nodes[i].next) {
      f(View(text_, *tokens_, i));
    }
  }
  /// Calls `f` with name and value of each member of an object.
  template <class F>
  void each_member(F f) const {
    if (!is_object()) return;
    for (std::uint32_t i = index_ + 1; i < node().next; i = tokens_->nodes[i + 1].next) {
      f(json::unescape(text_, tokens_->nodes[i]), View(text_, *tokens_, i + 1));
    }
  }

 private:
  View(std::string_view text, const json::Tokens& tokens, std::uint32_t index)
      : text_(text), tokens_(&tokens), index_(index) {}
  bool is(json::Kind kind) const { return tokens_ != nullptr && node().kind == kind; }
  const json::Node& node() const { return tokens_->nodes[index_]; }

  std::string_view text_;
  const json::Tokens* tokens_ = nullptr;
  std::uint32_t index_ = 0;
};

/// Puts a request's body together: a JSON object, written once.
class Body {
 public:
  Body& text(std::string_view name, std::string_view value);
  Body& text_unless_empty(std::string_view name, std::string_view value);
  Body& raw(std::string_view name, std::string_view json);
  /// The object; afterwards there is nothing left.
  std::string finish() { return std::move(out_) + "}"; }

 private:
  void name(std::string_view text);
  std::string out_ = "{";
};

}  // namespace flowferry::connect
