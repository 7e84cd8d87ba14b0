#include "simulator/resource_kinds.h"

#include "base/clock.h"
#include "base/text.h"

namespace flowferry::simulator {
namespace {

const std::vector<KindRow> k_rows = {
    {"queue",
     "queue",
     "Queue",
     "Name",
     "ListQueues",
     "QueueSummaryList",
     "DescribeQueue",
     "Queue",
     "SearchQueues",
     "Queues",
     "CreateQueue",
     {"UpdateQueueName", "UpdateQueueHoursOfOperation", "UpdateQueueMaxContacts",
      "UpdateQueueOutboundCallerConfig", "UpdateQueueOutboundEmailConfig", "UpdateQueueStatus"},
     "DeleteQueue",
     {{"QueueTypes", "QueueType"}}},
    {"hours-of-operation",
     "operating-hours",
     "HoursOfOperation",
     "Name",
     "ListHoursOfOperations",
     "HoursOfOperationSummaryList",
     "DescribeHoursOfOperation",
     "HoursOfOperation",
     "SearchHoursOfOperations",
     "HoursOfOperations",
     "CreateHoursOfOperation",
     {"UpdateHoursOfOperation"},
     "DeleteHoursOfOperation",
     {}},
    {"prompt",
     "prompt",
     "Prompt",
     "Name",
     "ListPrompts",
     "PromptSummaryList",
     "DescribePrompt",
     "Prompt",
     "SearchPrompts",
     "Prompts",
     "CreatePrompt",
     {"UpdatePrompt"},
     "DeletePrompt",
     {}},
    {"routing-profile",
     "routing-profile",
     "RoutingProfile",
     "Name",
     "ListRoutingProfiles",
     "RoutingProfileSummaryList",
     "DescribeRoutingProfile",
     "RoutingProfile",
     "SearchRoutingProfiles",
     "RoutingProfiles",
     "CreateRoutingProfile",
     {"UpdateRoutingProfileName", "UpdateRoutingProfileConcurrency",
      "UpdateRoutingProfileDefaultOutboundQueue", "UpdateRoutingProfileAgentAvailabilityTimer"},
     "DeleteRoutingProfile",
     {}},
    {"quick-connect",
     "transfer-destination",
     "QuickConnect",
     "Name",
     "ListQuickConnects",
     "QuickConnectSummaryList",
     "DescribeQuickConnect",
     "QuickConnect",
     "SearchQuickConnects",
     "QuickConnects",
     "CreateQuickConnect",
     {"UpdateQuickConnectName", "UpdateQuickConnectConfig"},
     "DeleteQuickConnect",
     {{"QuickConnectTypes", "QuickConnectType"}}},
    {"user",
     "agent",
     "User",
     "Username",
     "ListUsers",
     "UserSummaryList",
     "DescribeUser",
     "User",
     "SearchUsers",
     "Users",
     "",
     {},
     "",
     {}},
    {"security-profile",
     "security-profile",
     "SecurityProfile",
     "SecurityProfileName",
     "ListSecurityProfiles",
     "SecurityProfileSummaryList",
     "DescribeSecurityProfile",
     "SecurityProfile",
     "SearchSecurityProfiles",
     "SecurityProfiles",
     "CreateSecurityProfile",
     {"UpdateSecurityProfile"},
     "DeleteSecurityProfile",
     {}},
    {"hierarchy-group",
     "agent-group",
     "HierarchyGroup",
     "Name",
     "ListUserHierarchyGroups",
     "UserHierarchyGroupSummaryList",
     "DescribeUserHierarchyGroup",
     "HierarchyGroup",
     "SearchUserHierarchyGroups",
     "UserHierarchyGroups",
     "CreateUserHierarchyGroup",
     {},
     "",
     {}},
    {"task-template",
     "task-template",
     "TaskTemplate",
     "Name",
     "ListTaskTemplates",
     "TaskTemplates",
     "GetTaskTemplate",
     "",
     "",
     "",
     "CreateTaskTemplate",
     {"UpdateTaskTemplate"},
     "DeleteTaskTemplate",
     {{"Status", "Status"}, {"Name", "Name"}}},
    {"agent-status",
     "agent-state",
     "AgentStatus",
     "Name",
     "ListAgentStatuses",
     "AgentStatusSummaryList",
     "DescribeAgentStatus",
     "AgentStatus",
     "SearchAgentStatuses",
     "AgentStatuses",
     "CreateAgentStatus",
     {"UpdateAgentStatus"},
     "",
     {{"AgentStatusTypes", "Type"}}},
    {"evaluation-form",
     "evaluation-form",
     "EvaluationForm",
     "Title",
     "ListEvaluationForms",
     "EvaluationFormSummaryList",
     "",
     "",
     "SearchEvaluationForms",
     "EvaluationFormSearchSummaryList",
     "",
     {},
     "",
     {}},
    {"email-address",
     "email-address",
     "EmailAddress",
     "EmailAddress",
     "",
     "",
     "DescribeEmailAddress",
     "",
     "SearchEmailAddresses",
     "EmailAddresses",
     "CreateEmailAddress",
     {},
     "",
     {}},
    {"data-table",
     "data-table",
     "DataTable",
     "Name",
     "ListDataTables",
     "DataTableSummaryList",
     "DescribeDataTable",
     "DataTable",
     "SearchDataTables",
     "DataTables",
     "CreateDataTable",
     {},
     "",
     {}},
    // The name is the key: no id, no ARN.
    {"predefined-attribute",
     "",
     "PredefinedAttribute",
     "Name",
     "ListPredefinedAttributes",
     "PredefinedAttributeSummaryList",
     "DescribePredefinedAttribute",
     "PredefinedAttribute",
     "SearchPredefinedAttributes",
     "PredefinedAttributes",
     "CreatePredefinedAttribute",
     {"UpdatePredefinedAttribute"},
     "DeletePredefinedAttribute",
     {}},
    {"rule",
     "rule",
     "Rule",
     "Name",
     "ListRules",
     "RuleSummaryList",
     "",
     "",
     "SearchRules",
     "Rules",
     "",
     {},
     "",
     {{"PublishStatus", "PublishStatus"}, {"EventSourceName", "EventSourceName"}}},
    {"workspace",
     "workspace",
     "Workspace",
     "Name",
     "ListWorkspaces",
     "WorkspaceSummaryList",
     "",
     "",
     "SearchWorkspaces",
     "Workspaces",
     "",
     {},
     "",
     {}},
    {"test-case",
     "test-case",
     "TestCase",
     "Name",
     "ListTestCases",
     "TestCaseSummaryList",
     "",
     "",
     "",
     "",
     "",
     {},
     "",
     {}},
};

js::value time_value(const Shape& shape, double seconds) {
  if (shape.type != ShapeType::string) return seconds;
  return js::value(
      js::string(iso8601(SystemTime(std::chrono::seconds(static_cast<std::int64_t>(seconds))))));
}

bool is_stem(std::string_view member, const KindRow& row, std::string_view ending) {
  return member.size() == row.stem.size() + ending.size() && member.starts_with(row.stem) &&
         member.ends_with(ending);
}

/// A member that every kind has, under any of its names; nothing when it is none of those.
std::optional<js::value> common_member(const Call& call, const KindRow& row,
                                       const Resource& resource, const Member& member) {
  const std::string_view name = member.name;
  if (name == "Id" || is_stem(name, row, "Id")) return js::value(js::string(resource.id));
  if (name == "Arn" || is_stem(name, row, "Arn") || is_stem(name, row, "ARN")) {
    return js::value(js::string(resource.arn));
  }
  if (name == row.name_member || name == "Name")
    return js::value(js::string(resource.name_at(call.now)));
  if (name == "Tags") return js::value(to_json(resource.tags));
  if (name == "InstanceId" || name == "OrganizationResourceId")
    return js::value(js::string(call.instance->id));
  if (name == "LastModifiedRegion") return js::value(js::string(call.instance->region));
  if (name == "LastModifiedTime" || name == "LastUpdatedTime" || name == "ModifiedTimestamp") {
    return time_value(*member.shape, resource.modified);
  }
  if (name == "CreatedTime" || name == "CreateTimestamp" || name == "CreatedAt") {
    return time_value(*member.shape, resource.created);
  }
  return std::nullopt;
}

js::array every_day() {
  js::array days;
  for (const char* day :
       {"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"}) {
    days.push_back(js::object{{"Day", day},
                              {"StartTime", js::object{{"Hours", 9}, {"Minutes", 0}}},
                              {"EndTime", js::object{{"Hours", 17}, {"Minutes", 0}}}});
  }
  return days;
}

/// The id of the first resource of a kind: what a new resource hangs on.
std::string first_id(const InstanceState& instance, std::string_view kind) {
  const auto& rows = instance.of(kind).rows();
  return rows.empty() ? std::string() : rows.begin()->second->id;
}

void refer_to_first(const InstanceState& instance, std::string_view kind, std::string_view member,
                    js::object& out) {
  const std::string id = first_id(instance, kind);
  if (!id.empty()) out[member] = id;
}

js::object user_members(const InstanceState& instance, std::string_view name) {
  js::object out{{"IdentityInfo", js::object{{"FirstName", name}, {"LastName", name}}},
                 {"PhoneConfig", js::object{{"PhoneType", "SOFT_PHONE"}, {"AutoAccept", false}}}};
  refer_to_first(instance, "routing-profile", "RoutingProfileId", out);
  const std::string profile = first_id(instance, "security-profile");
  if (!profile.empty()) out["SecurityProfileIds"] = js::array{js::string(profile)};
  return out;
}

}  // namespace

const std::vector<KindRow>& kind_rows() {
  return k_rows;
}

const KindRow* kind_row(std::string_view kind) {
  for (const KindRow& row : k_rows) {
    if (row.kind == kind) return &row;
  }
  return nullptr;
}

js::object project(const Call& call, const KindRow& row, const Resource& resource,
                   const Shape& shape) {
  js::object out;
  for (const Member& member : shape.members) {
    if (const js::value* value = resource.members.if_contains(member.name)) {
      out[member.name] = *value;
    } else if (auto common = common_member(call, row, resource, member)) {
      out[member.name] = std::move(*common);
    }
  }
  // A quick connect's type stands in its configuration only.
  if (const js::value* config = resource.members.if_contains("QuickConnectConfig")) {
    if (shape.member("QuickConnectType")) out["QuickConnectType"] = config->at("QuickConnectType");
  }
  return out;
}

js::object default_members(const InstanceState& instance, std::string_view kind,
                           std::string_view name) {
  js::object out;
  if (kind == "queue") {
    out = {{"QueueType", "STANDARD"}, {"Status", "ENABLED"}};
    refer_to_first(instance, "hours-of-operation", "HoursOfOperationId", out);
  } else if (kind == "hours-of-operation") {
    out = {{"TimeZone", "Asia/Tokyo"}, {"Config", every_day()}};
  } else if (kind == "routing-profile") {
    out["MediaConcurrencies"] = js::array{js::object{{"Channel", "VOICE"}, {"Concurrency", 1}}};
    refer_to_first(instance, "queue", "DefaultOutboundQueueId", out);
  } else if (kind == "quick-connect") {
    out["QuickConnectConfig"] =
        js::object{{"QuickConnectType", "PHONE_NUMBER"},
                   {"PhoneConfig", js::object{{"PhoneNumber", "+815000000000"}}}};
  } else if (kind == "user") {
    out = user_members(instance, name);
  } else if (kind == "task-template") {
    out = {
        {"Status", "ACTIVE"},
        {"Fields", js::array{js::object{{"Id", js::object{{"Name", "Name"}}}, {"Type", "NAME"}}}}};
  } else if (kind == "agent-status") {
    out = {{"Type", "CUSTOM"}, {"State", "ENABLED"}};
  } else if (kind == "evaluation-form") {
    const std::string by = "arn:" + instance.partition + ":iam::" + instance.account + ":root";
    out = {{"CreatedBy", by},
           {"LastModifiedBy", by},
           {"LatestVersion", 1},
           {"ActiveVersion", 1},
           {"Status", "ACTIVE"}};
  } else if (kind == "data-table") {
    out = {{"TimeZone", "Asia/Tokyo"}, {"ValueLockLevel", "NONE"}, {"Status", "PUBLISHED"},
           {"LockVersion", js::object{{"DataTable", "1"}}}};
  } else if (kind == "predefined-attribute") {
    out["Values"] = js::object{{"StringList", js::array{"A", "B"}}};
  }
  return out;
}

const Shape* output_member_shape(const Operation& operation, std::string_view member) {
  if (!operation.output) return nullptr;
  if (member.empty()) return operation.output;
  const Member* found = operation.output->member(member);
  if (!found) return nullptr;
  return found->shape->type == ShapeType::list ? found->shape->element : found->shape;
}

}  // namespace flowferry::simulator
