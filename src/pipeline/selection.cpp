#include "pipeline/selection.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "pipeline/needs.h"

namespace flowferry::pipeline {

using mapping::FlowPattern;

bool is_stock(const Resource& flow) {
  return flow.kind == ResourceKind::contact_flow &&
         (flow.name.starts_with("Default ") || flow.name.starts_with("Sample "));
}

Result<Selector> Selector::make(const Selection& configured,
                                const std::vector<std::string>& include,
                                const std::vector<std::string>& exclude) {
  Selector out;
  auto included = mapping::make_flow_patterns(include.empty() ? configured.include : include);
  if (!included) return fail(std::move(included).error());
  out.include_ = *std::move(included);
  // "verify --run" names thousands.
  for (std::size_t i = 0; i < out.include_.size(); ++i) {
    if (const auto& name = out.include_[i].only_name()) {
      out.names_.insert(*name);
    } else {
      out.patterns_.push_back(i);
    }
  }
  std::vector<std::string> all = configured.exclude;
  all.insert(all.end(), exclude.begin(), exclude.end());
  auto excluded = mapping::make_flow_patterns(all);
  if (!excluded) return fail(std::move(excluded).error());
  out.exclude_ = *std::move(excluded);
  return out;
}

bool Selector::needs_tags() const {
  const auto about_tags = [](const FlowPattern& pattern) { return pattern.about_tags(); };
  return std::any_of(include_.begin(), include_.end(), about_tags) ||
         std::any_of(exclude_.begin(), exclude_.end(), about_tags);
}

const FlowPattern* Selector::excluding(const Resource& flow, const Tags* tags) const {
  for (const FlowPattern& pattern : exclude_) {
    if (pattern.matches(flow, tags)) return &pattern;
  }
  return nullptr;
}

std::string Selector::reason_against(const Resource& flow, const Tags* tags) const {
  if (flow.state == "ARCHIVED") return "archived in the source";
  if (const FlowPattern* pattern = excluding(flow, tags)) {
    return "excluded by \"" + pattern->text() + "\"";
  }
  // As long as the tags are not known, a pattern about them may include any flow.
  const bool included =
      include_.empty() || names_.contains(flow.name) ||
      std::any_of(patterns_.begin(), patterns_.end(), [&](std::size_t i) {
        return (tags == nullptr && include_[i].about_tags()) || include_[i].matches(flow, tags);
      });
  if (!included) return "not included";
  if (!stock_ && is_stock(flow) && !named(flow))
    return "stock flow of the service; include it by name to carry it";
  return {};
}

bool Selector::takes_dependency(const Resource& flow, const Tags* tags) const {
  return flow.state != "ARCHIVED" && excluding(flow, tags) == nullptr &&
         (stock_ || !is_stock(flow));
}

std::vector<std::string> Selector::idle(const std::vector<const Resource*>& flows,
                                        const std::map<std::string, Flow>& read) const {
  std::vector<std::string> out;
  std::set<std::string_view> names;
  for (const Resource* flow : flows) names.insert(flow->name);
  for (const FlowPattern& pattern : include_) {
    if (const auto& name = pattern.only_name()) {
      if (!names.contains(*name)) out.push_back(pattern.text());
      continue;
    }
    const bool used = std::any_of(flows.begin(), flows.end(), [&](const Resource* flow) {
      const auto found = read.find(flow->id);
      const Tags* tags = found == read.end() ? nullptr : &found->second.tags;
      // Flows excluded by name were not read: one of them may have the tag.
      const bool unknown =
          tags == nullptr && pattern.about_tags() && excluding(*flow, nullptr) != nullptr;
      return unknown || pattern.matches(*flow, tags);
    });
    if (!used) out.push_back(pattern.text());
  }
  return out;
}

/// Whether a pattern names the stock flow on purpose: it spells "Default " or "Sample " out.
bool Selector::named(const Resource& flow) const {
  return std::any_of(include_.begin(), include_.end(), [&](const FlowPattern& pattern) {
    const std::string& text = pattern.text();
    return (text.starts_with("Default ") || text.starts_with("Sample ")) &&
           pattern.matches(flow, nullptr);
  });
}

Task<Result<bool>> add_dependencies(snapshot::Environment& environment, const Selector& selector,
                                    std::vector<plan::Selected>& selected,
                                    std::vector<snapshot::FlowKey>& carried, Progress& progress,
                                    Findings& findings) {
  const Snapshot& snapshot = environment.snapshot;
  std::map<std::string, plan::Selected*> left;
  for (plan::Selected& entry : selected) {
    if (!entry.carried) left.emplace(entry.source_id, &entry);
  }
  std::vector<snapshot::FlowKey> fresh = carried;
  while (!fresh.empty()) {
    std::vector<snapshot::FlowKey> wanted;
    for (snapshot::FlowKey& key : referred_flows(snapshot, fresh)) {
      const Resource* flow = snapshot.inventory(key.kind)->by_id(key.id);
      if (left.contains(key.id) && selector.takes_dependency(*flow, nullptr)) {
        wanted.push_back(std::move(key));
      }
    }
    auto read = co_await snapshot::describe_flows(environment, wanted, progress, findings);
    if (!read) co_return fail(std::move(read).error());
    fresh.clear();
    for (snapshot::FlowKey& key : wanted) {
      plan::Selected& entry = *left.at(key.id);
      left.erase(key.id);
      const auto flow = snapshot.flows.find(key.id);
      const Tags* tags = flow == snapshot.flows.end() ? nullptr : &flow->second.tags;
      if (!selector.takes_dependency(*snapshot.inventory(key.kind)->by_id(key.id), tags)) continue;
      entry.carried = true;
      entry.reason.clear();
      carried.push_back(key);
      fresh.push_back(std::move(key));
    }
  }
  co_return true;
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
  error.hint = near.empty() ? "look at the names with: flowferry inventory " + environment
                            : "closest: \"" + join(near, "\", \"") + "\"";
  return error;
}

}  // namespace flowferry::pipeline
