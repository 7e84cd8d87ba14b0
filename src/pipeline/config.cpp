#include "pipeline/config.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "pipeline/config_lint.h"
#include "pipeline/yaml_values.h"

namespace flowferry::pipeline {
namespace {

/// API operations that flowferry calls: what `quotas` can name.
const std::vector<std::string> k_operations = {
    "CreateContactFlow",
    "CreateContactFlowModule",
    "DeleteContactFlow",
    "DeleteContactFlowModule",
    "DescribeBot",
    "DescribeBotAlias",
    "DescribeContactFlow",
    "DescribeContactFlowModule",
    "DescribeInstance",
    "ListAgentStatuses",
    "ListBots",
    "ListContactFlowModuleAliases",
    "ListContactFlowModules",
    "ListContactFlows",
    "ListDataTables",
    "ListEvaluationForms",
    "ListHoursOfOperations",
    "ListInstances",
    "ListLambdaFunctions",
    "ListPhoneNumbersV2",
    "ListPrompts",
    "ListQueues",
    "ListQuickConnects",
    "ListRoutingProfiles",
    "ListSecurityProfiles",
    "ListTaskTemplates",
    "ListUserHierarchyGroups",
    "ListUsers",
    "ListViews",
    "SearchContactFlowModules",
    "SearchContactFlows",
    "SearchEmailAddresses",
    "TagResource",
    "UntagResource",
    "UpdateContactFlowContent",
    "UpdateContactFlowMetadata",
    "UpdateContactFlowModuleContent",
    "UpdateContactFlowModuleMetadata",
};

ResourceKind kind_named(const std::string& word, const YAML::Node& node, const std::string& where) {
  if (const auto kind = kind_from_string(word)) return *kind;
  std::vector<std::string> names;
  for (const ResourceKind kind : all_kinds()) names.emplace_back(to_string(kind));
  fault(node, "unknown kind \"" + word + "\" in " + where, suggestion(word, names));
}

ResourceKind kind_of(const YAML::Node& node, const std::string& where) {
  return kind_named(text_of(node, "\"kind\" in " + where), node, where);
}

EnvironmentConfig read_environment(const std::string& name, const YAML::Node& node) {
  const std::string where = "environment \"" + name + "\"";
  check_keys(
      node, where,
      {"profile", "region", "instance", "endpoint_url", "role_arn", "external_id", "bundle"});
  EnvironmentConfig out;
  out.name = name;
  out.line = node.Mark().is_null() ? 0 : static_cast<std::size_t>(node.Mark().line + 1);
  out.profile = optional_text(node, "profile", where);
  out.region = optional_text(node, "region", where);
  out.instance = optional_text(node, "instance", where);
  out.endpoint_url = optional_text(node, "endpoint_url", where);
  out.role_arn = optional_text(node, "role_arn", where);
  out.external_id = optional_text(node, "external_id", where);
  out.bundle = optional_text(node, "bundle", where);
  if (!out.bundle.empty() && !out.instance.empty()) {
    fault(node, where + " has both \"bundle\" and \"instance\"", "keep one of the two");
  }
  return out;
}

/// An entry of a list of rules, with all of kind, from and to.
void check_rule(const YAML::Node& item, const std::string& list, const std::string& example) {
  check_keys(item, "an entry of " + list, {"kind", "from", "to"});
  for (const char* key : {"kind", "from", "to"}) {
    if (!item[key]) {
      fault(item, "an entry of " + list + " lacks \"" + key + "\"", "write: " + example);
    }
  }
}

void read_renames(const YAML::Node& node, mapping::Rules& rules) {
  const std::string list = "\"mapping.rename\"";
  const std::string example = "{ kind: queue, from: \"^dev-(.*)$\", to: \"prod-$1\" }";
  for (const YAML::Node& item : items_of(node, list, "[" + example + "]")) {
    check_rule(item, list, example);
    const ResourceKind kind = kind_of(item["kind"], list);
    if (!has_lookup(kind)) {
      fault(item["kind"],
            "resources of kind " + std::string(to_string(kind)) + " have no names to rename",
            "pin each: mapping.pin with their ids or ARNs");
    }
    auto rename = mapping::make_rename(kind, full_text_of(item["from"], "\"from\" in " + list),
                                       text_of(item["to"], "\"to\" in " + list));
    if (!rename) fault(item["from"], rename.error().message, rename.error().hint);
    rules.renames.push_back(std::move(*rename));
  }
}

void read_pins(const YAML::Node& node, mapping::Rules& rules) {
  const std::string list = "\"mapping.pin\"";
  const std::string example = "{ kind: queue, from: \"Sales\", to: \"Sales JP\" }";
  std::set<std::pair<ResourceKind, std::string>> seen;
  for (const YAML::Node& item : items_of(node, list, "[" + example + "]")) {
    check_rule(item, list, example);
    mapping::Pin pin{kind_of(item["kind"], list), full_text_of(item["from"], "\"from\" in " + list),
                     full_text_of(item["to"], "\"to\" in " + list)};
    if (!seen.emplace(pin.kind, pin.from).second) {
      fault(item, "\"" + pin.from + "\" is pinned twice", "remove one of the two pins");
    }
    rules.pins.push_back(std::move(pin));
  }
}

void read_mapping(const YAML::Node& node, mapping::Rules& rules) {
  check_keys(node, "\"mapping\"", {"rename", "pin"});
  if (const YAML::Node renames = node["rename"]) read_renames(renames, rules);
  if (const YAML::Node pins = node["pin"]) read_pins(pins, rules);
}

mapping::Missing policy_of(const YAML::Node& node, ResourceKind kind) {
  const std::string word = text_of(node, "a policy of \"missing\"");
  if (word == "fail") return mapping::Missing::fail;
  if (word == "skip-flow") return mapping::Missing::skip_flow;
  if (word == "keep") return mapping::Missing::keep;
  if (word == "create") {
    fault(node, "\"create\" cannot be done for kind \"" + std::string(to_string(kind)) + "\"",
          "create the resource in the target, or choose fail, skip-flow or keep");
  }
  fault(node, "unknown policy \"" + word + "\" in \"missing\"", "choose fail, skip-flow or keep");
}

void read_missing(const YAML::Node& node, mapping::Rules& rules) {
  for (const Entry& entry : entries_of(node, "\"missing\"", "{ prompt: fail }")) {
    const ResourceKind kind = kind_named(entry.key, entry.key_node, "\"missing\"");
    rules.missing[kind] = policy_of(entry.value, kind);
  }
}

std::vector<std::string> patterns_of(const YAML::Node& node, const std::string& what) {
  const auto out = texts_of(node, what);
  for (const std::string& pattern : out) {
    if (!pattern.starts_with("kind:")) continue;
    const std::string kind = pattern.substr(5);
    if (kind == "contact-flow" || kind == "flow-module") continue;
    fault(node, "unknown kind in \"" + pattern + "\" of " + what,
          suggestion(kind, {"contact-flow", "flow-module"}));
  }
  return out;
}

aws::Quota read_quota(const YAML::Node& node, const std::string& where, aws::Quota fallback) {
  check_keys(node, where, {"rate", "burst"});
  if (node["rate"]) fallback.rate = number_of(node["rate"], "\"rate\" in " + where, 0, 100000);
  if (node["burst"]) fallback.burst = number_of(node["burst"], "\"burst\" in " + where, 1, 100000);
  return fallback;
}

void read_limits(const YAML::Node& node, plan::Limits& limits) {
  check_keys(node, "\"limits\"",
             {"creates", "updates", "share", "flows_per_instance", "modules_per_instance"});
  const auto count = [&](const char* key) -> std::optional<std::int64_t> {
    if (!node[key]) return std::nullopt;
    return count_of(node[key], "\"limits." + std::string(key) + "\"");
  };
  limits.creates = count("creates");
  limits.updates = count("updates");
  if (node["share"]) limits.share = number_of(node["share"], "\"limits.share\"", 0, 1);
  limits.flows_per_instance = count("flows_per_instance");
  limits.modules_per_instance = count("modules_per_instance");
}

void read_protect(const YAML::Node& node, plan::Protect& protect) {
  check_keys(node, "\"protect\"", {"names", "tags"});
  if (node["names"]) protect.names = texts_of(node["names"], "\"protect.names\"");
  if (const YAML::Node tags = node["tags"]) {
    for (const Entry& entry : entries_of(tags, "\"protect.tags\"", "{ team: sales }")) {
      protect.tags[entry.key] = text_of(entry.value, "a value of \"protect.tags\"");
    }
  }
}

Config read(const YAML::Node& root) {
  Config config;
  if (root.IsNull()) return config;
  check_keys(root, "the configuration",
             {"environments", "select", "mapping", "missing", "limits", "protect", "lint", "pace",
              "quotas"});
  if (const YAML::Node environments = root["environments"]) {
    for (const Entry& entry :
         entries_of(environments, "\"environments\"",
                    "dev: { profile: acme-dev, region: ap-northeast-1, instance: acme-dev }")) {
      if (entry.key.empty()) fault(entry.key_node, "an environment has no name", "name it");
      config.environments.push_back(read_environment(entry.key, entry.value));
    }
  }
  if (const YAML::Node select = root["select"]) {
    check_keys(select, "\"select\"", {"include", "exclude"});
    if (select["include"])
      config.select.include = patterns_of(select["include"], "\"select.include\"");
    if (select["exclude"])
      config.select.exclude = patterns_of(select["exclude"], "\"select.exclude\"");
  }
  if (const YAML::Node node = root["mapping"]) read_mapping(node, config.rules);
  if (const YAML::Node node = root["missing"]) read_missing(node, config.rules);
  if (const YAML::Node node = root["limits"]) read_limits(node, config.limits);
  if (const YAML::Node node = root["protect"]) read_protect(node, config.protect);
  if (const YAML::Node node = root["lint"]) config.lint = read_lint(node);
  if (const YAML::Node node = root["pace"]) config.pace = read_quota(node, "\"pace\"", config.pace);
  if (const YAML::Node node = root["quotas"]) {
    for (const Entry& entry :
         entries_of(node, "\"quotas\"", "{ CreateContactFlow: { rate: 2, burst: 5 } }")) {
      if (std::find(k_operations.begin(), k_operations.end(), entry.key) == k_operations.end()) {
        fault(entry.key_node, "unknown operation \"" + entry.key + "\" in \"quotas\"",
              suggestion(entry.key, k_operations));
      }
      config.quotas[entry.key] =
          read_quota(entry.value, "\"quotas." + entry.key + "\"", config.pace);
    }
  }
  return config;
}

}  // namespace

const EnvironmentConfig* Config::environment(std::string_view name) const {
  for (const EnvironmentConfig& environment : environments) {
    if (environment.name == name) return &environment;
  }
  return nullptr;
}

Result<Config> parse_config(std::string_view text, const std::string& path) {
  const auto refuse = [&](std::size_t line, std::string message, std::string hint) {
    Error error;
    error.kind = ErrorKind::config;
    error.message = std::move(message);
    error.subject = path + ":" + std::to_string(line);
    error.hint = std::move(hint);
    return tl::unexpected<Error>(std::move(error));
  };
  try {
    Config config = read(load_document(text));
    config.path = path;
    return config;
  } catch (const Fault& f) {
    return refuse(f.line, f.message, f.hint);
  } catch (const YAML::Exception& e) {
    const std::size_t line = e.mark.is_null() ? 1 : static_cast<std::size_t>(e.mark.line + 1);
    return refuse(line, "the configuration is not valid YAML: " + e.msg,
                  "mend the file at this line");
  }
}

}  // namespace flowferry::pipeline
