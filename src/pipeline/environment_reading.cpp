#include "pipeline/environment_reading.h"

#include <set>

#include "pipeline/look_ups.h"
#include "pipeline/needs.h"
#include "pipeline/reading_ahead.h"
#include "pipeline/selection.h"
#include "snapshot/flow_reader.h"

namespace flowferry::pipeline {
namespace {

using snapshot::FlowKey;

/// Lists the flows and modules, and meanwhile begins to read those that `selector` takes and to
/// look up what their documents mention. That asks for nothing that would not be asked for
/// afterwards; what was found is in the snapshot. `progress` is that of the lists, `reads` is
/// begun.
Task<Result<bool>> list_and_read(snapshot::Environment& environment, const Selector& selector,
                                 bool with_module_aliases, Progress& progress, Progress& reads,
                                 LookUps& look_ups) {
  snapshot::FlowReader reader(environment, reads, [&](const Flow& flow) {
    if (selector.needs_tags()) return;  // Who knows whether it is taken.
    Needs needs = plain_needs(environment.snapshot, environment.snapshot.instance, flow);
    needs.lex_aliases.clear();  // They are named in the end, one and all.
    if (with_module_aliases && flow.kind == ResourceKind::flow_module) {
      needs.source_modules.insert(flow.id);
    }
    look_ups.want(needs);
  });
  std::size_t taken = 0;
  std::function<void(const std::vector<Resource>&)> take = [&](const std::vector<Resource>& page) {
    std::vector<FlowKey> wanted;
    for (const Resource& flow : page) {
      if (!selector.reason_against(flow, nullptr).empty()) continue;
      wanted.push_back(FlowKey{flow.kind, flow.id});
    }
    taken += wanted.size();
    reader.want(wanted);
  };
  progress.begin("Listing flows and modules", 1);
  auto listed = co_await snapshot::list_flows(environment, std::move(take));
  if (listed) {
    progress.advance();
    progress.end();
    // A bundle was read as it was opened.
    reads.begin("Reading flows and modules", environment.client == nullptr ? 0 : taken);
  } else {
    reader.drop();
  }
  auto read = co_await reader.finish();
  if (!listed) co_return fail(std::move(listed).error());
  co_return read;
}

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

  const Selection configured = options.everything ? Selection{} : session.config().select;
  auto selector = Selector::make(configured, options.include, options.exclude);
  if (!selector) co_return fail(selector.error());
  if (options.everything) selector->take_stock();

  HeldProgress reads(progress);
  HeldProgress names(progress);
  const mapping::Rules no_rules;
  LookUps look_ups(environment, environment, no_rules, names);
  auto done = co_await list_and_read(environment, *selector, options.with_module_aliases, progress,
                                     reads, look_ups);
  auto looked = co_await look_ups.wait();
  if (!done) co_return fail(std::move(done).error());

  std::vector<FlowKey> wanted;
  out.selected = select(environment.snapshot, *selector, wanted);
  done = co_await snapshot::describe_flows(environment, wanted, reads, findings);
  if (!done) co_return fail(std::move(done).error());
  if (selector->needs_tags()) out.selected = select(environment.snapshot, *selector, wanted);
  if (options.with_dependencies || configured.with_dependencies.value_or(false)) {
    done = co_await add_dependencies(environment, *selector, out.selected, wanted, reads, findings);
    if (!done) co_return fail(std::move(done).error());
  }
  reads.end();
  const auto flows = listed_flows(environment.snapshot);
  const auto idle = selector->idle(flows, environment.snapshot.flows);
  if (!idle.empty()) co_return fail(nothing_matches(options.environment, idle.front(), flows));

  if (!looked) co_return fail(std::move(looked).error());
  done = co_await name_everything(environment, std::move(wanted), "Looking up resources by name",
                                  names);
  if (!done) co_return fail(std::move(done).error());
  co_return out;
}

}  // namespace flowferry::pipeline
