#include "base/json/tokens.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"

namespace flowferry::json {
namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Tokenizer {
 public:
  Tokenizer(std::string_view text, TokenizeLimits limits) : text_(text), limits_(limits) {}

  Result<Tokens> run() {
    if (text_.size() >= 0xFFFFFFFFULL) return error(0, "text is too long (4 GiB or more)");
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") {
      return error(0, "text begins with a byte order mark, which JSON does not allow");
    }
    tokens_.nodes.reserve(text_.size() / 12 + 4);
    if (!values()) {
      return error(at_, std::string(message_));
    }
    return std::move(tokens_);
  }

 private:
  // What may come next inside the innermost container.
  enum class Expect : std::uint8_t { value, value_or_end, key, key_or_end, comma_or_end };
  struct Open {
    std::uint32_t node;
    bool object;
  };

  tl::unexpected<Error> error(std::size_t offset, std::string what) {
    const TextPosition p = position_of(text_, offset);
    Error e;
    e.kind = ErrorKind::malformed;
    e.message = "not valid JSON at line " + std::to_string(p.line) + ", column " +
                std::to_string(p.column) + ": " + what;
    return tl::unexpected<Error>(std::move(e));
  }

  bool stop(const char* message) {
    message_ = message;
    return false;
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  void push(std::size_t begin, std::size_t end, Kind kind, bool is_key, bool escaped) {
    const auto index = static_cast<std::uint32_t>(tokens_.nodes.size());
    tokens_.nodes.push_back(Node{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                                 index + 1, kind, is_key, escaped});
  }

  bool string(bool is_key) {
    const std::size_t begin = at_++;
    bool escaped = false;
    for (;;) {
      if (at_ >= text_.size()) {
        at_ = begin;
        return stop("string is not closed");
      }
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') break;
      if (c < 0x20) return stop("control character in a string must be escaped");
      if (c == '\\') {
        escaped = true;
        if (!escape()) return false;
      } else if (c < 0x80) {
        ++at_;
      } else if (!multibyte(c)) {
        return stop("not UTF-8");
      }
    }
    ++at_;
    push(begin, at_, Kind::string, is_key, escaped);
    return true;
  }

  bool multibyte(unsigned char first) {
    const auto follow = [&](std::size_t i, unsigned low, unsigned high) {
      if (at_ + i >= text_.size()) return false;
      const auto c = static_cast<unsigned char>(text_[at_ + i]);
      return c >= low && c <= high;
    };
    if (first >= 0xC2 && first <= 0xDF) {
      if (!follow(1, 0x80, 0xBF)) return false;
      at_ += 2;
    } else if (first >= 0xE0 && first <= 0xEF) {
      const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
      const unsigned high = first == 0xED ? 0x9F : 0xBF;
      if (!follow(1, low, high) || !follow(2, 0x80, 0xBF)) return false;
      at_ += 3;
    } else if (first >= 0xF0 && first <= 0xF4) {
      const unsigned low = first == 0xF0 ? 0x90 : 0x80;
      const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
      if (!follow(1, low, high) || !follow(2, 0x80, 0xBF) || !follow(3, 0x80, 0xBF)) return false;
      at_ += 4;
    } else {
      return false;
    }
    return true;
  }

  bool escape() {
    ++at_;
    if (at_ >= text_.size()) return stop("string is not closed");
    switch (text_[at_]) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't':
        ++at_;
        return true;
      case 'u':
        for (std::size_t i = 1; i <= 4; ++i) {
          if (at_ + i >= text_.size() || hex_value(text_[at_ + i]) < 0) {
            return stop("\\u must be followed by four hexadecimal digits");
          }
        }
        at_ += 5;
        return true;
      default:
        return stop("unknown escape in a string");
    }
  }

  bool number() {
    const std::size_t begin = at_;
    if (text_[at_] == '-') ++at_;
    if (at_ >= text_.size() || !is_digit(text_[at_])) return stop("digit expected");
    if (text_[at_] == '0') {
      ++at_;
      if (at_ < text_.size() && is_digit(text_[at_])) {
        return stop("a number must not begin with 0");
      }
    } else {
      digits();
    }
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (at_ >= text_.size() || !is_digit(text_[at_])) return stop("digit expected after the point");
      digits();
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (at_ >= text_.size() || !is_digit(text_[at_])) return stop("digit expected in the exponent");
      digits();
    }
    push(begin, at_, Kind::number, false, false);
    return true;
  }

  void digits() {
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  }

  bool word(std::string_view expected, Kind kind) {
    if (text_.substr(at_, expected.size()) != expected) return stop("value expected");
    push(at_, at_ + expected.size(), kind, false, false);
    at_ += expected.size();
    return true;
  }

  void close() {
    Node& node = tokens_.nodes[open_.back().node];
    node.end = static_cast<std::uint32_t>(at_);
    node.next = static_cast<std::uint32_t>(tokens_.nodes.size());
    open_.pop_back();
  }

  bool begin_container(Kind kind) {
    if (open_.size() >= limits_.max_depth) return stop("nested too deeply");
    open_.push_back(Open{static_cast<std::uint32_t>(tokens_.nodes.size()), kind == Kind::object});
    push(at_, at_ + 1, kind, false, false);
    ++at_;
    return true;
  }

  /// One scalar, or the beginning of a container. `entered` tells which.
  bool value(bool& entered) {
    entered = false;
    const char c = text_[at_];
    switch (c) {
      case '{':
        entered = true;
        return begin_container(Kind::object);
      case '[':
        entered = true;
        return begin_container(Kind::array);
      case '"':
        return string(false);
      case 't':
        return word("true", Kind::boolean);
      case 'f':
        return word("false", Kind::boolean);
      case 'n':
        return word("null", Kind::null);
      default:
        if (c == '-' || is_digit(c)) return number();
        return stop("value expected");
    }
  }

  bool key() {
    if (text_[at_] != '"') return stop("member name expected");
    if (!string(true)) return false;
    skip_space();
    if (at_ >= text_.size() || text_[at_] != ':') return stop("':' expected after a member name");
    ++at_;
    return true;
  }

  bool values() {
    Expect expect = Expect::value;
    for (;;) {
      skip_space();
      if (expect == Expect::comma_or_end && open_.empty()) {
        if (at_ != text_.size()) return stop("more text after the value");
        return true;
      }
      if (at_ >= text_.size()) {
        return stop(tokens_.nodes.empty() ? "text is empty" : "text ends too early");
      }
      const char c = text_[at_];
      switch (expect) {
        case Expect::comma_or_end: {
          const bool object = open_.back().object;
          if (c == ',') {
            ++at_;
            expect = object ? Expect::key : Expect::value;
          } else if (c == (object ? '}' : ']')) {
            ++at_;
            close();
          } else {
            return stop(object ? "',' or '}' expected" : "',' or ']' expected");
          }
          continue;
        }
        case Expect::key_or_end:
          if (c == '}') {
            ++at_;
            close();
            expect = Expect::comma_or_end;
            continue;
          }
          [[fallthrough]];
        case Expect::key:
          if (!key()) return false;
          expect = Expect::value;
          continue;
        case Expect::value_or_end:
          if (c == ']') {
            ++at_;
            close();
            expect = Expect::comma_or_end;
            continue;
          }
          [[fallthrough]];
        case Expect::value: {
          bool entered = false;
          if (!value(entered)) return false;
          if (!entered) {
            expect = Expect::comma_or_end;
          } else {
            expect = open_.back().object ? Expect::key_or_end : Expect::value_or_end;
          }
        }
      }
    }
  }

  std::string_view text_;
  TokenizeLimits limits_;
  std::size_t at_ = 0;
  const char* message_ = "";
  Tokens tokens_;
  std::vector<Open> open_;
};

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | (code >> 12));
    out += static_cast<char>(0x80U | ((code >> 6) & 0x3FU));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  } else {
    out += static_cast<char>(0xF0U | (code >> 18));
    out += static_cast<char>(0x80U | ((code >> 12) & 0x3FU));
    out += static_cast<char>(0x80U | ((code >> 6) & 0x3FU));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  }
}

unsigned four_hex(std::string_view raw, std::size_t at) {
  unsigned code = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    code = code * 16 + static_cast<unsigned>(hex_value(raw[at + i]));
  }
  return code;
}

/// Decodes the text between the quotes; returns whether a lone surrogate was met.
bool decode(std::string_view raw, std::string* out) {
  bool lone = false;
  for (std::size_t i = 0; i < raw.size();) {
    const std::size_t run = raw.find('\\', i);
    const std::size_t stop = run == std::string_view::npos ? raw.size() : run;
    if (out != nullptr) out->append(raw, i, stop - i);
    if (run == std::string_view::npos) break;
    i = run + 1;
    char plain = raw[i++];
    if (plain == 'u') {
      unsigned code = four_hex(raw, i);
      i += 4;
      if (code >= 0xD800 && code <= 0xDBFF && raw.substr(i, 2) == "\\u") {
        const unsigned low = four_hex(raw, i + 2);
        if (low >= 0xDC00 && low <= 0xDFFF) {
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
          i += 6;
        }
      }
      if (code >= 0xD800 && code <= 0xDFFF) {
        lone = true;
        code = 0xFFFD;
      }
      if (out != nullptr) append_utf8(*out, code);
      continue;
    }
    switch (plain) {
      case 'b': plain = '\b'; break;
      case 'f': plain = '\f'; break;
      case 'n': plain = '\n'; break;
      case 'r': plain = '\r'; break;
      case 't': plain = '\t'; break;
      default: break;
    }
    if (out != nullptr) *out += plain;
  }
  return lone;
}

}  // namespace

TextPosition position_of(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 == 0
  return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          count_code_points(before.substr(line_start)) + 1};
}

Result<Tokens> tokenize(std::string_view text, TokenizeLimits limits) {
  return Tokenizer(text, limits).run();
}

std::string unescape(std::string_view text, const Node& node) {
  const std::string_view raw = raw_string(text, node);
  if (!node.escaped) return std::string(raw);
  std::string out;
  out.reserve(raw.size());
  decode(raw, &out);
  return out;
}

bool has_lone_surrogate(std::string_view text, const Node& node) {
  return node.escaped && decode(raw_string(text, node), nullptr);
}

bool string_equals(std::string_view text, const Node& node, std::string_view value) {
  if (node.kind != Kind::string) return false;
  if (!node.escaped) return raw_string(text, node) == value;
  return unescape(text, node) == value;
}

void append_quoted(std::string& out, std::string_view value) {
  static constexpr char k_digits[] = "0123456789abcdef";
  out += '"';
  std::size_t begin = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(value, begin, i - begin);
    begin = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += k_digits[c >> 4];
        out += k_digits[c & 15];
    }
  }
  out.append(value, begin, value.size() - begin);
  out += '"';
}

std::string quoted(std::string_view value) {
  std::string out;
  out.reserve(value.size() + 2);
  append_quoted(out, value);
  return out;
}

std::uint32_t find_member(std::string_view text, const Tokens& tokens, std::uint32_t object,
                          std::string_view name) {
  if (object == k_none) return k_none;
  const Node& container = tokens.nodes[object];
  if (container.kind != Kind::object) return k_none;
  for (std::uint32_t i = object + 1; i < container.next;) {
    const std::uint32_t value = i + 1;
    if (string_equals(text, tokens.nodes[i], name)) return value;
    i = tokens.nodes[value].next;
  }
  return k_none;
}

std::vector<std::uint32_t> find_duplicate_keys(std::string_view text, const Tokens& tokens) {
  std::vector<std::uint32_t> out;
  const auto& nodes = tokens.nodes;
  for (std::uint32_t object = 0; object < nodes.size(); ++object) {
    if (nodes[object].kind != Kind::object) continue;
    std::unordered_set<std::string> seen;
    for (std::uint32_t i = object + 1; i < nodes[object].next; i = nodes[i + 1].next) {
      if (!seen.insert(unescape(text, nodes[i])).second) out.push_back(i);
    }
  }
  return out;
}

std::string pointer_to(std::string_view text, const Tokens& tokens, std::uint32_t index) {
  const auto& nodes = tokens.nodes;
  if (index < nodes.size() && nodes[index].is_key) ++index;
  std::string out;
  std::uint32_t container = 0;
  while (container < index && container < nodes.size()) {
    std::uint32_t i = container + 1;
    std::size_t position = 0;
    const bool object = nodes[container].kind == Kind::object;
    std::uint32_t key = k_none;
    for (;; ++position) {
      if (object) key = i++;
      if (index < nodes[i].next) break;
      i = nodes[i].next;
    }
    out += '/';
    if (object) {
      for (const char c : unescape(text, nodes[key])) {
        if (c == '~') {
          out += "~0";
        } else if (c == '/') {
          out += "~1";
        } else {
          out += c;
        }
      }
    } else {
      out += std::to_string(position);
    }
    container = i;
  }
  return out;
}

namespace {

/// Writes tokens with the white space that `Layout` gives.
std::string print(std::string_view text, const Tokens& tokens, bool indent) {
  const auto& nodes = tokens.nodes;
  std::string out;
  out.reserve(text.size());
  struct Open {
    std::uint32_t next;
    bool object;
  };
  std::vector<Open> open;
  const auto line = [&](std::size_t depth) {
    if (!indent) return;
    out += '\n';
    out.append(depth * 2, ' ');
  };
  bool first = true;
  for (std::uint32_t i = 0; i <= nodes.size(); ++i) {
    while (!open.empty() && open.back().next == i) {
      const bool object = open.back().object;
      const bool was_empty = first;
      open.pop_back();
      if (!was_empty) line(open.size());
      out += object ? '}' : ']';
      first = false;
    }
    if (i == nodes.size()) break;
    const Node& node = nodes[i];
    const bool after_key = i > 0 && nodes[i - 1].is_key;
    if (!after_key) {
      if (!first) out += ',';
      if (!open.empty()) line(open.size());
    }
    first = false;
    if (node.kind == Kind::object || node.kind == Kind::array) {
      out += node.kind == Kind::object ? '{' : '[';
      open.push_back(Open{node.next, node.kind == Kind::object});
      first = true;
    } else {
      out += text.substr(node.begin, node.end - node.begin);
      if (node.is_key) out += indent ? ": " : ":";
    }
  }
  return out;
}

/// Compares node pairs from a work list: no recursion, however deep the documents are.
class Comparer {
 public:
  Comparer(std::string_view a_text, const Tokens& a, std::string_view b_text, const Tokens& b)
      : a_text_(a_text), b_text_(b_text), a_(a), b_(b) {}

  bool run() {
    work_.emplace_back(0, 0);
    while (!work_.empty()) {
      const auto [i, j] = work_.back();
      work_.pop_back();
      if (!pair(i, j)) return false;
    }
    return true;
  }

 private:
  bool pair(std::uint32_t i, std::uint32_t j) {
    const Node& x = a_.nodes[i];
    const Node& y = b_.nodes[j];
    if (x.kind != y.kind) return false;
    switch (x.kind) {
      case Kind::string:
        if (!x.escaped && !y.escaped) return raw_string(a_text_, x) == raw_string(b_text_, y);
        return raw_string(a_text_, x) == raw_string(b_text_, y) ||
               (unescape(a_text_, x) == unescape(b_text_, y) &&
                !has_lone_surrogate(a_text_, x) && !has_lone_surrogate(b_text_, y));
      case Kind::number:
      case Kind::boolean:
      case Kind::null:
        return a_text_.substr(x.begin, x.end - x.begin) == b_text_.substr(y.begin, y.end - y.begin);
      case Kind::array:
        return arrays(i, j);
      case Kind::object:
        return objects(i, j);
    }
    return false;
  }

  bool arrays(std::uint32_t i, std::uint32_t j) {
    std::uint32_t p = i + 1;
    std::uint32_t q = j + 1;
    while (p < a_.nodes[i].next && q < b_.nodes[j].next) {
      work_.emplace_back(p, q);
      p = a_.nodes[p].next;
      q = b_.nodes[q].next;
    }
    return p == a_.nodes[i].next && q == b_.nodes[j].next;
  }

  bool objects(std::uint32_t i, std::uint32_t j) {
    // Mostly the order is the same: try that first, member by member.
    std::uint32_t p = i + 1;
    std::uint32_t q = j + 1;
    while (p < a_.nodes[i].next && q < b_.nodes[j].next &&
           unescape(a_text_, a_.nodes[p]) == unescape(b_text_, b_.nodes[q])) {
      work_.emplace_back(p + 1, q + 1);
      p = a_.nodes[p + 1].next;
      q = b_.nodes[q + 1].next;
    }
    std::unordered_map<std::string, std::vector<std::uint32_t>> members;
    for (; p < a_.nodes[i].next; p = a_.nodes[p + 1].next) {
      members[unescape(a_text_, a_.nodes[p])].push_back(p + 1);
    }
    std::unordered_map<std::string, std::size_t> used;
    for (; q < b_.nodes[j].next; q = b_.nodes[q + 1].next) {
      std::string name = unescape(b_text_, b_.nodes[q]);
      const auto found = members.find(name);
      std::size_t& n = used[name];
      if (found == members.end() || n >= found->second.size()) return false;
      work_.emplace_back(found->second[n++], q + 1);
    }
    for (const auto& [name, nodes] : members) {
      if (used[name] != nodes.size()) return false;
    }
    return true;
  }

  std::string_view a_text_, b_text_;
  const Tokens& a_;
  const Tokens& b_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> work_;
};

}  // namespace

std::string minify(std::string_view text, const Tokens& tokens) {
  return print(text, tokens, false);
}
std::string pretty(std::string_view text, const Tokens& tokens) {
  return print(text, tokens, true);
}

bool same_meaning(std::string_view a_text, const Tokens& a, std::string_view b_text,
                  const Tokens& b) {
  return Comparer(a_text, a, b_text, b).run();
}

}  // namespace flowferry::json
