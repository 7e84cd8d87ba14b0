// Contact flows: connect-api.md 2.2, 4.1, 4.3, 4.4.
#include <algorithm>

#include "simulator/flow_rules.h"
#include "simulator/search.h"

namespace flowferry::simulator {
namespace {

constexpr FlowKind k_kind = FlowKind::flow;

js::object show(const Call& call, const FlowRow& row, std::string_view status) {
  js::object out{{"Arn", row.arn},
                 {"Id", row.id},
                 {"Name", row.name_at(call.now)},
                 {"Type", row.type},
                 {"State", row.state},
                 {"Status", status},
                 {"Description", row.description},
                 {"Tags", to_json(row.tags)},
                 {"LastModifiedTime", row.modified},
                 {"LastModifiedRegion", call.instance->region}};
  if (row.published) out["FlowContentSha256"] = row.published_hash;
  if (row.last_version > 0) out["Version"] = row.last_version;
  return out;
}

std::string_view status_of(const FlowRow& row) {
  return row.is_published() ? "PUBLISHED" : "SAVED";
}

Outcome describe_version(const Call& call, const FoundFlow& found) {
  std::int64_t number = 0;
  const FlowVersion* version = find_version(*found.row, found.qualifier, &number);
  if (!version) return not_found();
  js::object flow = show(call, *found.row, "PUBLISHED");
  flow["Content"] = version->content;
  flow["Version"] = number;
  flow["VersionDescription"] = version->description;
  flow["FlowContentSha256"] = content_hash(version->content);
  return js::object{{"ContactFlow", std::move(flow)}};
}

Outcome describe(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowId", As::seen);
  if (!found) return pass_on(found);
  const FlowRow& row = *found->row;
  const bool draft_asked = found->qualifier == "$SAVED";
  if (!draft_asked && !found->qualifier.empty()) return describe_version(call, *found);
  if (draft_asked && !row.draft && call.switches.is(Switch::unchanged_draft, "not-found"))
    return not_found();
  if (!draft_asked && !row.published && call.switches.is(Switch::unpublished_describe, "refuse")) {
    return refuse("ContactFlowNotPublishedException", "The flow has not been published.");
  }
  const bool as_draft = (draft_asked && row.draft) || !row.published;
  js::object flow = show(call, row, as_draft ? "SAVED" : "PUBLISHED");
  flow["Content"] = as_draft ? *row.draft : *row.published;
  return js::object{{"ContactFlow", std::move(flow)}};
}

Outcome create(Call& call) {
  if (auto error = check_lengths(call)) return pass_on(*error);
  std::string content = call.text("Content");
  if (auto error = check_size(call, content)) return pass_on(*error);
  if (auto error = check_quota(call, k_kind)) return pass_on(*error);
  FlowRow row;
  row.name = call.text("Name");
  row.type = call.text("Type");
  row.description = call.text("Description");
  row.tags = call.tags();
  if (auto error = check_name(call, k_kind, row.name, row.type, nullptr)) {
    return pass_on(*error);
  }
  if (call.text("Status") == "SAVED") {
    row.draft = std::move(content);
  } else {
    auto stored = publishable(call, k_kind, row.type, std::move(content), {});
    if (!stored) return pass_on(stored);
    row.publish(std::move(*stored));
  }
  row.id = call.random.uuid();
  row.arn = call.instance->arn_of(arn_word(k_kind), row.id);
  call.appear(row);
  const FlowRow& made = call.instance->flows.add(std::move(row));
  js::object answer{{"ContactFlowId", made.id}, {"ContactFlowArn", made.arn}};
  if (made.published) answer["FlowContentSha256"] = made.published_hash;
  return answer;
}

Outcome update_content(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowId", As::seen);
  if (!found) return pass_on(found);
  FlowRow& row = *found->row;
  std::string content = call.text("Content");
  if (auto error = check_size(call, content)) return pass_on(*error);
  if (found->qualifier == "$SAVED") {
    row.draft = std::move(content);
  } else if (found->qualifier.empty()) {
    auto stored = publishable(call, k_kind, row.type, std::move(content), {});
    if (!stored) return pass_on(stored);
    row.publish(std::move(*stored));
  } else {
    return invalid_request("A version cannot be changed");
  }
  call.touch(row);
  return js::object();
}

Outcome update_metadata(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowId", As::seen);
  if (!found) return pass_on(found);
  return change_metadata(call, k_kind, *found->row, call.optional_text("ContactFlowState"));
}

Outcome update_name(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowId", As::seen);
  if (!found) return pass_on(found);
  return change_metadata(call, k_kind, *found->row, std::nullopt);
}

bool names_flow(const js::value& value, const FlowRow& row) {
  if (value.is_string()) return value.get_string() == row.id || value.get_string() == row.arn;
  if (!value.is_object()) return false;
  for (const auto& entry : value.get_object()) {
    if (names_flow(entry.value(), row)) return true;
  }
  return false;
}

/// Whether a phone number, queue or quick connect uses the flow.
bool in_use(const InstanceState& instance, const FlowRow& row) {
  for (const auto& [key, flow] : instance.flow_associations) {
    if (flow == row.id) return true;
  }
  for (const std::string_view kind : {"queue", "quick-connect"}) {
    for (const auto& [order, user] : instance.of(kind).rows()) {
      for (const auto& entry : user->members) {
        if (names_flow(entry.value(), row)) return true;
      }
    }
  }
  return false;
}

Outcome remove(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowId", As::is);
  if (!found) return pass_on(found);
  if (!found->qualifier.empty()) return invalid_request("Invalid request");
  if (found->row->is_default) return invalid_request("Default flows cannot be deleted");
  if (call.switches.is(Switch::delete_in_use, "refuse") && in_use(*call.instance, *found->row)) {
    return invalid_request("The flow is in use by another resource");
  }
  call.remove(call.instance->flows, *found->row);
  return js::object();
}

Outcome list(Call& call) {
  std::vector<std::string> types;
  if (const js::value* asked = call.input.if_contains("ContactFlowTypes")) {
    for (const js::value& type : asked->get_array()) types.emplace_back(type.get_string());
  }
  const bool archived = call.switches.is(Switch::list_archived, "yes");
  return page_of(call, "ContactFlowSummaryList",
                 rows_of<FlowRow>(
                     call, call.instance->flows,
                     [types, archived](const FlowRow& row) {
                       if (!archived && row.is_archived()) return false;
                       return types.empty() ||
                              std::find(types.begin(), types.end(), row.type) != types.end();
                     },
                     [&call](const FlowRow& row) -> js::value {
                       return js::object{{"Id", row.id},
                                         {"Arn", row.arn},
                                         {"Name", row.name_at(call.now)},
                                         {"ContactFlowType", row.type},
                                         {"ContactFlowState", row.state},
                                         {"ContactFlowStatus", status_of(row)}};
                     }));
}

Outcome search(Call& call) {
  const bool content = call.switches.is(Switch::search_content, "yes");
  return search_page<FlowRow>(call, "ContactFlows", call.instance->flows,
                              [&call, content](const FlowRow& row) {
                                js::object flow = show(call, row, status_of(row));
                                if (content) flow["Content"] = row.content();
                                return flow;
                              });
}

Outcome create_version(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowId", As::seen);
  if (!found) return pass_on(found);
  FlowRow& row = *found->row;
  if (row.type != "CAMPAIGN")
    return invalid_request("Versions are supported for flows of type CAMPAIGN only");
  if (!row.published) return invalid_request("The flow has not been published");
  const auto hash = call.optional_text("FlowContentSha256");
  if (hash && *hash != row.published_hash) {
    return invalid_request("FlowContentSha256 is not that of the latest published content");
  }
  for (const auto& [number, version] : row.versions) {
    if (version.content == *row.published) {
      return js::object{{"ContactFlowArn", row.arn + ':' + std::to_string(number)},
                        {"Version", number}};
    }
  }
  const std::int64_t number = ++row.last_version;
  row.versions[number] = FlowVersion{*row.published, {}, call.text("Description")};
  return js::object{{"ContactFlowArn", row.arn + ':' + std::to_string(number)},
                    {"Version", number}};
}

Outcome list_versions(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowId", As::seen);
  if (!found) return pass_on(found);
  js::array versions;
  for (const auto& [number, version] : found->row->versions) {
    versions.push_back(js::object{{"Arn", found->row->arn + ':' + std::to_string(number)},
                                  {"VersionDescription", version.description},
                                  {"Version", number}});
  }
  return page_of(call, "ContactFlowVersionSummaryList", items_of(std::move(versions)));
}

Outcome delete_version(Call& call) {
  auto found = find_flow(call, k_kind, "ContactFlowId", As::seen);
  if (!found) return pass_on(found);
  if (found->row->versions.erase(call.number("ContactFlowVersion")) == 0) return not_found();
  return js::object();
}

}  // namespace

void add_flow_operations(Handlers& handlers) {
  handlers["ListContactFlows"] = list;
  handlers["SearchContactFlows"] = search;
  handlers["DescribeContactFlow"] = describe;
  handlers["CreateContactFlow"] = create;
  handlers["UpdateContactFlowContent"] = update_content;
  handlers["UpdateContactFlowMetadata"] = update_metadata;
  handlers["UpdateContactFlowName"] = update_name;
  handlers["DeleteContactFlow"] = remove;
  handlers["CreateContactFlowVersion"] = create_version;
  handlers["ListContactFlowVersions"] = list_versions;
  handlers["DeleteContactFlowVersion"] = delete_version;
}

}  // namespace flowferry::simulator
