#include "base/file_names.h"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <map>
#include <memory>

#include "base/hash.h"
#include "base/text.h"

namespace flowferry {
namespace {

constexpr std::size_t k_most_bytes = 180;

std::string mapped(std::string_view text, unsigned options) {
  utf8proc_uint8_t* out = nullptr;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const utf8proc_ssize_t size = utf8proc_map(bytes, static_cast<utf8proc_ssize_t>(text.size()),
                                             &out, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, &std::free);
  if (size < 0) return std::string(text);
  return std::string(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
}

void append_encoded(std::string& out, std::string_view bytes) {
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += k_digits[byte >> 4];
    out += k_digits[byte & 15];
  }
}

/// What is not seen, or not the same everywhere.
bool is_hidden(utf8proc_int32_t code) {
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return true;
    default:
      return false;
  }
}

/// What Windows keeps for devices, whatever follows behind a dot.
bool is_device(std::string_view name) {
  std::string stem = ascii_lower(name.substr(0, name.find('.')));
  while (stem.ends_with(' ')) stem.pop_back();
  for (const std::string_view device : {"con", "prn", "aux", "nul", "conin$", "conout$"}) {
    if (stem == device) return true;
  }
  if (!stem.starts_with("com") && !stem.starts_with("lpt")) return false;
  const std::string_view number = std::string_view(stem).substr(3);
  if (number.size() == 1) return number[0] >= '0' && number[0] <= '9';
  return number == "\u00B9" || number == "\u00B2" || number == "\u00B3";
}

struct Encoded {
  std::string text;
  bool cut = false;
};

Encoded encoded(std::string_view name) {
  const std::string normal = mapped(name, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  Encoded out;
  for (std::size_t at = 0; at < normal.size();) {
    utf8proc_int32_t code = 0;
    utf8proc_ssize_t length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(normal.data()) + at,
                         static_cast<utf8proc_ssize_t>(normal.size() - at), &code);
    const bool bad = length <= 0;
    if (bad) length = 1;
    const auto character = std::string_view(normal).substr(at, static_cast<std::size_t>(length));
    const bool first = at == 0;
    at += character.size();
    const bool last = at == normal.size();
    const bool edge = (first && (code == '.' || code == '-' || code == ' ')) ||
                      (last && (code == '.' || code == ' '));
    const bool device = first && is_device(normal);
    std::string one;
    if (bad || edge || device || is_hidden(code) ||
        (code < 0x80 &&
         std::string_view("<>:\"/\\|?*%~").find(character.front()) != std::string_view::npos)) {
      append_encoded(one, character);
    } else {
      one = character;
    }
    if (out.text.size() + one.size() > k_most_bytes) {
      out.cut = true;
      break;
    }
    out.text += one;
  }
  if (out.text.empty()) out.text = "%00";
  return out;
}

std::string mark_of(const NamedThing& thing, std::size_t digits) {
  return "~" + sha256_hex(thing.name + "\n" + thing.rest).substr(0, digits);
}

constexpr std::array<std::size_t, 3> k_digits = {8, 16, 64};

}  // namespace

std::string file_name_for(std::string_view name) {
  return encoded(name).text;
}

std::string file_name_key(std::string_view file_name) {
  // Folding may undo the normal form, and the other way round: twice is stable.
  constexpr unsigned k_options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;
  return mapped(mapped(file_name, k_options), k_options);
}

std::vector<std::string> unique_file_names(const std::vector<NamedThing>& things) {
  std::vector<std::string> out;
  out.reserve(things.size());
  std::vector<bool> marked;
  std::map<std::string, std::size_t> count;
  for (const NamedThing& thing : things) {
    Encoded one = encoded(thing.name);
    marked.push_back(one.cut);
    ++count[file_name_key(one.text)];
    out.push_back(std::move(one.text));
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (count[file_name_key(out[i])] > 1) marked[i] = true;
  }
  const std::vector<std::string> plain = out;
  for (const std::size_t digits : k_digits) {
    std::map<std::string, std::size_t> seen;
    bool unique = true;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (marked[i]) out[i] = plain[i] + mark_of(things[i], digits);
      unique = seen.emplace(file_name_key(out[i]), i).second && unique;
    }
    if (unique) break;
  }
  return out;
}

bool is_file_name_of(std::string_view file_name, const NamedThing& thing) {
  const Encoded one = encoded(thing.name);
  const std::string key = file_name_key(file_name);
  if (!one.cut && key == file_name_key(one.text)) return true;
  for (const std::size_t digits : k_digits) {
    if (key == file_name_key(one.text + mark_of(thing, digits))) return true;
  }
  return false;
}

}  // namespace flowferry
