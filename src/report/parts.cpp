#include "report/parts.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "base/text.h"

namespace flowferry::report {
namespace {

using plan::OperationType;

/// Those of `candidates` that the plan says are to change.
std::vector<std::string> changed(const plan::Node& node,
                                 std::initializer_list<std::string_view> candidates) {
  std::vector<std::string> out;
  for (const std::string_view what : candidates) {
    if (std::any_of(node.changes.begin(), node.changes.end(),
                    [&](const plan::Change& change) { return change.what == what; })) {
      out.emplace_back(what);
    }
  }
  return out;
}

std::vector<std::string> words_of(const plan::Node& node, const plan::Operation& operation) {
  switch (operation.type) {
    case OperationType::create:
      return {"the whole"};
    case OperationType::create_stub:
      return {"an empty stub"};
    case OperationType::update_content: {
      auto words = changed(node, {"content", "settings", "status"});
      if (words.empty()) words.emplace_back("content");
      return words;
    }
    case OperationType::update_metadata:
      return changed(node, {"name", "description", "state"});
    case OperationType::tag:
    case OperationType::untag:
      return {"tags"};
    case OperationType::remove:
      return {"the deletion"};
    case OperationType::publish_alias:
    case OperationType::retract_alias: {
      const std::string& alias = node.aliases[operation.alias].name;
      return {alias == plan::k_only_version ? "a version" : "alias \"" + alias + "\""};
    }
  }
  return {};
}

}  // namespace

std::string Parts::text() const {
  std::vector<std::string> out;
  if (!written.empty()) out.push_back("written: " + join(written, ", "));
  if (!not_written.empty()) out.push_back("not written: " + join(not_written, ", "));
  if (!not_known.empty()) out.push_back("not known: " + join(not_known, ", "));
  return join(out, "; ");
}

std::vector<Parts> parts_of(const plan::Plan& plan, const apply::RunOutcome& outcome) {
  std::vector<Parts> out(plan.nodes.size());
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    const apply::OperationOutcome& o = outcome.operations[i];
    const bool done = o.state == apply::OperationState::done;
    if (o.left || (done && !o.written)) continue;
    const bool unknown = o.error && o.error->outcome_unknown;
    Parts& parts = out[plan.operations[i].node];
    auto& list = done ? parts.written : unknown ? parts.not_known : parts.not_written;
    for (std::string& word : words_of(plan.nodes[plan.operations[i].node], plan.operations[i])) {
      if (std::find(list.begin(), list.end(), word) == list.end()) list.push_back(std::move(word));
    }
  }
  return out;
}

}  // namespace flowferry::report
