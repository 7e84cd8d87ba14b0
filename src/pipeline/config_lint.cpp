#include "pipeline/config_lint.h"

#include "flow/lint/rule.h"
#include "pipeline/yaml_values.h"

namespace flowferry::pipeline {
namespace {

using flow::lint::Exception;
using flow::lint::Settings;

constexpr const char* k_exception = "{ rule: phone-hard, flow: \"Hotline*\", reason: \"agreed\" }";

void check_rule(const std::string& id, const YAML::Node& node, const std::string& where) {
  if (flow::lint::find_rule(id) != nullptr) return;
  fault(node, "unknown rule \"" + id + "\" in " + where,
        suggestion(id, flow::lint::rule_ids()) + " (flowferry lint --rules)");
}

Severity severity_of(const YAML::Node& node, const std::string& rule) {
  const std::string word = text_of(node, "\"lint.severity." + rule + "\"");
  if (word == "error") return Severity::error;
  if (word == "warning") return Severity::warning;
  if (word == "info") return Severity::info;
  fault(node, "unknown severity \"" + word + "\" in \"lint.severity\"",
        "choose error, warning or info; lint.off switches a rule off");
}

void read_exception(const YAML::Node& item, const Shape& shape, std::vector<Exception>& out) {
  const std::string where = "an entry of \"lint.except\"";
  check_keys(item, where, shape.names());
  Exception exception;
  exception.flow = optional_text(item, "flow", where);
  exception.block = optional_text(item, "block", where);
  exception.reason = optional_text(item, "reason", where);
  exception.line = line_of(item);
  if (!item["rule"]) {
    if (exception.flow.empty() && exception.block.empty()) {
      fault(item, where + " says neither rule nor place", std::string("write: ") + k_exception);
    }
    out.push_back(std::move(exception));
    return;
  }
  for (const std::string& rule : texts_of(item["rule"], "\"rule\" in " + where)) {
    check_rule(rule, item["rule"], where);
    exception.rule = rule;
    out.push_back(exception);
  }
}

}  // namespace

Settings read_lint(const YAML::Node& node, const Shape& shape) {
  Settings out;
  check_keys(node, "\"lint\"", shape.names());
  if (const YAML::Node off = node["off"]) {
    for (const std::string& rule : texts_of(off, "\"lint.off\"")) {
      check_rule(rule, off, "\"lint.off\"");
      out.off.insert(rule);
    }
  }
  if (const YAML::Node severity = node["severity"]) {
    for (const Entry& entry : entries_of(severity, "\"lint.severity\"", "{ phone-hard: error }")) {
      check_rule(entry.key, entry.key_node, "\"lint.severity\"");
      out.severity[entry.key] = severity_of(entry.value, entry.key);
    }
  }
  if (const YAML::Node except = node["except"]) {
    for (const YAML::Node& item :
         items_of(except, "\"lint.except\"", std::string("[") + k_exception + "]")) {
      read_exception(item, shape.at("except").element(), out.except);
    }
  }
  return out;
}

}  // namespace flowferry::pipeline
