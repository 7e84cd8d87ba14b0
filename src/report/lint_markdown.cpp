#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "flow/lint/rule.h"
#include "report/escape.h"
#include "report/lint.h"

namespace flowferry::report {
namespace {

using flow::lint::Family;
using flow::lint::Rule;

/// A comment on GitHub has at most 65,536 characters.
constexpr std::size_t k_longest = 60'000;
constexpr std::size_t k_few = 10;  ///< Findings of a flow that need no folding.

std::string mark(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "❌";
    case Severity::warning:
      return "⚠️";
    case Severity::info:
      break;
  }
  return "ℹ️";
}

std::string line_of(const Finding& finding, const std::optional<pipeline::FilePlace>& place) {
  std::string out = "- " + mark(finding.severity) + " ";
  if (!finding.where.action.empty() || !finding.where.action_type.empty()) {
    out += fmt::format("block **{}** ({})", markdown_escaped(finding.where.action),
                       markdown_escaped(finding.where.action_type));
    if (!finding.where.parameter.empty()) out += ", " + markdown_escaped(finding.where.parameter);
    out += ": ";
  } else if (!finding.where.parameter.empty()) {
    out += markdown_escaped(finding.where.parameter) + ": ";
  }
  out += markdown_escaped(finding.text) + " `" + finding.id + "`";
  if (place) {
    out += fmt::format(" <sub>{}:{}</sub>", markdown_escaped(place->path), place->line);
  }
  if (!finding.help.empty() && finding.severity != Severity::info) {
    out += "<br>" + markdown_escaped(finding.help);
  }
  return out + "\n";
}

/// Our own words about a rule, for a document that people also read as it stands.
std::string prose(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<' || c == '>' || c == '&') {
      out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;";
      continue;
    }
    if (std::string_view("\\`*_{}[]()#+!|~$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// For HTML within Markdown, which reads no markup there, but mentions.
std::string html_name(std::string_view name) {
  std::string out;
  for (const char c : xml_escaped(name)) {
    out += c;
    if (c == '@') out += "&#8288;";
  }
  return out;
}

/// The findings of one flow, from `from` to before `to`.
std::string section(const LintReport& report, std::size_t from, std::size_t to) {
  const Finding& first = report.outcome.findings[from];
  const auto kind = kind_from_string(first.where.kind);
  const std::string title = fmt::format(
      "{} <code>{}</code>", kind ? label(*kind) : first.where.kind, html_name(first.where.name));
  std::string lines;
  for (std::size_t i = from; i < to; ++i) {
    lines += line_of(report.outcome.findings[i], report.outcome.places[i]);
  }
  const bool failing = std::any_of(report.outcome.findings.begin() + static_cast<long>(from),
                                   report.outcome.findings.begin() + static_cast<long>(to),
                                   [&](const Finding& f) { return report.fails(f); });
  return fmt::format("<details{}>\n<summary><b>{}</b>: {}</summary>\n\n{}\n</details>\n\n",
                     failing && to - from <= k_few ? " open" : "", title,
                     counted(to - from, "finding"), lines);
}

}  // namespace

std::string lint_markdown(const LintReport& report) {
  const auto& findings = report.outcome.findings;
  std::string out = fmt::format(
      "### {} flowferry lint: {}\n\n| errors | warnings | notes | flows and modules |\n"
      "| ---: | ---: | ---: | ---: |\n| {} | {} | {} | {} |\n\n",
      report.failed() ? "❌" : "✅", markdown_escaped(report.outcome.environment),
      report.count(Severity::error), report.count(Severity::warning), report.count(Severity::info),
      report.outcome.looked.size());
  std::size_t from = 0;
  while (from < findings.size()) {
    std::size_t to = from + 1;
    while (to < findings.size() && findings[to].where.kind == findings[from].where.kind &&
           findings[to].where.name == findings[from].where.name) {
      ++to;
    }
    const std::string text = section(report, from, to);
    if (count_code_points(out) + count_code_points(text) > k_longest) {
      out += fmt::format("… and {} more, which do not fit into a comment.\n",
                         counted(findings.size() - from, "finding"));
      break;
    }
    out += text;
    from = to;
  }
  return out;
}

std::string rules_markdown() {
  std::string out;
  for (const Family family : {Family::refused, Family::regretted}) {
    out += family == Family::refused ? "## What publishing refuses\n\n"
                                     : "\n## What people regret\n\n";
    out += "| id | severity | what |\n| --- | --- | --- |\n";
    for (const Rule& rule : flow::lint::rules()) {
      if (rule.family != family) continue;
      out += fmt::format("| `{}` | {} | **{}.** {}<br>*What to do:* {} |\n", rule.id,
                         severity_word(rule.severity), prose(rule.title), prose(rule.explanation),
                         prose(rule.remedy));
    }
  }
  return out;
}

}  // namespace flowferry::report
