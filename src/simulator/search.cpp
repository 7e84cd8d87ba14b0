#include "simulator/search.h"

#include <algorithm>

#include "base/text.h"

namespace flowferry::simulator {
namespace {

std::string_view text_of(const js::object& object, std::string_view name) {
  const js::value* value = object.if_contains(name);
  if (!value || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

/// The member that a condition's field name means; field names are spelled freely ("name",
/// "resourceId").
std::string_view field(const js::object& shown, std::string_view name) {
  for (const auto& entry : shown) {
    const std::string_view key(entry.key().data(), entry.key().size());
    if (entry.value().is_string() && equals_ignoring_ascii_case(key, name))
      return text_of(shown, key);
  }
  // A user's username, a security profile's name ... are "name" too.
  if (equals_ignoring_ascii_case(name, "name")) {
    for (const std::string_view other :
         {"Username", "SecurityProfileName", "EmailAddress", "Title"}) {
      if (shown.contains(other)) return text_of(shown, other);
    }
  }
  return {};
}

bool matches_text(const js::object& condition, const js::object& shown) {
  const std::string_view value = text_of(condition, "Value");
  const std::string_view have = field(shown, text_of(condition, "FieldName"));
  const std::string_view comparison = text_of(condition, "ComparisonType");
  if (comparison == "EXACT" || comparison.empty()) return have == value;
  const std::string low_have = ascii_lower(have);
  const std::string low_value = ascii_lower(value);
  if (comparison == "STARTS_WITH") return low_have.starts_with(low_value);
  // Outside 2 to 25 characters "contains" gives wrong results without an error
  // (SearchContactFlows).
  const std::size_t length = count_code_points(value);
  return length >= 2 && length <= 25 && low_have.find(low_value) != std::string::npos;
}

bool any_of(const js::array& conditions, const js::object& shown) {
  return std::any_of(conditions.begin(), conditions.end(), [&](const js::value& c) {
    return c.is_object() && matches_criteria(c.get_object(), shown);
  });
}

bool all_of(const js::array& conditions, const js::object& shown) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const js::value& c) {
    return c.is_object() && matches_criteria(c.get_object(), shown);
  });
}

/// "ViewStatusCondition" asks about "Status", "QueueTypeCondition" about "QueueType" or "Type".
bool matches_word(std::string_view name, std::string_view value, const js::object& shown) {
  std::string_view stem = name.substr(0, name.size() - std::string_view("Condition").size());
  std::string_view have = field(shown, stem);
  for (const std::string_view kind : {"View", "Queue"}) {
    if (have.empty() && stem.starts_with(kind)) have = field(shown, stem.substr(kind.size()));
  }
  // Queues that are found are standard ones, and do not say so.
  if (have.empty() && name == "QueueTypeCondition") have = "STANDARD";
  return equals_ignoring_ascii_case(have, value);
}

bool has_tag(const Tags& tags, const js::value& condition) {
  if (!condition.is_object()) return false;
  const js::object& object = condition.get_object();
  const auto found = tags.find(std::string(text_of(object, "TagKey")));
  if (found == tags.end()) return false;
  return !object.contains("TagValue") || found->second == text_of(object, "TagValue");
}

bool has_all_tags(const Tags& tags, const js::value& conditions) {
  if (!conditions.is_array()) return false;
  const js::array& list = conditions.get_array();
  return std::all_of(list.begin(), list.end(),
                     [&](const js::value& c) { return has_tag(tags, c); });
}

bool matches_attribute(const js::object& filter, const js::object& shown, const Tags& tags);

/// One item of an or-list: tag conditions, or an object with TagConditions and others.
bool matches_alternative(const js::value& alternative, const js::object& shown, const Tags& tags) {
  if (alternative.is_array()) return has_all_tags(tags, alternative);
  return alternative.is_object() && matches_attribute(alternative.get_object(), shown, tags);
}

bool matches_attribute(const js::object& filter, const js::object& shown, const Tags& tags) {
  for (const auto& entry : filter) {
    const std::string_view name(entry.key().data(), entry.key().size());
    const js::value& value = entry.value();
    bool holds = true;
    if (name == "OrConditions" && value.is_array()) {
      const js::array& list = value.get_array();
      holds = std::any_of(list.begin(), list.end(), [&](const js::value& alternative) {
        return matches_alternative(alternative, shown, tags);
      });
    } else if (name == "AndConditions" || name == "TagConditions") {
      holds = has_all_tags(tags, value);
    } else if (name == "TagCondition") {
      holds = has_tag(tags, value);
    } else if (name == "AndCondition" && value.is_object()) {
      holds = matches_attribute(value.get_object(), shown, tags);
    } else if (name == "ContactFlowTypeCondition" && value.is_object()) {
      holds = field(shown, "Type") == text_of(value.get_object(), "ContactFlowType");
    } else if (name == "HierarchyGroupCondition" && value.is_object()) {
      holds = field(shown, "HierarchyGroupId") == text_of(value.get_object(), "Value");
    }
    if (!holds) return false;
  }
  return true;
}

}  // namespace

bool matches_criteria(const js::object& condition, const js::object& shown) {
  for (const auto& entry : condition) {
    const std::string_view name(entry.key().data(), entry.key().size());
    const js::value& value = entry.value();
    bool holds = true;
    if (name == "OrConditions" && value.is_array()) {
      holds = any_of(value.get_array(), shown);
    } else if (name == "AndConditions" && value.is_array()) {
      holds = all_of(value.get_array(), shown);
    } else if (name == "StringCondition" && value.is_object()) {
      holds = matches_text(value.get_object(), shown);
    } else if (name.ends_with("Condition") && value.is_string()) {
      holds = matches_word(name, {value.get_string().data(), value.get_string().size()}, shown);
    }
    if (!holds) return false;
  }
  return true;
}

bool matches_search(const Call& call, const js::object& shown, const Tags& tags) {
  const js::value* criteria = call.input.if_contains("SearchCriteria");
  if (criteria && criteria->is_object() && !matches_criteria(criteria->get_object(), shown))
    return false;
  const js::value* filter = call.input.if_contains("SearchFilter");
  if (!filter || !filter->is_object()) return true;
  for (const auto& entry : filter->get_object()) {
    if (entry.value().is_object() && !matches_attribute(entry.value().get_object(), shown, tags)) {
      return false;
    }
  }
  return true;
}

}  // namespace flowferry::simulator
