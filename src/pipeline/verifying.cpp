#include "pipeline/verifying.h"

namespace flowferry::pipeline {
namespace {

/// The content that the plan wants, with the names of what is not there yet in its holes.
std::string readable_content(const plan::Plan& plan, const plan::Node& node) {
  return node.content.fill([&](std::size_t other) {
    const plan::Node& callee = plan.nodes[other];
    const std::string text = "(" + std::string(label(callee.kind)) + " to be created)";
    return plan::Content::Identity{callee.target_id.empty() ? text : callee.target_id,
                                   callee.target_arn.empty() ? text : callee.target_arn};
  });
}

}  // namespace

Task<Result<Verification>> verify(Session& session, PlanOptions options, Progress& progress) {
  const std::string to = options.to;
  auto plan = co_await make_plan(session, std::move(options), progress);
  if (!plan) co_return fail(std::move(plan).error());
  auto opened = co_await session.open(to);
  if (!opened) co_return fail(std::move(opened).error());
  Verification out;
  out.plan = std::move(*plan);
  const Snapshot& target = (*opened)->reading.snapshot;
  for (std::size_t n = 0; n < out.plan.nodes.size(); ++n) {
    const plan::Node& node = out.plan.nodes[n];
    if (node.action != plan::Action::update) continue;
    const auto there = target.flows.find(node.target_id);
    if (there == target.flows.end()) continue;
    const auto left = flow::Document::parse(readable_content(out.plan, node));
    const auto right = flow::Document::parse(there->second.content);
    if (!left || !right) continue;
    NodeDifferences entry{n, flow::differences(*left, *right)};
    if (!entry.differences.empty()) out.contents.push_back(std::move(entry));
  }
  co_return out;
}

}  // namespace flowferry::pipeline
