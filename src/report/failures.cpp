#include "report/failures.h"

#include <algorithm>
#include <map>

#include "flow/document.h"
#include "flow/problems.h"

namespace flowferry::report {

Error explained(const plan::Plan& plan, const plan::Operation& operation, Error error) {
  const plan::Node& node = plan.nodes[operation.node];
  // A stub has other blocks than the content.
  const bool sends_content = operation.type == plan::OperationType::create ||
                             operation.type == plan::OperationType::update_content;
  if (error.details.empty() || !sends_content || node.content.texts.empty()) return error;
  // Blocks are counted; what stands in the holes does not matter.
  const auto document = flow::Document::parse(node.content.fill([](std::size_t) {
    return plan::Content::Identity{"id", "arn"};
  }));
  if (!document) return error;
  for (std::string& detail : error.details) detail = flow::explain_problem(*document, detail);
  return error;
}

std::set<std::size_t> left_nodes(const plan::Plan& plan, const apply::RunOutcome& outcome) {
  std::set<std::size_t> out;
  for (std::size_t i = 0; i < outcome.operations.size(); ++i) {
    if (outcome.operations[i].left) out.insert(plan.operations[i].node);
  }
  return out;
}

std::vector<RootCause> root_causes(const plan::Plan& plan, const apply::RunOutcome& outcome) {
  std::map<std::size_t, std::set<std::size_t>> hanging;
  for (std::size_t i = 0; i < outcome.operations.size(); ++i) {
    const apply::OperationOutcome& o = outcome.operations[i];
    if (o.state == apply::OperationState::failed) hanging[i];
    if (o.state == apply::OperationState::skipped) hanging[o.cause].insert(plan.operations[i].node);
  }
  std::vector<RootCause> out;
  for (const auto& [operation, nodes] : hanging) {
    if (operation >= outcome.operations.size() || !outcome.operations[operation].error) continue;
    out.push_back(RootCause{operation, {nodes.begin(), nodes.end()}});
  }
  std::stable_sort(out.begin(), out.end(), [](const RootCause& a, const RootCause& b) {
    return a.not_tried.size() > b.not_tried.size();
  });
  return out;
}

}  // namespace flowferry::report
