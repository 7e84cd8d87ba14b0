// JUnit XML in the form that GitLab, Jenkins and CodeBuild read.
#include <fmt/format.h>

#include <set>

#include "report/escape.h"
#include "report/lint.h"

namespace flowferry::report {
namespace {

struct Suite {
  std::string name;
  std::size_t cases = 0;
  std::size_t failures = 0;
  std::string body;
};

std::string case_name(const Finding& finding) {
  std::string out = finding.id;
  if (!finding.where.action.empty()) out += ": block " + finding.where.action;
  if (!finding.where.parameter.empty()) out += ", " + finding.where.parameter;
  return out;
}

void add_case(Suite& suite, const Finding& finding, const std::optional<pipeline::FilePlace>& place,
              bool fails) {
  ++suite.cases;
  std::string file;
  if (place) {
    file = fmt::format(" file=\"{}\" line=\"{}\"", xml_escaped(place->path), place->line);
  }
  suite.body += fmt::format("    <testcase name=\"{}\" classname=\"{}\"{} time=\"0\">\n",
                            xml_escaped(case_name(finding)), xml_escaped(suite.name), file);
  std::string text = finding.text;
  if (!finding.help.empty()) text += ". What to do: " + finding.help;
  if (fails) {
    ++suite.failures;
    suite.body +=
        fmt::format("      <failure message=\"{}\" type=\"{}\">{}</failure>\n",
                    xml_escaped(finding.text), severity_word(finding.severity), xml_escaped(text));
  } else {
    suite.body += fmt::format("      <system-out>{}: {}</system-out>\n",
                              severity_word(finding.severity), xml_escaped(text));
  }
  suite.body += "    </testcase>\n";
}

Suite& suite_named(std::vector<Suite>& suites, const std::string& name) {
  if (suites.empty() || suites.back().name != name) suites.push_back({name, 0, 0, {}});
  return suites.back();
}

}  // namespace

std::string lint_junit(const LintReport& report) {
  std::vector<Suite> suites;
  const auto& outcome = report.outcome;
  std::size_t at = 0;
  // Findings stand by flow, in the order of what was looked at; those of other things between them.
  const auto take = [&](const std::string& kind, const std::string& name) {
    for (; at < outcome.findings.size() && outcome.findings[at].where.kind == kind &&
           outcome.findings[at].where.name == name;
         ++at) {
      add_case(suite_named(suites, kind + ": " + name), outcome.findings[at], outcome.places[at],
               report.fails(outcome.findings[at]));
    }
  };
  std::set<std::pair<std::string_view, std::string_view>> names;
  for (const auto& looked : outcome.looked) names.emplace(looked.kind, looked.name);
  const auto is_looked_at = [&](const Finding& finding) {
    return names.count({finding.where.kind, finding.where.name}) > 0;
  };
  for (const auto& looked : outcome.looked) {
    while (at < outcome.findings.size() && !is_looked_at(outcome.findings[at])) {
      take(outcome.findings[at].where.kind, outcome.findings[at].where.name);
    }
    const std::size_t before = at;
    take(looked.kind, looked.name);
    if (at > before) continue;
    Suite& suite = suite_named(suites, looked.kind + ": " + looked.name);
    ++suite.cases;
    suite.body += fmt::format("    <testcase name=\"lint\" classname=\"{}\" time=\"0\"/>\n",
                              xml_escaped(suite.name));
  }
  while (at < outcome.findings.size()) {
    take(outcome.findings[at].where.kind, outcome.findings[at].where.name);
  }

  std::size_t cases = 0;
  std::size_t failures = 0;
  std::string body;
  for (const Suite& suite : suites) {
    cases += suite.cases;
    failures += suite.failures;
    body += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" "
        "time=\"0\">\n{}  </testsuite>\n",
        xml_escaped(suite.name), suite.cases, suite.failures, suite.body);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"flowferry lint\" tests=\"{}\" failures=\"{}\" errors=\"0\" "
      "time=\"0\">\n{}</testsuites>\n",
      cases, failures, body);
}

}  // namespace flowferry::report
