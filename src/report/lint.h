// report/lint.h
//
// What `flowferry lint` found, for people and machines: text, JSON, SARIF 2.1.0 (code scanning),
// JUnit XML, Markdown (a comment on a pull request); and the list of rules.
#pragma once

#include <string>

#include "base/json/value.h"
#include "pipeline/linting.h"
#include "report/style.h"

namespace flowferry::report {

struct LintReport {
  const pipeline::LintOutcome& outcome;
  /// Findings of this severity or a graver one make the command fail; absent: none do.
  std::optional<Severity> fail_on = Severity::error;

  bool fails(const Finding& finding) const { return fail_on && finding.severity >= *fail_on; }
  std::size_t count(Severity severity) const;
  bool failed() const;
};

std::string lint_text(const LintReport& report, const Style& style);
json::Value lint_json(const LintReport& report);  ///< docs/schemas/lint.schema.json
/// Results with logical locations (flow, block), and places in files where there are.
json::Value lint_sarif(const LintReport& report);
/// A suite for each flow, a failed case for each finding that makes the command fail, a passed one
/// with its text for the others.
std::string lint_junit(const LintReport& report);
/// At most 60,000 characters: what does not fit is counted.
std::string lint_markdown(const LintReport& report);

std::string rules_text(const Style& style);
json::Value rules_json();
std::string rules_markdown();  ///< The rules of docs/lint.md.

std::string_view severity_word(Severity severity);  ///< "error", "warning", "info"

}  // namespace flowferry::report
