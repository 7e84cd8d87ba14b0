// Tags of anything that has an ARN: connect-api.md 2.1, row 27 of part 5.
#include "base/text.h"
#include "simulator/flow_rules.h"
#include "simulator/resource_kinds.h"

namespace flowferry::simulator {
namespace {

constexpr std::size_t k_most_tags = 50;

/// What an ARN of the caller's account and Region names, and its tags.
struct Tagged {
  Tags* tags = nullptr;
  Row* row = nullptr;  ///< Nothing for the instance itself.
};

Row* find_row(InstanceState& instance, std::string_view keyword, std::string_view id) {
  if (keyword == "contact-flow") return instance.flows.find(id);
  if (keyword == "flow-module") return instance.modules.find(id);
  if (keyword == "view") return instance.of("view").find(id);
  for (const KindRow& row : kind_rows()) {
    if (!row.keyword.empty() && row.keyword == keyword) return instance.of(row.kind).find(id);
  }
  return instance.of(keyword).find(id);
}

Row* find_above_instances(const Call& call, std::string_view kind, std::string_view id) {
  for (const auto& instance : call.state.instances) {
    if (instance->account != call.caller.account || instance->region != call.caller.region)
      continue;
    if (Row* row = instance->of(kind).find(id)) return row;
  }
  return nullptr;
}

tl::expected<Tagged, ApiError> tagged(Row* row) {
  if (!row) return not_found();
  return Tagged{&row->tags, row};
}

tl::expected<Tagged, ApiError> find_tagged(const Call& call) {
  const std::string arn = call.text("resourceArn");
  const auto parts = split(arn, ':');
  if (parts.size() < 6 || parts[0] != "arn" || parts[2] != "connect") {
    return invalid_parameter("'resourceArn' is not an ARN of Amazon Connect");
  }
  if (parts[4] != call.caller.account) {
    ApiError error;
    error.code = "AccessDeniedException";
    error.status = 403;
    error.message =
        "Not authorized to perform: connect:" + call.operation.name + " on resource: " + arn;
    return pass_on(error);
  }
  if (parts[3] != call.caller.region || parts[1] != partition_of(call.caller.region))
    return not_found();
  if (parts.size() > 6) return invalid_request("Versions and aliases have no tags");
  const auto path = split(parts[5], '/');
  if (path.size() == 2 && path[0] != "instance")
    return tagged(find_above_instances(call, path[0], path[1]));
  InstanceState* instance =
      path.size() >= 2 && path[0] == "instance" ? call.state.instance(path[1]) : nullptr;
  if (!instance || instance->account != call.caller.account ||
      instance->region != call.caller.region) {
    return not_found();
  }
  if (path.size() == 2) return Tagged{&instance->tags, nullptr};
  if (path.size() != 4) return not_found();
  // The old form that ListPhoneNumbers gives cannot be tagged.
  if (path[2] == "phone-number")
    return invalid_request("This form of phone number ARN cannot be tagged");
  return tagged(find_row(*instance, path[2], path[3]));
}

Outcome tag(Call& call) {
  auto found = find_tagged(call);
  if (!found) return pass_on(found);
  Tags merged = *found->tags;
  for (auto& [key, value] : call.tags("tags")) merged[key] = value;
  if (merged.size() > k_most_tags) return invalid_request("A resource has at most 50 tags");
  *found->tags = std::move(merged);
  return js::object();
}

Outcome untag(Call& call) {
  auto found = find_tagged(call);
  if (!found) return pass_on(found);
  for (const js::value& key : call.input.at("tagKeys").get_array()) {
    found->tags->erase(std::string(key.get_string()));
  }
  return js::object();
}

Outcome list_tags(Call& call) {
  auto found = find_tagged(call);
  if (!found) return pass_on(found);
  return js::object{{"tags", to_json(*found->tags)}};
}

bool compares(const js::object& condition, std::string_view value_member,
              std::string_view comparison_member, std::string_view have) {
  const js::value* value = condition.if_contains(value_member);
  if (!value || !value->is_string()) return true;
  const std::string_view want(value->get_string().data(), value->get_string().size());
  const js::value* how = condition.if_contains(comparison_member);
  if (how && *how == "STARTS_WITH") return have.starts_with(want);
  if (how && *how == "CONTAINS") return have.find(want) != std::string_view::npos;
  return have == want;
}

Outcome search_tags(Call& call) {
  const js::value* criteria = call.input.if_contains("SearchCriteria");
  const js::value* condition =
      criteria ? criteria->get_object().if_contains("TagSearchCondition") : nullptr;
  std::map<std::pair<std::string, std::string>, int> all;
  const auto collect = [&](const Tags& tags) {
    for (const auto& [key, value] : tags) ++all[{key, value}];
  };
  for (const auto& [order, row] : call.instance->flows.rows()) collect(row->tags);
  for (const auto& [order, row] : call.instance->modules.rows()) collect(row->tags);
  for (const auto& [kind, table] : call.instance->resources) {
    for (const auto& [order, row] : table.rows()) collect(row->tags);
  }
  js::array items;
  for (const auto& [tag_pair, count] : all) {
    if (condition &&
        (!compares(condition->get_object(), "tagKey", "tagKeyComparisonType", tag_pair.first) ||
         !compares(condition->get_object(), "tagValue", "tagValueComparisonType",
                   tag_pair.second))) {
      continue;
    }
    items.push_back(js::object{{"key", tag_pair.first}, {"value", tag_pair.second}});
  }
  return page_of(call, "Tags", items_of(std::move(items)));
}

}  // namespace

void add_tag_operations(Handlers& handlers) {
  handlers["TagResource"] = tag;
  handlers["UntagResource"] = untag;
  handlers["ListTagsForResource"] = list_tags;
  handlers["SearchResourceTags"] = search_tags;
}

}  // namespace flowferry::simulator
