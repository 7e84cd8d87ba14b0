#include "report/style.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"

namespace flowferry::report {

std::string tinted(const Style& style, Tone tone, std::string_view text) {
  if (!style.color || tone == Tone::plain || text.empty()) return std::string(text);
  const char* code = "";
  switch (tone) {
    case Tone::good:
      code = "32";
      break;
    case Tone::change:
      code = "33";
      break;
    case Tone::warn:
      code = "35";
      break;
    case Tone::bad:
      code = "31";
      break;
    case Tone::faint:
      code = "2";
      break;
    case Tone::strong:
      code = "1";
      break;
    case Tone::plain:
      break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string fitted(std::string_view text, std::size_t columns) {
  std::string out = ellipsize(text, columns);
  const std::size_t width = display_width(out);
  if (width < columns) out.append(columns - width, ' ');
  return out;
}

std::string counted(std::size_t n, std::string_view noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

std::string duration_text(double seconds) {
  if (seconds < 0) seconds = 0;
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace flowferry::report
