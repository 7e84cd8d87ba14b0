#include "apply/desired.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "flow/difference.h"
#include "flow/document.h"

namespace flowferry::apply {

using plan::OperationType;

namespace {

constexpr std::size_t k_most_lines = 8;      // of one content
constexpr std::size_t k_value_columns = 80;  // of one value

bool same_content(const std::string& a, const std::string& b, bool exact) {
  return a == b || (!exact && flow::same_meaning(a, b));
}

/// A tag's value, or nothing where it is absent.
const std::string* tag_of(const Tags& tags, const std::string& key) {
  const auto found = tags.find(key);
  return found == tags.end() ? nullptr : &found->second;
}

bool same_tag(const std::string* a, const std::string* b) {
  return a == nullptr || b == nullptr ? a == b : *a == *b;
}

/// What a tag is to be; `before` where it is left alone.
const std::string* wanted_tag(const Desired& desired, const std::string& key,
                              const std::string* before) {
  if (!desired.writes_tags) return before;
  if (const std::string* set = tag_of(desired.flow.tags, key)) return set;
  const bool removed =
      std::find(desired.untag.begin(), desired.untag.end(), key) != desired.untag.end();
  return removed ? nullptr : before;
}

/// Tags that are the user's own, of both.
std::set<std::string> keys_of(const Tags& a, const Tags& b) {
  std::set<std::string> keys;
  for (const Tags* tags : {&a, &b}) {
    for (const auto& [key, value] : *tags) {
      if (!key.starts_with("aws:")) keys.insert(key);
    }
  }
  return keys;
}

bool tags_stray(const Flow& before, const Flow& there, const Desired& desired) {
  const auto keys = keys_of(before.tags, there.tags);
  return std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
    const std::string* was = tag_of(before.tags, key);
    const std::string* is = tag_of(there.tags, key);
    return !same_tag(is, was) && !same_tag(is, wanted_tag(desired, key, was));
  });
}

/// The service takes no empty description for a module (UpdateContactFlowModuleMetadata): one that
/// is there stays.
bool description_can_be(const Desired& desired) {
  return desired.flow.kind == ResourceKind::contact_flow || !desired.flow.description.empty();
}

bool tags_agree(const Desired& desired, const Tags& there) {
  return std::all_of(desired.flow.tags.begin(), desired.flow.tags.end(), [&](const auto& wanted) {
    return same_tag(tag_of(there, wanted.first), &wanted.second);
  });
}

bool untagged(const Desired& desired, const Tags& there) {
  return std::none_of(desired.untag.begin(), desired.untag.end(),
                      [&](const std::string& key) { return there.contains(key); });
}

}  // namespace

bool same_settings(const std::string& a, const std::string& b) {
  return flow::same_meaning(a.empty() ? "{}" : a, b.empty() ? "{}" : b);
}

Desired desired_of(const plan::Plan& plan, std::size_t n, std::string content) {
  const plan::Node& node = plan.nodes[n];
  Desired out;
  out.flow.kind = node.kind;
  out.flow.name = node.name;
  out.flow.type = node.type;
  out.flow.description = node.description;
  out.flow.state = node.state;
  out.flow.status = node.status;
  out.flow.content = std::move(content);
  out.flow.settings = node.settings;
  out.flow.external_invocation = node.external_invocation;
  out.flow.tags = node.tags;
  out.untag = node.untag;
  out.exact = plan.callers_first;
  if (node.action == plan::Action::create) {
    out.writes_content = out.writes_metadata = out.writes_tags = true;
    return out;
  }
  out.writes_tags = !node.tags.empty() || !node.untag.empty();
  for (const plan::Change& change : node.changes) {
    const std::string& what = change.what;
    if (what == "content" || what == "status" || what == "settings") out.writes_content = true;
    if (what == "description" || what == "name" || what == "state") out.writes_metadata = true;
  }
  // What is deleted may be emptied first, to open a circle.
  if (node.action == plan::Action::remove) out.writes_content = true;
  return out;
}

std::vector<std::string> strays(const Flow& before, const Flow& there, const Desired& desired) {
  const Flow& wanted = desired.flow;
  std::vector<std::string> out;
  const auto part = [&](const char* name, bool as_before, bool writes, bool as_wanted) {
    if (!as_before && !(writes && as_wanted)) out.emplace_back(name);
  };
  part("content", same_content(there.content, before.content, false), desired.writes_content,
       same_content(there.content, wanted.content, false));
  part("status", there.status == before.status, desired.writes_content,
       there.status == wanted.status);
  if (there.kind == ResourceKind::flow_module) {
    part("settings", same_settings(there.settings, before.settings), desired.writes_content,
         same_settings(there.settings, wanted.settings));
  }
  part("description", there.description == before.description, desired.writes_metadata,
       there.description == wanted.description);
  part("name", there.name == before.name, desired.writes_metadata, there.name == wanted.name);
  part("state", there.state == before.state, desired.writes_metadata, there.state == wanted.state);
  if (tags_stray(before, there, desired)) out.emplace_back("tags");
  return out;
}

bool agrees(OperationType type, const Flow& there, const Desired& desired) {
  const Flow& wanted = desired.flow;
  switch (type) {
    case OperationType::update_content:
      return same_content(there.content, wanted.content, desired.exact) &&
             there.status == wanted.status &&
             (there.kind != ResourceKind::flow_module ||
              same_settings(there.settings, wanted.settings));
    case OperationType::update_metadata: {
      const MetadataWish wish = metadata_wish(desired, there);
      return !wish.name && !wish.description && !wish.state;
    }
    case OperationType::tag:
      return tags_agree(desired, there.tags);
    case OperationType::untag:
      return untagged(desired, there.tags);
    default:
      return false;
  }
}

MetadataWish metadata_wish(const Desired& desired, const Flow& there) {
  const Flow& wanted = desired.flow;
  MetadataWish wish;
  if (there.name != wanted.name) wish.name = wanted.name;
  if (there.description != wanted.description && description_can_be(desired)) {
    wish.description = wanted.description;
  }
  if (there.state != wanted.state) wish.state = wanted.state;
  return wish;
}

std::string remaining_difference(const Desired& desired, const Flow& there) {
  const Flow& wanted = desired.flow;
  std::vector<std::string> out;
  if (!same_content(there.content, wanted.content, false)) out.emplace_back("content");
  if (there.status != wanted.status) out.emplace_back("status");
  if (there.kind == ResourceKind::flow_module && !same_settings(there.settings, wanted.settings)) {
    out.emplace_back("settings");
  }
  const MetadataWish wish = metadata_wish(desired, there);
  if (wish.description) out.emplace_back("description");
  if (wish.name) out.emplace_back("name");
  if (wish.state) out.emplace_back("state");
  if (!tags_agree(desired, there.tags) || !untagged(desired, there.tags)) out.emplace_back("tags");
  return join(out, ", ");
}

// --- the three-way view

namespace {

std::string quoted(const std::string& value) {
  return "\"" + ellipsize(printable(value), k_value_columns) + "\"";
}

std::string quoted(const std::string* tag) {
  return tag == nullptr ? "none" : quoted(*tag);
}

std::string shown(const std::string& json) {
  return json.empty() ? "nothing" : ellipsize(json, k_value_columns);
}

std::string place_of(const flow::Difference& difference) {
  if (difference.action.empty()) return difference.path;
  return "block \"" + printable(difference.action) + "\" (" + printable(difference.type) + ") " +
         difference.path;
}

std::vector<flow::Difference> content_differences(const std::string& left,
                                                  const std::string& right) {
  const auto a = flow::Document::parse(left);
  const auto b = flow::Document::parse(right);
  if (!a || !b) return {};
  return flow::differences(*a, *b);
}

/// `wanted` unless the plan leaves the part as it is.
void one_line_of(const char* part, const std::string* before, const std::string& there,
                 const std::string& wanted, bool writes, std::vector<std::string>& out) {
  if (before != nullptr && *before == there) return;
  if (before == nullptr && there == wanted) return;
  std::string line = std::string(part) + ": ";
  if (before != nullptr) line += "the plan saw " + quoted(*before) + ", ";
  line += "there is " + quoted(there) + " now, ";
  line += writes ? "the plan wants " + quoted(wanted) : "the plan leaves it as it is";
  out.push_back(std::move(line));
}

/// What somebody changed in the content, with what the plan wants in the same places.
void content_lines(const Flow& before, const Flow& there, const Desired& desired,
                   std::vector<std::string>& out) {
  const auto theirs = content_differences(before.content, there.content);
  std::vector<flow::Difference> ours;
  if (desired.writes_content) ours = content_differences(before.content, desired.flow.content);
  out.push_back("content: changed in " + std::to_string(theirs.size()) +
                (theirs.size() == 1 ? " place" : " places") + " since the plan; the plan changes " +
                std::to_string(ours.size()));
  for (std::size_t i = 0; i < theirs.size() && i < k_most_lines; ++i) {
    const flow::Difference& place = theirs[i];
    std::string wanted = place.left;
    for (const flow::Difference& own : ours) {
      if (own.action == place.action && own.path == place.path) wanted = own.right;
    }
    out.push_back("  " + place_of(place) + ": the plan saw " + shown(place.left) + ", there is " +
                  shown(place.right) + " now, the plan wants " + shown(wanted));
  }
  if (theirs.size() > k_most_lines) {
    out.push_back("  and " + std::to_string(theirs.size() - k_most_lines) + " more");
  }
}

/// Without knowledge of what the plan saw: what is there against what the plan wants.
void content_lines(const Flow& there, const Desired& desired, std::vector<std::string>& out) {
  const auto between = content_differences(there.content, desired.flow.content);
  out.push_back("content: differs from what the plan wants in " + std::to_string(between.size()) +
                (between.size() == 1 ? " place" : " places"));
  for (std::size_t i = 0; i < between.size() && i < k_most_lines; ++i) {
    out.push_back("  " + place_of(between[i]) + ": there is " + shown(between[i].left) +
                  " now, the plan wants " + shown(between[i].right));
  }
}

}  // namespace

std::vector<std::string> three_way(const Flow* before, const Flow& there, const Desired& desired) {
  const Flow& wanted = desired.flow;
  std::vector<std::string> out;
  const auto of = [&](const std::string Flow::*member) {
    return before == nullptr ? nullptr : &(before->*member);
  };
  if (before == nullptr) {
    if (!same_content(there.content, wanted.content, false)) content_lines(there, desired, out);
  } else if (!same_content(there.content, before->content, false)) {
    content_lines(*before, there, desired, out);
  }
  one_line_of("status", of(&Flow::status), there.status, wanted.status, desired.writes_content,
              out);
  if (there.kind == ResourceKind::flow_module &&
      !same_settings(there.settings, before == nullptr ? wanted.settings : before->settings)) {
    one_line_of("settings", of(&Flow::settings), there.settings, wanted.settings,
                desired.writes_content, out);
  }
  one_line_of("description", of(&Flow::description), there.description, wanted.description,
              desired.writes_metadata, out);
  one_line_of("name", of(&Flow::name), there.name, wanted.name, desired.writes_metadata, out);
  one_line_of("state", of(&Flow::state), there.state, wanted.state, desired.writes_metadata, out);
  if (before == nullptr) return out;
  for (const std::string& key : keys_of(before->tags, there.tags)) {
    const std::string* was = tag_of(before->tags, key);
    const std::string* is = tag_of(there.tags, key);
    if (same_tag(was, is)) continue;
    const std::string* to_be = wanted_tag(desired, key, was);
    out.push_back("tag " + quoted(key) + ": the plan saw " + quoted(was) + ", there is " +
                  quoted(is) + " now, the plan " +
                  (same_tag(to_be, was) ? "leaves it as it is" : "wants " + quoted(to_be)));
  }
  return out;
}

}  // namespace flowferry::apply
