#include "apply/desired.h"

#include <algorithm>

#include "apply/parts.h"
#include "base/text.h"
#include "flow/document.h"

namespace flowferry::apply {

using plan::OperationType;

namespace {

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

}  // namespace flowferry::apply
