// Flow modules, their versions and aliases: connect-api.md 2.2, 4.1, 4.6.
#include <algorithm>

#include "simulator/flow_rules.h"
#include "simulator/search.h"

namespace flowferry::simulator {
namespace {

constexpr FlowKind k_kind = FlowKind::module;

// A line break and two spaces for each level, as an editor would store it.
void indent(std::string& out, int depth) {
  out += '\n' + std::string(static_cast<std::size_t>(depth) * 2, ' ');
}

/// Another layout of the same JSON, token by token.
std::string reformatted(std::string_view text) {
  std::string out;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      out += c;
      if (c == '\\' && i + 1 < text.size()) out += text[++i];
      if (c == '"') quoted = false;
    } else if (c == '{' || c == '[') {
      out += c;
      indent(out, ++depth);
    } else if (c == '}' || c == ']') {
      indent(out, --depth);
      out += c;
    } else if (c == ',') {
      out += c;
      indent(out, depth);
    } else if (c == ':') {
      out += " : ";
    } else if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
      out += c;
      quoted = c == '"';
    }
  }
  return out;
}

std::string content_for(const Call& call, const std::string& stored) {
  return call.switches.is(Switch::module_content, "reformat") ? reformatted(stored) : stored;
}

js::object show(const Call& call, const FlowRow& row, std::string_view status) {
  js::object out{{"Arn", row.arn},
                 {"Id", row.id},
                 {"Name", row.name_at(call.now)},
                 {"Description", row.description},
                 {"State", row.state},
                 {"Status", status},
                 {"Tags", to_json(row.tags)}};
  if (row.published) out["FlowModuleContentSha256"] = row.published_hash;
  if (!row.settings.empty()) out["Settings"] = row.settings;
  if (row.last_version > 0) out["Version"] = row.last_version;
  if (row.external_invocation) {
    out["ExternalInvocationConfiguration"] = js::object{{"Enabled", *row.external_invocation}};
  }
  return out;
}

std::string_view status_of(const FlowRow& row) {
  return row.is_published() ? "PUBLISHED" : "SAVED";
}

Outcome describe_version(const Call& call, const FoundFlow& found) {
  const VersionAlias* alias = found.row->alias(found.qualifier);
  const std::string number_text = alias ? std::to_string(alias->version) : found.qualifier;
  std::int64_t number = 0;
  const FlowVersion* version = find_version(*found.row, number_text, &number);
  if (!version) return not_found();
  js::object module = show(call, *found.row, "PUBLISHED");
  module["Content"] = content_for(call, version->content);
  module["Version"] = number;
  module["VersionDescription"] = version->description;
  module["FlowModuleContentSha256"] = content_hash(version->content);
  if (!version->settings.empty()) module["Settings"] = version->settings;
  return js::object{{"ContactFlowModule", std::move(module)}};
}

Outcome describe(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowModuleId", As::seen);
  if (!found) return pass_on(found);
  const FlowRow& row = *found->row;
  const bool draft_asked = found->qualifier == "$SAVED";
  if (!draft_asked && !found->qualifier.empty() && found->qualifier != "$LATEST") {
    return describe_version(call, *found);
  }
  if (draft_asked && !row.draft && call.switches.is(Switch::unchanged_draft, "not-found"))
    return not_found();
  const bool as_draft = (draft_asked && row.draft) || !row.published;
  js::object module = show(call, row, as_draft ? "SAVED" : "PUBLISHED");
  module["Content"] = content_for(call, as_draft ? *row.draft : *row.published);
  if (as_draft && row.draft_settings) module["Settings"] = *row.draft_settings;
  return js::object{{"ContactFlowModule", std::move(module)}};
}

/// The answer of an earlier call with the same ClientToken, or nothing. Error:
/// IdempotencyException.
tl::expected<std::optional<js::object>, ApiError> remembered(const Call& call,
                                                             const std::string& print) {
  const auto token = call.optional_text("ClientToken");
  if (!token) return std::nullopt;
  const auto found = call.instance->client_tokens.find(call.operation.name + '/' + *token);
  if (found == call.instance->client_tokens.end()) return std::nullopt;
  if (found->second.fingerprint != print) {
    return refuse("IdempotencyException",
                  "An entity with the same client token but other parameters already exists");
  }
  return found->second.answer;
}

std::string fingerprint(const Call& call) {
  js::object input = call.input;
  input.erase("ClientToken");
  return content_hash(js::serialize(input));
}

Outcome create(Call& call) {
  const std::string print = fingerprint(call);
  auto earlier = remembered(call, print);
  if (!earlier) return pass_on(earlier);
  if (*earlier) return std::move(**earlier);
  if (auto error = check_quota(call, k_kind)) return pass_on(*error);
  FlowRow row;
  row.name = call.text("Name");
  row.description = call.text("Description");
  row.tags = call.tags();
  row.settings = call.text("Settings");
  if (const js::value* external = call.input.if_contains("ExternalInvocationConfiguration")) {
    const js::value* enabled = external->get_object().if_contains("Enabled");
    row.external_invocation = enabled && enabled->get_bool();
  }
  if (auto error = check_name(call, k_kind, row.name, {}, nullptr)) {
    return pass_on(*error);
  }
  auto stored = publishable(call, k_kind, {}, call.text("Content"), row.settings);
  if (!stored) return pass_on(stored);
  row.publish(std::move(*stored));
  row.id = call.random.uuid();
  row.arn = call.instance->arn_of(arn_word(k_kind), row.id);
  call.appear(row);
  const FlowRow& made = call.instance->modules.add(std::move(row));
  js::object answer{{"Id", made.id}, {"Arn", made.arn}};
  if (const auto token = call.optional_text("ClientToken")) {
    call.instance->client_tokens[call.operation.name + '/' + *token] =
        RememberedCall{print, answer};
  }
  return answer;
}

Outcome save_draft(Call& call, FlowRow& row) {
  if (call.has("Content")) row.draft = call.text("Content");
  if (const auto settings = call.optional_text("Settings")) row.draft_settings = *settings;
  call.touch(row);
  return js::object();
}

Outcome update_content(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowModuleId", As::seen);
  if (!found) return pass_on(found);
  FlowRow& row = *found->row;
  if (!call.has("Content") && !call.has("Settings"))
    return invalid_request("Content or Settings is required");
  if (found->qualifier == "$SAVED") return save_draft(call, row);
  if (!found->qualifier.empty() && found->qualifier != "$LATEST") {
    return invalid_request("A version cannot be changed");
  }
  const std::string settings = call.optional_text("Settings").value_or(row.settings);
  auto stored = publishable(call, k_kind, {}, call.optional_text("Content").value_or(row.content()),
                            settings);
  if (!stored) return pass_on(stored);
  row.publish(std::move(*stored));
  row.settings = settings;
  row.draft_settings.reset();
  call.touch(row);
  return js::object();
}

Outcome update_metadata(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowModuleId", As::seen);
  if (!found) return pass_on(found);
  return change_metadata(call, k_kind, *found->row, call.optional_text("State"));
}

Outcome remove(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowModuleId", As::is);
  if (!found) return pass_on(found);
  if (!found->qualifier.empty()) return invalid_request("Invalid request");
  call.remove(call.instance->modules, *found->row);
  return js::object();
}

Outcome list(Call& call) {
  const std::string state = call.text("ContactFlowModuleState");
  return page_of(call, "ContactFlowModulesSummaryList",
                 rows_of<FlowRow>(
                     call, call.instance->modules,
                     [state](const FlowRow& row) { return state.empty() || row.state == state; },
                     [&call](const FlowRow& row) -> js::value {
                       return js::object{{"Id", row.id},
                                         {"Arn", row.arn},
                                         {"Name", row.name_at(call.now)},
                                         {"State", row.state}};
                     }));
}

Outcome search(Call& call) {
  const bool content = call.switches.is(Switch::search_content, "yes");
  return search_page<FlowRow>(call, "ContactFlowModules", call.instance->modules,
                              [&call, content](const FlowRow& row) {
                                js::object module = show(call, row, status_of(row));
                                if (content) module["Content"] = content_for(call, row.content());
                                return module;
                              });
}

// Versions.

Outcome create_version(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowModuleId", As::seen);
  if (!found) return pass_on(found);
  FlowRow& row = *found->row;
  if (!row.published) return invalid_request("The flow module has not been published");
  const auto hash = call.optional_text("FlowModuleContentSha256");
  if (hash && *hash != row.published_hash) {
    return invalid_request("FlowModuleContentSha256 is not that of the latest published content");
  }
  const std::int64_t number = ++row.last_version;
  row.versions[number] = FlowVersion{*row.published, row.settings, call.text("Description")};
  return js::object{{"ContactFlowModuleArn", row.arn + ':' + std::to_string(number)},
                    {"Version", number}};
}

Outcome list_versions(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowModuleId", As::seen);
  if (!found) return pass_on(found);
  js::array versions;
  for (const auto& [number, version] : found->row->versions) {
    versions.push_back(js::object{{"Arn", found->row->arn + ':' + std::to_string(number)},
                                  {"VersionDescription", version.description},
                                  {"Version", number}});
  }
  return page_of(call, "ContactFlowModuleVersionSummaryList", items_of(std::move(versions)));
}

Outcome delete_version(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowModuleId", As::is);
  if (!found) return pass_on(found);
  const std::int64_t number = call.number("ContactFlowModuleVersion");
  for (const VersionAlias& alias : found->row->aliases) {
    if (alias.version == number) return invalid_request("An alias points to this version");
  }
  if (found->row->versions.erase(number) == 0) return not_found();
  return js::object();
}

// Aliases.

struct FoundAlias {
  FlowRow* row;
  std::vector<VersionAlias>::iterator alias;
};

tl::expected<FoundAlias, ApiError> find_alias(const Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowModuleId", As::seen);
  if (!found) return pass_on(found);
  auto& aliases = found->row->aliases;
  const std::string id = call.text("AliasId");
  const auto alias = std::find_if(aliases.begin(), aliases.end(),
                                  [&](const VersionAlias& a) { return a.id == id; });
  if (alias == aliases.end()) return not_found();
  return FoundAlias{found->row, alias};
}

std::optional<ApiError> check_alias_name(const FlowRow& row, std::string_view name,
                                         std::string_view self) {
  for (const VersionAlias& alias : row.aliases) {
    if (alias.name == name && alias.id != self) {
      ApiError error;
      error.code = "DuplicateResourceException";
      error.message = "An alias with the specified name already exists";
      return error;
    }
  }
  return std::nullopt;
}

Outcome create_alias(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowModuleId", As::seen);
  if (!found) return pass_on(found);
  FlowRow& row = *found->row;
  VersionAlias alias;
  alias.name = call.text("AliasName");
  alias.description = call.text("Description");
  alias.version = call.number("ContactFlowModuleVersion");
  alias.modified = call.now;
  if (!row.versions.contains(alias.version)) return not_found("The version does not exist");
  if (auto error = check_alias_name(row, alias.name, {})) return pass_on(*error);
  alias.id = call.random.uuid();
  row.aliases.push_back(alias);
  return js::object{{"ContactFlowModuleArn", row.arn + ':' + alias.id}, {"Id", alias.id}};
}

Outcome describe_alias(Call& call) {
  auto found = find_alias(call);
  if (!found) return pass_on(found);
  const VersionAlias& alias = *found->alias;
  return js::object{
      {"ContactFlowModuleAlias", js::object{{"ContactFlowModuleId", found->row->id},
                                            {"ContactFlowModuleArn", found->row->arn},
                                            {"AliasId", alias.id},
                                            {"Version", alias.version},
                                            {"Name", alias.name},
                                            {"Description", alias.description},
                                            {"LastModifiedRegion", call.instance->region},
                                            {"LastModifiedTime", alias.modified}}}};
}

Outcome list_aliases(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowModuleId", As::seen);
  if (!found) return pass_on(found);
  js::array aliases;
  for (const VersionAlias& alias : found->row->aliases) {
    aliases.push_back(js::object{{"Arn", found->row->arn + ':' + alias.id},
                                 {"AliasId", alias.id},
                                 {"Version", alias.version},
                                 {"AliasName", alias.name},
                                 {"AliasDescription", alias.description},
                                 {"LastModifiedTime", alias.modified}});
  }
  return page_of(call, "ContactFlowModuleAliasSummaryList", items_of(std::move(aliases)));
}

Outcome update_alias(Call& call) {
  auto found = find_alias(call);
  if (!found) return pass_on(found);
  VersionAlias& alias = *found->alias;
  if (const auto name = call.optional_text("Name")) {
    if (auto error = check_alias_name(*found->row, *name, alias.id)) return pass_on(*error);
    alias.name = *name;
  }
  if (call.has("ContactFlowModuleVersion")) {
    const std::int64_t version = call.number("ContactFlowModuleVersion");
    if (!found->row->versions.contains(version)) return not_found("The version does not exist");
    alias.version = version;
  }
  if (const auto description = call.optional_text("Description")) alias.description = *description;
  alias.modified = call.now;
  return js::object();
}

Outcome delete_alias(Call& call) {
  auto found = find_alias(call);
  if (!found) return pass_on(found);
  found->row->aliases.erase(found->alias);
  return js::object();
}

}  // namespace

void add_module_operations(Handlers& handlers) {
  handlers["ListContactFlowModules"] = list;
  handlers["SearchContactFlowModules"] = search;
  handlers["DescribeContactFlowModule"] = describe;
  handlers["CreateContactFlowModule"] = create;
  handlers["UpdateContactFlowModuleContent"] = update_content;
  handlers["UpdateContactFlowModuleMetadata"] = update_metadata;
  handlers["DeleteContactFlowModule"] = remove;
  handlers["CreateContactFlowModuleVersion"] = create_version;
  handlers["ListContactFlowModuleVersions"] = list_versions;
  handlers["DeleteContactFlowModuleVersion"] = delete_version;
  handlers["CreateContactFlowModuleAlias"] = create_alias;
  handlers["DescribeContactFlowModuleAlias"] = describe_alias;
  handlers["ListContactFlowModuleAliases"] = list_aliases;
  handlers["UpdateContactFlowModuleAlias"] = update_alias;
  handlers["DeleteContactFlowModuleAlias"] = delete_alias;
}

}  // namespace flowferry::simulator
