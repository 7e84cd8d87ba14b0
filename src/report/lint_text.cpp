#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "flow/lint/rule.h"
#include "report/lint.h"

namespace flowferry::report {
namespace {

using flow::lint::Rule;

std::string named(const std::string& name) {
  return "\"" + printable(name) + "\"";
}

std::string flow_line(const Finding& finding) {
  const auto kind = kind_from_string(finding.where.kind);
  return std::string(kind ? label(*kind) : finding.where.kind) + " " +
         (kind ? named(finding.where.name) : printable(finding.where.name));
}

std::string place_of(const Finding& finding) {
  std::string place;
  if (!finding.where.action.empty() || !finding.where.action_type.empty()) {
    place = fmt::format("block {} ({})", named(finding.where.action),
                        printable(finding.where.action_type));
  }
  if (!finding.where.parameter.empty()) {
    place += (place.empty() ? "" : ", ") + printable(finding.where.parameter);
  }
  return place.empty() ? place : place + ": ";
}

std::pair<std::string_view, Tone> mark_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return {"✗", Tone::bad};
    case Severity::warning:
      return {"!", Tone::warn};
    case Severity::info:
      break;
  }
  return {"·", Tone::faint};
}

std::string totals(const LintReport& report) {
  std::size_t modules = 0;
  for (const auto& looked : report.outcome.looked) modules += looked.kind == "flow-module" ? 1 : 0;
  const std::size_t notes = report.count(Severity::info);
  return fmt::format("{}, {}, {} in {} and {}.\n", counted(report.count(Severity::error), "error"),
                     counted(report.count(Severity::warning), "warning"), counted(notes, "note"),
                     counted(report.outcome.looked.size() - modules, "flow"),
                     counted(modules, "module"));
}

}  // namespace

std::string_view severity_word(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      break;
  }
  return "info";
}

std::size_t LintReport::count(Severity severity) const {
  return static_cast<std::size_t>(
      std::count_if(outcome.findings.begin(), outcome.findings.end(),
                    [&](const Finding& f) { return f.severity == severity; }));
}

bool LintReport::failed() const {
  return std::any_of(outcome.findings.begin(), outcome.findings.end(),
                     [&](const Finding& f) { return fails(f); });
}

std::string lint_text(const LintReport& report, const Style& style) {
  std::string out;
  std::string flow;
  const auto& findings = report.outcome.findings;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Finding& finding = findings[i];
    if (const std::string line = flow_line(finding); line != flow) {
      out += (out.empty() ? "" : "\n") + tinted(style, Tone::strong, line) + "\n";
      flow = line;
    }
    const auto [mark, tone] = mark_of(finding.severity);
    out += fmt::format("  {} {}{} {}\n", tinted(style, tone, mark), place_of(finding),
                       printable(finding.text), tinted(style, Tone::faint, "[" + finding.id + "]"));
    if (const auto& place = report.outcome.places[i]) {
      out += "      " +
             tinted(style, Tone::faint,
                    fmt::format("{}:{}:{}", printable(place->path), place->line, place->column)) +
             "\n";
    }
    if (!finding.help.empty() && finding.severity != Severity::info) {
      out += "      what to do: " + printable(finding.help) + "\n";
    }
  }
  if (!out.empty()) out += "\n";
  return out + totals(report);
}

std::string rules_text(const Style& style) {
  std::string out;
  std::string_view family;
  for (const Rule& rule : flow::lint::rules()) {
    if (flow::lint::to_string(rule.family) != family) {
      family = flow::lint::to_string(rule.family);
      out += (out.empty() ? "" : "\n") +
             tinted(style, Tone::strong,
                    rule.family == flow::lint::Family::refused ? "What publishing refuses"
                                                               : "What people regret") +
             "\n";
    }
    out += fmt::format("  {:<22}{:<9}{}\n", rule.id, severity_word(rule.severity), rule.title);
  }
  return out;
}

}  // namespace flowferry::report
