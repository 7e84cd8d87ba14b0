#include "pipeline/verifying.h"

#include "pipeline/comparing.h"
#include "pipeline/one_instance.h"

namespace flowferry::pipeline {

Task<Result<Verification>> verify(Session& session, PlanOptions options, Progress& progress) {
  const std::string from = options.from;
  const std::string to = options.to;
  auto plan = co_await make_plan(session, std::move(options), progress);
  if (!plan) co_return fail(std::move(plan).error());
  auto source = co_await session.open(from);
  if (!source) co_return fail(std::move(source).error());
  auto target = co_await session.open(to);
  if (!target) co_return fail(std::move(target).error());
  const auto named = co_await name_what_differs(**target, *plan, progress);
  if (!named) co_return fail(Error(named.error()));
  Verification out;
  out.plan = std::move(*plan);
  const Snapshot& left = (*source)->reading.snapshot;
  const Snapshot& right = (*target)->reading.snapshot;
  const mapping::Rules rules = rules_between(session.config(), from, to, left, right);
  plan::ComparisonRequest request;
  request.plan = &out.plan;
  request.left = &left;
  request.right = &right;
  request.rules = &rules;
  out.comparison = plan::compare_environments(request);
  co_return out;
}

}  // namespace flowferry::pipeline
