// SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), as code scanning reads it.
#include <map>

#include "base/hash.h"
#include "flow/lint/rule.h"
#include "report/lint.h"

namespace flowferry::report {
namespace {

using flow::lint::Rule;
using json::Value;

Value text(std::string_view text) {
  return Value::object({{"text", text}});
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A message in which neither a link (`[text](target)`) nor a placeholder (`{0}`) is read.
Value message(std::string_view plain) {
  std::string out;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const char c = plain[i];
    const bool link = c == '[' && plain.find("](", i) != std::string_view::npos;
    const bool opens = c == '{' && i + 1 < plain.size() && is_digit(plain[i + 1]);
    const bool closes = c == '}' && i > 0 && is_digit(plain[i - 1]);
    if (link) out += '\\';
    out += c;
    if (opens || closes) out += c;
  }
  return text(out);
}

const char* level(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      break;
  }
  return "note";
}

Value rule_json(const Rule& rule) {
  const std::string explained = std::string(rule.explanation) + " " + std::string(rule.remedy);
  return Value::object(
      {{"id", rule.id},
       {"shortDescription", text(rule.title)},
       {"fullDescription", text(rule.explanation)},
       {"help", Value::object({{"text", explained},
                               {"markdown", std::string(rule.explanation) + "\n\n**What to do:** " +
                                                std::string(rule.remedy)}})},
       {"defaultConfiguration", Value::object({{"level", level(rule.severity)}})},
       {"properties",
        Value::object(
            {{"tags", Value::array(std::vector<std::string>{
                          "amazon-connect", std::string(flow::lint::to_string(rule.family))})}})}});
}

/// A relative reference or a file URI (RFC 3986): whatever bytes the path has.
std::string uri_of(const std::string& path) {
  static constexpr std::string_view k_plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  static constexpr std::string_view k_digits = "0123456789ABCDEF";
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    if (k_plain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += k_digits[byte >> 4U];
    out += k_digits[byte & 15U];
  }
  return out;
}

/// "contact-flow/Main/block": each part with its slashes escaped.
std::string qualified(const Finding& finding) {
  std::string out;
  for (const std::string* part :
       {&finding.where.kind, &finding.where.name, &finding.where.action}) {
    if (part->empty()) continue;
    if (!out.empty()) out += '/';
    for (const char c : *part) {
      if (c == '/' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

Value location(const Finding& finding, const std::optional<pipeline::FilePlace>& place) {
  Value out = Value::object();
  if (place) {
    out.set("physicalLocation",
            Value::object(
                {{"artifactLocation", Value::object({{"uri", uri_of(place->path)}})},
                 {"region",
                  Value::object({{"startLine", static_cast<std::uint64_t>(place->line)},
                                 {"startColumn", static_cast<std::uint64_t>(place->column)}})}}));
  }
  const bool block = !finding.where.action.empty();
  Value logical = Value::object({{"name", block ? finding.where.action : finding.where.name},
                                 {"fullyQualifiedName", qualified(finding)},
                                 {"kind", block ? "object" : "module"}});
  out.set("logicalLocations", Value::array(std::vector<Value>{std::move(logical)}));
  return out;
}

}  // namespace

Value lint_sarif(const LintReport& report) {
  Value rules = Value::array();
  std::map<std::string_view, std::uint64_t> index;
  for (const Rule& rule : flow::lint::rules()) {
    index.emplace(rule.id, index.size());
    rules.push(rule_json(rule));
  }
  Value results = Value::array();
  for (std::size_t i = 0; i < report.outcome.findings.size(); ++i) {
    const Finding& finding = report.outcome.findings[i];
    Value result = Value::object({{"ruleId", finding.id}});
    if (const auto known = index.find(finding.id); known != index.end()) {
      result.set("ruleIndex", known->second);
    }
    std::string told = finding.text;
    if (!finding.help.empty()) told += ". What to do: " + finding.help;
    result.set("level", level(finding.severity)).set("message", message(told));
    result.set("locations",
               Value::array(std::vector<Value>{location(finding, report.outcome.places[i])}));
    // The same finding in the next run, wherever its line has moved to.
    result.set("partialFingerprints",
               Value::object(
                   {{"flowferry/v1", sha256_hex(finding.id + "\n" + qualified(finding) + "\n" +
                                                finding.where.parameter + "\n" + finding.text)}}));
    results.push(std::move(result));
  }
  const Value driver = Value::object(
      {{"name", "flowferry"}, {"semanticVersion", FLOWFERRY_VERSION}, {"rules", std::move(rules)}});
  const Value run =
      Value::object({{"tool", Value::object({{"driver", driver}})},
                     {"automationDetails", Value::object({{"id", "flowferry-lint/"}})},
                     {"columnKind", "unicodeCodePoints"},
                     {"results", std::move(results)}});
  return Value::object({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                        {"version", "2.1.0"},
                        {"runs", Value::array(std::vector<Value>{run})}});
}

}  // namespace flowferry::report
