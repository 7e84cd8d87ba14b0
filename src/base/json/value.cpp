#include "base/json/value.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace flowferry::json {
namespace {
const Value k_null;
const std::string k_empty;
}  // namespace

Value::Value(double value) : kind_(Kind::number) {
  if (!std::isfinite(value)) {
    kind_ = Kind::null;
    return;
  }
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  text_.assign(buffer, end);
}

Value Value::array(std::vector<Value> items) {
  Value out(Kind::array);
  out.items_ = std::move(items);
  return out;
}

Value Value::array(const std::vector<std::string>& items) {
  Value out(Kind::array);
  for (const auto& item : items) out.items_.emplace_back(item);
  return out;
}

Value Value::object(std::initializer_list<Member> members) {
  Value out(Kind::object);
  out.members_.assign(members.begin(), members.end());
  return out;
}

const std::string& Value::as_string() const {
  return is_string() ? text_ : k_empty;
}

std::optional<std::int64_t> Value::as_int() const {
  if (!is_number()) return std::nullopt;
  std::int64_t out = 0;
  const auto [end, code] = std::from_chars(text_.data(), text_.data() + text_.size(), out);
  if (code != std::errc() || end != text_.data() + text_.size()) return std::nullopt;
  return out;
}

std::optional<double> Value::as_double() const {
  if (!is_number()) return std::nullopt;
  double out = 0;
  const auto [end, code] = std::from_chars(text_.data(), text_.data() + text_.size(), out);
  if (code != std::errc() || end != text_.data() + text_.size()) return std::nullopt;
  return out;
}

const Value* Value::find(std::string_view name) const {
  for (const auto& [key, value] : members_) {
    if (key == name) return &value;
  }
  return nullptr;
}

const Value& Value::operator[](std::string_view name) const {
  const Value* found = find(name);
  return found != nullptr ? *found : k_null;
}

Value& Value::set(std::string name, Value value) {
  if (is_null()) kind_ = Kind::object;
  for (auto& [key, old] : members_) {
    if (key == name) {
      old = std::move(value);
      return *this;
    }
  }
  members_.emplace_back(std::move(name), std::move(value));
  return *this;
}

Value& Value::push(Value value) {
  if (is_null()) kind_ = Kind::array;
  items_.push_back(std::move(value));
  return *this;
}

void Value::append_to(std::string& out) const {
  switch (kind_) {
    case Kind::null:
      out += "null";
      break;
    case Kind::boolean:
      out += boolean_ ? "true" : "false";
      break;
    case Kind::number:
      out += text_;
      break;
    case Kind::string:
      append_quoted(out, text_);
      break;
    case Kind::array: {
      out += '[';
      bool first = true;
      for (const auto& item : items_) {
        if (!first) out += ',';
        first = false;
        item.append_to(out);
      }
      out += ']';
      break;
    }
    case Kind::object: {
      out += '{';
      bool first = true;
      for (const auto& [name, value] : members_) {
        if (!first) out += ',';
        first = false;
        append_quoted(out, name);
        out += ':';
        value.append_to(out);
      }
      out += '}';
      break;
    }
  }
}

std::string Value::dump() const {
  std::string out;
  append_to(out);
  return out;
}

std::string Value::dump_pretty() const {
  std::string out;
  append_pretty(out);
  return out;
}

void Value::append_pretty(std::string& out, std::size_t depth) const {
  const bool object = is_object();
  const std::size_t size = object ? members_.size() : items_.size();
  if ((!object && !is_array()) || size == 0) return append_to(out);
  const auto line = [&](std::size_t indent) {
    out += '\n';
    out.append(indent * 2, ' ');
  };
  out += object ? '{' : '[';
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) out += ',';
    line(depth + 1);
    if (object) {
      append_quoted(out, members_[i].first);
      out += ": ";
    }
    (object ? members_[i].second : items_[i]).append_pretty(out, depth + 1);
  }
  line(depth);
  out += object ? '}' : ']';
}

/// Makes the tree from the flat token list. Recursion is bounded by the tokenizer's depth limit.
class Builder {
 public:
  Builder(std::string_view text, const Tokens& tokens) : text_(text), nodes_(tokens.nodes) {}

  Value build(std::uint32_t i) const {
    const Node& node = nodes_[i];
    Value out(node.kind);
    switch (node.kind) {
      case Kind::null:
        break;
      case Kind::boolean:
        out.boolean_ = text_[node.begin] == 't';
        break;
      case Kind::number:
        out.text_ = std::string(text_.substr(node.begin, node.end - node.begin));
        break;
      case Kind::string:
        out.text_ = unescape(text_, node);
        break;
      case Kind::array:
        for (std::uint32_t k = i + 1; k < node.next; k = nodes_[k].next) {
          out.items_.push_back(build(k));
        }
        break;
      case Kind::object:
        for (std::uint32_t k = i + 1; k < node.next; k = nodes_[k + 1].next) {
          out.members_.emplace_back(unescape(text_, nodes_[k]), build(k + 1));
        }
        break;
    }
    return out;
  }

 private:
  std::string_view text_;
  const std::vector<Node>& nodes_;
};

Result<Value> parse(std::string_view text) {
  auto tokens = tokenize(text);
  if (!tokens) return fail(std::move(tokens).error());
  return Builder(text, *tokens).build(0);
}

}  // namespace flowferry::json
