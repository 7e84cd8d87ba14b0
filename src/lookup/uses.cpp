#include "lookup/uses.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"

namespace flowferry::lookup {
namespace {

/// All that the environment has or mentions, each once.
std::map<std::string, ResourceUses> everything(const Snapshot& snapshot, const Survey& survey,
                                               const std::optional<ResourceKind>& kind) {
  std::map<std::string, ResourceUses> out;
  for (const auto& [listed, inventory] : snapshot.inventories) {
    if (kind && *kind != listed) continue;
    for (const Resource& resource : inventory.all()) {
      const NamedResource named{listed,        resource.name, resource.id, resource.arn,
                                resource.type, true,          true};
      out.try_emplace(identity_of(named), ResourceUses{named, {}, {}});
    }
  }
  for (const SurveyedFlow& flow : survey.flows) {
    for (const flow::Reference& reference : flow.references) {
      if (kind && *kind != reference.kind) continue;
      const NamedResource named = resource_of(snapshot, reference);
      ResourceUses& entry =
          out.try_emplace(identity_of(named), ResourceUses{named, {}, {}}).first->second;
      (reference.in_metadata ? entry.notes : entry.uses).push_back({&flow, &reference});
    }
  }
  return out;
}

bool is_meant(const NamedResource& resource, const std::string& text) {
  if (resource.name == text || resource.id == text) return true;
  if (resource.arn.empty()) return false;
  return resource.arn == text || text.starts_with(resource.arn + ":");
}

/// Names a user may have meant, without those that many resources share.
std::vector<std::string> names_of(const std::map<std::string, ResourceUses>& all) {
  std::set<std::string> out;
  for (const auto& [identity, entry] : all) {
    if (!entry.resource.name.empty()) out.insert(entry.resource.name);
  }
  return {out.begin(), out.end()};
}

}  // namespace

bool UsesAnswer::any_used() const {
  return std::any_of(resources.begin(), resources.end(),
                     [](const ResourceUses& entry) { return !entry.uses.empty(); });
}

UsesAnswer find_uses(const Snapshot& snapshot, const Survey& survey, const UsesQuery& query) {
  auto all = everything(snapshot, survey, query.kind);
  UsesAnswer out;
  const auto take = [&](const auto& meant) {
    for (auto& [identity, entry] : all) {
      if (meant(entry.resource)) out.resources.push_back(std::move(entry));
    }
  };
  take([&](const NamedResource& resource) { return is_meant(resource, query.pattern); });
  if (out.resources.empty()) {
    take([&](const NamedResource& resource) {
      return !resource.name.empty() && matches_pattern(query.pattern, resource.name);
    });
  }
  if (out.resources.empty()) out.closest = closest_names(query.pattern, names_of(all));
  std::sort(out.resources.begin(), out.resources.end(),
            [](const ResourceUses& a, const ResourceUses& b) {
              return std::tie(a.resource.kind, a.resource.name, a.resource.id, a.resource.arn) <
                     std::tie(b.resource.kind, b.resource.name, b.resource.id, b.resource.arn);
            });
  return out;
}

}  // namespace flowferry::lookup
