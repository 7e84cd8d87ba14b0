#include "report/diff_text.h"

#include <fmt/format.h>

#include "base/text.h"

namespace flowferry::report {
namespace {

constexpr std::size_t k_context = 24;  // columns of what is the same around a difference

Tone tone_of(Sign sign) {
  switch (sign) {
    case Sign::left_only:
      return Tone::bad;
    case Sign::right_only:
      return Tone::good;
    case Sign::changed:
      return Tone::change;
    case Sign::unclear:
      return Tone::warn;
  }
  return Tone::plain;
}

/// At most `columns` of the end of `text`.
std::string tail(const std::string& text, std::size_t columns) {
  std::size_t at = text.size();
  while (at > 0) {
    std::size_t before = at - 1;
    while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xC0) == 0x80) --before;
    if (display_width(std::string_view(text).substr(before)) > columns) break;
    at = before;
  }
  return at == 0 ? text : "…" + text.substr(at);
}

/// `text`, of which the first `begin` bytes are the same on the other side, made to fit.
std::string focused(const std::string& text, std::size_t begin, std::size_t columns) {
  if (display_width(text) <= columns) return text;
  return ellipsize(tail(text.substr(0, begin), k_context) + text.substr(begin), columns);
}

class Text {
 public:
  explicit Text(const Style& style) : style_(style) {}

  std::string run(const DiffView& view) {
    out_ += fmt::format("{}  {}{}\n", tinted(style_, Tone::bad, "-"), printable(view.left),
                        where(view.left_where));
    out_ += fmt::format("{}  {}{}\n\n", tinted(style_, Tone::good, "+"), printable(view.right),
                        where(view.right_where));
    flows(view);
    if (!view.flows.empty()) out_ += "\n";
    resources(view.left, view.left_resources);
    resources(view.right, view.right_resources);
    for (const std::string& warning : view.warnings) {
      out_ += tinted(style_, Tone::warn, "Warning: " + printable(warning)) + "\n";
    }
    out_ += view.totals + "\n";
    return std::move(out_);
  }

  std::string flows_only(const DiffView& view) {
    flows(view);
    return std::move(out_);
  }

 private:
  void flows(const DiffView& view) {
    for (const DiffFlow& flow : view.flows) this->flow(flow);
  }

  static std::string where(const std::string& text) {
    return text.empty() ? "" : " (" + printable(text) + ")";
  }

  void flow(const DiffFlow& flow) {
    std::string name = "\"" + printable(flow.name) + "\"";
    if (!flow.renamed.empty()) name += " → \"" + printable(flow.renamed) + "\"";
    const std::string head = fmt::format("{} {} {}", sign_character(flow.sign), flow.type, name);
    out_ += tinted(style_, flow.counts ? tone_of(flow.sign) : Tone::faint, head) + "  " +
            tinted(style_, flow.counts ? Tone::plain : Tone::faint, printable(flow.summary)) + "\n";
    for (const DiffLine& line : flow.lines) this->line(line, Sign::changed, 4);
    for (const DiffBlock& block : flow.blocks) {
      out_ += "    " +
              tinted(style_, tone_of(block.sign),
                     fmt::format("{} {}", sign_character(block.sign), printable(block.title))) +
              "\n";
      for (const DiffLine& line : block.lines) this->line(line, block.sign, 8);
    }
    for (const std::string& note : flow.notes) {
      out_ += "    " + tinted(style_, Tone::faint, printable(note)) + "\n";
    }
  }

  void line(const DiffLine& line, Sign of, std::size_t indent) {
    const std::string margin(indent, ' ');
    const std::string place = printable(line.place);
    const std::string left = printable(line.left);
    const std::string right = printable(line.right);
    const Tone removed = line.faint ? Tone::faint : Tone::bad;
    const Tone added = line.faint ? Tone::faint : Tone::good;
    const std::size_t room = style_.width > indent + 12 ? style_.width - indent - 4 : 8;
    if (of != Sign::changed) {
      // All of the block is only here: what it has.
      const std::string& value = of == Sign::left_only ? left : right;
      out_ += margin + ellipsize(place + ": " + value, room) + "\n";
      return;
    }
    const bool short_enough =
        display_width(place) + display_width(left) + display_width(right) + 6 <= room;
    if (!left.empty() && !right.empty() && short_enough) {
      out_ += margin + tinted(style_, line.faint ? Tone::faint : Tone::plain, place + ":") + " " +
              tinted(style_, removed, left) + " → " + tinted(style_, added, right) + "\n";
      return;
    }
    const std::size_t begin = common_ends(left, right).first;
    const auto side = [&](char sign, Tone tone, const std::string& value) {
      if (value.empty()) return;
      out_ += margin + "  " +
              tinted(style_, tone, fmt::format("{} {}", sign, focused(value, begin, room - 4))) +
              "\n";
    };
    if (left.empty() != right.empty() &&
        display_width(place) + display_width(left + right) + 4 <= room) {
      const bool gone = right.empty();
      out_ += margin +
              tinted(style_, gone ? removed : added,
                     fmt::format("{} {}: {}", gone ? '-' : '+', place, left + right)) +
              "\n";
      return;
    }
    out_ += margin +
            tinted(style_, line.faint ? Tone::faint : Tone::plain, ellipsize(place, room)) + "\n";
    side('-', removed, left);
    side('+', added, right);
  }

  void resources(const std::string& side, const std::vector<std::string>& list) {
    if (list.empty()) return;
    out_ += fmt::format("Resources only in {}:\n", printable(side));
    for (const std::string& resource : list) out_ += "    " + printable(resource) + "\n";
    out_ += "\n";
  }

  const Style& style_;
  std::string out_;
};

}  // namespace

std::string diff_flows_text(const DiffView& view, const Style& style) {
  return Text(style).flows_only(view);
}

std::string diff_text(const DiffView& view, const Style& style) {
  return Text(style).run(view);
}

}  // namespace flowferry::report
