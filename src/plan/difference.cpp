#include "plan/difference.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "flow/document.h"

namespace flowferry::plan {

Tags own_tags(const Tags& tags) {
  Tags out;
  for (const auto& [key, value] : tags) {
    if (!key.starts_with("aws:")) out.emplace(key, value);
  }
  return out;
}

std::string tags_text(const Tags& tags) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : tags) parts.push_back(key + "=" + value);
  return join(parts, ", ");
}

void compare(const Flow& flow, const Flow& there, Node& node, Findings& findings) {
  const std::string status_there = there.status == "SAVED" ? "SAVED" : "PUBLISHED";
  if (node.status == "SAVED" && status_there == "PUBLISHED") {
    node.action = Action::skip;
    node.reason = "never published in the source, published in the target";
    return;
  }
  std::vector<std::string> reasons;
  const auto change = [&](std::string what, std::string from, std::string to) {
    reasons.push_back(what);
    node.changes.push_back(Change{std::move(what), std::move(from), std::move(to)});
  };
  if (!node.content.complete() || !flow::same_meaning(node.content.texts.front(), there.content)) {
    change("content", {}, {});
  }
  if (node.status != status_there) change("status", status_there, node.status);
  if (node.kind == ResourceKind::flow_module) {
    if (!same_settings(node.settings, there.settings))
      change("settings", there.settings, node.settings);
    if (node.external_invocation != there.external_invocation) {
      Finding finding;
      finding.severity = Severity::warning;
      finding.id = "external-invocation";
      finding.where.kind = to_string(flow.kind);
      finding.where.name = flow.name;
      finding.text =
          "may be used as a tool in one instance and not in the other, which can only be "
          "chosen when a module is created";
      finding.help = "delete the target's module if that is what you want, and run again";
      findings.push_back(std::move(finding));
    }
  }
  if (node.name != there.name) change("name", there.name, node.name);
  // The service takes no empty description for a module: one that is there stays.
  const bool clearable = node.kind == ResourceKind::contact_flow || !node.description.empty();
  if (node.description != there.description && clearable) {
    change("description", there.description, node.description);
  }
  Tags changed;
  for (const auto& [key, value] : own_tags(flow.tags)) {
    const auto found = there.tags.find(key);
    if (found == there.tags.end() || found->second != value) changed.emplace(key, value);
  }
  if (!changed.empty()) {
    Tags before;
    for (const auto& [key, value] : changed) {
      const auto found = there.tags.find(key);
      if (found != there.tags.end()) before.insert(*found);
    }
    change("tags", tags_text(before), tags_text(changed));
  }
  node.tags = std::move(changed);
  node.action = node.changes.empty() ? Action::unchanged : Action::update;
  if (node.action == Action::update) {
    node.expected = change_mark(there);
    node.seen = there;
  }
  const bool several = reasons.size() > 1 ||
                       (!reasons.empty() && (reasons[0] == "tags" || reasons[0] == "settings"));
  node.reason =
      node.changes.empty() ? "the same" : join(reasons, ", ") + (several ? " differ" : " differs");
}

}  // namespace flowferry::plan
