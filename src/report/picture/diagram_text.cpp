#include "report/picture/diagram_text.h"

#include <fmt/format.h>

#include "base/text.h"

namespace flowferry::report {

std::string dot_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '&':
        out += "&amp;";
        break;
      default:
        out += c;
    }
  }
  return out + "\"";
}

std::string mermaid_quoted(std::string_view text) {
  // Mermaid marks entities internally with these: they must not come from a name.
  constexpr std::string_view k_ligature = "\xEF\xAC\x82";  // U+FB02
  constexpr std::string_view k_pilcrow = "\xC2\xB6";
  constexpr std::string_view k_harmless = " -_.,/()+*=@!?";
  const std::string shown = printable(text);
  std::string out = "\"";
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const std::string_view rest = std::string_view(shown).substr(i);
    const auto c = static_cast<unsigned char>(shown[i]);
    const bool letter = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (rest.starts_with(k_ligature)) {
      out += "#64258;";
      i += k_ligature.size() - 1;
    } else if (rest.starts_with(k_pilcrow)) {
      out += "#182;";
      i += k_pilcrow.size() - 1;
    } else if (c >= 0x80 || letter || k_harmless.find(shown[i]) != std::string_view::npos) {
      out += shown[i];
    } else {
      out += fmt::format("#{};", static_cast<unsigned>(c));
    }
  }
  return out + "\"";
}

}  // namespace flowferry::report
