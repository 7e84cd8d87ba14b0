#include "simulator/world_file.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "simulator/world_yaml.h"

namespace flowferry::simulator {
namespace {

using Words = std::vector<std::string>;

const Words& flow_types() {
  static const Words types = {
      "CONTACT_FLOW",  "CUSTOMER_QUEUE",   "CUSTOMER_HOLD",  "CUSTOMER_WHISPER", "AGENT_HOLD",
      "AGENT_WHISPER", "OUTBOUND_WHISPER", "AGENT_TRANSFER", "QUEUE_TRANSFER",   "CAMPAIGN"};
  return types;
}

bool all_of(std::string_view text, bool (*test)(char)) {
  return std::all_of(text.begin(), text.end(), test);
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_alphanumeric(char c) {
  return is_digit(c) || is_lower(c) || is_upper(c);
}

bool is_account(std::string_view text) {
  return text.size() == 12 && all_of(text, is_digit);
}

/// "ap-northeast-1", "us-gov-west-1".
bool is_region(std::string_view text) {
  const auto parts = split(text, '-');
  if (parts.size() < 3 || parts.back().empty() || !all_of(parts.back(), is_digit)) return false;
  return std::all_of(parts.begin(), parts.end() - 1,
                     [](std::string_view part) { return !part.empty() && all_of(part, is_lower); });
}

/// Ids of a world may be any word, since worlds are also made for documents with invented ids; what
/// would break an ARN or a path apart is out.
bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 200 && all_of(text, [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '/' || c == '+' ||
           c == '@';
  });
}

bool is_lex_id(std::string_view text) {
  return text.size() == 10 && all_of(text, [](char c) { return is_upper(c) || is_digit(c); });
}

/// InstanceAlias of the API: letters and digits with hyphens between, at most 45.
bool is_alias(std::string_view text) {
  return !text.empty() && text.size() <= 45 && is_alphanumeric(text.front()) &&
         is_alphanumeric(text.back()) &&
         all_of(text, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

/// AliasName of the API: ^([$0-9a-zA-Z][_-]?)+$
bool is_module_alias(std::string_view text) {
  bool separated = true;
  for (const char c : text) {
    if (is_alphanumeric(c) || c == '$') {
      separated = false;
    } else if ((c == '_' || c == '-') && !separated) {
      separated = true;
    } else {
      return false;
    }
  }
  return !text.empty() && text.size() <= 100;
}

/// Notices a value that came before.
class Once {
 public:
  explicit Once(YamlProblems& problems) : problems_(problems) {}
  void check(const std::string& value, int line, std::string_view what) {
    if (value.empty()) return;
    const auto [found, fresh] = seen_.try_emplace(value, line);
    if (fresh) return;
    problems_.add(line, fmt::format("{} is already in line {}", what, found->second));
  }

 private:
  YamlProblems& problems_;
  std::map<std::string, int> seen_;
};

/// Reads one world file. Each read_... takes a node and returns what it says, with defaults where
/// something is wrong and reported.
class WorldReader {
 public:
  explicit WorldReader(const std::filesystem::path& path) : problems_(path), path_(path) {}

  Result<WorldFile> read(const YAML::Node& root);

 private:
  WorldAccount read_account(const YAML::Node& node);
  WorldInstance read_instance(const YAML::Node& node);
  void read_resources(const YAML::Node& node, WorldInstance& instance);
  WorldResource read_resource(const std::string& kind, const YAML::Node& node);
  void read_own_keys(const std::string& kind, const YamlMap& map, WorldResource& out);
  void read_lex_alias_name(const YAML::Node& node, WorldResource& out);
  WorldModule read_module(const YAML::Node& node);
  void read_aliases(const YamlMap& map, WorldModule& module);
  WorldFlow read_flow(const YAML::Node& node);
  std::optional<WorldContent> read_content(const YamlMap& map, std::string_view key);

  void check_resources(const std::string& kind, const std::vector<WorldResource>& resources);
  void check_instance(const WorldInstance& instance);
  void check_world(const WorldFile& world);
  std::string checked(const YamlMap& map, std::string_view key, bool (*test)(std::string_view),
                      std::string_view rule);

  YamlProblems problems_;
  std::filesystem::path path_;
};

std::string WorldReader::checked(const YamlMap& map, std::string_view key,
                                 bool (*test)(std::string_view), std::string_view rule) {
  std::string value = map.text(key);
  if (!value.empty() && !test(value)) {
    map.wrong(key, fmt::format("is {}, but must be {}", in_quotes(value), rule));
  }
  return value;
}

WorldAccount WorldReader::read_account(const YAML::Node& node) {
  const YamlMap map(node, "an account",
                    {"id", "access_key_id", "secret_access_key", "session_token"}, problems_);
  WorldAccount out;
  out.line = map.line();
  map.required_text("id");
  out.id = checked(map, "id", is_account, "12 digits, in quotes");
  out.access_key_id = map.text("access_key_id");
  out.secret_access_key = map.text("secret_access_key");
  out.session_token = map.text("session_token");
  if (out.access_key_id.empty() != out.secret_access_key.empty()) {
    problems_.add(out.line,
                  "an account has both \"access_key_id\" and \"secret_access_key\", or neither");
  }
  if (out.access_key_id.empty() && !out.session_token.empty()) {
    map.wrong("session_token", "needs an \"access_key_id\"");
  }
  return out;
}

std::optional<WorldContent> WorldReader::read_content(const YamlMap& map, std::string_view key) {
  const auto node = map.node(key);
  if (!node) return std::nullopt;
  if (!node->IsScalar() || node->Scalar().empty()) {
    map.wrong(key, "must be the path of a file");
    return std::nullopt;
  }
  WorldContent out;
  out.file = path_.parent_path() / std::filesystem::path(node->Scalar());
  auto bytes = read_file(out.file);
  if (!bytes) {
    map.wrong(key, fmt::format("cannot be read: {}", one_line(bytes.error())));
    return std::nullopt;
  }
  out.bytes = std::move(*bytes);
  return out;
}

void WorldReader::read_aliases(const YamlMap& map, WorldModule& module) {
  Once names(problems_);
  Once ids(problems_);
  for (const YAML::Node& node : map.list("aliases")) {
    const YamlMap alias(node, "an alias", {"name", "version", "id"}, problems_);
    if (!alias.is_map()) continue;
    WorldModuleAlias out;
    out.line = alias.line();
    alias.required_text("name");
    out.name = checked(alias, "name", is_module_alias,
                       "letters, digits and $, with single - or _ between");
    out.id = checked(alias, "id", is_id, "an id");
    out.version = alias.number("version", module.versions == 0 ? 1 : module.versions, 1'000'000);
    if (out.version < 1 || out.version > module.versions) {
      problems_.add(alias.line_of_key("version"),
                    fmt::format("alias {} names version {}, but the module has {}",
                                in_quotes(out.name), out.version, module.versions));
    }
    names.check(out.name, out.line, "an alias of this name");
    ids.check(out.id, out.line, "an alias with this id");
    module.aliases.push_back(std::move(out));
  }
}

WorldModule WorldReader::read_module(const YAML::Node& node) {
  const YamlMap map(node, "a module",
                    {"name", "description", "id", "tags", "state", "status", "content", "draft",
                     "settings", "external_invocation", "versions", "aliases", "grandfathered"},
                    problems_);
  WorldModule out;
  out.line = map.line();
  if (!map.is_map()) return out;
  out.name = map.required_text("name");
  out.description = map.text("description");
  out.id = checked(map, "id", is_id, "an id");
  out.tags = map.text_map("tags");
  out.state = map.word("state", out.state, {"ACTIVE", "ARCHIVED"});
  out.status = map.word("status", out.status, {"PUBLISHED", "SAVED"});
  map.required_text("content");
  out.content = read_content(map, "content").value_or(WorldContent{});
  out.draft = read_content(map, "draft");
  out.settings = read_content(map, "settings");
  out.external_invocation = map.flag("external_invocation", false);
  out.versions = map.number("versions", 0, 100'000);
  out.grandfathered = map.flag("grandfathered", false);
  read_aliases(map, out);
  return out;
}

WorldFlow WorldReader::read_flow(const YAML::Node& node) {
  const YamlMap map(node, "a flow",
                    {"name", "type", "description", "id", "tags", "state", "status", "content",
                     "draft", "grandfathered"},
                    problems_);
  WorldFlow out;
  out.line = map.line();
  if (!map.is_map()) return out;
  out.name = map.required_text("name");
  map.required_text("type");
  out.type = map.word("type", "CONTACT_FLOW", flow_types());
  out.description = map.text("description");
  out.id = checked(map, "id", is_id, "an id");
  out.tags = map.text_map("tags");
  out.state = map.word("state", out.state, {"ACTIVE", "ARCHIVED"});
  out.status = map.word("status", out.status, {"PUBLISHED", "SAVED"});
  map.required_text("content");
  out.content = read_content(map, "content").value_or(WorldContent{});
  out.draft = read_content(map, "draft");
  out.grandfathered = map.flag("grandfathered", false);
  if (out.draft && out.status == "SAVED") {
    map.wrong("draft", "stands beside published content; a SAVED flow has only \"content\"");
  }
  return out;
}

/// The keys that a resource of this kind takes as a map.
Words resource_keys(std::string_view kind) {
  if (kind == "lambda-function") {
    return {"name", "description", "account", "region", "qualifiers", "associated"};
  }
  if (kind == "lex-v1-bot") return {"name", "region", "alias", "associated"};
  if (kind == "lex-v2-bot-alias") {
    return {"bot", "alias", "bot_id", "alias_id", "account", "region", "associated"};
  }
  Words keys = {"name", "description", "id", "tags"};
  if (kind == "view" || kind == "task-template") keys.emplace_back("status");
  return keys;
}

void WorldReader::read_lex_alias_name(const YAML::Node& node, WorldResource& out) {
  const auto slash = out.name.find('/');
  if (slash == std::string::npos || slash != out.name.rfind('/')) {
    problems_.add(line_of(node), fmt::format("{} must be \"bot/alias\", or a map with \"bot\" and "
                                             "\"alias\"",
                                             in_quotes(out.name)));
    return;
  }
  out.bot = out.name.substr(0, slash);
  out.alias = out.name.substr(slash + 1);
}

void WorldReader::read_own_keys(const std::string& kind, const YamlMap& map, WorldResource& out) {
  if (kind == "view") out.status = map.word("status", "PUBLISHED", {"PUBLISHED", "SAVED"});
  if (kind == "task-template") out.status = map.word("status", "ACTIVE", {"ACTIVE", "INACTIVE"});
  out.account = checked(map, "account", is_account, "12 digits, in quotes");
  out.region = checked(map, "region", is_region, "a Region such as ap-northeast-1");
  out.associated = map.flag("associated", true);
  out.qualifiers = map.texts("qualifiers");
  if (kind == "lex-v1-bot") {
    out.bot = out.name;
    out.alias = map.text("alias");
  }
  if (kind != "lex-v2-bot-alias") return;
  out.bot = map.required_text("bot");
  out.alias = map.required_text("alias");
  out.name = out.bot + "/" + out.alias;
  constexpr std::string_view k_rule = "10 characters of A-Z and 0-9";
  out.bot_id = checked(map, "bot_id", is_lex_id, k_rule);
  out.alias_id = checked(map, "alias_id", is_lex_id, k_rule);
}

WorldResource WorldReader::read_resource(const std::string& kind, const YAML::Node& node) {
  WorldResource out;
  out.line = line_of(node);
  if (node.IsScalar() && !node.Scalar().empty()) {
    out.name = node.Scalar();
    if (kind == "view") out.status = "PUBLISHED";
    if (kind == "task-template") out.status = "ACTIVE";
    if (kind == "lex-v1-bot") out.bot = out.name;
    if (kind == "lex-v2-bot-alias") read_lex_alias_name(node, out);
    return out;
  }
  if (!node.IsMap()) {
    problems_.add(out.line, fmt::format("an entry of {} must be a name or a map", in_quotes(kind)));
    return out;
  }
  const YamlMap map(node, "a " + kind, resource_keys(kind), problems_);
  if (kind != "lex-v2-bot-alias") out.name = map.required_text("name");
  out.description = map.text("description");
  out.id = checked(map, "id", is_id, "an id");
  out.tags = map.text_map("tags");
  read_own_keys(kind, map, out);
  return out;
}

void WorldReader::read_resources(const YAML::Node& node, WorldInstance& instance) {
  const YamlMap map(node, "\"resources\"", world_resource_kinds(), problems_);
  for (const std::string& kind : world_resource_kinds()) {
    if (!map.has(kind)) continue;
    std::vector<WorldResource> resources;
    for (const YAML::Node& entry : map.list(kind)) resources.push_back(read_resource(kind, entry));
    check_resources(kind, resources);
    instance.resources.emplace(kind, std::move(resources));
  }
}

/// Kinds whose names the service lets repeat (flow-language.md 3.1).
bool may_repeat(std::string_view kind) {
  return kind == "task-template" || kind == "evaluation-form" || kind == "hierarchy-group" ||
         kind == "security-key";
}

void WorldReader::check_resources(const std::string& kind,
                                  const std::vector<WorldResource>& resources) {
  Once names(problems_);
  Once ids(problems_);
  for (const WorldResource& resource : resources) {
    if (!may_repeat(kind)) {
      // Functions and bots are told apart by account and Region too.
      std::string name = resource.name;
      if (!name.empty()) name += "\n" + resource.account + "\n" + resource.region;
      if (kind == "lex-v1-bot") name += "\n" + resource.alias;
      names.check(name, resource.line,
                  fmt::format("a {} named {}", kind, in_quotes(resource.name)));
    }
    ids.check(resource.id, resource.line,
              fmt::format("a {} with the id {}", kind, in_quotes(resource.id)));
  }
}

void WorldReader::check_instance(const WorldInstance& instance) {
  Once names(problems_);
  Once ids(problems_);
  for (const WorldFlow& flow : instance.flows) {
    // Whether two types may share a name is not established: a world may hold both.
    names.check(flow.name.empty() ? "" : flow.type + "\n" + flow.name, flow.line,
                fmt::format("a flow of type {} named {}", flow.type, in_quotes(flow.name)));
    ids.check(flow.id, flow.line, fmt::format("a flow with the id {}", in_quotes(flow.id)));
  }
  Once module_names(problems_);
  for (const WorldModule& module : instance.modules) {
    module_names.check(module.name, module.line,
                       fmt::format("a module named {}", in_quotes(module.name)));
    ids.check(module.id, module.line,
              fmt::format("a flow or module with the id {}", in_quotes(module.id)));
  }
}

WorldInstance WorldReader::read_instance(const YAML::Node& node) {
  const YamlMap map(node, "an instance",
                    {"alias", "account", "region", "id", "stock", "resources", "modules", "flows"},
                    problems_);
  WorldInstance out;
  out.line = map.line();
  if (!map.is_map()) return out;
  for (const std::string_view key : {"alias", "account", "region"}) map.required_text(key);
  out.alias = checked(map, "alias", is_alias, "letters and digits with - between");
  out.account = checked(map, "account", is_account, "12 digits, in quotes");
  out.region = checked(map, "region", is_region, "a Region such as ap-northeast-1");
  out.id = checked(map, "id", is_uuid, "a UUID in lower case");
  out.stock = map.flag("stock", true);
  if (const auto resources = map.node("resources")) read_resources(*resources, out);
  for (const YAML::Node& module : map.list("modules")) out.modules.push_back(read_module(module));
  for (const YAML::Node& flow : map.list("flows")) out.flows.push_back(read_flow(flow));
  check_instance(out);
  return out;
}

void WorldReader::check_world(const WorldFile& world) {
  Once ids(problems_);
  Once keys(problems_);
  for (const WorldAccount& account : world.accounts) {
    ids.check(account.id, account.line, fmt::format("account {}", account.id));
    keys.check(account.access_key_id, account.line, "an account with this access key id");
  }
  Once aliases(problems_);
  Once instance_ids(problems_);
  for (const WorldInstance& instance : world.instances) {
    aliases.check(instance.alias, instance.line,
                  fmt::format("an instance with the alias {}", in_quotes(instance.alias)));
    instance_ids.check(instance.id, instance.line, "an instance with this id");
  }
}

Result<WorldFile> WorldReader::read(const YAML::Node& root) {
  const YamlMap map(root, "a world file", {"version", "accounts", "instances"}, problems_);
  WorldFile out;
  out.path = path_;
  if (map.is_map()) {
    map.required_text("version");
    if (map.has("version") && map.text("version") != "1") {
      map.wrong("version", fmt::format("is {}, but this program reads version 1",
                                       in_quotes(map.text("version"))));
    }
    for (const YAML::Node& node : map.list("accounts")) out.accounts.push_back(read_account(node));
    for (const YAML::Node& node : map.list("instances")) {
      out.instances.push_back(read_instance(node));
    }
    if (out.instances.empty())
      problems_.add(map.line_of_key("instances"), "a world needs \"instances\"");
    check_world(out);
  }
  if (!problems_.empty()) return fail(problems_.error());
  return out;
}

}  // namespace

const std::vector<std::string>& world_resource_kinds() {
  static const std::vector<std::string> kinds = [] {
    std::vector<std::string> out;
    for (const ResourceKind kind : all_kinds()) {
      if (kind != ResourceKind::contact_flow && kind != ResourceKind::flow_module &&
          kind != ResourceKind::instance && kind != ResourceKind::unknown) {
        out.emplace_back(to_string(kind));
      }
    }
    out.emplace_back("predefined-attribute");
    return out;
  }();
  return kinds;
}

const std::vector<WorldResource>& WorldInstance::of(std::string_view kind) const {
  static const std::vector<WorldResource> none;
  const auto found = resources.find(kind);
  return found == resources.end() ? none : found->second;
}

Result<WorldFile> load_world(const std::filesystem::path& path) {
  auto text = read_file(path);
  if (!text) return fail(std::move(text).error().during("reading the world file"));
  try {
    return WorldReader(path).read(YAML::Load(*text));
  } catch (const YAML::Exception& exception) {
    YamlProblems problems(path);
    problems.add(exception.mark.line + 1, fmt::format("not YAML: {}", exception.msg));
    return fail(problems.error());
  }
}

}  // namespace flowferry::simulator
