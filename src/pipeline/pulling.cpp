#include "pipeline/pulling.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/group.h"
#include "flow/references.h"
#include "mapping/names_back.h"
#include "mapping/variables.h"
#include "pipeline/config_rules.h"
#include "pipeline/environment_reading.h"
#include "pipeline/module_versions.h"
#include "pipeline/needs.h"
#include "snapshot/bundle_kept.h"
#include "snapshot/bundle_reader.h"

namespace flowferry::pipeline {
namespace {

Task<Result<bool>> list_one(OpenEnvironment& environment, ResourceKind kind, Progress& progress,
                            Findings& findings) {
  std::set<ResourceKind> only;
  only.insert(kind);
  auto listed = co_await snapshot::list_kinds(environment.reading, std::move(only), progress);
  if (listed) co_return true;
  if (snapshot::concerns_everything(listed.error())) co_return fail(std::move(listed).error());
  Finding finding;
  finding.severity = Severity::warning;
  finding.id = "unlisted-kind";
  finding.kind = to_string(kind);
  finding.text = "resources of kind " + std::string(to_string(kind)) + " cannot be listed in \"" +
                 environment.reading.name + "\": " + one_line(listed.error());
  finding.help = "allow the call, if the bundle is to be a target of plan or verify";
  findings.push_back(std::move(finding));
  co_return true;
}

/// Versions that files of `folder` name by number and that belong to modules of `snapshot`, of
/// flows that are not `selected`: they may stay as they are.
ModuleParts named_by_files(const std::filesystem::path& folder, const Snapshot& snapshot,
                           const std::vector<plan::Selected>& selected) {
  const Inventory* modules = snapshot.inventory(ResourceKind::flow_module);
  if (modules == nullptr || !snapshot::is_bundle(folder)) return {};
  auto index = snapshot::read_bundle_index(folder);
  if (!index) return {};  // Who writes the bundle says it.
  std::map<std::string, std::string> ids;
  for (const snapshot::BundledFlow& flow : index->flows) {
    if (flow.kind == ResourceKind::flow_module) ids[flow.name] = flow.id;
  }
  std::set<std::string> written;
  for (const plan::Selected& one : selected) {
    if (one.carried && snapshot.flows.contains(one.source_id)) written.insert(one.source_id);
  }
  std::erase_if(index->flows, [&](const auto& flow) { return written.contains(flow.id); });
  ModuleParts out;
  for (const auto& [name, numbers] : snapshot::versions_named_by(folder, index->flows, snapshot)) {
    const Resource* module = modules->by_id(ids[name]);
    const auto same = modules->by_name(name);
    if (module == nullptr && same.size() == 1) module = same.front();
    if (module == nullptr) continue;
    for (const std::int64_t number : numbers) out.emplace(module->id, std::to_string(number));
  }
  return out;
}

/// The contents of versions that aliases of the selected modules stand for, and that the selected
/// documents name by number, with what they mention; and of those modules `also`.
Task<Result<bool>> read_versions(snapshot::Environment& environment,
                                 const std::vector<plan::Selected>& selected, ModuleParts also,
                                 Progress& progress) {
  if (environment.client == nullptr) co_return true;
  const Snapshot& snapshot = environment.snapshot;
  std::vector<snapshot::FlowKey> taken;
  std::set<std::string> modules;
  for (const plan::Selected& one : selected) {
    if (!one.carried) continue;
    taken.push_back({one.kind, one.source_id});
    if (one.kind == ResourceKind::flow_module) modules.insert(one.source_id);
  }
  ModuleParts wanted = find_needs(snapshot, snapshot.instance, taken).module_versions;
  wanted.merge(also);
  std::erase_if(wanted, [&](const auto& version) { return !modules.contains(version.first); });
  for (const std::string& module : modules) {
    const auto aliases = snapshot.module_aliases.find(module);
    if (aliases == snapshot.module_aliases.end()) continue;
    for (const Resource& alias : aliases->second.all()) wanted.emplace(module, alias.type);
  }
  if (wanted.empty()) co_return true;
  progress.begin("Reading versions of modules", wanted.size());
  auto read = co_await read_module_versions(environment, std::move(wanted), progress);
  if (!read) co_return read;
  Needs needs;
  for (const std::string& module : modules) {
    const auto versions = snapshot.module_versions.find(module);
    if (versions == snapshot.module_versions.end()) continue;
    for (const auto& [number, version] : versions->second) {
      add_needs_of_version(snapshot, snapshot.instance, version, needs);
    }
  }
  read = co_await snapshot::list_module_aliases(environment, needs.source_modules, progress);
  if (!read) co_return read;
  read = co_await snapshot::name_lex_aliases(environment, needs.lex_aliases, progress);
  if (read) progress.end();
  co_return read;
}

/// How the bundle calls what the environment calls otherwise: the rules from the bundle to the
/// environment, the other way round.
class InBundle {
 public:
  InBundle(const Config& config, const PullOptions& options)
      : environment_(options.environment),
        bundle_(name_of(config, options.folder)),
        there_(config.scope(bundle_, environment_)),
        back_(config.said_for(environment_, bundle_)),
        names_(there_.rules, &back_.rules),
        variables_(config.scope(environment_, bundle_).rules.variables),
        substitutions_(mapping::substitutions_for(variables_, environment_, bundle_)) {}

  bool differ() const {
    return !names_.empty() || !substitutions_.empty() || !there_.rules.renames.empty();
  }

  /// Nothing where two resources would get one name: then the last finding says so.
  std::optional<Snapshot> translate(const Snapshot& snapshot, Findings& findings) const {
    Findings told = names_.one_way(bundle_, environment_, &snapshot);
    std::move(told.begin(), told.end(), std::back_inserter(findings));
    Snapshot out = snapshot;
    for (auto& [id, flow] : out.flows) replace_texts(flow, out.instance);
    for (auto& [module, versions] : out.module_versions) {
      for (auto& [number, version] : versions) replace_texts(version, out.instance);
    }
    Findings collisions;
    if (!names_.empty()) out = mapping::with_source_names(std::move(out), names_, collisions);
    if (collisions.empty()) return out;
    findings.push_back(std::move(collisions.front()));
    return std::nullopt;
  }

 private:
  /// The environment that has this folder as its bundle, or the folder as it is written.
  static std::string name_of(const Config& config, const std::filesystem::path& folder) {
    const auto normal = [](const std::filesystem::path& path) {
      std::error_code ignored;
      const auto whole =
          std::filesystem::weakly_canonical(std::filesystem::absolute(path), ignored);
      return whole.has_filename() ? whole : whole.parent_path();
    };
    const auto beside = std::filesystem::path(config.path).parent_path();
    for (const EnvironmentConfig& environment : config.environments) {
      if (!environment.bundle.empty() && normal(beside / environment.bundle) == normal(folder)) {
        return environment.name;
      }
    }
    return folder.string();
  }

  void replace_texts(Flow& flow, const Instance& instance) const {
    if (substitutions_.empty()) return;
    const auto document = flow::Document::parse(flow.content);
    if (!document) return;
    const Resource face{flow.kind, flow.name,  flow.id,    flow.arn,
                        flow.type, flow.state, flow.status};
    const auto changes = mapping::find_changes(*document, face, flow.tags, substitutions_);
    flow::Scope scope;
    scope.instance = instance;
    const auto references = flow::find_references(*document, scope).references;
    std::vector<flow::Splice> splices;
    for (const mapping::Change& change : changes) {
      // References have names of their own.
      const bool touches =
          std::any_of(references.begin(), references.end(), [&](const flow::Reference& r) {
            return r.node == change.node && r.form != flow::Form::name &&
                   change.offset < r.offset + r.text.size() && r.offset < change.end();
          });
      if (!touches) splices.push_back({change.node, change.text, change.offset, change.length});
    }
    if (!splices.empty()) flow.content = document->spliced(splices);
  }

  std::string environment_;
  std::string bundle_;
  Scope there_;
  Scope back_;
  mapping::NamesBack names_;
  std::vector<mapping::Variable> variables_;
  std::vector<mapping::Substitution> substitutions_;
};

}  // namespace

Task<Result<bool>> list_inventory(OpenEnvironment& environment, std::vector<ResourceKind> kinds,
                                  Progress& progress, Findings& findings) {
  if (kinds.empty()) {
    for (const ResourceKind kind : all_kinds()) {
      if (has_lookup(kind)) kinds.push_back(kind);
    }
  }
  const Snapshot& snapshot = environment.reading.snapshot;
  auto steps =
      static_cast<std::size_t>(std::count_if(kinds.begin(), kinds.end(), [&](ResourceKind kind) {
        return environment.client != nullptr && snapshot.inventory(kind) == nullptr;
      }));
  progress.begin("Listing resources", steps);
  std::vector<Task<Result<bool>>> lists;
  bool bots = false;
  for (const ResourceKind kind : kinds) {
    bots = bots || kind == ResourceKind::lex_v2_bot_alias;
    lists.push_back(list_one(environment, kind, progress, findings));
  }
  auto gathered = co_await gather_results(std::move(lists));
  if (!gathered) co_return fail(std::move(gathered).error());
  const Inventory* aliases = snapshot.inventory(ResourceKind::lex_v2_bot_alias);
  if (bots && aliases != nullptr) {
    std::set<std::string> arns;
    for (const Resource& alias : aliases->all()) {
      if (!snapshot.lex_alias_names.contains(alias.arn)) arns.insert(alias.arn);
    }
    if (environment.client != nullptr) progress.expect(steps += arns.size());
    auto named =
        co_await snapshot::name_lex_aliases(environment.reading, std::move(arns), progress);
    if (!named) co_return fail(std::move(named).error());
  }
  progress.end();
  co_return true;
}

Task<Result<PullResult>> pull(Session& session, PullOptions options, Progress& progress) {
  // Before anything is read: it may take minutes.
  if (auto usable = snapshot::check_bundle_folder(options.folder); !usable) {
    co_return fail(std::move(usable).error());
  }
  PullResult out;
  ReadOptions reading;
  reading.environment = options.environment;
  reading.include = options.include;
  reading.exclude = options.exclude;
  reading.with_module_aliases = true;
  auto contents = co_await read_environment(session, std::move(reading), progress, out.findings);
  if (!contents) co_return fail(std::move(contents).error());
  OpenEnvironment& environment = *contents->environment;
  std::error_code ignored;
  if (environment.client == nullptr &&
      std::filesystem::equivalent(environment.config.bundle, options.folder, ignored)) {
    co_return fail(ErrorKind::refused,
                   "\"" + options.environment + "\" is this folder: there is nothing to pull",
                   "pull an instance into it, or pull it into another folder");
  }
  auto listed =
      co_await list_inventory(environment, std::vector<ResourceKind>(), progress, out.findings);
  if (!listed) co_return fail(std::move(listed).error());

  snapshot::UpdateRequest request;
  const Snapshot& snapshot = environment.reading.snapshot;
  request.snapshot = &snapshot;
  request.prune = options.prune ? snapshot::Prune::yes : snapshot::Prune::no;
  std::set<std::string> modules;
  for (const plan::Selected& selected : contents->selected) {
    if (!selected.carried || !snapshot.flows.contains(selected.source_id)) continue;
    request.flows.push_back(selected.source_id);
    if (selected.kind == ResourceKind::flow_module) modules.insert(selected.source_id);
  }
  const auto unread = std::count_if(modules.begin(), modules.end(), [&](const std::string& id) {
    return environment.client != nullptr && !snapshot.module_aliases.contains(id);
  });
  progress.begin("Reading aliases of modules", static_cast<std::size_t>(unread));
  auto aliases =
      co_await snapshot::list_module_aliases(environment.reading, std::move(modules), progress);
  if (!aliases) co_return fail(std::move(aliases).error());
  progress.end();
  ModuleParts also = named_by_files(options.folder, snapshot, contents->selected);
  auto versions =
      co_await read_versions(environment.reading, contents->selected, std::move(also), progress);
  if (!versions) co_return fail(std::move(versions).error());
  const InBundle words(session.config(), options);
  std::optional<Snapshot> translated;
  if (words.differ()) {
    translated = words.translate(snapshot, out.findings);
    if (!translated) {
      co_return fail(ErrorKind::refused, out.findings.back().text, out.findings.back().help);
    }
    request.snapshot = &*translated;
  }
  auto update = snapshot::update_bundle(options.folder, request);
  if (!update) co_return fail(std::move(update).error().during("writing the bundle"));
  std::move(update->findings.begin(), update->findings.end(), std::back_inserter(out.findings));
  update->findings.clear();
  out.update = *std::move(update);
  co_return out;
}

}  // namespace flowferry::pipeline
