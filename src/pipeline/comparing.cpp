#include "pipeline/comparing.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "pipeline/environment_reading.h"
#include "pipeline/one_instance.h"
#include "pipeline/reading.h"
#include "pipeline/selection.h"

namespace flowferry::pipeline {
namespace {

using snapshot::FlowKey;

/// Flows and modules of the right side that the selection takes. Tags decide where they are known.
std::vector<plan::Selected> selected_of(const Snapshot& right, const Selector& selector) {
  std::vector<plan::Selected> out;
  for (const Resource* flow : listed_flows(right)) {
    const auto read = right.flows.find(flow->id);
    const Tags* tags = read == right.flows.end() ? nullptr : &read->second.tags;
    plan::Selected entry{flow->kind, flow->id, true, selector.reason_against(*flow, tags)};
    entry.carried = entry.reason.empty();
    out.push_back(std::move(entry));
  }
  return out;
}

/// An environment against itself.
Task<Result<plan::EnvironmentComparison>> compare_with_itself(Session& session,
                                                              CompareOptions options,
                                                              Progress& progress) {
  plan::EnvironmentComparison out;
  out.left = out.right = options.left;
  ReadOptions wanted;
  wanted.environment = options.left;
  wanted.include = options.include;
  wanted.exclude = options.exclude;
  const auto read = co_await read_environment(session, std::move(wanted), progress, out.warnings);
  if (!read) co_return fail(Error(read.error()));
  out.left_instance = out.right_instance = read->snapshot().instance;
  for (const plan::Selected& flow : read->selected) {
    if (flow.carried && read->snapshot().flows.contains(flow.source_id)) ++out.same;
  }
  out.compared = out.same;
  co_return out;
}

bool has_created(const plan::Plan& plan) {
  return std::any_of(plan.nodes.begin(), plan.nodes.end(),
                     [](const plan::Node& node) { return node.action == plan::Action::create; });
}

}  // namespace

Task<Result<bool>> name_what_differs(OpenEnvironment& right, const plan::Plan& plan,
                                     Progress& progress) {
  std::set<std::string> same;
  for (const plan::Node& node : plan.nodes) {
    if (node.action == plan::Action::unchanged) same.insert(node.target_id);
  }
  std::vector<FlowKey> differing;
  for (const auto& [id, flow] : right.reading.snapshot.flows) {
    if (!same.contains(id)) differing.push_back(FlowKey{flow.kind, id});
  }
  if (differing.empty()) co_return true;
  auto named = co_await name_everything(
      right.reading, std::move(differing),
      "Looking up what else \"" + right.reading.name + "\" mentions", progress);
  co_return named;
}

Task<Result<plan::EnvironmentComparison>> compare_environments(Session& session,
                                                               CompareOptions options,
                                                               Progress& progress) {
  if (options.left == options.right) {
    auto same = co_await compare_with_itself(session, std::move(options), progress);
    co_return same;
  }
  PlanOptions wanted;
  wanted.from = options.left;
  wanted.to = options.right;
  wanted.include = options.include;
  wanted.exclude = options.exclude;
  wanted.ignore_limits = true;
  wanted.only_to_compare = true;
  wanted.without_rules = options.without_rules;
  wanted.module_versions = options.module_versions;
  auto plan = co_await make_plan(session, std::move(wanted), progress);
  if (!plan) co_return fail(std::move(plan).error());
  auto left = co_await session.open(options.left);
  if (!left) co_return fail(std::move(left).error());
  auto right = co_await session.open(options.right);
  if (!right) co_return fail(std::move(right).error());

  Scope scope = session.config().scope(options.left, options.right);
  scope.rules = options.without_rules
                    ? mapping::Rules{}
                    : rules_between(session.config(), options.left, options.right,
                                    (*left)->reading.snapshot, (*right)->reading.snapshot);
  if (options.module_versions) scope.rules.module_versions = options.module_versions;
  auto selector = Selector::make(scope.select, options.include, options.exclude);
  if (!selector) co_return fail(std::move(selector).error());
  plan::ComparisonRequest request;
  request.plan = &*plan;
  request.left = &(*left)->reading.snapshot;
  request.right = &(*right)->reading.snapshot;
  request.rules = &scope.rules;
  request.right_selected = selected_of(*request.right, *selector);

  // What only the right side has may be what only the left side has, under another name.
  const auto more = plan::only_on_right(request);
  if (!more.empty() && (has_created(*plan) || selector->needs_tags())) {
    std::vector<FlowKey> keys;
    for (const Resource* flow : more) keys.push_back(FlowKey{flow->kind, flow->id});
    progress.begin("Reading what only " + options.right + " has", keys.size());
    Findings findings;
    const auto read =
        co_await snapshot::describe_flows((*right)->reading, std::move(keys), progress, findings);
    if (!read) co_return fail(Error(read.error()));
    progress.end();
    plan->findings.insert(plan->findings.end(), std::make_move_iterator(findings.begin()),
                          std::make_move_iterator(findings.end()));
    request.right_selected = selected_of(*request.right, *selector);
  }

  const auto named = co_await name_what_differs(**right, *plan, progress);
  if (!named) co_return fail(Error(named.error()));
  co_return plan::compare_environments(request);
}

}  // namespace flowferry::pipeline
