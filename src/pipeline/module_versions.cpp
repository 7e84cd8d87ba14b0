#include "pipeline/module_versions.h"

#include <algorithm>
#include <map>
#include <vector>

#include "apply/alias_record.h"
#include "base/group.h"
#include "base/text.h"
#include "flow/document.h"
#include "flow/portable.h"
#include "plan/difference.h"

namespace flowferry::pipeline {
namespace {

/// A version as it was read; nothing: there is no such version.
using Version = std::optional<Flow>;

Task<Result<Version>> read_version(connect::Client& client, std::string module,
                                   std::string version) {
  auto flow = co_await client.describe_flow(ResourceKind::flow_module, module + ":" + version);
  if (flow) co_return Version(std::move(*flow));
  if (flow.error().kind == ErrorKind::not_found) co_return Version();
  co_return fail(std::move(flow).error().during("reading version " + version + " of a module"));
}

/// Into the snapshot, which a rehearsal copies.
void keep(snapshot::Environment& environment, const std::string& module, const std::string& number,
          const Version& version) {
  const std::int64_t n = apply::version_number(number);
  if (version && n > 0) environment.snapshot.module_versions[module][n] = *version;
}

/// The document with its references by name; as it is where it cannot be read.
std::string by_names(const Flow& flow, const flow::PortableNames& names) {
  const auto document = flow::Document::parse(flow.content);
  return document ? flow::to_portable(*document, names).text : flow.content;
}

using Versions = std::map<std::int64_t, Flow, std::greater<>>;  ///< The newest first.

/// The newest versions of a module, as many as are looked at; into the snapshot, too.
Task<Result<Versions>> read_newest(snapshot::Environment& environment, std::string module) {
  auto numbers = co_await environment.client->list_module_versions(module);
  if (!numbers) {
    co_return fail(std::move(numbers).error().during("reading a module's versions"));
  }
  std::sort(numbers->begin(), numbers->end(), std::greater<>());
  if (numbers->size() > k_most_versions) numbers->resize(k_most_versions);
  std::vector<Task<Result<Version>>> reads;
  for (const std::int64_t number : *numbers) {
    reads.push_back(read_version(*environment.client, module, std::to_string(number)));
  }
  auto results = co_await gather(std::move(reads));
  Versions versions;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i]) co_return fail(std::move(results[i]).error());
    if (!*results[i]) continue;
    environment.snapshot.module_versions[module][(*numbers)[i]] = **results[i];
    versions.emplace((*numbers)[i], std::move(**results[i]));
  }
  co_return versions;
}

class VersionSearch {
 public:
  VersionSearch(snapshot::Environment& source, snapshot::Environment& target,
                const mapping::Rules& rules, Progress& progress)
      : source_(source), target_(target), rules_(rules), progress_(progress) {}

  Task<Result<mapping::VersionsByNumber>> run(
      std::set<std::pair<std::string, std::string>> mentioned) {
    mapping::VersionsByNumber out;
    for (const auto& [module, version] : mentioned) {
      const Resource* here = source_.snapshot.inventory(ResourceKind::flow_module)->by_id(module);
      if (here == nullptr) continue;
      const std::string name = rules_.target_name(ResourceKind::flow_module, here->name);
      const auto there = target_.snapshot.inventory(ResourceKind::flow_module)->by_name(name);
      const bool follow = rules_.module_versions == mapping::ModuleVersions::follow;
      if (there.size() > 1 || (there.empty() && !follow)) continue;
      auto wanted = co_await read_version(*source_.client, module, version);
      if (!wanted) co_return fail(std::move(wanted).error());
      keep(source_, module, version, *wanted);
      const std::string id = there.empty() ? "" : there.front()->id;
      auto read = co_await read_versions(id);
      if (!read) co_return fail(std::move(read).error());
      mapping::ModuleVersion& found = out[{module, version}];
      found = compare(here->name, name, version, *wanted, there_[id]);
      found.publish = follow && found.version.empty() && *wanted &&
                      plan::is_current_version(source_.snapshot, module, **wanted);
    }
    co_return out;
  }

 private:
  Task<Result<bool>> read_versions(std::string module) {
    if (module.empty() || there_.contains(module)) co_return true;
    auto versions = co_await read_newest(target_, module);
    if (!versions) co_return fail(std::move(versions).error());
    there_.emplace(module, std::move(*versions));
    progress_.advance();
    co_return true;
  }

  mapping::ModuleVersion compare(const std::string& source_name, const std::string& target_name,
                                 const std::string& version, const Version& wanted,
                                 const Versions& versions) const {
    mapping::ModuleVersion out;
    if (!wanted) {
      out.problem = "module \"" + source_name + "\" has no version " + version + " in the source";
      out.help = "it was deleted after the flow was saved: mend the flow in the source";
      return out;
    }
    const flow::PortableNames here(source_.snapshot);
    const flow::PortableNames there(target_.snapshot);
    const std::string content = by_names(*wanted, here);
    std::vector<std::string> choices;
    for (const auto& [number, flow] : versions) {
      choices.push_back(std::to_string(number));
      if (!flow::same_meaning(content, by_names(flow, there)) ||
          !plan::same_settings(wanted->settings, flow.settings)) {
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

  snapshot::Environment& source_;
  snapshot::Environment& target_;
  const mapping::Rules& rules_;
  Progress& progress_;
  std::map<std::string, Versions> there_;  ///< By module of the target.
};

}  // namespace

Task<Result<mapping::VersionsByNumber>> map_module_versions(
    snapshot::Environment& source, snapshot::Environment& target, const mapping::Rules& rules,
    std::set<std::pair<std::string, std::string>> mentioned, Progress& progress) {
  if (source.client == nullptr || target.client == nullptr) co_return mapping::VersionsByNumber();
  VersionSearch search(source, target, rules, progress);
  auto found = co_await search.run(std::move(mentioned));
  co_return found;
}

namespace {

/// The contents of versions of one instance's modules, each read once.
class VersionContents {
 public:
  explicit VersionContents(snapshot::Environment& environment) : environment_(environment) {}

  void want(const std::string& module, const std::string& version) {
    contents_.try_emplace({module, version});
  }

  Task<Result<bool>> read() {
    std::vector<Task<Result<bool>>> reads;
    for (auto& [key, content] : contents_) {
      reads.push_back(read_one(key.first, key.second, content));
    }
    co_return co_await gather_results(std::move(reads));
  }

  /// Nothing: there is no such version any more.
  const Version& of(const std::string& module, const std::string& version) const {
    return contents_.at({module, version});
  }

 private:
  Task<Result<bool>> read_one(std::string module, std::string version, Version& content) {
    auto there = co_await read_version(*environment_.client, module, version);
    if (!there) co_return fail(std::move(there).error());
    content = *std::move(there);
    keep(environment_, module, version, content);
    co_return true;
  }

  snapshot::Environment& environment_;
  std::map<std::pair<std::string, std::string>, Version> contents_;
};

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

}  // namespace

Task<Result<std::vector<plan::NamedAlias>>> read_aliases(
    snapshot::Environment& source, snapshot::Environment& target, const mapping::Rules& rules,
    std::set<std::pair<std::string, std::string>> mentioned) {
  std::vector<plan::NamedAlias> out;
  if (source.client == nullptr || target.client == nullptr) co_return out;
  VersionContents here(source);
  VersionContents there(target);
  for (const auto& [module, alias_id] : mentioned) {
    const Resource* resource = source.snapshot.inventory(ResourceKind::flow_module)->by_id(module);
    const Resource* alias = alias_of(source.snapshot, module, alias_id);
    if (resource == nullptr || alias == nullptr) continue;
    const std::string name = rules.target_name(ResourceKind::flow_module, resource->name);
    const auto same = target.snapshot.inventory(ResourceKind::flow_module)->by_name(name);
    if (same.size() > 1) continue;
    plan::NamedAlias found;
    found.module_id = module;
    found.id = alias_id;
    found.module = resource->name;
    found.name = alias->name;
    found.source_version = alias->type;
    here.want(module, found.source_version);
    if (!same.empty()) {
      found.target_module_id = same.front()->id;
      const Resource* counterpart = alias_named(target.snapshot, same.front()->id, alias->name);
      if (counterpart != nullptr) {
        found.target_id = counterpart->id;
        found.target_version = counterpart->type;
        there.want(found.target_module_id, found.target_version);
      }
    }
    out.push_back(std::move(found));
  }
  std::vector<Task<Result<bool>>> reads;
  reads.push_back(here.read());
  reads.push_back(there.read());
  auto gathered = co_await gather_results(std::move(reads));
  if (!gathered) co_return fail(std::move(gathered).error());
  std::vector<plan::NamedAlias> known;
  for (plan::NamedAlias& alias : out) {
    const Version& from = here.of(alias.module_id, alias.source_version);
    if (!from) continue;
    alias.source = *from;
    if (!alias.target_id.empty()) {
      const Version& to = there.of(alias.target_module_id, alias.target_version);
      if (!to) continue;
      alias.target = *to;
    }
    known.push_back(std::move(alias));
  }
  std::map<std::string, Versions> choices;
  const flow::PortableNames names_here(source.snapshot);
  const flow::PortableNames names_there(target.snapshot);
  for (plan::NamedAlias& alias : known) {
    const bool follow = rules.module_versions == mapping::ModuleVersions::follow;
    const bool equal =
        !alias.target_id.empty() &&
        flow::same_meaning(by_names(alias.source, names_here), by_names(alias.target, names_there));
    if (alias.target_module_id.empty() || equal || (!alias.target_id.empty() && !follow)) continue;
    if (!choices.contains(alias.target_module_id)) {
      auto read = co_await read_newest(target, alias.target_module_id);
      if (!read) co_return fail(std::move(read).error());
      choices[alias.target_module_id] = std::move(*read);
    }
    const Versions& there_are = choices[alias.target_module_id];
    alias.choices.assign(there_are.begin(), there_are.end());
  }
  co_return known;
}

}  // namespace flowferry::pipeline
