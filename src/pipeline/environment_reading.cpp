#include "pipeline/environment_reading.h"

#include <set>

#include "pipeline/needs.h"
#include "pipeline/selection.h"

namespace flowferry::pipeline {
namespace {

using snapshot::FlowKey;

/// Who is taken, as far as the tags are known. `wanted`: those to be read whole.
std::vector<plan::Selected> select(const Snapshot& snapshot, const Selector& selector,
                                   std::vector<FlowKey>& wanted) {
  std::vector<plan::Selected> out;
  wanted.clear();
  for (const Resource* flow : listed_flows(snapshot)) {
    const auto read = snapshot.flows.find(flow->id);
    const Tags* tags = read == snapshot.flows.end() ? nullptr : &read->second.tags;
    plan::Selected entry{flow->kind, flow->id, true, selector.reason_against(*flow, tags)};
    entry.carried = entry.reason.empty();
    if (entry.carried) wanted.push_back(FlowKey{flow->kind, flow->id});
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

Task<Result<bool>> name_everything(snapshot::Environment& environment, std::vector<FlowKey> flows,
                                   std::string stage, Progress& progress) {
  const Snapshot& snapshot = environment.snapshot;
  progress.begin(stage, 0);
  Needs needs = find_needs(snapshot, snapshot.instance, flows);
  std::set<ResourceKind> kinds = needs.source_kinds;
  kinds.insert(needs.target_kinds.begin(), needs.target_kinds.end());
  if (!needs.unexplained.empty())
    kinds.insert(kinds_in_attributes().begin(), kinds_in_attributes().end());
  auto done = co_await snapshot::list_kinds(environment, kinds, progress);
  if (!done) co_return fail(std::move(done).error());
  if (!needs.unexplained.empty()) {
    // Some bare ids are explained now; they may be of kinds that nothing else mentions.
    needs = find_needs(snapshot, snapshot.instance, flows);
    kinds = needs.source_kinds;
    kinds.insert(needs.target_kinds.begin(), needs.target_kinds.end());
    done = co_await snapshot::list_kinds(environment, kinds, progress);
    if (!done) co_return fail(std::move(done).error());
  }
  done = co_await snapshot::list_module_aliases(environment, needs.source_modules, progress);
  if (!done) co_return fail(std::move(done).error());
  done = co_await snapshot::name_lex_aliases(environment, needs.lex_aliases, progress);
  if (!done) co_return fail(std::move(done).error());
  progress.end();
  co_return true;
}

Task<Result<EnvironmentContents>> read_environment(Session& session, ReadOptions options,
                                                   Progress& progress, Findings& findings) {
  EnvironmentContents out;
  auto opened = co_await session.open(options.environment);
  if (!opened) co_return fail(std::move(opened).error());
  out.environment = *opened;
  findings.insert(findings.end(), out.environment->findings.begin(),
                  out.environment->findings.end());
  snapshot::Environment& environment = out.environment->reading;

  progress.begin("Listing flows and modules", 1);
  auto done = co_await snapshot::list_flows(environment);
  if (!done) co_return fail(std::move(done).error());
  progress.advance();
  progress.end();

  const Selection configured = options.everything ? Selection{} : session.config().select;
  auto selector = Selector::make(configured, options.include, options.exclude);
  if (!selector) co_return fail(selector.error());
  if (options.everything) selector->take_stock();
  std::vector<FlowKey> wanted;
  out.selected = select(environment.snapshot, *selector, wanted);
  const bool at_once = environment.client == nullptr;  // A bundle was read as it was opened.
  progress.begin("Reading flows and modules", at_once ? 0 : wanted.size());
  done = co_await snapshot::describe_flows(environment, wanted, progress, findings);
  if (!done) co_return fail(std::move(done).error());
  if (selector->needs_tags()) out.selected = select(environment.snapshot, *selector, wanted);
  if (options.with_dependencies || configured.with_dependencies.value_or(false)) {
    done =
        co_await add_dependencies(environment, *selector, out.selected, wanted, progress, findings);
    if (!done) co_return fail(std::move(done).error());
  }
  progress.end();
  const auto flows = listed_flows(environment.snapshot);
  const auto idle = selector->idle(flows, environment.snapshot.flows);
  if (!idle.empty()) co_return fail(nothing_matches(options.environment, idle.front(), flows));

  done = co_await name_everything(environment, std::move(wanted), "Looking up resources by name",
                                  progress);
  if (!done) co_return fail(std::move(done).error());
  co_return out;
}

}  // namespace flowferry::pipeline
