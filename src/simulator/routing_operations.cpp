// What hangs on queues, routing profiles, hours, security profiles, prompts and data tables.
#include <algorithm>

#include "simulator/search.h"

namespace flowferry::simulator {
namespace {

/// The resource of a kind that the call's `member` names, by id or ARN.
tl::expected<Resource*, ApiError> find(const Call& call, std::string_view kind,
                                       std::string_view keyword, std::string_view member) {
  auto reference = read_reference(call, call.text(member), keyword);
  if (!reference) return pass_on(reference);
  Resource* row = call.instance->of(kind).find_seen(reference->id, call.now);
  if (!row) return not_found();
  return row;
}
tl::expected<Resource*, ApiError> find_queue(const Call& call) {
  return find(call, "queue", "queue", "QueueId");
}
tl::expected<Resource*, ApiError> find_profile(const Call& call) {
  return find(call, "routing-profile", "routing-profile", "RoutingProfileId");
}
tl::expected<Resource*, ApiError> find_hours(const Call& call) {
  return find(call, "hours-of-operation", "operating-hours", "HoursOfOperationId");
}

/// An array member of a resource, made when absent.
js::array& array_of(Resource& row, std::string_view member) {
  js::value& value = row.members[member];
  if (!value.is_array()) value.emplace_array();
  return value.get_array();
}

const js::array& items_in(const Call& call, std::string_view member) {
  static const js::array none;
  const js::value* value = call.input.if_contains(member);
  return value && value->is_array() ? value->get_array() : none;
}

template <class Predicate>
void erase_from(js::array& array, Predicate predicate) {
  for (auto it = array.begin(); it != array.end();) it = predicate(*it) ? array.erase(it) : it + 1;
}

// Queues: quick connects and email addresses.

Outcome add_ids(Call& call, Resource& row, std::string_view kind, std::string_view list,
                const js::array& ids) {
  for (const js::value& id : ids) {
    if (!call.instance->of(kind).find(
            std::string_view(id.get_string().data(), id.get_string().size()))) {
      return not_found("The " + std::string(kind) + " does not exist");
    }
  }
  js::array& have = array_of(row, list);
  for (const js::value& id : ids) {
    if (std::find(have.begin(), have.end(), id) == have.end()) have.push_back(id);
  }
  call.touch(row);
  return js::object();
}

Outcome remove_ids(Call& call, Resource& row, std::string_view list, const js::array& ids) {
  erase_from(array_of(row, list), [&](const js::value& have) {
    return std::find(ids.begin(), ids.end(), have) != ids.end();
  });
  call.touch(row);
  return js::object();
}

js::array ids_of(const js::array& configs, std::string_view member) {
  js::array ids;
  for (const js::value& config : configs)
    ids.push_back(config.is_object() ? config.at(member) : config);
  return ids;
}

Outcome associate_quick_connects(Call& call) {
  auto queue = find_queue(call);
  if (!queue) return pass_on(queue);
  return add_ids(call, **queue, "quick-connect", "QuickConnectIds",
                 items_in(call, "QuickConnectIds"));
}

Outcome disassociate_quick_connects(Call& call) {
  auto queue = find_queue(call);
  if (!queue) return pass_on(queue);
  return remove_ids(call, **queue, "QuickConnectIds", items_in(call, "QuickConnectIds"));
}

Outcome list_quick_connects(Call& call) {
  auto queue = find_queue(call);
  if (!queue) return pass_on(queue);
  js::array items;
  for (const js::value& id : array_of(**queue, "QuickConnectIds")) {
    const Resource* row = call.instance->of("quick-connect").find(std::string(id.get_string()));
    if (!row) continue;
    js::object item{{"Id", row->id}, {"Arn", row->arn}, {"Name", row->name}};
    if (const js::value* config = row->members.if_contains("QuickConnectConfig")) {
      item["QuickConnectType"] = config->at("QuickConnectType");
    }
    items.push_back(std::move(item));
  }
  return page_of(call, "QuickConnectSummaryList", items_of(std::move(items)));
}

Outcome associate_addresses(Call& call) {
  auto queue = find_queue(call);
  if (!queue) return pass_on(queue);
  return add_ids(call, **queue, "email-address", "EmailAddressIds",
                 ids_of(items_in(call, "EmailAddressesConfig"), "EmailAddressId"));
}

Outcome disassociate_addresses(Call& call) {
  auto queue = find_queue(call);
  if (!queue) return pass_on(queue);
  return remove_ids(call, **queue, "EmailAddressIds", items_in(call, "EmailAddressesId"));
}

Outcome list_addresses(Call& call) {
  auto queue = find_queue(call);
  if (!queue) return pass_on(queue);
  js::array items;
  for (const js::value& id : array_of(**queue, "EmailAddressIds")) {
    const Resource* row = call.instance->of("email-address").find(std::string(id.get_string()));
    if (row)
      items.push_back(
          js::object{{"Id", row->id}, {"Arn", row->arn}, {"IsDefaultOutboundEmail", false}});
  }
  return page_of(call, "EmailAddressMetadataList", items_of(std::move(items)));
}

// Routing profiles: queues.

std::optional<ApiError> check_queues(const Call& call, const js::array& configs) {
  for (const js::value& config : configs) {
    const js::string& id = config.at("QueueReference").at("QueueId").get_string();
    if (call.instance->of("queue").find({id.data(), id.size()})) continue;
    ApiError error;
    error.code = "ResourceNotFoundException";
    error.message = "The queue does not exist";
    return error;
  }
  return std::nullopt;
}

bool same_reference(const js::value& config, const js::value& reference) {
  return config.at("QueueReference") == reference;
}

void put_queues(Resource& profile, std::string_view list, const js::array& configs) {
  js::array& have = array_of(profile, list);
  for (const js::value& config : configs) {
    erase_from(have, [&](const js::value& old) {
      return same_reference(old, config.at("QueueReference"));
    });
    have.push_back(config);
  }
}

Outcome put_profile_queues(Call& call) {
  auto profile = find_profile(call);
  if (!profile) return pass_on(profile);
  for (const std::string_view list : {"QueueConfigs", "ManualAssignmentQueueConfigs"}) {
    if (auto error = check_queues(call, items_in(call, list))) return pass_on(*error);
  }
  for (const std::string_view list : {"QueueConfigs", "ManualAssignmentQueueConfigs"}) {
    put_queues(**profile, list, items_in(call, list));
  }
  call.touch(**profile);
  return js::object();
}

Outcome disassociate_queues(Call& call) {
  auto profile = find_profile(call);
  if (!profile) return pass_on(profile);
  for (const auto& [references, list] :
       {std::pair{"QueueReferences", "QueueConfigs"},
        std::pair{"ManualAssignmentQueueReferences", "ManualAssignmentQueueConfigs"}}) {
    for (const js::value& reference : items_in(call, references)) {
      erase_from(array_of(**profile, list),
                 [&](const js::value& c) { return same_reference(c, reference); });
    }
  }
  call.touch(**profile);
  return js::object();
}

js::array show_queues(Call& call, Resource& profile, std::string_view list) {
  js::array items;
  for (const js::value& config : array_of(profile, list)) {
    const js::value& reference = config.at("QueueReference");
    const Resource* queue =
        call.instance->of("queue").find(std::string(reference.at("QueueId").get_string()));
    if (!queue) continue;
    js::object item{{"QueueId", queue->id},
                    {"QueueArn", queue->arn},
                    {"QueueName", queue->name},
                    {"Channel", reference.at("Channel")}};
    for (const std::string_view name : {"Priority", "Delay"}) {
      if (const js::value* number = config.get_object().if_contains(name)) item[name] = *number;
    }
    items.push_back(std::move(item));
  }
  return items;
}

Outcome list_queues(Call& call) {
  auto profile = find_profile(call);
  if (!profile) return pass_on(profile);
  return page_of(call, "RoutingProfileQueueConfigSummaryList",
                 items_of(show_queues(call, **profile, "QueueConfigs")));
}

Outcome list_manual_queues(Call& call) {
  auto profile = find_profile(call);
  if (!profile) return pass_on(profile);
  return page_of(call, "RoutingProfileManualAssignmentQueueConfigSummaryList",
                 items_of(show_queues(call, **profile, "ManualAssignmentQueueConfigs")));
}

// Hours: overrides and parents. An override is a resource of its own, kept by its hours' id.

bool belongs(const Resource& override_row, const Resource& hours) {
  return override_row.members.at("HoursOfOperationId") == js::value(js::string(hours.id));
}

js::object show_override(const Resource& row) {
  js::object out = row.members;
  out["HoursOfOperationOverrideId"] = row.id;
  out["Name"] = row.name;
  return out;
}

void take_override(const Call& call, Resource& row) {
  for (const auto& entry : call.input) {
    if (entry.key() != "InstanceId" && entry.key() != "HoursOfOperationId" &&
        entry.key() != "Name" && entry.key() != "HoursOfOperationOverrideId") {
      row.members.insert_or_assign(entry.key(), entry.value());
    }
  }
  if (call.has("Name")) row.name = call.text("Name");
}

Outcome create_override(Call& call) {
  auto hours = find_hours(call);
  if (!hours) return pass_on(hours);
  Resource row;
  row.kind = "hours-override";
  row.id = call.random.uuid();
  take_override(call, row);
  row.members["HoursOfOperationId"] = (*hours)->id;
  row.members["HoursOfOperationArn"] = (*hours)->arn;
  call.appear(row);
  return js::object{
      {"HoursOfOperationOverrideId", call.instance->of("hours-override").add(std::move(row)).id}};
}

tl::expected<Resource*, ApiError> find_override(const Call& call) {
  auto hours = find_hours(call);
  if (!hours) return pass_on(hours);
  Resource* row = call.instance->of("hours-override").find(call.text("HoursOfOperationOverrideId"));
  if (!row || !belongs(*row, **hours)) return not_found();
  return row;
}

Outcome describe_override(Call& call) {
  auto row = find_override(call);
  if (!row) return pass_on(row);
  return js::object{{"HoursOfOperationOverride", show_override(**row)}};
}

Outcome update_override(Call& call) {
  auto row = find_override(call);
  if (!row) return pass_on(row);
  take_override(call, **row);
  call.touch(**row);
  return js::object();
}

Outcome delete_override(Call& call) {
  auto row = find_override(call);
  if (!row) return pass_on(row);
  call.remove(call.instance->of("hours-override"), **row);
  return js::object();
}

Outcome list_overrides(Call& call) {
  auto hours = find_hours(call);
  if (!hours) return pass_on(hours);
  return page_of(call, "HoursOfOperationOverrideList",
                 rows_of<Resource>(
                     call, call.instance->of("hours-override"),
                     [&](const Resource& row) { return belongs(row, **hours); },
                     [](const Resource& row) -> js::value { return show_override(row); }));
}

Outcome search_overrides(Call& call) {
  return search_page<Resource>(call, "HoursOfOperationOverrides",
                               call.instance->of("hours-override"), show_override);
}

js::array& parents_of(Resource& hours) {
  return array_of(hours, "ParentHoursOfOperations");
}

Outcome associate_hours(Call& call) {
  auto hours = find_hours(call);
  if (!hours) return pass_on(hours);
  for (const js::value& config : items_in(call, "ParentHoursOfOperationConfigs")) {
    const Resource* parent = call.instance->of("hours-of-operation")
                                 .find(std::string(config.at("HoursOfOperationId").get_string()));
    if (!parent) return not_found();
    erase_from(parents_of(**hours),
               [&](const js::value& p) { return p.at("Id") == js::value(js::string(parent->id)); });
    parents_of(**hours).push_back(
        js::object{{"Name", parent->name}, {"Id", parent->id}, {"Arn", parent->arn}});
  }
  call.touch(**hours);
  return js::object();
}

Outcome disassociate_hours(Call& call) {
  auto hours = find_hours(call);
  if (!hours) return pass_on(hours);
  for (const js::value& id : items_in(call, "ParentHoursOfOperationIds")) {
    erase_from(parents_of(**hours), [&](const js::value& p) { return p.at("Id") == id; });
  }
  call.touch(**hours);
  return js::object();
}

Outcome list_children(Call& call) {
  auto hours = find_hours(call);
  if (!hours) return pass_on(hours);
  js::array items;
  for (const auto& [order, row] : call.instance->of("hours-of-operation").rows()) {
    for (const js::value& parent : parents_of(*row)) {
      if (parent.at("Id") == js::value(js::string((*hours)->id))) {
        items.push_back(js::object{{"Name", row->name}, {"Id", row->id}, {"Arn", row->arn}});
      }
    }
  }
  return page_of(call, "ChildHoursOfOperationsSummaryList", items_of(std::move(items)));
}

// Lists inside one resource.

Handler inner_list(std::string_view kind, std::string_view keyword, std::string_view id_member,
                   std::string_view member, std::string_view output) {
  return [=](Call& call) -> Outcome {
    auto row = find(call, kind, keyword, id_member);
    if (!row) return pass_on(row);
    return page_of(call, output, items_of(array_of(**row, member)));
  };
}

Outcome prompt_file(Call& call) {
  auto prompt = find(call, "prompt", "prompt", "PromptId");
  if (!prompt) return pass_on(prompt);
  return js::object{
      {"PromptPresignedUrl", "https://simulated.invalid/prompts/" + (*prompt)->id + ".wav"},
      {"LastModifiedTime", (*prompt)->modified},
      {"LastModifiedRegion", call.instance->region}};
}

js::object lock_version() {
  return js::object{{"DataTable", "1"}, {"Attribute", "1"}};
}

Outcome create_attribute(Call& call) {
  auto table = find(call, "data-table", "data-table", "DataTableId");
  if (!table) return pass_on(table);
  js::object attribute = call.input;
  for (const std::string_view name : {"InstanceId", "DataTableId"}) attribute.erase(name);
  for (const js::value& other : array_of(**table, "Attributes")) {
    if (other.at("Name") == attribute.at("Name")) {
      return refuse("DuplicateResourceException",
                    "An attribute with the specified name already exists");
    }
  }
  const std::string id = call.random.uuid();
  attribute["AttributeId"] = id;
  attribute["DataTableId"] = (*table)->id;
  attribute["DataTableArn"] = (*table)->arn;
  attribute["LockVersion"] = lock_version();
  js::object answer{
      {"Name", attribute.at("Name")}, {"AttributeId", id}, {"LockVersion", lock_version()}};
  array_of(**table, "Attributes").push_back(std::move(attribute));
  return answer;
}

}  // namespace

void add_routing_operations(Handlers& handlers) {
  handlers["AssociateQueueQuickConnects"] = associate_quick_connects;
  handlers["DisassociateQueueQuickConnects"] = disassociate_quick_connects;
  handlers["ListQueueQuickConnects"] = list_quick_connects;
  handlers["AssociateQueueEmailAddresses"] = associate_addresses;
  handlers["DisassociateQueueEmailAddresses"] = disassociate_addresses;
  handlers["ListQueueEmailAddresses"] = list_addresses;
  handlers["AssociateRoutingProfileQueues"] = put_profile_queues;
  handlers["UpdateRoutingProfileQueues"] = put_profile_queues;
  handlers["DisassociateRoutingProfileQueues"] = disassociate_queues;
  handlers["ListRoutingProfileQueues"] = list_queues;
  handlers["ListRoutingProfileManualAssignmentQueues"] = list_manual_queues;
  handlers["CreateHoursOfOperationOverride"] = create_override;
  handlers["DescribeHoursOfOperationOverride"] = describe_override;
  handlers["UpdateHoursOfOperationOverride"] = update_override;
  handlers["DeleteHoursOfOperationOverride"] = delete_override;
  handlers["ListHoursOfOperationOverrides"] = list_overrides;
  handlers["SearchHoursOfOperationOverrides"] = search_overrides;
  handlers["AssociateHoursOfOperations"] = associate_hours;
  handlers["DisassociateHoursOfOperations"] = disassociate_hours;
  handlers["ListChildHoursOfOperations"] = list_children;
  handlers["ListSecurityProfilePermissions"] = inner_list(
      "security-profile", "security-profile", "SecurityProfileId", "Permissions", "Permissions");
  handlers["ListSecurityProfileApplications"] = inner_list(
      "security-profile", "security-profile", "SecurityProfileId", "Applications", "Applications");
  handlers["ListSecurityProfileFlowModules"] =
      inner_list("security-profile", "security-profile", "SecurityProfileId", "AllowedFlowModules",
                 "AllowedFlowModules");
  handlers["GetPromptFile"] = prompt_file;
  handlers["CreateDataTableAttribute"] = create_attribute;
  handlers["ListDataTableAttributes"] =
      inner_list("data-table", "data-table", "DataTableId", "Attributes", "Attributes");
}

}  // namespace flowferry::simulator
