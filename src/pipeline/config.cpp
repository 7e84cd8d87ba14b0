#include "pipeline/config.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "pipeline/config_lint.h"
#include "pipeline/config_rules.h"
#include "pipeline/config_shape.h"
#include "pipeline/yaml_values.h"

namespace flowferry::pipeline {
namespace {

EnvironmentConfig read_environment(const std::string& name, const YAML::Node& node,
                                   const Shape& shape) {
  const std::string where = "environment \"" + name + "\"";
  check_keys(node, where, shape.names());
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

aws::Quota read_quota(const YAML::Node& node, const Shape& shape, const std::string& where,
                      aws::Quota fallback) {
  check_keys(node, where, shape.names());
  if (node["rate"]) fallback.rate = number_of(node["rate"], "\"rate\" in " + where, 0, 100000);
  if (node["burst"]) fallback.burst = number_of(node["burst"], "\"burst\" in " + where, 1, 100000);
  if (node["rate"]) fallback.certainty = aws::Certainty::known;
  return fallback;
}

/// An environment of the file, or a folder.
void check_environment(const YAML::Node& node, const std::string& name, const std::string& where,
                       const Config& config) {
  if (config.environment(name) != nullptr || name.find('/') != std::string::npos) return;
  std::vector<std::string> names;
  for (const EnvironmentConfig& environment : config.environments) {
    names.push_back(environment.name);
  }
  fault(node, where + " names the environment \"" + name + "\", which there is not",
        names.empty() ? "write it under \"environments:\"" : suggestion(name, names));
}

void check_values(const YAML::Node& scope, const Config& config) {
  const YAML::Node list = scope["replace"];
  if (!list) return;
  for (const YAML::Node& item : list) {
    for (const auto& value : item["values"]) {
      check_environment(value.first, value.first.Scalar(), "\"values\" in an entry of \"replace\"",
                        config);
    }
  }
}

void read_pairs(const YAML::Node& node, const Shape& shape, Config& config) {
  const std::string where = "an entry of \"pairs\"";
  std::map<std::pair<std::string, std::string>, std::size_t> seen;
  for (const YAML::Node& item :
       items_of(node, "\"pairs\"", "[{ from: dev, to: prod, missing: { prompt: keep } }]")) {
    check_keys(item, where, shape.element().names());
    PairConfig pair;
    static_cast<Scope&>(pair) = read_scope(item, shape.element());
    pair.line = line_of(item);
    for (const auto& [key, name] : {std::pair("from", &pair.from), std::pair("to", &pair.to)}) {
      *name = optional_text(item, key, where);
      if (*name == "*") name->clear();
      if (!name->empty()) {
        check_environment(item[key], *name, "\"" + std::string(key) + "\" in " + where, config);
      }
    }
    const auto [first, fresh] = seen.emplace(std::pair(pair.from, pair.to), pair.line);
    if (!fresh) {
      fault(item, "the same pair of environments stands in line " + std::to_string(first->second),
            "write both together");
    }
    if (!pair.from.empty() && pair.from == pair.to) {
      fault(item, "a pair goes from \"" + pair.from + "\" to itself", "name two environments");
    }
    check_values(item, config);
    config.pairs.push_back(std::move(pair));
  }
}

/// Seconds from 0.1 to an hour.
std::chrono::milliseconds read_timeout(const YAML::Node& node, const std::string& what) {
  const double seconds = number_of(node, what, 0.1, 3600);
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

void read_timeouts(const YAML::Node& node, const Shape& shape, Config& config) {
  check_keys(node, "\"timeouts\"", shape.names());
  if (node["connect"]) {
    config.connect_timeout = read_timeout(node["connect"], "\"timeouts.connect\"");
  }
  if (node["read"]) config.read_timeout = read_timeout(node["read"], "\"timeouts.read\"");
}

Config read(const YAML::Node& root) {
  const Shape& shape = configuration_shape();
  Config config;
  if (root.IsNull()) return config;
  check_keys(root, "the configuration", shape.names());
  if (const YAML::Node environments = root["environments"]) {
    for (const Entry& entry :
         entries_of(environments, "\"environments\"",
                    "dev: { profile: acme-dev, region: ap-northeast-1, instance: acme-dev }")) {
      if (entry.key.empty()) fault(entry.key_node, "an environment has no name", "name it");
      config.environments.push_back(
          read_environment(entry.key, entry.value, shape.at("environments").element()));
    }
  }
  static_cast<Scope&>(config) = read_scope(root, shape);
  check_values(root, config);
  if (const YAML::Node node = root["pairs"]) read_pairs(node, shape.at("pairs"), config);
  if (const YAML::Node node = root["pace"]) {
    config.pace = read_quota(node, shape.at("pace"), "\"pace\"", config.pace);
  }
  if (const YAML::Node node = root["lint"]) config.lint = read_lint(node, shape.at("lint"));
  if (const YAML::Node node = root["timeouts"]) read_timeouts(node, shape.at("timeouts"), config);
  if (const YAML::Node node = root["quotas"]) {
    const Shape& quotas = shape.at("quotas");
    for (const Entry& entry :
         entries_of(node, "\"quotas\"", "{ CreateContactFlow: { rate: 2, burst: 5 } }")) {
      if (std::find(quotas.words.begin(), quotas.words.end(), entry.key) == quotas.words.end()) {
        fault(entry.key_node, "unknown operation \"" + entry.key + "\" in \"quotas\"",
              suggestion(entry.key, quotas.words));
      }
      config.quotas[entry.key] =
          read_quota(entry.value, quotas.element(), "\"quotas." + entry.key + "\"", config.pace);
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

std::optional<Error> Config::find_lack() const {
  for (const EnvironmentConfig& environment : environments) {
    if (!environment.instance.empty() || !environment.bundle.empty()) continue;
    Error error;
    error.kind = ErrorKind::config;
    error.message = "environment \"" + environment.name + "\" names no instance and no bundle";
    error.subject = path + ":" + std::to_string(environment.line);
    error.hint = "add instance: its alias, id or ARN; or bundle: a folder";
    return error;
  }
  return std::nullopt;
}

Scope Config::scope(std::string_view from, std::string_view to) const {
  Scope out = *this;
  for (const PairConfig& pair : pairs) {
    if (pair.covers(from, to)) out = merged(std::move(out), pair);
  }
  out.rules.file = path;
  return out;
}

Scope Config::said_for(std::string_view from, std::string_view to) const {
  Scope out;
  for (const PairConfig& pair : pairs) {
    if (pair.from == from && pair.to == to) out = merged(std::move(out), pair);
  }
  out.rules.file = path;
  return out;
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
