#include "flow/portable_marker.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/json/tokens.h"
#include "base/text.h"

namespace flowferry::flow {
namespace {

bool is_reserved(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '%' || c == ';' || c == '{' || c == '}' || byte < 0x20 || byte == 0x7F;
}

void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (!is_reserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += k_digits[byte >> 4];
    out += k_digits[byte & 15];
  }
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (find_invalid_utf8(out)) return std::nullopt;
  return out;
}

struct Key {
  std::string_view word;
  std::string Marker::*member;
};

/// In the order in which they are written.
constexpr std::array k_keys = {
    Key{"type", &Marker::type},           Key{"id", &Marker::id},
    Key{"qualifier", &Marker::qualifier}, Key{"alias", &Marker::alias},
    Key{"region", &Marker::region},       Key{"spelling", &Marker::spelling},
};
constexpr std::string_view k_own_queue = "own-queue";

tl::unexpected<Error> bad(std::string message, std::string hint) {
  return fail(ErrorKind::malformed, std::move(message), std::move(hint));
}

std::string nearest(std::string_view word, std::vector<std::string> words, const char* otherwise) {
  const auto near = closest_names(word, words, 1);
  return near.empty() ? otherwise : "did you mean \"" + near.front() + "\"?";
}

Result<ResourceKind> kind_of(std::string_view word) {
  if (const auto kind = kind_from_string(word); kind && has_lookup(*kind)) return *kind;
  std::vector<std::string> words;
  for (const ResourceKind kind : all_kinds()) {
    if (has_lookup(kind)) words.emplace_back(to_string(kind));
  }
  return bad("unknown kind \"" + std::string(word) + "\"",
             nearest(word, std::move(words), "the kinds are in docs/formats.md"));
}

Result<void> read_key(std::string_view text, Marker& marker) {
  if (text == k_own_queue) {
    marker.own_queue = true;
    return {};
  }
  const std::size_t equal = text.find('=');
  const std::string_view word = text.substr(0, equal);
  const auto* key = std::find_if(k_keys.begin(), k_keys.end(),
                                 [&](const Key& candidate) { return candidate.word == word; });
  if (key == k_keys.end() || equal == std::string_view::npos) {
    std::vector<std::string> words{std::string(k_own_queue)};
    for (const Key& candidate : k_keys) words.emplace_back(candidate.word);
    return bad("unknown key \"" + std::string(word) + "\"",
               nearest(word, std::move(words), "a ';' in a name is written %3B"));
  }
  auto value = decoded(text.substr(equal + 1));
  if (!value || value->empty()) {
    return bad("\"" + std::string(word) + "\" has no readable value",
               "write " + std::string(word) + "=value; a '%' in it is written %25");
  }
  if (!(marker.*(key->member)).empty()) {
    return bad("\"" + std::string(word) + "\" stands twice", "remove one of the two");
  }
  marker.*(key->member) = *std::move(value);
  return {};
}

}  // namespace

std::string to_text(const Marker& marker) {
  std::string out = marker.form == Form::arn ? "{{arn:" : "{{id:";
  out += to_string(marker.kind);
  if (marker.kind != ResourceKind::instance) {
    out += ':';
    append_encoded(out, marker.name);
  }
  for (const Key& key : k_keys) {
    const std::string& value = marker.*(key.member);
    if (value.empty()) continue;
    out += ';';
    out += key.word;
    out += '=';
    append_encoded(out, value);
  }
  if (marker.own_queue) {
    out += ';';
    out += k_own_queue;
  }
  return out + "}}";
}

Result<Marker> parse_marker(std::string_view inner) {
  Marker marker;
  const std::size_t colon = inner.find(':');
  const std::string_view form = inner.substr(0, colon);
  if (colon == std::string_view::npos || (form != "arn" && form != "id")) {
    return bad("neither {{arn:...}} nor {{id:...}}", "write {{arn:KIND:NAME}}");
  }
  marker.form = form == "arn" ? Form::arn : Form::id;
  inner.remove_prefix(colon + 1);
  const auto parts = split(inner, ';');
  const std::string_view what = parts.front();
  if (what == "instance") {
    marker.kind = ResourceKind::instance;
  } else {
    const std::size_t cut = what.find(':');
    auto kind = kind_of(what.substr(0, cut));
    if (!kind) return fail(std::move(kind).error());
    marker.kind = *kind;
    auto name = decoded(cut == std::string_view::npos ? "" : what.substr(cut + 1));
    if (!name) return bad("the name is not well encoded", "a '%' in a name is written %25");
    if (name->empty()) return bad("there is no name", "write {{arn:KIND:NAME}}");
    marker.name = *std::move(name);
  }
  for (std::size_t i = 1; i < parts.size(); ++i) {
    auto read = read_key(parts[i], marker);
    if (!read) return fail(std::move(read).error());
  }
  return marker;
}

bool is_marker(std::string_view text) {
  for (const std::string_view word :
       {"arn:", "id:", "region}}", "account}}", "partition}}", "literal}}"}) {
    if (text.starts_with(word)) return true;
  }
  return false;
}

std::optional<std::string> spelling_of(std::string_view value, std::string_view raw) {
  if (value == raw) return std::string();
  std::string out;
  std::size_t at = 0;  // In `raw`.
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (at >= raw.size()) return std::nullopt;
    if (raw[at] != '\\') {
      ++at;
      continue;
    }
    const bool hex = at + 1 < raw.size() && raw[at + 1] == 'u';
    const std::size_t length = hex ? 6 : 2;
    if (at + length > raw.size()) return std::nullopt;
    if (!out.empty()) out += ',';
    out += std::to_string(i);
    out += hex ? raw.substr(at + 1, 5) : raw.substr(at + 1, 1);
    at += length;
  }
  if (spelled(value, "slashes") == raw) return "slashes";
  if (at != raw.size() || spelled(value, out) != raw) return std::nullopt;
  return out;
}

std::string spelled(std::string_view value, std::string_view spelling) {
  if (spelling.empty()) {
    std::string out;
    json::append_escaped(out, value);
    return out;
  }
  const bool slashes = spelling == "slashes";
  const auto entries = slashes ? std::vector<std::string_view>{} : split(spelling, ',');
  auto entry = entries.begin();
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    std::string_view how;
    for (; entry != entries.end(); ++entry) {
      std::size_t position = 0;
      const auto [end, error] =
          std::from_chars(entry->data(), entry->data() + entry->size(), position);
      if (error == std::errc() && position > i) break;
      if (error == std::errc() && position == i) {
        how = entry->substr(static_cast<std::size_t>(end - entry->data()));
      }
    }
    const char c = value[i];
    if (how.size() == 5 && how.front() == 'u') {
      int code = 0;
      for (const char digit : how.substr(1)) {
        code = hex_value(digit) < 0 ? -1 : code < 0 ? code : code * 16 + hex_value(digit);
      }
      if (code == static_cast<unsigned char>(c) && code < 0x80) {
        out += '\\';
        out += how;
        continue;
      }
    }
    if (c == '/' && (slashes || how == "/")) out += '\\';
    json::append_escaped(out, value.substr(i, 1));
  }
  return out;
}

}  // namespace flowferry::flow
