#include "connect/lists.h"

#include <array>
#include <unordered_set>
#include <utility>

#include "net/url.h"

namespace flowferry::connect {
namespace {

using K = ResourceKind;

constexpr ListOperation get(std::string_view name, std::string_view path, std::string_view items,
                            int page = 1000, std::string_view filter_name = {},
                            std::string_view filter_value = {}) {
  return {name, Paging::query, path, page, items, filter_name, filter_value};
}

constexpr ListOperation post(std::string_view name, std::string_view path, std::string_view items,
                             int page) {
  return {name, Paging::body, path, page, items, {}, {}};
}

constexpr ItemMembers typed(std::string_view type) {
  return {"Name", "Id", "Arn", type, {}, {}};
}

constexpr std::array k_lists = {
    ResourceList{K::contact_flow,
                 get("ListContactFlows", "/contact-flows-summary/{}", "ContactFlowSummaryList"),
                 {"Name", "Id", "Arn", "ContactFlowType", "ContactFlowState", "ContactFlowStatus"}},
    ResourceList{K::flow_module,
                 get("ListContactFlowModules", "/contact-flow-modules-summary/{}",
                     "ContactFlowModulesSummaryList"),
                 {"Name", "Id", "Arn", {}, "State", {}}},
    // Without the filter each user's own queue comes too, without a name.
    ResourceList{
        K::queue,
        get("ListQueues", "/queues-summary/{}", "QueueSummaryList", 1000, "queueTypes", "STANDARD"),
        typed("QueueType")},
    ResourceList{K::hours_of_operation,
                 get("ListHoursOfOperations", "/hours-of-operations-summary/{}",
                     "HoursOfOperationSummaryList"),
                 {}},
    ResourceList{K::prompt, get("ListPrompts", "/prompts-summary/{}", "PromptSummaryList"), {}},
    ResourceList{
        K::routing_profile,
        get("ListRoutingProfiles", "/routing-profiles-summary/{}", "RoutingProfileSummaryList"),
        {}},
    ResourceList{K::quick_connect,
                 get("ListQuickConnects", "/quick-connects/{}", "QuickConnectSummaryList"),
                 typed("QuickConnectType")},
    ResourceList{K::user,
                 get("ListUsers", "/users-summary/{}", "UserSummaryList"),
                 {"Username", "Id", "Arn", {}, {}, {}}},
    ResourceList{
        K::security_profile,
        get("ListSecurityProfiles", "/security-profiles-summary/{}", "SecurityProfileSummaryList"),
        {}},
    ResourceList{K::hierarchy_group,
                 get("ListUserHierarchyGroups", "/user-hierarchy-groups-summary/{}",
                     "UserHierarchyGroupSummaryList"),
                 {}},
    ResourceList{K::view,
                 get("ListViews", "/views/{}", "ViewsSummaryList", 100),
                 {"Name", "Id", "Arn", "Type", {}, "Status"}},
    ResourceList{K::task_template,
                 get("ListTaskTemplates", "/instance/{}/task/template", "TaskTemplates", 100),
                 {"Name", "Id", "Arn", {}, "Status", {}}},
    ResourceList{K::agent_status,
                 get("ListAgentStatuses", "/agent-status/{}", "AgentStatusSummaryList"),
                 typed("Type")},
    ResourceList{
        K::phone_number,
        post("ListPhoneNumbersV2", "/phone-number/list", "ListPhoneNumbersSummaryList", 1000),
        {"PhoneNumber", "PhoneNumberId", "PhoneNumberArn", "PhoneNumberType", {}, {}}},
    ResourceList{
        K::evaluation_form,
        get("ListEvaluationForms", "/evaluation-forms/{}", "EvaluationFormSummaryList", 100),
        {"Title", "EvaluationFormId", "EvaluationFormArn", {}, {}, {}}},
    ResourceList{K::email_address,
                 post("SearchEmailAddresses", "/search-email-addresses", "EmailAddresses", 100),
                 {"EmailAddress", "EmailAddressId", "EmailAddressArn", {}, {}, {}}},
    ResourceList{
        K::data_table, get("ListDataTables", "/data-tables/{}", "DataTableSummaryList"), {}},
};

tl::unexpected<Error> malformed(std::string message) {
  return fail(ErrorKind::malformed, std::move(message), "check that the endpoint is the service's");
}

aws::Call page_call(const ListOperation& operation, const std::string& path,
                    const std::string& instance_id, const std::string& token) {
  aws::Call call;
  call.operation = operation.name;
  if (operation.paging == Paging::body) {
    call.method = "POST";
    call.target = path;
    call.body = Body()
                    .text("InstanceId", instance_id)
                    .raw("MaxResults", std::to_string(operation.page))
                    .text_unless_empty("NextToken", token)
                    .finish();
    return call;
  }
  net::Target target(path);
  if (!operation.filter_name.empty()) target.query(operation.filter_name, operation.filter_value);
  target.query("maxResults", std::int64_t{operation.page});
  if (!token.empty()) target.query("nextToken", token);
  call.method = "GET";
  call.target = target.text();
  return call;
}

}  // namespace

const ResourceList* resource_list(ResourceKind kind) {
  for (const ResourceList& list : k_lists) {
    if (list.kind == kind) return &list;
  }
  return nullptr;
}

std::string path_for(const ListOperation& operation, std::string_view instance_id) {
  const std::size_t hole = operation.path.find("{}");
  if (hole == std::string_view::npos) return std::string(operation.path);
  net::Target target(operation.path.substr(0, hole));
  return target.member(instance_id).fixed(operation.path.substr(hole + 2)).text();
}

Task<Result<void>> list_all(aws::Service& service, ListOperation operation, std::string path,
                            std::string instance_id, std::function<void(const View&)> take,
                            std::function<void()> turn) {
  std::string token;
  std::unordered_set<std::string> seen;
  do {
    aws::Call call = page_call(operation, path, instance_id, token);
    const Result<aws::Answer> answer = co_await service.send(std::move(call));
    if (!answer) co_return fail(answer.error());
    const View page(*answer);
    if (!page.is_object()) {
      co_return malformed("the answer to " + std::string(operation.name) + " is no JSON object");
    }
    page[operation.items].each(take);
    if (turn) turn();
    token = page["NextToken"].text();
    if (!token.empty() && !seen.insert(token).second) {
      co_return malformed("the pages of " + std::string(operation.name) +
                          " never end: a NextToken came twice");
    }
  } while (!token.empty());
  co_return Result<void>();
}

Task<Result<void>> list_page(aws::Service& service, ListOperation operation, std::string path,
                             std::string instance_id, std::function<void(const View&)> take) {
  aws::Call call = page_call(operation, path, instance_id, {});
  const Result<aws::Answer> answer = co_await service.send(std::move(call));
  if (!answer) co_return fail(answer.error());
  const View page(*answer);
  if (!page.is_object()) {
    co_return malformed("the answer to " + std::string(operation.name) + " is no JSON object");
  }
  page[operation.items].each(take);
  co_return Result<void>();
}

Resource to_resource(ResourceKind kind, const ItemMembers& members, const View& item) {
  const auto text = [&item](std::string_view name) {
    return name.empty() ? std::string() : item[name].text();
  };
  Resource resource;
  resource.kind = kind;
  resource.name = text(members.name);
  resource.id = text(members.id);
  resource.arn = text(members.arn);
  resource.type = text(members.type);
  resource.state = upper(text(members.state));
  resource.status = upper(text(members.status));
  return resource;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return text;
}

}  // namespace flowferry::connect
