#include "mapping/rules.h"

#include <algorithm>

#include "base/json/value.h"
#include "mapping/rule_unused.h"

namespace flowferry::mapping {

void RuleUse::note(std::set<std::size_t>& into, std::size_t rule) {
  const std::lock_guard lock(mutex_);
  into.insert(rule);
}

void RuleUse::mapped(ResourceKind kind, std::string_view source, std::string_view target,
                     bool by_pin) {
  const std::lock_guard lock(mutex_);
  sources_[{kind, std::string(target)}][std::string(source)] = by_pin;
}

std::vector<RuleUse::Collision> RuleUse::collisions() const {
  std::vector<Collision> out;
  for (const auto& [target, sources] : sources_) {
    const auto pinned = [](const auto& source) { return source.second; };
    if (sources.size() < 2 || std::any_of(sources.begin(), sources.end(), pinned)) continue;
    out.push_back(Collision{target.first, sources.begin()->first, std::next(sources.begin())->first,
                            target.second});
  }
  return out;
}

Result<Rename> make_rename(ResourceKind kind, std::string from, std::string to) {
  auto pattern = NamePattern::make(from, to);
  if (!pattern) return fail(std::move(pattern).error());
  return Rename{kind, std::move(from), std::move(to), *std::move(pattern)};
}

std::string Rules::target_name(ResourceKind kind, std::string_view source_name,
                               RuleUse* use) const {
  std::string name(source_name);
  const std::string* is_known = nullptr;
  if (const auto names = known.find(kind); names != known.end()) {
    const auto there = names->second.find(name);
    if (there != names->second.end()) is_known = &there->second;
    // A rule that would have said it is of use all the same.
    if (is_known != nullptr && use == nullptr) return *is_known;
  }
  if (const Pin* pinned = pin(kind, name, use)) {
    if (use != nullptr) use->mapped(kind, source_name, pinned->to, true);
    return is_known != nullptr ? *is_known : pinned->to;
  }
  bool may_change = false;
  for (const Rename& rename : renames) {
    if (rename.kind != kind) continue;
    may_change = true;
    auto replaced = rename.pattern.replace(name);
    if (!replaced) continue;
    if (use != nullptr) use->renamed(static_cast<std::size_t>(&rename - renames.data()));
    name = *std::move(replaced);
    break;
  }
  if (is_known != nullptr) return *is_known;
  if (may_change && use != nullptr) use->mapped(kind, source_name, name, false);
  return name;
}

const Pin* Rules::pin(ResourceKind kind, std::string_view from, RuleUse* use) const {
  for (const Pin& pin : pins) {
    if (pin.kind != kind || pin.from != from) continue;
    if (use != nullptr) use->pinned(static_cast<std::size_t>(&pin - pins.data()));
    return &pin;
  }
  return nullptr;
}

Missing Rules::policy(ResourceKind kind) const {
  const auto found = missing.find(kind);
  return found == missing.end() ? Missing::fail : found->second;
}

std::string Rules::canonical() const {
  json::Value out = json::Value::array();
  for (const Rename& r : renames) {
    out.push(json::Value::array(
        std::vector<std::string>{"rename", std::string(to_string(r.kind)), r.from, r.to}));
  }
  for (const Pin& p : pins) {
    out.push(json::Value::array(
        std::vector<std::string>{"pin", std::string(to_string(p.kind)), p.from, p.to}));
  }
  for (const auto& [kind, names] : known) {
    for (const auto& [from, to] : names) {
      out.push(json::Value::array(
          std::vector<std::string>{"known", std::string(to_string(kind)), from, to}));
    }
  }
  for (const auto& [kind, policy] : missing) {
    out.push(json::Value::array(std::vector<std::string>{
        "missing", std::string(to_string(kind)), std::to_string(static_cast<int>(policy))}));
  }
  for (const Renamed& r : renamed) {
    out.push(json::Value::array(
        std::vector<std::string>{"renamed", std::string(to_string(r.kind)), r.from, r.to}));
  }
  for (const Variable& v : variables) {
    std::vector<std::string> parts = {"replace", v.action, v.parameter, v.path, v.text};
    if (v.kind) parts.push_back("kind " + std::string(to_string(*v.kind)));
    for (const FlowPattern& pattern : v.flows) parts.push_back("flow " + pattern.text());
    for (const auto& [environment, value] : v.values) {
      parts.push_back("value " + environment);
      parts.push_back(value);
    }
    out.push(json::Value::array(parts));
  }
  if (module_versions == ModuleVersions::follow) out.push("module_versions: follow");
  return out.dump();
}

std::string Rules::place(std::size_t line) const {
  return (file.empty() ? "flowferry.yaml" : file) + ":" + std::to_string(line);
}

Finding rule_unused(const Rules& rules, std::size_t line, std::string text, std::string help) {
  Finding out;
  out.severity = Severity::warning;
  out.id = "rule-unused";
  out.where.kind = "file";
  out.where.name = rules.place(line);
  out.text = std::move(text);
  out.help = std::move(help);
  return out;
}

namespace {

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

}  // namespace

Findings examine_use(const Rules& rules, const RuleUse& use,
                     const std::vector<Substitution>& substitutions, Severity severity) {
  Findings out;
  for (std::size_t i = 0; i < rules.renames.size(); ++i) {
    if (use.has_renamed(i)) continue;
    const Rename& rename = rules.renames[i];
    out.push_back(rule_unused(
        rules, rename.line,
        "the rename of " + std::string(to_string(rename.kind)) + " " + quoted(rename.from) +
            " is of no use: nothing that the carried flows have or refer to matches it, or a rule "
            "before it matches all that does",
        "correct \"from\", which is searched in names of the source, or remove the rule"));
  }
  for (std::size_t i = 0; i < rules.pins.size(); ++i) {
    if (use.has_pinned(i)) continue;
    const Pin& pin = rules.pins[i];
    out.push_back(rule_unused(rules, pin.line,
                              "the pin of " + std::string(to_string(pin.kind)) + " " +
                                  quoted(pin.from) +
                                  " matches nothing that the carried flows have or refer to",
                              "correct \"from\", or remove the rule"));
  }
  for (std::size_t i = 0; i < substitutions.size(); ++i) {
    if (use.has_substituted(i)) continue;
    const Variable& variable = *substitutions[i].variable;
    const std::string what =
        substitutions[i].from.empty() ? "its place" : quoted(substitutions[i].from.front());
    out.push_back(rule_unused(
        rules, variable.line,
        "the replacement " + variable.label() + " finds " + what + " in no carried flow",
        "correct its value for the source, or its place, or remove it"));
  }
  for (Finding& finding : out) finding.severity = severity;
  for (const RuleUse::Collision& collision : use.collisions()) {
    if (collision.kind == ResourceKind::contact_flow || collision.kind == ResourceKind::flow_module)
      continue;
    Finding finding;
    finding.id = "name-collision";
    finding.where.kind = "file";
    finding.where.name = rules.file.empty() ? "flowferry.yaml" : rules.file;
    finding.kind = to_string(collision.kind);
    finding.name = collision.first;
    finding.text = std::string(label(collision.kind)) + " " + quoted(collision.first) + " and " +
                   quoted(collision.second) + " of the source would both become " +
                   quoted(collision.target);
    finding.help =
        "narrow mapping.rename; where both are to become one, pin one of them (mapping.pin)";
    out.push_back(std::move(finding));
  }
  return out;
}

}  // namespace flowferry::mapping
