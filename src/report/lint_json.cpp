#include "flow/lint/rule.h"
#include "report/lint.h"

namespace flowferry::report {
namespace {

using flow::lint::Rule;
using json::Value;

void put(Value& into, const char* name, const std::string& value) {
  if (!value.empty()) into.set(name, value);
}

Value finding_json(const Finding& finding, const std::optional<pipeline::FilePlace>& place) {
  Value out = Value::object({{"rule", finding.id},
                             {"severity", severity_word(finding.severity)},
                             {"message", finding.text}});
  put(out, "help", finding.help);
  out.set("kind", finding.where.kind).set("name", finding.where.name);
  if (!finding.where.action.empty() || !finding.where.action_type.empty()) {
    out.set("block", Value::object({{"identifier", finding.where.action},
                                    {"type", finding.where.action_type}}));
  }
  put(out, "parameter", finding.where.parameter);
  put(out, "pointer", finding.where.pointer);
  Value resource = Value::object();
  put(resource, "kind", finding.kind);
  put(resource, "name", finding.name);
  put(resource, "value", finding.arn);
  if (!resource.members().empty()) out.set("resource", std::move(resource));
  if (place) {
    out.set("file", Value::object({{"path", place->path},
                                   {"line", static_cast<std::uint64_t>(place->line)},
                                   {"column", static_cast<std::uint64_t>(place->column)}}));
  }
  return out;
}

}  // namespace

Value lint_json(const LintReport& report) {
  Value findings = Value::array();
  for (std::size_t i = 0; i < report.outcome.findings.size(); ++i) {
    findings.push(finding_json(report.outcome.findings[i], report.outcome.places[i]));
  }
  std::uint64_t modules = 0;
  for (const auto& looked : report.outcome.looked) modules += looked.kind == "flow-module" ? 1 : 0;
  const auto number = [&](Severity severity) {
    return static_cast<std::uint64_t>(report.count(severity));
  };
  return Value::object(
      {{"flowferry", FLOWFERRY_VERSION},
       {"command", "lint"},
       {"version", 1},
       {"environment", report.outcome.environment},
       {"flows", static_cast<std::uint64_t>(report.outcome.looked.size()) - modules},
       {"modules", modules},
       {"errors", number(Severity::error)},
       {"warnings", number(Severity::warning)},
       {"notes", number(Severity::info)},
       {"fail_on", report.fail_on ? Value(severity_word(*report.fail_on)) : Value("never")},
       {"failed", report.failed()},
       {"findings", std::move(findings)}});
}

Value rules_json() {
  Value out = Value::array();
  for (const Rule& rule : flow::lint::rules()) {
    out.push(Value::object(
        {{"id", rule.id},
         {"severity", severity_word(rule.severity)},
         {"family", flow::lint::to_string(rule.family)},
         {"needs", rule.needs == flow::lint::Needs::document ? "document" : "environment"},
         {"title", rule.title},
         {"explanation", rule.explanation},
         {"remedy", rule.remedy}}));
  }
  return Value::object(
      {{"flowferry", FLOWFERRY_VERSION}, {"command", "lint"}, {"rules", std::move(out)}});
}

}  // namespace flowferry::report
