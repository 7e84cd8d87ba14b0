#include "report/failures.h"

#include "flow/document.h"
#include "flow/problems.h"

namespace flowferry::report {

Error explained(const plan::Plan& plan, const plan::Operation& operation, Error error) {
  const plan::Node& node = plan.nodes[operation.node];
  if (error.details.empty() || node.content.texts.empty()) return error;
  // Blocks are counted; what stands in the holes does not matter.
  const auto document = flow::Document::parse(node.content.fill([](std::size_t) {
    return plan::Content::Identity{"id", "arn"};
  }));
  if (!document) return error;
  for (std::string& detail : error.details) detail = flow::explain_problem(*document, detail);
  return error;
}

}  // namespace flowferry::report
