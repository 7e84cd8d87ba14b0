// Instances and their settings; the user hierarchy's structure.
#include <array>

#include "simulator/paging.h"

namespace flowferry::simulator {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 13> k_attributes = {{
    {"INBOUND_CALLS", "true"},
    {"OUTBOUND_CALLS", "true"},
    {"CONTACTFLOW_LOGS", "true"},
    {"CONTACT_LENS", "true"},
    {"AUTO_RESOLVE_BEST_VOICES", "true"},
    {"USE_CUSTOM_TTS_VOICES", "false"},
    {"EARLY_MEDIA", "true"},
    {"MULTI_PARTY_CONFERENCE", "false"},
    {"HIGH_VOLUME_OUTBOUND", "false"},
    {"ENHANCED_CONTACT_MONITORING", "false"},
    {"ENHANCED_CHAT_MONITORING", "false"},
    {"MULTI_PARTY_CHAT_CONFERENCE", "false"},
    {"MESSAGE_STREAMING", "false"},
}};

js::object show(const InstanceState& instance) {
  return js::object{
      {"Id", instance.id},
      {"Arn", instance.arn},
      {"IdentityManagementType", "CONNECT_MANAGED"},
      {"InstanceAlias", instance.alias},
      {"CreatedTime", instance.created},
      {"ServiceRole",
       "arn:" + instance.partition + ":iam::" + instance.account +
           ":role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_simulated"},
      {"InstanceStatus", "ACTIVE"},
      {"InboundCallsEnabled", true},
      {"OutboundCallsEnabled", true},
      {"InstanceAccessUrl", "https://" + instance.alias + ".my.connect.aws"}};
}

Outcome list_instances(Call& call) {
  js::array items;
  for (const auto& instance : call.state.instances) {
    if (instance->account == call.caller.account && instance->region == call.caller.region) {
      items.push_back(show(*instance));
    }
  }
  return page_of(call, "InstanceSummaryList", items_of(std::move(items)));
}

Outcome describe_instance(Call& call) {
  js::object instance = show(*call.instance);
  instance["Tags"] = to_json(call.instance->tags);
  return js::object{{"Instance", std::move(instance)}};
}

Outcome list_attributes(Call& call) {
  js::array items;
  for (const auto& [type, value] : k_attributes) {
    items.push_back(js::object{{"AttributeType", type}, {"Value", value}});
  }
  return page_of(call, "Attributes", items_of(std::move(items)));
}

Outcome describe_attribute(Call& call) {
  for (const auto& [type, value] : k_attributes) {
    if (type == call.text("AttributeType")) {
      return js::object{{"Attribute", js::object{{"AttributeType", type}, {"Value", value}}}};
    }
  }
  return not_found();
}

/// A list that has nothing in a simulated instance.
Handler empty_list(std::string_view member) {
  return [member](Call& call) { return page_of(call, member, items_of({})); };
}

Outcome list_security_keys(Call& call) {
  return page_of(call, "SecurityKeys",
                 rows_of<Resource>(call, call.instance->of("security-key"), nullptr,
                                   [](const Resource& row) -> js::value {
                                     return js::object{{"AssociationId", row.id},
                                                       {"Key", row.name},
                                                       {"CreationTime", row.created}};
                                   }));
}

js::object& hierarchy_levels(Call& call) {
  auto& table = call.instance->of("hierarchy-structure");
  if (Resource* row = table.find("structure")) return row->members;
  Resource row;
  row.kind = "hierarchy-structure";
  row.id = "structure";
  call.appear(row);
  return table.add(std::move(row)).members;
}

Outcome describe_hierarchy(Call& call) {
  return js::object{{"HierarchyStructure", hierarchy_levels(call)}};
}

Outcome update_hierarchy(Call& call) {
  js::object& levels = hierarchy_levels(call);
  for (const auto& entry : call.input.at("HierarchyStructure").get_object()) {
    const std::string id = call.random.uuid();
    levels.insert_or_assign(entry.key(),
                            js::object{{"Id", id},
                                       {"Arn", call.instance->arn_of("agent-group-level", id)},
                                       {"Name", entry.value().at("Name")},
                                       {"LastModifiedTime", call.now},
                                       {"LastModifiedRegion", call.instance->region}});
  }
  return js::object();
}

}  // namespace

void add_instance_operations(Handlers& handlers) {
  handlers["ListInstances"] = list_instances;
  handlers["DescribeInstance"] = describe_instance;
  handlers["ListInstanceAttributes"] = list_attributes;
  handlers["DescribeInstanceAttribute"] = describe_attribute;
  handlers["ListInstanceStorageConfigs"] = empty_list("StorageConfigs");
  handlers["DescribeInstanceStorageConfig"] = [](Call&) -> Outcome { return not_found(); };
  handlers["ListApprovedOrigins"] = empty_list("Origins");
  handlers["ListSecurityKeys"] = list_security_keys;
  handlers["DescribeUserHierarchyStructure"] = describe_hierarchy;
  handlers["UpdateUserHierarchyStructure"] = update_hierarchy;
}

}  // namespace flowferry::simulator
