#include "pipeline/config_rules.h"

#include <algorithm>
#include <set>
#include <utility>

#include "mapping/flow_pattern.h"
#include "pipeline/yaml_values.h"

namespace flowferry::pipeline {
namespace {

ResourceKind kind_of(const YAML::Node& node, const Shape& shape, const std::string& where) {
  const std::string word = text_of(node, "\"kind\" in " + where);
  const auto kind = kind_from_string(word);
  const auto& known = shape.words;
  if (!kind || (std::find(known.begin(), known.end(), word) == known.end() && has_lookup(*kind))) {
    fault(node, "unknown kind \"" + word + "\" in " + where, suggestion(word, known));
  }
  return *kind;
}

/// The entries of a list of rules, each with all of kind, from and to.
std::vector<YAML::Node> rules_of(const YAML::Node& node, const Shape& shape,
                                 const std::string& list, const std::string& example) {
  auto items = items_of(node, list, "[" + example + "]");
  for (const YAML::Node& item : items) {
    check_keys(item, "an entry of " + list, shape.element().names());
    for (const std::string& key : shape.element().required) {
      if (!item[key]) {
        fault(item, "an entry of " + list + " lacks \"" + key + "\"", "write: " + example);
      }
    }
  }
  return items;
}

void read_renames(const YAML::Node& node, const Shape& shape, mapping::Rules& rules) {
  const std::string list = "\"mapping.rename\"";
  const std::string example = "{ kind: queue, from: \"^dev-(.*)$\", to: \"prod-$1\" }";
  for (const YAML::Node& item : rules_of(node, shape, list, example)) {
    const ResourceKind kind = kind_of(item["kind"], shape.element().at("kind"), list);
    if (!has_lookup(kind)) {
      fault(item["kind"],
            "resources of kind " + std::string(to_string(kind)) + " have no names to rename",
            "pin each: mapping.pin with their ids or ARNs");
    }
    auto rename = mapping::make_rename(kind, full_text_of(item["from"], "\"from\" in " + list),
                                       text_of(item["to"], "\"to\" in " + list));
    if (!rename) fault(item["from"], rename.error().message, rename.error().hint);
    rename->line = line_of(item);
    rules.renames.push_back(std::move(*rename));
  }
}

void read_pins(const YAML::Node& node, const Shape& shape, mapping::Rules& rules) {
  const std::string list = "\"mapping.pin\"";
  const std::string example = "{ kind: queue, from: \"Sales\", to: \"Sales JP\" }";
  std::set<std::pair<ResourceKind, std::string>> seen;
  for (const YAML::Node& item : rules_of(node, shape, list, example)) {
    mapping::Pin pin{kind_of(item["kind"], shape.element().at("kind"), list),
                     full_text_of(item["from"], "\"from\" in " + list),
                     full_text_of(item["to"], "\"to\" in " + list), line_of(item)};
    if (!seen.emplace(pin.kind, pin.from).second) {
      fault(item, "\"" + pin.from + "\" is pinned twice", "remove one of the two pins");
    }
    rules.pins.push_back(std::move(pin));
  }
}

/// Follows names from rule to rule: one that comes back to itself has no end.
void refuse_circles(const std::vector<YAML::Node>& items,
                    const std::vector<mapping::Renamed>& renamed) {
  const auto next = [&](const mapping::Renamed& rule) {
    return std::find_if(renamed.begin(), renamed.end(), [&](const mapping::Renamed& other) {
      return other.kind == rule.kind && other.from == rule.to;
    });
  };
  for (std::size_t i = 0; i < renamed.size(); ++i) {
    std::string way = "\"" + renamed[i].from + "\"";
    const mapping::Renamed* at = &renamed[i];
    for (std::size_t steps = 0; steps <= renamed.size(); ++steps) {
      way += " to \"" + at->to + "\"";
      if (at->to == renamed[i].from) {
        fault(items[i], "\"mapping.renamed\" goes round in a circle: " + way,
              "\"from\" is the name that the target still has, \"to\" the one in the source: "
              "remove the entry that is not true");
      }
      const auto following = next(*at);
      if (following == renamed.end()) break;
      at = &*following;
    }
  }
}

void read_renamed(const YAML::Node& node, const Shape& shape, mapping::Rules& rules) {
  const std::string list = "\"mapping.renamed\"";
  const std::string example = "{ kind: contact-flow, from: \"Old name\", to: \"New name\" }";
  const auto items = rules_of(node, shape, list, example);
  std::set<std::pair<ResourceKind, std::string>> sources;
  std::set<std::pair<ResourceKind, std::string>> targets;
  for (const YAML::Node& item : items) {
    mapping::Renamed rule{kind_of(item["kind"], shape.element().at("kind"), list),
                          full_text_of(item["from"], "\"from\" in " + list),
                          full_text_of(item["to"], "\"to\" in " + list), line_of(item)};
    for (auto& [names, name] : {std::pair(&targets, &rule.from), std::pair(&sources, &rule.to)}) {
      if (!names->emplace(rule.kind, *name).second) {
        fault(item, "\"" + *name + "\" stands twice in " + list, "remove one of the two entries");
      }
    }
    rules.renamed.push_back(std::move(rule));
  }
  refuse_circles(items, rules.renamed);
}

void read_mapping(const YAML::Node& node, const Shape& shape, mapping::Rules& rules) {
  check_keys(node, "\"mapping\"", shape.names());
  if (const YAML::Node list = node["rename"]) read_renames(list, shape.at("rename"), rules);
  if (const YAML::Node list = node["pin"]) read_pins(list, shape.at("pin"), rules);
  if (const YAML::Node list = node["renamed"]) read_renamed(list, shape.at("renamed"), rules);
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

void read_missing(const YAML::Node& node, const Shape& shape, mapping::Rules& rules) {
  for (const Entry& entry : entries_of(node, "\"missing\"", "{ prompt: fail }")) {
    const auto kind = kind_from_string(entry.key);
    if (!kind) {
      fault(entry.key_node, "unknown kind \"" + entry.key + "\" in \"missing\"",
            suggestion(entry.key, shape.words));
    }
    rules.missing[*kind] = policy_of(entry.value, *kind);
  }
}

/// Patterns for flows and modules.
std::vector<std::string> patterns_of(const YAML::Node& node, const std::string& what) {
  const auto out = texts_of(node, what);
  for (std::size_t i = 0; i < out.size(); ++i) {
    auto pattern = mapping::FlowPattern::make(out[i]);
    if (pattern) continue;
    fault(node.IsSequence() ? node[i] : node, pattern.error().message + " of " + what,
          pattern.error().hint);
  }
  return out;
}

void read_select(const YAML::Node& node, const Shape& shape, Selection& select) {
  check_keys(node, "\"select\"", shape.names());
  if (const YAML::Node list = node["include"]) {
    select.include = patterns_of(list, "\"select.include\"");
    select.include_given = true;
  }
  if (const YAML::Node list = node["exclude"]) {
    select.exclude = patterns_of(list, "\"select.exclude\"");
  }
  if (const YAML::Node flag = node["with_dependencies"]) {
    select.with_dependencies = flag_of(flag, "\"select.with_dependencies\"");
  }
}

// --- replace

flow::JsonPath path_of(const YAML::Node& node, Result<flow::JsonPath> path) {
  if (!path) fault(node, path.error().message, path.error().hint);
  return *std::move(path);
}

mapping::Variable read_variable(const YAML::Node& item, const Shape& shape) {
  const std::string where = "an entry of \"replace\"";
  mapping::Variable out;
  out.line = line_of(item);
  out.name = optional_text(item, "name", where);
  out.action = optional_text(item, "action", where);
  out.text = optional_text(item, "text", where);
  if (item["text"] && out.text.empty()) full_text_of(item["text"], "\"text\" in " + where);
  if (const YAML::Node kind = item["kind"]) {
    out.kind = kind_of(kind, shape.at("kind"), "\"replace\"");
  }
  if (const YAML::Node flows = item["flows"]) {
    auto patterns = mapping::make_flow_patterns(patterns_of(flows, "\"flows\" in " + where));
    out.flows = *std::move(patterns);
  }
  if (item["parameter"] && item["path"]) {
    fault(item["path"], where + " has both \"parameter\" and \"path\"", "keep one of the two");
  }
  if (const YAML::Node node = item["parameter"]) {
    out.parameter = full_text_of(node, "\"parameter\" in " + where);
    out.place = path_of(node, flow::JsonPath::parse_parameter(out.parameter));
    out.below_parameters = true;
  }
  if (const YAML::Node node = item["path"]) {
    out.path = full_text_of(node, "\"path\" in " + where);
    out.place = path_of(node, flow::JsonPath::parse(out.path));
  }
  const YAML::Node values = item["values"];
  for (const Entry& entry :
       entries_of(values, "\"values\" in " + where, "{ dev: \"...\", prod: \"...\" }")) {
    out.values[entry.key] =
        full_text_of(entry.value, "the value for \"" + entry.key + "\" in " + where);
  }
  const bool finds_something = out.place.has_value() || !out.text.empty() || out.values.size() > 1;
  if (out.values.empty() || !finds_something) {
    fault(values, where + " says nothing that could be looked for",
          "give \"values\" for two environments at least, or \"parameter\", \"path\" or \"text\" "
          "beside the target's");
  }
  return out;
}

void read_replace(const YAML::Node& node, const Shape& shape, mapping::Rules& rules) {
  const std::string example =
      "{ name: hotline, values: { dev: \"+81311112222\", prod: \"+81344445555\" } }";
  std::set<std::string> names;
  for (const YAML::Node& item : rules_of(node, shape, "\"replace\"", example)) {
    mapping::Variable variable = read_variable(item, shape.element());
    if (!variable.name.empty() && !names.insert(variable.name).second) {
      fault(item["name"], "\"" + variable.name + "\" stands twice in \"replace\"",
            "give one of the two another name");
    }
    rules.variables.push_back(std::move(variable));
  }
}

mapping::ModuleVersions read_module_versions(const YAML::Node& node) {
  const std::string word = text_of(node, "\"module_versions\"");
  if (word == "keep") return mapping::ModuleVersions::keep;
  if (word == "follow") return mapping::ModuleVersions::follow;
  fault(node, "unknown word \"" + word + "\" for \"module_versions\"", "choose keep or follow");
}

// --- limits

void read_limits(const YAML::Node& node, const Shape& shape, plan::Limits& limits) {
  check_keys(node, "\"limits\"", shape.names());
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

void read_protect(const YAML::Node& node, const Shape& shape, plan::Protect& protect) {
  check_keys(node, "\"protect\"", shape.names());
  if (node["names"]) protect.names = texts_of(node["names"], "\"protect.names\"");
  if (const YAML::Node tags = node["tags"]) {
    for (const Entry& entry : entries_of(tags, "\"protect.tags\"", "{ team: sales }")) {
      protect.tags[entry.key] = text_of(entry.value, "a value of \"protect.tags\"");
    }
  }
}

/// `general`, without those that `over` says again, behind those of `over`.
template <class Rule, class Same>
void put_before(std::vector<Rule>& general, const std::vector<Rule>& over, Same same) {
  std::vector<Rule> out = over;
  for (Rule& rule : general) {
    const bool again =
        std::any_of(over.begin(), over.end(), [&](const Rule& other) { return same(rule, other); });
    if (!again) out.push_back(std::move(rule));
  }
  general = std::move(out);
}

}  // namespace

Scope read_scope(const YAML::Node& node, const Shape& shape) {
  Scope out;
  if (const YAML::Node n = node["select"]) read_select(n, shape.at("select"), out.select);
  if (const YAML::Node n = node["mapping"]) read_mapping(n, shape.at("mapping"), out.rules);
  if (const YAML::Node n = node["missing"]) read_missing(n, shape.at("missing"), out.rules);
  if (const YAML::Node n = node["replace"]) read_replace(n, shape.at("replace"), out.rules);
  if (const YAML::Node n = node["module_versions"]) {
    out.rules.module_versions = read_module_versions(n);
  }
  if (const YAML::Node n = node["limits"]) read_limits(n, shape.at("limits"), out.limits);
  if (const YAML::Node n = node["protect"]) read_protect(n, shape.at("protect"), out.protect);
  return out;
}

Scope merged(Scope general, const Scope& over) {
  if (over.select.include_given) {
    general.select.include = over.select.include;
    general.select.include_given = true;
  }
  auto& exclude = general.select.exclude;
  exclude.insert(exclude.end(), over.select.exclude.begin(), over.select.exclude.end());
  if (over.select.with_dependencies) {
    general.select.with_dependencies = over.select.with_dependencies;
  }
  const auto same_source = [](const auto& a, const auto& b) {
    return a.kind == b.kind && a.from == b.from;
  };
  put_before(general.rules.renames, over.rules.renames, same_source);
  put_before(general.rules.pins, over.rules.pins, same_source);
  put_before(general.rules.renamed, over.rules.renamed,
             [](const auto& a, const auto& b) { return a.kind == b.kind && a.to == b.to; });
  put_before(general.rules.variables, over.rules.variables,
             [](const auto& a, const auto& b) { return !a.name.empty() && a.name == b.name; });
  for (const auto& [kind, policy] : over.rules.missing) general.rules.missing[kind] = policy;
  const auto take = [](auto& into, const auto& from) {
    if (from) into = from;
  };
  take(general.rules.module_versions, over.rules.module_versions);
  take(general.limits.creates, over.limits.creates);
  take(general.limits.updates, over.limits.updates);
  take(general.limits.share, over.limits.share);
  take(general.limits.flows_per_instance, over.limits.flows_per_instance);
  take(general.limits.modules_per_instance, over.limits.modules_per_instance);
  auto& names = general.protect.names;
  names.insert(names.end(), over.protect.names.begin(), over.protect.names.end());
  for (const auto& [key, value] : over.protect.tags) general.protect.tags[key] = value;
  return general;
}

}  // namespace flowferry::pipeline
