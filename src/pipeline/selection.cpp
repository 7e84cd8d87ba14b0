#include "pipeline/selection.h"

#include <algorithm>

#include "base/text.h"

namespace flowferry::pipeline {

bool selects(const std::string& pattern, const Resource& flow, const Tags* tags) {
  if (pattern.starts_with("type:")) return matches_pattern(pattern.substr(5), flow.type);
  if (pattern.starts_with("kind:")) return pattern.substr(5) == to_string(flow.kind);
  if (pattern.starts_with("tag:")) {
    if (tags == nullptr) return false;
    const std::string rest = pattern.substr(4);
    const std::size_t equal = rest.find('=');
    const auto found = tags->find(rest.substr(0, equal));
    if (found == tags->end()) return false;
    return equal == std::string::npos || matches_pattern(rest.substr(equal + 1), found->second);
  }
  return matches_pattern(pattern, flow.name);
}

bool needs_tags(const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [](const std::string& pattern) { return pattern.starts_with("tag:"); });
}

namespace {

bool is_stock(const Resource& flow) {
  return flow.kind == ResourceKind::contact_flow &&
         (flow.name.starts_with("Default ") || flow.name.starts_with("Sample "));
}

}  // namespace

Selector::Selector(const Selection& configured, const std::vector<std::string>& include,
                   const std::vector<std::string>& exclude)
    : include_(include.empty() ? configured.include : include), exclude_(configured.exclude) {
  exclude_.insert(exclude_.end(), exclude.begin(), exclude.end());
}

bool Selector::needs_tags() const {
  return pipeline::needs_tags(include_) || pipeline::needs_tags(exclude_);
}

std::string Selector::reason_against(const Resource& flow, const Tags* tags) const {
  if (flow.state == "ARCHIVED") return "archived in the source";
  for (const std::string& pattern : exclude_) {
    if (selects(pattern, flow, tags)) return "excluded by \"" + pattern + "\"";
  }
  const bool undecided = tags == nullptr && pipeline::needs_tags(include_);
  const bool included =
      include_.empty() || undecided ||
      std::any_of(include_.begin(), include_.end(),
                  [&](const std::string& pattern) { return selects(pattern, flow, tags); });
  if (!included) return "not included";
  if (!stock_ && is_stock(flow) && !named(flow))
    return "stock flow of the service; include it by name to carry it";
  return {};
}

std::vector<std::string> Selector::idle(const std::vector<const Resource*>& flows,
                                        const std::map<std::string, Flow>& read) const {
  std::vector<std::string> out;
  for (const std::string& pattern : include_) {
    const bool used = std::any_of(flows.begin(), flows.end(), [&](const Resource* flow) {
      const auto found = read.find(flow->id);
      const Tags* tags = found == read.end() ? nullptr : &found->second.tags;
      // Flows excluded by name were not read: one of them may have the tag.
      const bool unknown = tags == nullptr && pattern.starts_with("tag:") && excluded(*flow);
      return unknown || selects(pattern, *flow, tags);
    });
    if (!used) out.push_back(pattern);
  }
  return out;
}

bool Selector::excluded(const Resource& flow) const {
  return std::any_of(exclude_.begin(), exclude_.end(),
                     [&](const std::string& pattern) { return selects(pattern, flow, nullptr); });
}

/// Whether a pattern names the stock flow on purpose: it spells "Default " or "Sample " out.
bool Selector::named(const Resource& flow) const {
  return std::any_of(include_.begin(), include_.end(), [&](const std::string& pattern) {
    return (pattern.starts_with("Default ") || pattern.starts_with("Sample ")) &&
           matches_pattern(pattern, flow.name);
  });
}

std::vector<const Resource*> listed_flows(const Snapshot& snapshot) {
  std::vector<const Resource*> out;
  for (const ResourceKind kind : {ResourceKind::flow_module, ResourceKind::contact_flow}) {
    const Inventory* inventory = snapshot.inventory(kind);
    if (inventory == nullptr) continue;
    for (const Resource& flow : inventory->all()) out.push_back(&flow);
  }
  return out;
}

Error nothing_matches(const std::string& environment, const std::string& pattern,
                      const std::vector<const Resource*>& flows) {
  std::vector<std::string> names;
  for (const Resource* flow : flows) names.push_back(flow->name);
  Error error;
  error.kind = ErrorKind::usage;
  error.message = "no flow or module of \"" + environment + "\" matches \"" + pattern + "\"";
  const auto near = closest_names(pattern, names);
  error.hint = near.empty() ? "look at the names with: flowferry plan"
                            : "closest: \"" + join(near, "\", \"") + "\"";
  return error;
}

}  // namespace flowferry::pipeline
