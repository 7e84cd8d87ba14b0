#include "base/json/tokens.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/json/scan.h"
#include "base/text.h"

namespace flowferry::json {
namespace {

constexpr unsigned hex_value(char c) {
  if (c <= '9') return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>((c | 0x20) - 'a' + 10);
}

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
    code = code * 16 + hex_value(raw[at + i]);
  }
  return code;
}

/// What a lone surrogate escape becomes: U+FFFD for readers, itself (as three bytes that no UTF-8
/// text contains) where two strings are compared.
enum class Lone { replace, keep };

/// Decodes the text between the quotes; returns whether a lone surrogate was met.
bool decode(std::string_view raw, std::string* out, Lone mode = Lone::replace) {
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
        if (mode == Lone::replace) code = 0xFFFD;
      }
      if (out != nullptr) append_utf8(*out, code);
      continue;
    }
    switch (plain) {
      case 'b':
        plain = '\b';
        break;
      case 'f':
        plain = '\f';
        break;
      case 'n':
        plain = '\n';
        break;
      case 'r':
        plain = '\r';
        break;
      case 't':
        plain = '\t';
        break;
      default:
        break;
    }
    if (out != nullptr) *out += plain;
  }
  return lone;
}

/// A string token's value for comparing: equal exactly when the values are. `buffer` holds it where
/// it does not stand in the text.
std::string_view comparable(std::string_view text, const Node& node, std::string& buffer) {
  const std::string_view raw = raw_string(text, node);
  if (!node.escaped) return raw;
  buffer.clear();
  decode(raw, &buffer, Lone::keep);
  return buffer;
}

bool same_string(std::string_view a_text, const Node& a, std::string_view b_text, const Node& b) {
  const std::string_view a_raw = raw_string(a_text, a);
  const std::string_view b_raw = raw_string(b_text, b);
  if (a_raw == b_raw) return true;
  if (!a.escaped && !b.escaped) return false;
  std::string a_buffer;
  std::string b_buffer;
  return comparable(a_text, a, a_buffer) == comparable(b_text, b, b_buffer);
}

std::string comparable(std::string_view text, const Node& node) {
  std::string buffer;
  return std::string(comparable(text, node, buffer));
}

}  // namespace

TextPosition position_of(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 == 0
  return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          count_code_points(before.substr(line_start)) + 1};
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

void append_escaped(std::string& out, std::string_view value) {
  static constexpr char k_digits[] = "0123456789abcdef";
  const char* const end = value.data() + value.size();
  for (const char* at = value.data();;) {
    const char* const stop = skip_plain<false>(at, end);
    out.append(at, stop);
    if (stop == end) return;
    const auto c = static_cast<unsigned char>(*stop);
    at = stop + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += k_digits[c >> 4];
        out += k_digits[c & 15];
    }
  }
}

void append_quoted(std::string& out, std::string_view value) {
  out += '"';
  append_escaped(out, value);
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

namespace {

/// Below this many members comparing each name with each other beats hashing them.
constexpr std::size_t k_few_members = 24;

void find_duplicates_among(std::string_view text, const std::vector<Node>& nodes,
                           const std::vector<std::uint32_t>& keys,
                           std::vector<std::uint32_t>& out) {
  if (keys.size() > k_few_members) {
    std::unordered_set<std::string> seen;
    for (const std::uint32_t key : keys) {
      if (!seen.insert(comparable(text, nodes[key])).second) out.push_back(key);
    }
    return;
  }
  for (std::size_t i = 1; i < keys.size(); ++i) {
    const Node& key = nodes[keys[i]];
    const bool again = std::any_of(
        keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(i),
        [&](std::uint32_t earlier) { return same_string(text, nodes[earlier], text, key); });
    if (again) out.push_back(keys[i]);
  }
}

}  // namespace

std::vector<std::uint32_t> find_duplicate_keys(std::string_view text, const Tokens& tokens) {
  std::vector<std::uint32_t> out;
  const auto& nodes = tokens.nodes;
  std::vector<std::uint32_t> keys;
  for (std::uint32_t object = 0; object < nodes.size(); ++object) {
    if (nodes[object].kind != Kind::object) continue;
    keys.clear();
    for (std::uint32_t i = object + 1; i < nodes[object].next; i = nodes[i + 1].next) {
      keys.push_back(i);
    }
    find_duplicates_among(text, nodes, keys, out);
  }
  return out;
}

std::string pointer_to(std::string_view text, const Tokens& tokens, std::uint32_t index) {
  const auto& nodes = tokens.nodes;
  std::string out;
  if (index >= nodes.size()) return out;
  if (nodes[index].is_key) ++index;
  std::uint32_t container = 0;
  while (container < index) {
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

  bool run(std::uint32_t a_node, std::uint32_t b_node) {
    work_.emplace_back(a_node, b_node);
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
        return same_string(a_text_, x, b_text_, y);
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
           same_string(a_text_, a_.nodes[p], b_text_, b_.nodes[q])) {
      work_.emplace_back(p + 1, q + 1);
      p = a_.nodes[p + 1].next;
      q = b_.nodes[q + 1].next;
    }
    std::unordered_map<std::string, std::vector<std::uint32_t>> members;
    for (; p < a_.nodes[i].next; p = a_.nodes[p + 1].next) {
      members[comparable(a_text_, a_.nodes[p])].push_back(p + 1);
    }
    std::unordered_map<std::string, std::size_t> used;
    for (; q < b_.nodes[j].next; q = b_.nodes[q + 1].next) {
      std::string name = comparable(b_text_, b_.nodes[q]);
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
  return Comparer(a_text, a, b_text, b).run(0, 0);
}

bool same_meaning(std::string_view a_text, const Tokens& a, std::uint32_t a_node,
                  std::string_view b_text, const Tokens& b, std::uint32_t b_node) {
  return Comparer(a_text, a, b_text, b).run(a_node, b_node);
}

}  // namespace flowferry::json
