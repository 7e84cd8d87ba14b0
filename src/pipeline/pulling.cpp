#include "pipeline/pulling.h"

#include <iterator>
#include <set>
#include <utility>

#include "pipeline/environment_reading.h"

namespace flowferry::pipeline {
namespace {

/// Whether other kinds would fail alike.
bool concerns_everything(ErrorKind kind) {
  return kind == ErrorKind::credentials || kind == ErrorKind::network ||
         kind == ErrorKind::cancelled || kind == ErrorKind::throttled;
}

Task<Result<bool>> list_one(OpenEnvironment& environment, ResourceKind kind, Progress& progress,
                            Findings& findings) {
  std::set<ResourceKind> only;
  only.insert(kind);
  auto listed = co_await snapshot::list_kinds(environment.reading, std::move(only), progress);
  if (listed) co_return true;
  if (concerns_everything(listed.error().kind)) co_return fail(std::move(listed).error());
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

}  // namespace

Task<Result<bool>> list_inventory(OpenEnvironment& environment, std::vector<ResourceKind> kinds,
                                  Progress& progress, Findings& findings) {
  if (kinds.empty()) {
    for (const ResourceKind kind : all_kinds()) {
      if (has_lookup(kind)) kinds.push_back(kind);
    }
  }
  progress.begin("Listing resources", kinds.size());
  std::vector<Task<Result<bool>>> lists;
  bool bots = false;
  for (const ResourceKind kind : kinds) {
    bots = bots || kind == ResourceKind::lex_v2_bot_alias;
    lists.push_back(list_one(environment, kind, progress, findings));
  }
  auto results = co_await gather(std::move(lists));
  for (auto& result : results) {
    if (!result) co_return fail(std::move(result).error());
  }
  const Snapshot& snapshot = environment.reading.snapshot;
  const Inventory* aliases = snapshot.inventory(ResourceKind::lex_v2_bot_alias);
  if (bots && aliases != nullptr) {
    std::set<std::string> arns;
    for (const Resource& alias : aliases->all()) arns.insert(alias.arn);
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
  auto contents = co_await read_environment(session, std::move(reading), progress, out.findings);
  if (!contents) co_return fail(std::move(contents).error());
  OpenEnvironment& environment = *contents->environment;
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
  progress.begin("Reading aliases of modules", modules.size());
  auto aliases =
      co_await snapshot::list_module_aliases(environment.reading, std::move(modules), progress);
  if (!aliases) co_return fail(std::move(aliases).error());
  progress.end();
  auto update = snapshot::update_bundle(options.folder, request);
  if (!update) co_return fail(std::move(update).error().during("writing the bundle"));
  std::move(update->findings.begin(), update->findings.end(), std::back_inserter(out.findings));
  update->findings.clear();
  out.update = *std::move(update);
  co_return out;
}

}  // namespace flowferry::pipeline
