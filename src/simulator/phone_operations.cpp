// Phone numbers, and what flows are attached to: connect-api.md 2.3 and 2.5.
#include <algorithm>

#include "simulator/flow_rules.h"

namespace flowferry::simulator {
namespace {

std::string text_member(const Resource& row, std::string_view name, std::string_view fallback) {
  const js::value* value = row.members.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string(fallback);
}

std::string country_of(const Resource& row) {
  const bool japan = row.name.starts_with("+81");
  return text_member(row, "PhoneNumberCountryCode", japan ? "JP" : "US");
}

js::object show(const InstanceState& instance, const Resource& row) {
  return js::object{{"PhoneNumberId", row.id},
                    {"PhoneNumberArn", row.arn},
                    {"PhoneNumber", row.name},
                    {"PhoneNumberCountryCode", country_of(row)},
                    {"PhoneNumberType", text_member(row, "PhoneNumberType", "DID")},
                    {"PhoneNumberDescription", text_member(row, "Description", "")},
                    {"TargetArn", instance.arn},
                    {"InstanceId", instance.id}};
}

struct FoundNumber {
  InstanceState* instance;
  Resource* row;
};

/// By id or ARN, in any instance of the caller's account and Region.
tl::expected<FoundNumber, ApiError> find_number(const Call& call) {
  std::string id = call.text("PhoneNumberId");
  if (const std::size_t slash = id.rfind('/'); slash != std::string::npos)
    id = id.substr(slash + 1);
  for (const auto& instance : call.state.instances) {
    if (instance->account != call.caller.account || instance->region != call.caller.region)
      continue;
    if (Resource* row = instance->of("phone-number").find(id))
      return FoundNumber{instance.get(), row};
  }
  return not_found();
}

bool listed_in(const Call& call, std::string_view member, const std::string& word) {
  const js::value* asked = call.input.if_contains(member);
  if (!asked || !asked->is_array() || asked->get_array().empty()) return true;
  const js::array& words = asked->get_array();
  return std::any_of(words.begin(), words.end(),
                     [&](const js::value& w) { return w.get_string() == word; });
}

bool wanted(const Call& call, const Resource& row) {
  return listed_in(call, "PhoneNumberTypes", text_member(row, "PhoneNumberType", "DID")) &&
         listed_in(call, "PhoneNumberCountryCodes", country_of(row)) &&
         row.name.starts_with(call.text("PhoneNumberPrefix"));
}

Outcome list_v2(Call& call) {
  const std::string target = call.text("TargetArn");
  js::array items;
  for (const auto& instance : call.state.instances) {
    if (instance->account != call.caller.account || instance->region != call.caller.region)
      continue;
    if (call.instance && instance.get() != call.instance) continue;
    if (!target.empty() && target != instance->arn) continue;
    for (const auto& [order, row] : instance->of("phone-number").rows()) {
      if (row->visibility.seen_at(call.now) && wanted(call, *row))
        items.push_back(show(*instance, *row));
    }
  }
  return page_of(call, "ListPhoneNumbersSummaryList", items_of(std::move(items)));
}

Outcome list_v1(Call& call) {
  return page_of(call, "PhoneNumberSummaryList",
                 rows_of<Resource>(
                     call, call.instance->of("phone-number"),
                     [&](const Resource& row) { return wanted(call, row); },
                     [&](const Resource& row) -> js::value {
                       return js::object{
                           {"Id", row.id},
                           {"Arn", call.instance->arn_of("phone-number", row.id)},
                           {"PhoneNumber", row.name},
                           {"PhoneNumberType", text_member(row, "PhoneNumberType", "DID")},
                           {"PhoneNumberCountryCode", country_of(row)}};
                     }));
}

Outcome describe(Call& call) {
  auto found = find_number(call);
  if (!found) return pass_on(found);
  js::object number = show(*found->instance, *found->row);
  number["Tags"] = to_json(found->row->tags);
  number["PhoneNumberStatus"] = js::object{{"Status", "CLAIMED"}, {"Message", ""}};
  return js::object{{"ClaimedPhoneNumberSummary", std::move(number)}};
}

Outcome associate_number(Call& call) {
  auto found = find_number(call);
  if (!found) return pass_on(found);
  if (found->instance != call.instance) return not_found();
  auto flow = find_flow(call, FlowKind::flow, "ContactFlowId", As::seen);
  if (!flow) return pass_on(flow);
  call.instance->flow_associations[{"VOICE_PHONE_NUMBER", found->row->arn}] = flow->row->id;
  return js::object();
}

Outcome disassociate_number(Call& call) {
  auto found = find_number(call);
  if (!found) return pass_on(found);
  if (call.instance->flow_associations.erase({"VOICE_PHONE_NUMBER", found->row->arn}) == 0)
    return not_found();
  return js::object();
}

// Associations in general. Writing says SMS_PHONE_NUMBER, listing does not know the word.

Outcome associate(Call& call) {
  auto flow = find_flow(call, FlowKind::flow, "FlowId", As::seen);
  if (!flow) return pass_on(flow);
  call.instance->flow_associations[{call.text("ResourceType"), call.text("ResourceId")}] =
      flow->row->id;
  return js::object();
}

Outcome disassociate(Call& call) {
  if (call.instance->flow_associations.erase(
          {call.text("ResourceType"), call.text("ResourceId")}) == 0) {
    return not_found();
  }
  return js::object();
}

js::object show_association(const InstanceState& instance,
                            const std::pair<std::string, std::string>& key,
                            const std::string& flow_id) {
  return js::object{{"ResourceId", key.second},
                    {"FlowId", instance.arn_of("contact-flow", flow_id)},
                    {"ResourceType", key.first}};
}

Outcome get_association(Call& call) {
  const auto found =
      call.instance->flow_associations.find({call.text("ResourceType"), call.text("ResourceId")});
  if (found == call.instance->flow_associations.end()) return not_found();
  return show_association(*call.instance, found->first, found->second);
}

Outcome list_associations(Call& call) {
  const std::string type = call.text("ResourceType");
  js::array items;
  for (const auto& [key, flow] : call.instance->flow_associations) {
    if (key.first == "SMS_PHONE_NUMBER" || (!type.empty() && key.first != type)) continue;
    items.push_back(show_association(*call.instance, key, flow));
  }
  return page_of(call, "FlowAssociationSummaryList", items_of(std::move(items)));
}

Outcome batch_get(Call& call) {
  const std::string type = call.text("ResourceType");
  js::array items;
  for (const js::value& id : call.input.at("ResourceIds").get_array()) {
    for (const auto& [key, flow] : call.instance->flow_associations) {
      const bool same_type = type.empty() || key.first == type;
      if (id.get_string() == key.second && same_type)
        items.push_back(show_association(*call.instance, key, flow));
    }
  }
  return js::object{{"FlowAssociationSummaryList", std::move(items)}};
}

}  // namespace

void add_phone_operations(Handlers& handlers) {
  handlers["ListPhoneNumbersV2"] = list_v2;
  handlers["ListPhoneNumbers"] = list_v1;
  handlers["DescribePhoneNumber"] = describe;
  handlers["AssociatePhoneNumberContactFlow"] = associate_number;
  handlers["DisassociatePhoneNumberContactFlow"] = disassociate_number;
  handlers["AssociateFlow"] = associate;
  handlers["DisassociateFlow"] = disassociate;
  handlers["GetFlowAssociation"] = get_association;
  handlers["ListFlowAssociations"] = list_associations;
  handlers["BatchGetFlowAssociation"] = batch_get;
}

}  // namespace flowferry::simulator
