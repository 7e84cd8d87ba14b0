#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace flowferry {
namespace {

struct Decoded {
  char32_t code;
  std::size_t length;  ///< 0: not well-formed at this place.
};

Decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return {first, 1};
  std::size_t length = 0;
  char32_t code = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
    code = first & 0x1FU;
  } else if ((first & 0xF0U) == 0xE0U) {
    length = 3;
    code = first & 0x0FU;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    code = first & 0x07U;
  } else {
    return {0, 0};
  }
  if (at + length > text.size()) return {0, 0};
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return {0, 0};
    code = (code << 6) | (byte(at + i) & 0x3FU);
  }
  if (length == 3 && (code < 0x800 || (code >= 0xD800 && code <= 0xDFFF))) return {0, 0};
  if (length == 4 && (code < 0x10000 || code > 0x10FFFF)) return {0, 0};
  return {code, length};
}

using Range = std::pair<char32_t, char32_t>;

template <std::size_t N>
bool in_ranges(const std::array<Range, N>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& r) { return code >= r.first && code <= r.second; });
}

// East Asian Width W and F (Unicode 15), with emoji; merged to ranges that are good enough for
// laying out a table.
constexpr std::array<Range, 24> k_wide = {{
    {0x1100, 0x115F}, {0x231A, 0x231B}, {0x2329, 0x232A}, {0x23E9, 0x23EC}, {0x25FD, 0x25FE},
    {0x2614, 0x2615}, {0x2648, 0x2653}, {0x26A1, 0x26A1}, {0x26BD, 0x26BE}, {0x26D4, 0x26D4},
    {0x2705, 0x2705}, {0x2728, 0x2728}, {0x274C, 0x274C}, {0x2753, 0x2757}, {0x2795, 0x2797},
    {0x2E80, 0x303E}, {0x3041, 0x33FF}, {0x3400, 0x4DBF}, {0x4E00, 0xA4CF}, {0xA960, 0xA97F},
    {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF60},
}};
constexpr std::array<Range, 6> k_wide_high = {{
    {0xFFE0, 0xFFE6},
    {0x16FE0, 0x18AFF},
    {0x1B000, 0x1B2FF},
    {0x1F18E, 0x1F19A},
    {0x1F200, 0x1FAFF},
    {0x20000, 0x3FFFD},
}};
constexpr std::array<Range, 9> k_zero_width = {{
    {0x0300, 0x036F},
    {0x0483, 0x0489},
    {0x0591, 0x05BD},
    {0x200B, 0x200F},
    {0x20D0, 0x20FF},
    {0x3099, 0x309A},
    {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F},
    {0xE0100, 0xE01EF},
}};
// Characters that reorder or hide what stands around them.
constexpr std::array<Range, 9> k_deceptive = {{
    {0x061C, 0x061C},
    {0x180E, 0x180E},
    {0x200B, 0x200C},
    {0x200E, 0x200F},
    {0x2028, 0x202E},
    {0x2060, 0x2069},
    {0xFEFF, 0xFEFF},
    {0xFFF9, 0xFFFB},
    {0xE0000, 0xE007F},
}};

std::size_t width_of(char32_t code) {
  if (code < 0x300) return 1;
  if (in_ranges(k_zero_width, code)) return 0;
  if (in_ranges(k_wide, code) || in_ranges(k_wide_high, code)) return 2;
  return 1;
}

std::u32string code_points(std::string_view text, bool fold) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    Decoded d = decode(text, i);
    if (d.length == 0) d = {static_cast<unsigned char>(text[i]), 1};
    if (fold && d.code >= 'A' && d.code <= 'Z') d.code += 32;
    out += d.code;
    i += d.length;
  }
  return out;
}

std::size_t edit_distance(const std::u32string& a, const std::u32string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const Decoded d = decode(text, i);
    if (d.length == 0) return i;
    i += d.length;
  }
  return std::nullopt;
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Decoded d = decode(text, i);
    width += d.length == 0 ? 1 : width_of(d.code);
    i += std::max<std::size_t>(d.length, 1);
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  char buffer[16];
  for (std::size_t i = 0; i < text.size();) {
    const Decoded d = decode(text, i);
    if (d.length == 0) {
      std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned char>(text[i]));
      out += buffer;
      ++i;
      continue;
    }
    if (d.code == '\n') {
      out += "\\n";
    } else if (d.code == '\t') {
      out += "\\t";
    } else if (d.code == '\r') {
      out += "\\r";
    } else if (d.code < 0x20 || (d.code >= 0x7F && d.code < 0xA0)) {
      std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned>(d.code));
      out += buffer;
    } else if (in_ranges(k_deceptive, d.code)) {
      std::snprintf(buffer, sizeof buffer, "\\u{%x}", static_cast<unsigned>(d.code));
      out += buffer;
    } else {
      out += text.substr(i, d.length);
    }
    i += d.length;
  }
  return out;
}

std::string ellipsize(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t width = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    const Decoded d = decode(text, i);
    const std::size_t w = d.length == 0 ? 1 : width_of(d.code);
    if (width + w > columns - 1) break;
    width += w;
    i += std::max<std::size_t>(d.length, 1);
  }
  return std::string(text.substr(0, i)) + "…";
}

std::vector<std::string> closest_names(std::string_view name,
                                       const std::vector<std::string>& candidates,
                                       std::size_t most) {
  const std::u32string wanted = code_points(trim(name), true);
  std::vector<std::pair<double, const std::string*>> scored;
  for (const auto& candidate : candidates) {
    const std::u32string other = code_points(trim(candidate), true);
    const std::size_t longest = std::max(wanted.size(), other.size());
    if (longest == 0) continue;
    const std::size_t shortest = std::min(wanted.size(), other.size());
    std::size_t shared = 0;
    while (shared < shortest && wanted[shared] == other[shared]) ++shared;
    double score = static_cast<double>(edit_distance(wanted, other)) / static_cast<double>(longest);
    // One name that continues the other ("Sales" and "Sales JP") is near however long it is.
    if (shortest >= 3 && (wanted.find(other) != std::u32string::npos ||
                          other.find(wanted) != std::u32string::npos)) {
      score = std::min(score, 0.35);
    }
    score -= 0.1 * static_cast<double>(shared) / static_cast<double>(longest);
    if (score <= 0.45) scored.emplace_back(score, &candidate);
  }
  std::stable_sort(scored.begin(), scored.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (const auto& [score, candidate] : scored) {
    if (out.size() == most) break;
    if (std::find(out.begin(), out.end(), *candidate) == out.end()) out.push_back(*candidate);
  }
  return out;
}

namespace {

/// Whether the set at pattern[p] ('[') contains `code`; moves p past the set. Nothing: no set here.
std::optional<bool> match_set(const std::u32string& pattern, std::size_t& p, char32_t code) {
  std::size_t i = p + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool found = false;
  for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
    const char32_t low = pattern[i];
    char32_t high = low;
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      high = pattern[i + 2];
      i += 2;
    }
    if (code >= low && code <= high) found = true;
    ++i;
  }
  if (i >= pattern.size()) return std::nullopt;
  p = i + 1;
  return found != negated;
}

}  // namespace

bool matches_pattern(std::string_view pattern_text, std::string_view text_bytes) {
  const std::u32string pattern = code_points(pattern_text, false);
  const std::u32string text = code_points(text_bytes, false);
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::u32string::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    bool matched = false;
    std::size_t next = p;
    if (p < pattern.size()) {
      const char32_t c = pattern[p];
      if (c == '*') {
        star = p++;
        star_text = t;
        continue;
      }
      if (c == '?') {
        matched = true;
        next = p + 1;
      } else if (c == '[') {
        if (const auto in_set = match_set(pattern, next, text[t])) {
          matched = *in_set;
        } else {
          matched = text[t] == '[';
          next = p + 1;
        }
      } else if (c == '\\' && p + 1 < pattern.size()) {
        matched = text[t] == pattern[p + 1];
        next = p + 2;
      } else {
        matched = text[t] == c;
        next = p + 1;
      }
    }
    if (matched) {
      p = next;
      ++t;
    } else if (star != std::u32string::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

bool equals_ignoring_ascii_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ascii_lower(a) == ascii_lower(b);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return false;
    } else if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
      return false;
    }
  }
  return true;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t at = text.find(separator);
    out.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

std::string_view trim(std::string_view text) {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

}  // namespace flowferry
