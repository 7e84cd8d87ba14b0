#include "flow/respell.h"

#include <algorithm>
#include <vector>

#include "base/json/tokens.h"

namespace flowferry::flow {
namespace {

/// One character as it is spelled in the token: itself or an escape.
struct Unit {
  std::string_view raw;
  std::string value;  ///< One byte, or all bytes of an escaped character.

  bool escaped() const { return raw.front() == '\\'; }
};

/// Cuts raw string content into units. A surrogate pair is one unit.
std::vector<Unit> units_of(std::string_view raw) {
  std::vector<Unit> units;
  while (!raw.empty()) {
    std::size_t length = 1;
    if (raw.front() == '\\') {
      length = raw[1] == 'u' ? 6 : 2;
      const auto high = [&](char c) {
        return c == '8' || c == '9' || (c | 0x20) == 'a' || (c | 0x20) == 'b';
      };
      if (length == 6 && (raw[2] | 0x20) == 'd' && high(raw[3]) && raw.size() >= 12 &&
          raw[6] == '\\' && raw[7] == 'u' && (raw[8] | 0x20) == 'd' && !high(raw[9]) &&
          raw[9] > '9') {
        length = 12;
      }
    }
    Unit unit{raw.substr(0, length), {}};
    const std::string token = '"' + std::string(unit.raw) + '"';
    unit.value = length == 1
                     ? std::string(1, raw.front())
                     : json::unescape(token, json::Node{0, static_cast<std::uint32_t>(token.size()),
                                                        1, json::Kind::string, false, true});
    units.push_back(std::move(unit));
    raw.remove_prefix(length);
  }
  return units;
}

using Units = std::vector<Unit>;
using Iterator = Units::const_iterator;

bool is_separator(std::string_view value) {
  return value == ":" || value == "/";
}

class Speller {
 public:
  Speller(std::string& out, std::string_view raw) : out_(out) {
    const auto upper = [](char c) { return c >= 'A' && c <= 'F'; };
    for (std::size_t i = 0; i + 1 < raw.size(); ++i) {
      if (raw[i] != '\\') {
        raw_beyond_ascii_ |= static_cast<unsigned char>(raw[i]) >= 0x80;
        continue;
      }
      ++i;
      if (raw[i] == '/') slashes_ = true;
      if (raw[i] != 'u') continue;
      const std::string_view digits = raw.substr(i + 1, 4);
      if (digits.substr(0, 2) != "00" || digits[2] >= '8') beyond_ascii_ = true;
      upper_ |= std::any_of(digits.begin(), digits.end(), upper);
    }
  }

  /// The text `units` becomes `value`.
  void part(Iterator begin, Iterator end, std::string_view value) {
    const auto old_fields =
        std::count_if(begin, end, [](const Unit& u) { return is_separator(u.value); });
    const auto new_fields =
        std::count_if(value.begin(), value.end(), [](char c) { return c == ':' || c == '/'; });
    if (old_fields != new_fields) {
      field(begin, end, value);
      return;
    }
    for (;;) {
      const auto stop =
          std::find_if(begin, end, [](const Unit& u) { return is_separator(u.value); });
      const std::size_t cut = value.find_first_of(":/");
      field(begin, stop, value.substr(0, cut));
      if (stop == end) return;
      field(stop, stop + 1, value.substr(cut, 1));
      begin = stop + 1;
      value.remove_prefix(cut + 1);
    }
  }

 private:
  void field(Iterator begin, Iterator end, std::string_view value) {
    std::size_t length = 0;
    bool ascii = true;
    for (auto it = begin; it != end; ++it) {
      length += it->value.size();
      ascii = ascii && it->value.size() == 1;
    }
    if (ascii && length == value.size() && is_ascii(value)) {
      for (const char c : value) like(*begin++, c);
      return;
    }
    while (begin != end && !value.empty() && value.starts_with(begin->value)) {
      out_ += begin->raw;
      value.remove_prefix(begin->value.size());
      ++begin;
    }
    auto tail = end;
    std::string_view middle = value;
    while (tail != begin && !middle.empty() && middle.ends_with((tail - 1)->value)) {
      --tail;
      middle.remove_suffix(tail->value.size());
    }
    plain(middle);
    for (; tail != end; ++tail) out_ += tail->raw;
  }

  /// One ASCII character in the place of `old`.
  void like(const Unit& old, char c) {
    if (old.value.front() == c) {
      out_ += old.raw;
    } else if (old.escaped() && old.raw[1] == 'u') {
      hex(static_cast<unsigned char>(c));
    } else {
      plain(std::string_view(&c, 1));
    }
  }

  void plain(std::string_view value) {
    const bool hide = beyond_ascii_ && !raw_beyond_ascii_;
    for (std::size_t i = 0; i < value.size();) {
      const auto first = static_cast<unsigned char>(value[i]);
      if (first < 0x80 || !hide) {
        if (first == '/' && slashes_) out_ += '\\';
        json::append_escaped(out_, value.substr(i, 1));
        ++i;
        continue;
      }
      const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
      unsigned code = first & (0xFFU >> (length + 1));
      for (std::size_t k = 1; k < length && i + k < value.size(); ++k) {
        code = (code << 6) | (static_cast<unsigned char>(value[i + k]) & 0x3FU);
      }
      i += length;
      if (code >= 0x10000) {
        hex(0xD800 + ((code - 0x10000) >> 10));
        hex(0xDC00 + ((code - 0x10000) & 0x3FF));
      } else {
        hex(code);
      }
    }
  }

  void hex(unsigned code) {
    const char* digits = upper_ ? "0123456789ABCDEF" : "0123456789abcdef";
    out_ += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out_ += digits[(code >> shift) & 15U];
  }

  static bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  }

  std::string& out_;
  bool slashes_ = false;           ///< The token writes '/' as `\/`.
  bool beyond_ascii_ = false;      ///< It has \u escapes for characters beyond ASCII ...
  bool raw_beyond_ascii_ = false;  ///< ... and characters beyond ASCII as they are.
  bool upper_ = false;             ///< Its \u escapes have upper-case digits.
};

}  // namespace

void respell(std::string& out, std::string_view raw, const std::vector<Part>& parts) {
  if (raw.find('\\') == std::string_view::npos) {
    std::size_t at = 0;
    for (const Part& part : parts) {
      const std::size_t begin = std::min(part.offset, raw.size());
      out += raw.substr(at, begin - at);
      json::append_escaped(out, part.value);
      at = begin + std::min(part.length, raw.size() - begin);
    }
    out += raw.substr(at);
    return;
  }
  const Units units = units_of(raw);
  Speller speller(out, raw);
  auto unit = units.begin();
  std::size_t offset = 0;  // Of `unit`, in the unescaped value.
  for (const Part& part : parts) {
    for (; unit != units.end() && offset < part.offset; ++unit) {
      out += unit->raw;
      offset += unit->value.size();
    }
    const auto begin = unit;
    const std::size_t end = part.length < std::string::npos - part.offset
                                ? part.offset + part.length
                                : std::string::npos;
    for (; unit != units.end() && offset < end; ++unit) offset += unit->value.size();
    speller.part(begin, unit, part.value);
  }
  for (; unit != units.end(); ++unit) out += unit->raw;
}

}  // namespace flowferry::flow
