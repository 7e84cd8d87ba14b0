#include "pipeline/config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>

#include "base/json/tokens.h"
#include "base/text.h"

namespace flowferry::pipeline {
namespace {

/// Thrown inside this file only, and caught in parse_config().
struct Fault {
  std::size_t line;
  std::string message;
  std::string hint;
};

std::size_t line_of(const YAML::Node& node) {
  return static_cast<std::size_t>(node.Mark().line + 1);
}

[[noreturn]] void fault(const YAML::Node& node, std::string message, std::string hint) {
  throw Fault{line_of(node), std::move(message), std::move(hint)};
}

std::string one_of(std::initializer_list<std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

/// Refuses keys that are not in `known`, and keys that stand twice.
void check_keys(const YAML::Node& map, const std::string& where,
                std::initializer_list<std::string_view> known) {
  if (!map.IsMap()) fault(map, where + " must be a map of keys", "write: " + one_of(known));
  std::vector<std::string> seen;
  for (const auto& entry : map) {
    const std::string key = entry.first.as<std::string>("");
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
      fault(entry.first, "key \"" + key + "\" stands twice in " + where, "remove one of the two");
    }
    seen.push_back(key);
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::vector<std::string> names(known.begin(), known.end());
    const auto near = closest_names(key, names, 1);
    fault(entry.first, "unknown key \"" + key + "\" in " + where,
          near.empty() ? "known keys: " + one_of(known) : "did you mean \"" + near.front() + "\"?");
  }
}

std::string text_of(const YAML::Node& node, const std::string& what) {
  if (!node.IsScalar())
    fault(node, what + " must be a text", "write it on one line, in quotes if need be");
  return node.Scalar();
}

std::string optional_text(const YAML::Node& map, const char* key, const std::string& where) {
  const YAML::Node node = map[key];
  return node ? text_of(node, "\"" + std::string(key) + "\" in " + where) : std::string();
}

std::vector<std::string> texts_of(const YAML::Node& node, const std::string& what) {
  std::vector<std::string> out;
  if (node.IsScalar()) {
    out.push_back(node.Scalar());
  } else if (node.IsSequence()) {
    for (const auto& item : node) out.push_back(text_of(item, "each item of " + what));
  } else if (!node.IsNull()) {
    fault(node, what + " must be a list of texts", "write: [\"first\", \"second\"]");
  }
  return out;
}

double number_of(const YAML::Node& node, const std::string& what, double low, double high) {
  double value = 0;
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, value) || !(value >= low) ||
      !(value <= high)) {
    fault(node,
          what + " must be a number from " + fmt::format("{:g}", low) + " to " +
              fmt::format("{:g}", high),
          "correct the value");
  }
  return value;
}

ResourceKind kind_of(const YAML::Node& node, const std::string& where) {
  const std::string word = text_of(node, "\"kind\" in " + where);
  if (const auto kind = kind_from_string(word)) return *kind;
  std::vector<std::string> names;
  for (const ResourceKind kind : all_kinds()) names.emplace_back(to_string(kind));
  const auto near = closest_names(word, names, 1);
  fault(node, "unknown kind \"" + word + "\" in " + where,
        near.empty() ? "kinds: " + join(names, ", ") : "did you mean \"" + near.front() + "\"?");
}

EnvironmentConfig read_environment(const std::string& name, const YAML::Node& node) {
  const std::string where = "environment \"" + name + "\"";
  check_keys(
      node, where,
      {"profile", "region", "instance", "endpoint_url", "role_arn", "external_id", "bundle"});
  EnvironmentConfig out;
  out.name = name;
  out.line = line_of(node);
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

void read_mapping(const YAML::Node& node, mapping::Rules& rules) {
  check_keys(node, "\"mapping\"", {"rename", "pin"});
  for (const auto& item : node["rename"]) {
    check_keys(item, "an entry of \"mapping.rename\"", {"kind", "from", "to"});
    for (const char* key : {"kind", "from", "to"}) {
      if (!item[key])
        fault(item, "an entry of \"mapping.rename\" lacks \"" + std::string(key) + "\"",
              "write: { kind: queue, from: \"^dev-(.*)$\", to: \"prod-$1\" }");
    }
    auto rename =
        mapping::make_rename(kind_of(item["kind"], "\"mapping.rename\""),
                             text_of(item["from"], "\"from\""), text_of(item["to"], "\"to\""));
    if (!rename) fault(item["from"], rename.error().message, rename.error().hint);
    rules.renames.push_back(std::move(*rename));
  }
  for (const auto& item : node["pin"]) {
    check_keys(item, "an entry of \"mapping.pin\"", {"kind", "from", "to"});
    for (const char* key : {"kind", "from", "to"}) {
      if (!item[key])
        fault(item, "an entry of \"mapping.pin\" lacks \"" + std::string(key) + "\"",
              "write: { kind: queue, from: \"Sales\", to: \"Sales JP\" }");
    }
    mapping::Pin pin{kind_of(item["kind"], "\"mapping.pin\""), text_of(item["from"], "\"from\""),
                     text_of(item["to"], "\"to\"")};
    if (const mapping::Pin* other = rules.pin(pin.kind, pin.from);
        other != nullptr && other->to != pin.to) {
      fault(item, "\"" + pin.from + "\" is pinned twice", "remove one of the two pins");
    }
    rules.pins.push_back(std::move(pin));
  }
}

void read_missing(const YAML::Node& node, mapping::Rules& rules) {
  if (!node.IsMap())
    fault(node, "\"missing\" must be a map from kinds to policies", "write: { prompt: fail }");
  for (const auto& entry : node) {
    const ResourceKind kind = kind_of(entry.first, "\"missing\"");
    const std::string word = text_of(entry.second, "a policy of \"missing\"");
    if (word == "fail") {
      rules.missing[kind] = mapping::Missing::fail;
    } else if (word == "skip-flow") {
      rules.missing[kind] = mapping::Missing::skip_flow;
    } else if (word == "keep") {
      rules.missing[kind] = mapping::Missing::keep;
    } else if (word == "create") {
      fault(entry.second,
            "\"create\" cannot be done for kind \"" + std::string(to_string(kind)) + "\"",
            "create the resource in the target, or choose fail, skip-flow or keep");
    } else {
      fault(entry.second, "unknown policy \"" + word + "\" in \"missing\"",
            "choose fail, skip-flow or keep");
    }
  }
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
    return static_cast<std::int64_t>(
        number_of(node[key], "\"limits." + std::string(key) + "\"", 0, 1e9));
  };
  limits.creates = count("creates");
  limits.updates = count("updates");
  if (node["share"]) limits.share = number_of(node["share"], "\"limits.share\"", 0, 1);
  limits.flows_per_instance = count("flows_per_instance");
  limits.modules_per_instance = count("modules_per_instance");
}

Config read(const YAML::Node& root) {
  Config config;
  if (root.IsNull()) return config;
  check_keys(
      root, "the configuration",
      {"environments", "select", "mapping", "missing", "limits", "protect", "pace", "quotas"});
  if (const YAML::Node environments = root["environments"]) {
    if (!environments.IsMap()) {
      fault(environments, "\"environments\" must be a map from names to environments",
            "write: dev: { profile: acme-dev, region: ap-northeast-1, instance: acme-dev }");
    }
    for (const auto& entry : environments) {
      const std::string name = text_of(entry.first, "an environment's name");
      if (config.environment(name) != nullptr) {
        fault(entry.first, "environment \"" + name + "\" stands twice", "rename one of the two");
      }
      config.environments.push_back(read_environment(name, entry.second));
    }
  }
  if (const YAML::Node select = root["select"]) {
    check_keys(select, "\"select\"", {"include", "exclude"});
    if (select["include"])
      config.select.include = texts_of(select["include"], "\"select.include\"");
    if (select["exclude"])
      config.select.exclude = texts_of(select["exclude"], "\"select.exclude\"");
  }
  if (const YAML::Node node = root["mapping"]) read_mapping(node, config.rules);
  if (const YAML::Node node = root["missing"]) read_missing(node, config.rules);
  if (const YAML::Node node = root["limits"]) read_limits(node, config.limits);
  if (const YAML::Node node = root["protect"]) {
    check_keys(node, "\"protect\"", {"names", "tags"});
    if (node["names"]) config.protect.names = texts_of(node["names"], "\"protect.names\"");
    for (const auto& entry : node["tags"]) {
      config.protect.tags[text_of(entry.first, "a tag key")] = text_of(entry.second, "a tag value");
    }
  }
  if (const YAML::Node node = root["pace"]) config.pace = read_quota(node, "\"pace\"", config.pace);
  if (const YAML::Node node = root["quotas"]) {
    for (const auto& entry : node) {
      const std::string operation = text_of(entry.first, "an operation's name");
      config.quotas[operation] =
          read_quota(entry.second, "\"quotas." + operation + "\"", config.pace);
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
  if (const auto bad = find_invalid_utf8(text)) {
    return refuse(json::position_of(text, *bad).line, "the configuration is not UTF-8",
                  "save it as UTF-8");
  }
  try {
    Config config = read(YAML::Load(std::string(text)));
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

bool selects(const std::string& pattern, const Resource& flow, const Tags* tags) {
  if (pattern.starts_with("type:")) return matches_pattern(pattern.substr(5), flow.type);
  if (pattern.starts_with("kind:")) return pattern.substr(5) == to_string(flow.kind);
  if (pattern.starts_with("tag:")) {
    if (tags == nullptr) return false;
    const std::string rest = pattern.substr(4);
    const std::size_t equal = rest.find('=');
    const auto found = tags->find(rest.substr(0, equal));
    if (found == tags->end()) return false;
    return equal == std::string::npos || matches_pattern(rest.substr(equal + 1), found->second);
  }
  return matches_pattern(pattern, flow.name);
}

bool needs_tags(const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [](const std::string& pattern) { return pattern.starts_with("tag:"); });
}

}  // namespace flowferry::pipeline
