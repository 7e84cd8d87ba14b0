#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/diff_text.h"
#include "report/escape.h"

namespace flowferry::report {
namespace {

constexpr std::size_t k_value_columns = 400;  // of one value: more is for the HTML form
constexpr std::size_t k_table_rows = 200;
// Kept for the note that says what was left out.
constexpr std::size_t k_reserve = 600;

std::string code(const std::string& text) {
  return "<code>" + markdown_escaped(text) + "</code>";
}

const char* mark(Sign sign) {
  switch (sign) {
    case Sign::left_only:
      return "➖";
    case Sign::right_only:
      return "➕";
    case Sign::changed:
      return "✏️";
    case Sign::unclear:
      return "⚠️";
  }
  return "";
}

std::string name_of(const DiffFlow& flow) {
  std::string out = code(flow.name);
  if (!flow.renamed.empty()) out += " → " + code(flow.renamed);
  return out;
}

/// Around the part that differs, and cut.
std::string shown(const std::string& value, const std::string& other) {
  std::string text = printable(value);
  if (display_width(text) <= k_value_columns) return text;
  std::size_t begin = common_ends(text, printable(other)).first;
  begin = begin > 60 ? begin - 60 : 0;
  while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
  return (begin > 0 ? "…" : "") + ellipsize(std::string_view(text).substr(begin), k_value_columns);
}

void add_line(const DiffLine& line, Sign of, const std::string& margin, std::string& out) {
  const std::string place = printable(line.place);
  const auto row = [&](char sign, const std::string& value, const std::string& other) {
    if (!value.empty()) {
      out += fmt::format("{}{}{}: {}\n", sign, margin, place, shown(value, other));
    }
  };
  if (of != Sign::right_only) row('-', line.left, line.right);
  if (of != Sign::left_only) row('+', line.right, line.left);
}

/// What stands in the fold, as lines for GitHub's colours of `diff`.
std::string details_of(const DiffFlow& flow) {
  std::string out;
  for (const DiffLine& line : flow.lines) add_line(line, Sign::changed, " ", out);
  for (const DiffBlock& block : flow.blocks) {
    const char sign = block.sign == Sign::changed ? ' ' : sign_character(block.sign);
    out += fmt::format("{} {}\n", sign, printable(block.title));
    for (const DiffLine& line : block.lines) add_line(line, block.sign, "     ", out);
  }
  for (const std::string& note : flow.notes) out += "  " + printable(note) + "\n";
  return out;
}

/// A fence longer than any run of backticks within.
std::string fenced(const std::string& text) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + "diff\n" + text + fence + "\n";
}

std::string fold_of(const DiffFlow& flow, const std::string& details) {
  return fmt::format("<details><summary>{} {} {}: {}</summary>\n\n{}\n</details>\n\n",
                     mark(flow.sign), markdown_escaped(flow.type), name_of(flow),
                     markdown_escaped(flow.summary), fenced(details));
}

class Markdown {
 public:
  Markdown(const DiffView& view, std::size_t limit) : view_(view), limit_(limit) {}

  std::string run() {
    head();
    table();
    for (const DiffFlow& flow : view_.flows) details(flow);
    resources(view_.left, view_.left_resources);
    resources(view_.right, view_.right_resources);
    cut_note();
    return std::move(out_);
  }

 private:
  /// Adds what fits.
  bool add(const std::string& text) {
    const std::size_t units = utf16_units(text);
    if (used_ + units + k_reserve > limit_) return false;
    used_ += units;
    out_ += text;
    return true;
  }

  void head() {
    add(fmt::format("### {} {}: {} → {}\n\n", "flowferry", "diff", code(view_.left),
                    code(view_.right)));
    add(markdown_escaped(view_.totals) + "\n\n");
    for (const std::string& warning : view_.warnings) {
      if (!add("> ⚠️ " + markdown_escaped(warning) + "\n\n")) ++left_out_;
    }
  }

  void table() {
    if (view_.flows.empty()) return;
    add("| | Type | Name | What |\n| --- | --- | --- | --- |\n");
    std::size_t rows = 0;
    for (const DiffFlow& flow : view_.flows) {
      // Half of the room is for the details.
      const std::string row =
          fmt::format("| {} | {} | {} | {} |\n", mark(flow.sign), markdown_escaped(flow.type),
                      name_of(flow), markdown_escaped(ellipsize(flow.summary, 200)));
      if (rows == k_table_rows || used_ + utf16_units(row) > limit_ / 2 || !add(row)) break;
      ++rows;
    }
    rows_left_out_ = view_.flows.size() - rows;
    add("\n");
  }

  void details(const DiffFlow& flow) {
    const std::string all = details_of(flow);
    if (all.empty() || add(fold_of(flow, all))) return;
    ++left_out_;
  }

  void resources(const std::string& side, const std::vector<std::string>& list) {
    if (list.empty()) return;
    std::string text = fmt::format("<details><summary>Resources only in {}: {}</summary>\n\n",
                                   code(side), list.size());
    for (const std::string& resource : list) text += "- " + markdown_escaped(resource) + "\n";
    text += "\n</details>\n\n";
    if (!add(text)) ++left_out_;
  }

  void cut_note() {
    if (left_out_ == 0 && rows_left_out_ == 0) return;
    out_ += fmt::format(
        "> ✂️ Cut to {} characters: {} left out above, and the details of {}. All of it: "
        "`flowferry diff --format html` or `--format json`.\n",
        limit_, rows_left_out_ == 1 ? "1 row" : fmt::format("{} rows", rows_left_out_),
        left_out_ == 1 ? "1 entry" : fmt::format("{} entries", left_out_));
  }

  const DiffView& view_;
  std::size_t limit_;
  std::size_t used_ = 0;
  std::size_t left_out_ = 0;
  std::size_t rows_left_out_ = 0;
  std::string out_;
};

}  // namespace

std::string diff_markdown(const DiffView& view, std::size_t limit) {
  return Markdown(view, limit).run();
}

}  // namespace flowferry::report
