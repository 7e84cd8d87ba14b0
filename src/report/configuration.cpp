#include "report/configuration.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"

namespace flowferry::report {

using json::Value;

namespace {

std::string quoted(std::string_view text) {
  return "\"" + printable(text) + "\"";
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::vector<std::string> out;
  for (const std::string& text : texts) out.push_back(quoted(text));
  return join(out, ", ");
}

const char* policy_word(mapping::Missing policy) {
  switch (policy) {
    case mapping::Missing::fail:
      return "fail";
    case mapping::Missing::skip_flow:
      return "skip-flow";
    case mapping::Missing::keep:
      return "keep";
  }
  return "";
}

const char* versions_word(mapping::ModuleVersions versions) {
  return versions == mapping::ModuleVersions::follow ? "follow" : "keep";
}

std::string environment_text(const pipeline::EnvironmentConfig& environment) {
  std::vector<std::string> parts;
  if (!environment.bundle.empty()) {
    parts.push_back("bundle " + printable(environment.bundle));
  } else {
    parts.push_back("instance " + printable(environment.instance));
    parts.push_back(environment.region.empty() ? "Region of the AWS files or variables"
                                               : "Region " + printable(environment.region));
    parts.push_back(environment.profile.empty() ? "credentials of the AWS files or variables"
                                                : "profile " + printable(environment.profile));
  }
  if (!environment.role_arn.empty()) parts.push_back("role " + printable(environment.role_arn));
  if (!environment.endpoint_url.empty()) {
    parts.push_back("endpoint " + printable(environment.endpoint_url));
  }
  return fmt::format("  {}: {}\n", printable(environment.name), join(parts, ", "));
}

std::string variable_text(const mapping::Variable& variable) {
  std::string out = "replacement " + printable(variable.label()) + ": ";
  std::vector<std::string> values;
  for (const auto& [environment, value] : variable.values) {
    values.push_back(printable(environment) + " " + quoted(value));
  }
  return out + join(values, ", ");
}

/// Lines of what a scope says.
std::vector<std::string> scope_lines(const pipeline::Scope& scope) {
  std::vector<std::string> out;
  const auto& select = scope.select;
  if (select.include_given) {
    out.push_back("carried: " +
                  (select.include.empty() ? "everything" : quoted_list(select.include)));
  }
  if (!select.exclude.empty()) out.push_back("not carried: " + quoted_list(select.exclude));
  if (select.with_dependencies) {
    out.push_back(*select.with_dependencies ? "with what those refer to"
                                            : "without what those refer to");
  }
  for (const auto& rule : scope.rules.renames) {
    out.push_back(fmt::format("rename of {}: {} becomes {}", to_string(rule.kind),
                              quoted(rule.from), quoted(rule.to)));
  }
  for (const auto& rule : scope.rules.pins) {
    out.push_back(fmt::format("pin of {}: {} is {}", to_string(rule.kind), quoted(rule.from),
                              quoted(rule.to)));
  }
  for (const auto& rule : scope.rules.renamed) {
    out.push_back(fmt::format("{} {} of the target is called {} now", to_string(rule.kind),
                              quoted(rule.from), quoted(rule.to)));
  }
  for (const auto& variable : scope.rules.variables) out.push_back(variable_text(variable));
  for (const auto& [kind, policy] : scope.rules.missing) {
    out.push_back(fmt::format("missing {}: {}", to_string(kind), policy_word(policy)));
  }
  if (scope.rules.module_versions) {
    out.push_back(fmt::format("module_versions: {}", versions_word(*scope.rules.module_versions)));
  }
  const auto limit = [&](const char* name, const auto& figure) {
    if (figure) out.push_back(fmt::format("limit of {}: {}", name, *figure));
  };
  limit("creates", scope.limits.creates);
  limit("updates", scope.limits.updates);
  limit("share", scope.limits.share);
  limit("flows_per_instance", scope.limits.flows_per_instance);
  limit("modules_per_instance", scope.limits.modules_per_instance);
  if (!scope.protect.names.empty()) {
    out.push_back("protected: " + quoted_list(scope.protect.names));
  }
  for (const auto& [key, value] : scope.protect.tags) {
    out.push_back("protected by tag: " + printable(key) + "=" + printable(value));
  }
  return out;
}

std::string lines_text(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += "  " + line + "\n";
  return out;
}

std::string side(const std::string& name) {
  return name.empty() ? "any environment" : quoted(name);
}

Value scope_json(const pipeline::Scope& scope) {
  Value out = Value::object();
  out.set("include", Value::array(scope.select.include));
  out.set("exclude", Value::array(scope.select.exclude));
  out.set("with_dependencies", scope.select.with_dependencies.value_or(false));
  Value renames = Value::array();
  for (const auto& rule : scope.rules.renames) {
    renames.push(
        Value::object({{"kind", to_string(rule.kind)}, {"from", rule.from}, {"to", rule.to}}));
  }
  Value pins = Value::array();
  for (const auto& rule : scope.rules.pins) {
    pins.push(
        Value::object({{"kind", to_string(rule.kind)}, {"from", rule.from}, {"to", rule.to}}));
  }
  Value renamed = Value::array();
  for (const auto& rule : scope.rules.renamed) {
    renamed.push(
        Value::object({{"kind", to_string(rule.kind)}, {"from", rule.from}, {"to", rule.to}}));
  }
  Value replacements = Value::array();
  for (const auto& variable : scope.rules.variables) {
    Value values = Value::object();
    for (const auto& [environment, value] : variable.values) values.set(environment, value);
    Value flows = Value::array();
    for (const auto& pattern : variable.flows) flows.push(pattern.text());
    replacements.push(Value::object({{"name", variable.name},
                                     {"kind", variable.kind ? to_string(*variable.kind) : ""},
                                     {"flows", std::move(flows)},
                                     {"action", variable.action},
                                     {"parameter", variable.parameter},
                                     {"path", variable.path},
                                     {"text", variable.text},
                                     {"values", std::move(values)}}));
  }
  Value missing = Value::object();
  for (const auto& [kind, policy] : scope.rules.missing) {
    missing.set(std::string(to_string(kind)), policy_word(policy));
  }
  out.set("rename", std::move(renames));
  out.set("pin", std::move(pins));
  out.set("renamed", std::move(renamed));
  out.set("replace", std::move(replacements));
  out.set("missing", std::move(missing));
  if (scope.rules.module_versions) {
    out.set("module_versions", versions_word(*scope.rules.module_versions));
  }
  Value limits = Value::object();
  const auto limit = [&](const char* name, const auto& figure) {
    if (figure) limits.set(name, *figure);
  };
  limit("creates", scope.limits.creates);
  limit("updates", scope.limits.updates);
  limit("share", scope.limits.share);
  limit("flows_per_instance", scope.limits.flows_per_instance);
  limit("modules_per_instance", scope.limits.modules_per_instance);
  out.set("limits", std::move(limits));
  Value tags = Value::object();
  for (const auto& [key, value] : scope.protect.tags) tags.set(key, value);
  out.set("protect",
          Value::object({{"names", Value::array(scope.protect.names)}, {"tags", std::move(tags)}}));
  return out;
}

}  // namespace

std::string configuration_text(const pipeline::Config& config, const Style& style) {
  std::string out = printable(config.path) + " can be used.\n\n";
  out += tinted(style, Tone::strong, "Environments") + "\n";
  for (const auto& environment : config.environments) out += environment_text(environment);
  if (config.environments.empty()) out += "  none\n";
  out += "\n" + tinted(style, Tone::strong, "Rules for every pair of environments") + "\n";
  const auto general = scope_lines(config);
  out += general.empty() ? "  none: everything is carried, by name\n" : lines_text(general);
  for (const auto& pair : config.pairs) {
    out +=
        "\n" +
        tinted(style, Tone::strong,
               fmt::format("From {} to {} (line {})", side(pair.from), side(pair.to), pair.line)) +
        "\n";
    const auto lines = scope_lines(pair);
    out += lines.empty() ? "  nothing else\n" : lines_text(lines);
  }
  return out;
}

Value configuration_json(const pipeline::Config& config) {
  Value environments = Value::array();
  for (const auto& environment : config.environments) {
    environments.push(Value::object({{"name", environment.name},
                                     {"instance", environment.instance},
                                     {"region", environment.region},
                                     {"profile", environment.profile},
                                     {"bundle", environment.bundle}}));
  }
  Value pairs = Value::array();
  for (const auto& pair : config.pairs) {
    Value entry = scope_json(pair);
    entry.set("from", pair.from).set("to", pair.to);
    pairs.push(std::move(entry));
  }
  return Value::object({{"flowferry", FLOWFERRY_VERSION},
                        {"command", "config"},
                        {"file", config.path},
                        {"environments", std::move(environments)},
                        {"general", scope_json(config)},
                        {"pairs", std::move(pairs)}});
}

}  // namespace flowferry::report
