#include "pipeline/module_versions.h"

#include <algorithm>

#include "base/group.h"
#include "base/text.h"
#include "flow/document.h"
#include "flow/module_version.h"
#include "flow/portable.h"

namespace flowferry::pipeline {
namespace {

const Flow* version_of(const Snapshot& snapshot, const std::string& module,
                       const std::string& version) {
  return flow::version_of(snapshot, module, flow::version_number(version));
}

/// Into the snapshot, unless it is there already, or there is no such version any more.
Task<Result<bool>> read_version(snapshot::Environment& environment, std::string module,
                                std::string version) {
  const std::int64_t number = flow::version_number(version);
  if (environment.client == nullptr || number <= 0 ||
      version_of(environment.snapshot, module, version) != nullptr) {
    co_return true;
  }
  auto flow =
      co_await environment.client->describe_flow(ResourceKind::flow_module, module + ":" + version);
  if (flow) {
    environment.snapshot.module_versions[module][number] = *std::move(flow);
  } else if (flow.error().kind != ErrorKind::not_found) {
    co_return fail(std::move(flow).error().during("reading version " + version + " of a module"));
  }
  co_return true;
}

Task<Result<bool>> read_one(snapshot::Environment& environment, std::string module,
                            std::string version, Progress& progress) {
  auto read = co_await read_version(environment, std::move(module), std::move(version));
  progress.advance();
  co_return read;
}

/// The document with its references by name; as it is where it cannot be read.
std::string by_names(const Flow& flow, const flow::PortableNames& names) {
  const auto document = flow::Document::parse(flow.content);
  return document ? flow::to_portable(*document, names).text : flow.content;
}

const Resource* alias_of(const Snapshot& snapshot, const std::string& module,
                         const std::string& id) {
  const auto aliases = snapshot.module_aliases.find(module);
  return aliases == snapshot.module_aliases.end() ? nullptr : aliases->second.by_id(id);
}

/// The alias of this name; null unless there is just one.
const Resource* alias_named(const Snapshot& snapshot, const std::string& module,
                            const std::string& name) {
  const auto aliases = snapshot.module_aliases.find(module);
  if (aliases == snapshot.module_aliases.end()) return nullptr;
  const auto named = aliases->second.by_name(name);
  return named.size() == 1 ? named.front() : nullptr;
}

/// Modules of the target that have the name which the rules give to one of the source.
std::vector<const Resource*> there(const snapshot::Environment& target, const mapping::Rules& rules,
                                   const Resource& module) {
  return target.snapshot.inventory(ResourceKind::flow_module)
      ->by_name(rules.target_name(ResourceKind::flow_module, module.name));
}

}  // namespace

Task<Result<bool>> read_module_versions(snapshot::Environment& environment, ModuleParts wanted,
                                        Progress& progress) {
  std::vector<Task<Result<bool>>> reads;
  for (const auto& [module, version] : wanted) {
    reads.push_back(read_one(environment, module, version, progress));
  }
  co_return co_await gather_results(std::move(reads));
}

Task<Result<bool>> ModuleVersions::read(ModuleParts aliases, ModuleParts numbers) {
  numbers_ = std::move(numbers);
  find_aliases(aliases);
  ModuleParts here;
  ModuleParts counterparts;
  std::set<std::string> lists;
  for (const plan::NamedAlias& alias : aliases_) {
    here.emplace(alias.module_id, alias.source_version);
    if (!alias.target_id.empty()) {
      counterparts.emplace(alias.target_module_id, alias.target_version);
    }
  }
  for (const auto& [module, version] : numbers_) {
    const Resource* resource = source_.snapshot.inventory(ResourceKind::flow_module)->by_id(module);
    if (resource == nullptr) continue;
    const auto same = there(target_, rules_, *resource);
    if (same.size() > 1 || (same.empty() && !follows())) continue;
    here.emplace(module, version);
    if (!same.empty()) lists.insert(same.front()->id);
  }
  std::vector<Task<Result<bool>>> reads;
  for (const auto& [module, version] : here) {
    reads.push_back(read_version(source_, module, version));
  }
  for (const auto& [module, version] : counterparts) {
    reads.push_back(read_of_target(module, version));
  }
  for (const std::string& module : lists) reads.push_back(read_newest(module));
  auto read = co_await gather_results(std::move(reads));
  if (!read) co_return read;

  keep_known_aliases();
  const flow::PortableNames names_here(source_.snapshot);
  const flow::PortableNames names_there(target_.snapshot);
  std::vector<plan::NamedAlias*> choosing;
  lists.clear();
  for (plan::NamedAlias& alias : aliases_) {
    const bool equal =
        !alias.target_id.empty() &&
        flow::same_meaning(by_names(alias.source, names_here), by_names(alias.target, names_there));
    if (alias.target_module_id.empty() || equal || (!alias.target_id.empty() && !follows())) {
      continue;
    }
    choosing.push_back(&alias);
    lists.insert(alias.target_module_id);
  }
  reads.clear();
  for (const std::string& module : lists) reads.push_back(read_newest(module));
  read = co_await gather_results(std::move(reads));
  if (!read) co_return read;
  for (plan::NamedAlias* alias : choosing) {
    const auto versions = target_.snapshot.module_versions.find(alias->target_module_id);
    if (versions == target_.snapshot.module_versions.end()) continue;
    alias->choices.assign(versions->second.rbegin(), versions->second.rend());
  }
  co_return true;
}

void ModuleVersions::find_aliases(const ModuleParts& named) {
  for (const auto& [module, id] : named) {
    const Resource* resource = source_.snapshot.inventory(ResourceKind::flow_module)->by_id(module);
    const Resource* alias = alias_of(source_.snapshot, module, id);
    if (resource == nullptr || alias == nullptr) continue;
    const auto same = there(target_, rules_, *resource);
    if (same.size() > 1) continue;
    plan::NamedAlias found;
    found.module_id = module;
    found.id = id;
    found.module = resource->name;
    found.name = alias->name;
    found.source_version = alias->type;
    if (!same.empty()) {
      found.target_module_id = same.front()->id;
      const Resource* counterpart = alias_named(target_.snapshot, same.front()->id, alias->name);
      if (counterpart != nullptr) {
        found.target_id = counterpart->id;
        found.target_version = counterpart->type;
      }
    }
    aliases_.push_back(std::move(found));
  }
}

/// Once: an alias may stand for one of the newest, which are read beside it.
Task<Result<bool>> ModuleVersions::read_of_target(std::string module, std::string version) {
  if (!asked_.emplace(module, version).second) co_return true;
  co_return co_await read_version(target_, std::move(module), std::move(version));
}

/// The newest versions of a module of the target, as many as are looked at.
Task<Result<bool>> ModuleVersions::read_newest(std::string module) {
  if (target_.client == nullptr || !newest_.insert(module).second) co_return true;
  auto numbers = co_await target_.client->list_module_versions(module);
  if (!numbers) co_return fail(std::move(numbers).error().during("reading a module's versions"));
  std::sort(numbers->begin(), numbers->end(), std::greater<>());
  if (numbers->size() > k_most_versions) numbers->resize(k_most_versions);
  std::vector<Task<Result<bool>>> reads;
  for (const std::int64_t number : *numbers) {
    reads.push_back(read_of_target(module, std::to_string(number)));
  }
  co_return co_await gather_results(std::move(reads));
}

void ModuleVersions::keep_known_aliases() {
  std::vector<plan::NamedAlias> known;
  for (plan::NamedAlias& alias : aliases_) {
    const Flow* from = version_of(source_.snapshot, alias.module_id, alias.source_version);
    if (from == nullptr) continue;
    alias.source = *from;
    if (!alias.target_id.empty()) {
      const Flow* to = version_of(target_.snapshot, alias.target_module_id, alias.target_version);
      if (to == nullptr) continue;
      alias.target = *to;
    }
    known.push_back(std::move(alias));
  }
  aliases_ = std::move(known);
}

std::vector<const Flow*> ModuleVersions::numbered() const {
  std::vector<const Flow*> out;
  for (const auto& [module, version] : numbers_) {
    const Flow* flow = version_of(source_.snapshot, module, version);
    if (flow != nullptr) out.push_back(flow);
  }
  return out;
}

mapping::VersionsByNumber ModuleVersions::by_number() const {
  mapping::VersionsByNumber out;
  const Versions none;
  for (const auto& [module, version] : numbers_) {
    const Resource* here = source_.snapshot.inventory(ResourceKind::flow_module)->by_id(module);
    if (here == nullptr) continue;
    const auto same = there(target_, rules_, *here);
    if (same.size() > 1 || (same.empty() && !follows())) continue;
    const Flow* wanted = version_of(source_.snapshot, module, version);
    if (wanted == nullptr && source_.client == nullptr) continue;
    const Versions* versions = &none;
    if (!same.empty()) {
      const auto known = target_.snapshot.module_versions.find(same.front()->id);
      if (known != target_.snapshot.module_versions.end()) {
        versions = &known->second;
      } else if (target_.client == nullptr) {
        continue;
      }
    }
    mapping::ModuleVersion& found = out[{module, version}];
    found = compare(here->name, rules_.target_name(ResourceKind::flow_module, here->name), version,
                    wanted, *versions);
    found.publish = follows() && found.version.empty() && wanted != nullptr &&
                    flow::is_current_version(source_.snapshot, module, *wanted);
  }
  return out;
}

mapping::ModuleVersion ModuleVersions::compare(const std::string& source_name,
                                               const std::string& target_name,
                                               const std::string& version, const Flow* wanted,
                                               const Versions& versions) const {
  mapping::ModuleVersion out;
  if (wanted == nullptr) {
    out.problem = "module \"" + source_name + "\" has no version " + version + " in the source";
    out.help = "it was deleted after the flow was saved: mend the flow in the source";
    return out;
  }
  const flow::PortableNames here(source_.snapshot);
  const flow::PortableNames there(target_.snapshot);
  const std::string content = by_names(*wanted, here);
  std::vector<std::string> choices;
  for (auto entry = versions.rbegin(); entry != versions.rend() && entry->first > 0; ++entry) {
    choices.push_back(std::to_string(entry->first));
    if (!flow::same_meaning(content, by_names(entry->second, there)) ||
        !flow::same_settings(wanted->settings, entry->second.settings)) {
      continue;
    }
    // Of several that are the same, the one of the same number, or else the newest.
    if (out.version.empty() || choices.back() == version) out.version = choices.back();
  }
  if (!out.version.empty()) return out;
  out.problem = "version " + version + " of module \"" + source_name +
                "\" has the content of no version of \"" + target_name +
                "\" in the target, which " +
                (choices.empty() ? "has none" : "has " + join(choices, ", "));
  out.help =
      "let versions follow (module_versions: follow), publish one with this content in "
      "the target once the module is carried (" +
      std::string(
          "aws connect create-contact-flow-module-version), or refer to an alias or to "
          "$LATEST in the source");
  return out;
}

}  // namespace flowferry::pipeline
