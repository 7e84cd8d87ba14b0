// List, Describe, Search, Create, Update and Delete of the kinds in resource_kinds.h.
#include <algorithm>
#include <array>

#include "simulator/flow_rules.h"
#include "simulator/resource_kinds.h"
#include "simulator/search.h"

namespace flowferry::simulator {
namespace {

/// Members of inputs that name another resource, and its kind.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> k_references = {{
    {"HoursOfOperationId", "hours-of-operation"},
    {"QueueId", "queue"},
    {"DefaultOutboundQueueId", "queue"},
    {"UserId", "user"},
    {"ContactFlowId", "contact-flow"},
    {"OutboundFlowId", "contact-flow"},
    {"SelfAssignFlowId", "contact-flow"},
    {"FlowModuleId", "flow-module"},
    {"ParentGroupId", "hierarchy-group"},
    {"QuickConnectIds", "quick-connect"},
    {"OutboundEmailAddressId", "email-address"},
    {"OutboundCallerIdNumberId", "phone-number"},
    {"EmailAddressId", "email-address"},
}};

std::string_view view(const js::string& text) {
  return {text.data(), text.size()};
}

bool exists(const Call& call, std::string_view kind, std::string_view text) {
  std::string_view id = text;
  if (const std::size_t slash = text.rfind('/'); slash != std::string_view::npos)
    id = text.substr(slash + 1);
  if (kind == "contact-flow") return call.instance->flows.find(id) != nullptr;
  if (kind == "flow-module") return call.instance->modules.find(id) != nullptr;
  return call.instance->of(kind).find(id) != nullptr;
}

bool resolves(const Call& call, std::string_view kind, const js::value& value) {
  if (value.is_string()) return exists(call, kind, view(value.get_string()));
  if (!value.is_array()) return true;
  const js::array& items = value.get_array();
  return std::all_of(items.begin(), items.end(),
                     [&](const js::value& item) { return resolves(call, kind, item); });
}

/// Every resource that the input names must exist in the instance.
std::optional<ApiError> check_references(const Call& call, const js::value& value,
                                         const KindRow& own) {
  if (value.is_array()) {
    for (const js::value& item : value.get_array()) {
      if (auto error = check_references(call, item, own)) return error;
    }
  }
  if (!value.is_object()) return std::nullopt;
  for (const auto& entry : value.get_object()) {
    for (const auto& [member, kind] : k_references) {
      if (entry.key() != member || kind == own.kind || resolves(call, kind, entry.value()))
        continue;
      ApiError error;
      error.code = "ResourceNotFoundException";
      error.message = "The " + std::string(kind) + " in " + std::string(member) + " does not exist";
      return error;
    }
    if (auto error = check_references(call, entry.value(), own)) return error;
  }
  return std::nullopt;
}

bool is_own_key(const KindRow& row, std::string_view member) {
  return member == "InstanceId" || member == "ClientToken" || member == "Tags" ||
         member == row.name_member || member == std::string(row.stem) + "Id";
}

/// Takes over what the input says, but for keys, name and tags.
void take_members(const Call& call, const KindRow& row, Resource& resource) {
  for (const auto& entry : call.input) {
    if (!is_own_key(row, view(js::string(entry.key()))))
      resource.members.insert_or_assign(entry.key(), entry.value());
  }
}

tl::expected<Resource*, ApiError> find_resource(const Call& call, const KindRow& row, bool seen) {
  Table<Resource>& table = call.instance->of(row.kind);
  std::string id;
  if (row.keyword.empty()) {
    id = call.text(row.name_member);
  } else {
    auto reference = read_reference(call, call.text(std::string(row.stem) + "Id"), row.keyword);
    if (!reference) return pass_on(reference);
    id = reference->id;
  }
  Resource* found = seen ? table.find_seen(id, call.now) : table.find(id);
  if (!found) return not_found();
  return found;
}

bool passes_filters(const Call& call, const KindRow& row, const js::object& shown) {
  for (const ListFilter& filter : row.filters) {
    const js::value* asked = call.input.if_contains(filter.input);
    if (!asked) continue;
    const js::value* have = shown.if_contains(filter.shown);
    if (!have) return false;
    if (asked->is_array()) {
      const js::array& words = asked->get_array();
      if (std::find(words.begin(), words.end(), *have) == words.end()) return false;
    } else if (*asked != *have) {
      return false;
    }
  }
  return true;
}

/// Every user has a queue of their own, without a name. Lists give them behind the others.
std::optional<std::pair<std::uint64_t, js::value>> next_agent_queue(const Call& call,
                                                                    std::uint64_t after) {
  constexpr std::uint64_t k_behind = std::uint64_t{1} << 40U;
  const auto& users = call.instance->of("user").rows();
  const auto user = users.upper_bound(after < k_behind ? 0 : after - k_behind);
  if (user == users.end()) return std::nullopt;
  return {{k_behind + user->first,
           js::object{{"Id", user->second->id},
                      {"Arn", call.instance->arn_of("queue/agent", user->second->id)},
                      {"QueueType", "AGENT"},
                      {"LastModifiedTime", user->second->modified},
                      {"LastModifiedRegion", call.instance->region}}}};
}

bool wants_agent_queues(const Call& call) {
  if (!call.switches.is(Switch::agent_queues, "yes")) return false;
  const js::value* types = call.input.if_contains("QueueTypes");
  if (!types) return true;
  const js::array& words = types->get_array();
  return std::find(words.begin(), words.end(), js::value("AGENT")) != words.end();
}

Outcome list(Call& call, const KindRow& row) {
  const Shape& shape = *output_member_shape(call.operation, row.list_member);
  const auto show = [&](const Resource& resource) -> js::value {
    return project(call, row, resource, shape);
  };
  const ItemSource rows = rows_of<Resource>(
      call, call.instance->of(row.kind),
      [&](const Resource& resource) {
        return passes_filters(call, row, project(call, row, resource, shape));
      },
      show);
  if (row.kind != "queue" || !wants_agent_queues(call)) return page_of(call, row.list_member, rows);
  return page_of(call, row.list_member, [&](std::uint64_t after) {
    auto item = rows(after);
    return item ? item : next_agent_queue(call, after);
  });
}

Outcome describe(Call& call, const KindRow& row) {
  auto found = find_resource(call, row, true);
  if (!found) return pass_on(found);
  js::object shown =
      project(call, row, **found, *output_member_shape(call.operation, row.describe_member));
  if (row.describe_member.empty()) return shown;
  return js::object{{row.describe_member, std::move(shown)}};
}

Outcome search(Call& call, const KindRow& row) {
  const Shape& shape = *output_member_shape(call.operation, row.search_member);
  return search_page<Resource>(
      call, row.search_member, call.instance->of(row.kind),
      [&](const Resource& resource) { return project(call, row, resource, shape); });
}

std::optional<ApiError> check_new_name(const Call& call, const KindRow& row, std::string_view name,
                                       const Resource* self) {
  for (const Resource* other : call.instance->of(row.kind).named(name)) {
    if (other == self) continue;
    ApiError error;
    error.code =
        row.kind == "email-address" ? "ResourceConflictException" : "DuplicateResourceException";
    error.message = "A resource with the specified name already exists";
    return error;
  }
  return std::nullopt;
}

std::optional<ApiError> check_resource_quota(const Call& call, const KindRow& row) {
  const auto have = static_cast<std::int64_t>(call.instance->of(row.kind).count());
  if (have < call.switches.number(Switch::resource_quota)) return std::nullopt;
  ApiError error;
  // Newer operations say it with 402 (connect-api.md 1.5).
  error.code = call.operation.models_error("ServiceQuotaExceededException")
                   ? "ServiceQuotaExceededException"
                   : "LimitExceededException";
  error.message = "The limit of resources of this kind per instance has been reached";
  return error;
}

Outcome create(Call& call, const KindRow& row) {
  if (auto error = check_resource_quota(call, row)) return pass_on(*error);
  if (auto error = check_references(call, call.input, row)) return pass_on(*error);
  Resource resource;
  resource.kind = std::string(row.kind);
  resource.name = call.text(row.name_member);
  if (auto error = check_new_name(call, row, resource.name, nullptr)) return pass_on(*error);
  resource.tags = call.tags();
  resource.members = default_members(*call.instance, row.kind, resource.name);
  take_members(call, row, resource);
  resource.id = row.keyword.empty() ? resource.name : call.random.uuid();
  if (!row.keyword.empty()) resource.arn = call.instance->arn_of(row.keyword, resource.id);
  call.appear(resource);
  const Resource& made = call.instance->of(row.kind).add(std::move(resource));
  if (!call.operation.output) return js::object();
  return project(call, row, made, *call.operation.output);
}

Outcome update(Call& call, const KindRow& row) {
  auto found = find_resource(call, row, true);
  if (!found) return pass_on(found);
  if (auto error = check_references(call, call.input, row)) return pass_on(*error);
  Resource& resource = **found;
  const auto name = call.optional_text(row.name_member);
  if (name && *name != resource.name) {
    if (auto error = check_new_name(call, row, *name, &resource)) return pass_on(*error);
    call.rename(call.instance->of(row.kind), resource, *name);
  }
  take_members(call, row, resource);
  call.touch(resource);
  if (!call.operation.output) return js::object();
  return project(call, row, resource, *call.operation.output);
}

bool mentions(const js::value& value, const std::string& id) {
  if (value.is_string()) return view(value.get_string()) == id;
  if (value.is_array()) {
    const js::array& items = value.get_array();
    return std::any_of(items.begin(), items.end(),
                       [&](const js::value& item) { return mentions(item, id); });
  }
  if (!value.is_object()) return false;
  for (const auto& entry : value.get_object()) {
    if (mentions(entry.value(), id)) return true;
  }
  return false;
}

bool in_use(const InstanceState& instance, const std::string& id) {
  for (const auto& [kind, table] : instance.resources) {
    for (const auto& [order, row] : table.rows()) {
      if (!row->visibility.deleted && mentions(row->members, id)) return true;
    }
  }
  return false;
}

Outcome remove(Call& call, const KindRow& row) {
  auto found = find_resource(call, row, false);
  if (!found) return pass_on(found);
  Resource& resource = **found;
  if (call.operation.models_error("ResourceInUseException") &&
      in_use(*call.instance, resource.id)) {
    ApiError error;
    error.code = "ResourceInUseException";
    error.message = "The resource is in use by another resource";
    error.extra["ResourceId"] = resource.id;
    return pass_on(error);
  }
  call.remove(call.instance->of(row.kind), resource);
  return js::object();
}

}  // namespace

void add_resource_operations(Handlers& handlers, const ServiceDescription& connect) {
  const auto add = [&](std::string_view operation, const KindRow& row,
                       Outcome (*handler)(Call&, const KindRow&)) {
    if (operation.empty() || !connect.operation(operation)) return;
    handlers[std::string(operation)] = [&row, handler](Call& call) { return handler(call, row); };
  };
  for (const KindRow& row : kind_rows()) {
    add(row.list, row, list);
    add(row.describe, row, describe);
    add(row.search, row, search);
    add(row.create, row, create);
    for (const std::string_view operation : row.updates) add(operation, row, update);
    add(row.remove, row, remove);
  }
}

}  // namespace flowferry::simulator
