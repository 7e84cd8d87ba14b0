#include "report/escape.h"

#include "base/text.h"

namespace flowferry::report {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  const std::string shown = printable(text);
  std::string out;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const std::string_view rest = std::string_view(shown).substr(i);
    if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
      out += "\xEF\xBF\xBD";
      i += 2;
      continue;
    }
    switch (shown[i]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += shown[i];
    }
  }
  return out;
}

std::string markdown_escaped(std::string_view text) {
  static constexpr std::string_view k_special = "!\"#$&'()*+-.<=>@[\\]^_`{|}~:/";
  const std::string shown = printable(text);
  std::string out;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const char c = shown[i];
    const char before = i > 0 ? shown[i - 1] : '\n';
    const char after = i + 1 < shown.size() ? shown[i + 1] : '\n';
    // The end of a sentence, and "read-only": not "1. one", "www.", "x://y" or "- one".
    const bool plain =
        ((c == '.' || c == ':') && is_letter(before) && (after == ' ' || after == '\n')) ||
        (c == '-' && is_letter(before) && is_letter(after));
    if (plain || k_special.find(c) == std::string_view::npos) {
      out += c;
      continue;
    }
    out += "&#" + std::to_string(static_cast<int>(c)) + ";";
    if (c == '@') out += "&#8288;";  // Who is called is looked for in what the references became.
  }
  return out;
}

std::size_t utf16_units(std::string_view text) {
  std::size_t out = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) continue;
    out += byte >= 0xF0 ? 2 : 1;
  }
  return out;
}

}  // namespace flowferry::report
