#include <fmt/format.h>

#include "report/diff_text.h"
#include "report/escape.h"

namespace flowferry::report {
namespace {

// No scripts, nothing from elsewhere; folding is the browser's own.
constexpr const char* k_policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

constexpr const char* k_style = R"(
:root { color-scheme: light dark; --ground: #fff; --text: #1f2328; --faint: #59636e; --line: #d1d9e0;
  --raised: #f6f8fa; --old: #ffebe9; --old-mark: #ffc1bc; --new: #dafbe1; --new-mark: #9be9ac; --changed: #9a6700;
  --removed: #b3261e; --added: #1a7f37; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --text: #e6edf3; --faint: #9198a1; --line: #3d444d;
  --raised: #151b23; --old: #3c1618; --old-mark: #7d2a2b; --new: #12341f; --new-mark: #1f6f3b; --changed: #d29922;
  --removed: #ff8182; --added: #4ac26b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 80rem; background: var(--ground); color: var(--text); line-height: 1.55;
  font-family: system-ui, -apple-system, "Segoe UI", "Hiragino Kaku Gothic ProN", "Yu Gothic UI", Meiryo, "Noto Sans CJK JP", "Noto Sans JP", sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; }
.faint { color: var(--faint); }
.totals { font-weight: 600; margin-top: .75rem; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .6rem 0; }
details > *:not(summary) { margin-left: 1rem; margin-right: 1rem; }
summary { padding: .5rem .9rem; background: var(--raised); border-radius: .5rem; cursor: pointer; overflow-wrap: anywhere; }
details[open] > summary { margin-bottom: .75rem; }
details.plain[open] > summary { margin-bottom: 0; }
details.plain > summary { cursor: default; list-style: none; }
.sign { display: inline-block; width: 1.2em; font-weight: 700; font-family: ui-monospace, monospace; }
.left-only > .sign, .left-only > summary > .sign { color: var(--removed); }
.right-only > .sign, .right-only > summary > .sign { color: var(--added); }
.changed > .sign, .changed > summary > .sign, .unclear > .sign, .unclear > summary > .sign { color: var(--changed); }
.name { font-weight: 600; }
.type { font-size: .8rem; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; margin-right: .3rem; }
.left-alone > summary { opacity: .75; }
h3 { font-size: 1rem; margin: .9rem 0 .3rem; font-weight: 600; overflow-wrap: anywhere; }
h3 .faint { font-weight: 400; font-size: .8rem; margin-left: .4rem; }
table { width: calc(100% - 2rem); border-collapse: collapse; table-layout: fixed; margin-bottom: .75rem; }
th, td { border: 1px solid var(--line); padding: .3rem .55rem; vertical-align: top; text-align: left; overflow-wrap: anywhere;
  white-space: pre-wrap; font-weight: 400; }
th { width: 22%; color: var(--faint); font-size: .85rem; }
thead th { background: var(--raised); }
thead th + th { width: 39%; }
td { font-size: .92rem; }
td.old { background: var(--old); } td.new { background: var(--new); } td.none { background: none; }
td.old mark { background: var(--old-mark); color: inherit; } td.new mark { background: var(--new-mark); color: inherit; }
tr.faint td, tr.faint th { opacity: .7; }
ul { margin: .5rem 0; padding-left: 1.4rem; overflow-wrap: anywhere; }
@media (max-width: 40rem) { body { padding: .75rem; } th { width: 28%; } thead th + th { width: 36%; } }
@media print { details { break-inside: avoid; } }
)";

const char* class_of(Sign sign) {
  switch (sign) {
    case Sign::left_only:
      return "left-only";
    case Sign::right_only:
      return "right-only";
    case Sign::changed:
      return "changed";
    case Sign::unclear:
      return "unclear";
  }
  return "";
}

const char* symbol(Sign sign) {
  switch (sign) {
    case Sign::left_only:
      return "−";
    case Sign::right_only:
      return "+";
    case Sign::changed:
      return "~";
    case Sign::unclear:
      return "!";
  }
  return "";
}

/// A cell; what the other side has otherwise is marked.
std::string cell(const char* side, const std::string& value, std::size_t begin, std::size_t end,
                 bool marked) {
  if (value.empty()) return "<td class=\"none\"></td>";
  std::string inner;
  if (!marked || begin + end >= value.size()) {
    inner = xml_escaped(value);
  } else {
    const std::size_t length = value.size() - begin - end;
    inner = xml_escaped(value.substr(0, begin)) + "<mark>" +
            xml_escaped(value.substr(begin, length)) + "</mark>" +
            xml_escaped(value.substr(begin + length));
  }
  return fmt::format("<td class=\"{}\">{}</td>", side, inner);
}

std::string row(const DiffLine& line) {
  const auto [begin, end] = common_ends(line.left, line.right);
  const bool marked = !line.left.empty() && !line.right.empty() && begin + end > 0;
  return fmt::format("<tr{}><th scope=\"row\">{}</th>{}{}</tr>\n",
                     line.faint ? " class=\"faint\"" : "", xml_escaped(line.place),
                     cell("old", line.left, begin, end, marked),
                     cell("new", line.right, begin, end, marked));
}

class Html {
 public:
  explicit Html(const DiffView& view) : view_(view) {}

  std::string run() {
    const std::string title =
        xml_escaped(view_.left) + " → " + xml_escaped(view_.right) + ": flowferry diff";
    out_ += "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    out_ += fmt::format("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n", k_policy);
    out_ += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    out_ += "<meta name=\"referrer\" content=\"no-referrer\">\n";
    out_ += fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n", title, k_style);
    out_ += fmt::format("<h1>{} → {}</h1>\n", xml_escaped(view_.left), xml_escaped(view_.right));
    where("−", view_.left, view_.left_where);
    where("+", view_.right, view_.right_where);
    out_ += "<p class=\"totals\">" + xml_escaped(view_.totals) + "</p>\n";
    for (const std::string& warning : view_.warnings) {
      out_ += "<p class=\"faint\">Warning: " + xml_escaped(warning) + "</p>\n";
    }
    if (!view_.flows.empty()) out_ += "<h2>Flows and modules</h2>\n";
    for (const DiffFlow& flow : view_.flows) this->flow(flow);
    resources(view_.left, view_.left_resources);
    resources(view_.right, view_.right_resources);
    out_ += "</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  void where(const char* sign, const std::string& name, const std::string& text) {
    out_ += fmt::format("<p class=\"faint\">{} {}: {}</p>\n", sign, xml_escaped(name),
                        xml_escaped(text));
  }

  void flow(const DiffFlow& flow) {
    const bool folds = !flow.lines.empty() || !flow.blocks.empty() || !flow.notes.empty();
    std::string name = fmt::format("<span class=\"name\">{}</span>", xml_escaped(flow.name));
    if (!flow.renamed.empty()) {
      name += fmt::format(" → <span class=\"name\">{}</span>", xml_escaped(flow.renamed));
    }
    const std::string summary = fmt::format(
        "<span class=\"sign\">{}</span><span class=\"type\">{}</span> {} "
        "<span class=\"faint\">{}</span>",
        symbol(flow.sign), xml_escaped(flow.type), name, xml_escaped(flow.summary));
    out_ +=
        fmt::format("<details class=\"{}{}{}\"{}>\n<summary>{}</summary>\n", class_of(flow.sign),
                    folds ? "" : " plain", flow.counts ? "" : " left-alone",
                    flow.counts && folds ? " open" : "", summary);
    if (!flow.lines.empty()) table(flow.lines);
    for (const DiffBlock& block : flow.blocks) {
      out_ += fmt::format(
          "<h3 class=\"{}\"><span class=\"sign\">{}</span>{}<span class=\"faint\">{}</span></h3>\n",
          class_of(block.sign), symbol(block.sign), xml_escaped(block.title),
          xml_escaped(block.identifier));
      if (!block.lines.empty()) table(block.lines);
    }
    for (const std::string& note : flow.notes) {
      out_ += "<p class=\"faint\">" + xml_escaped(note) + "</p>\n";
    }
    out_ += "</details>\n";
  }

  void table(const std::vector<DiffLine>& lines) {
    out_ += fmt::format(
        "<table>\n<thead><tr><th scope=\"col\"></th><th scope=\"col\">{}</th>"
        "<th scope=\"col\">{}</th></tr></thead>\n<tbody>\n",
        xml_escaped(view_.left), xml_escaped(view_.right));
    for (const DiffLine& line : lines) out_ += row(line);
    out_ += "</tbody>\n</table>\n";
  }

  void resources(const std::string& side, const std::vector<std::string>& list) {
    if (list.empty()) return;
    out_ += fmt::format("<h2>Resources only in {}</h2>\n<ul>\n", xml_escaped(side));
    for (const std::string& resource : list) out_ += "<li>" + xml_escaped(resource) + "</li>\n";
    out_ += "</ul>\n";
  }

  const DiffView& view_;
  std::string out_;
};

}  // namespace

std::string diff_html(const DiffView& view) {
  return Html(view).run();
}

}  // namespace flowferry::report
