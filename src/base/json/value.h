// base/json/value.h
//
// A JSON value for what the program itself reads and writes: requests, answers, plans, reports.
// Contact flow documents never pass through it (flow/document.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json/tokens.h"
#include "base/result.h"

namespace flowferry::json {

class Value;
using Member = std::pair<std::string, Value>;

/// Null, boolean, number (kept as its text), string, array or object (members in their order).
class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool value) : kind_(Kind::boolean), boolean_(value) {}
  Value(int value) : Value(static_cast<std::int64_t>(value)) {}
  Value(std::int64_t value) : kind_(Kind::number), text_(std::to_string(value)) {}
  Value(std::uint64_t value) : kind_(Kind::number), text_(std::to_string(value)) {}
  Value(double value);
  Value(std::string value) : kind_(Kind::string), text_(std::move(value)) {}
  Value(std::string_view value) : kind_(Kind::string), text_(value) {}
  Value(const char* value) : kind_(Kind::string), text_(value) {}

  static Value array() { return Value(Kind::array); }
  static Value array(std::vector<Value> items);
  static Value array(const std::vector<std::string>& items);
  static Value object() { return Value(Kind::object); }
  static Value object(std::initializer_list<Member> members);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::null; }
  bool is_string() const { return kind_ == Kind::string; }
  bool is_object() const { return kind_ == Kind::object; }
  bool is_array() const { return kind_ == Kind::array; }
  bool is_number() const { return kind_ == Kind::number; }
  bool is_bool() const { return kind_ == Kind::boolean; }

  /// The value, or the fallback when it is of another kind.
  bool as_bool(bool fallback = false) const { return is_bool() ? boolean_ : fallback; }
  const std::string& as_string() const;  ///< Empty when it is not a string.
  std::string as_string_or(std::string_view fallback) const {
    return is_string() ? text_ : std::string(fallback);
  }
  std::optional<std::int64_t> as_int() const;  ///< Nothing when not a whole number in range.
  std::optional<double> as_double() const;
  const std::string& number_text() const { return text_; }

  /// Items of an array; empty for other kinds.
  const std::vector<Value>& items() const { return items_; }
  std::vector<Value>& items() { return items_; }
  /// Members of an object; empty for other kinds.
  const std::vector<Member>& members() const { return members_; }

  /// The member, or a null value when it is absent or this is no object.
  const Value& operator[](std::string_view name) const;
  const Value* find(std::string_view name) const;  ///< Nothing when absent.
  /// Sets or adds a member; makes an object of a null.
  Value& set(std::string name, Value value);
  /// Adds an item; makes an array of a null.
  Value& push(Value value);

  std::string dump() const;         ///< Compact.
  std::string dump_pretty() const;  ///< Two spaces of indent, final newline absent.
  /// Appends what dump_pretty() gives, as it stands in `depth` objects or lists.
  void append_pretty(std::string& out, std::size_t depth = 0) const;

 private:
  explicit Value(Kind kind) : kind_(kind) {}
  void append_to(std::string& out) const;
  friend Result<Value> parse(std::string_view text);
  friend class Builder;

  Kind kind_ = Kind::null;
  bool boolean_ = false;
  std::string text_;  ///< Of a string its value, of a number its text.
  std::vector<Value> items_;
  std::vector<Member> members_;
};

/// Reads one JSON text. Errors: malformed, with line and column.
Result<Value> parse(std::string_view text);

}  // namespace flowferry::json
