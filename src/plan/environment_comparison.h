// plan/environment_comparison.h
//
// Two environments compared by meaning. What is the same is the planner's notion: a flow differs
// exactly where a migration from left to right would write it; references count by kind and name
// after the rules. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "flow/comparison.h"
#include "mapping/rules.h"
#include "model/snapshot.h"
#include "plan/plan.h"
#include "plan/planner.h"

namespace flowferry::plan {

/// A flow or module that is not the same on both sides.
struct FlowDifference {
  enum class What {
    left_only,
    right_only,
    renamed,  ///< One name here, another there, (nearly) the same content.
    changed,
    unclear,  ///< `problem` says why it cannot be compared.
  };
  What what = What::changed;
  ResourceKind kind = ResourceKind::contact_flow;
  std::string type;        ///< ContactFlowType; empty for modules.
  std::string left_name;   ///< As the left environment has it; empty: it has none.
  std::string right_name;  ///< As the right one has it, or by the rules would have.
  std::size_t blocks = 0;  ///< Of what only one side has, where that was read.
  /// "description", "status", "state", "settings", "tags", "type": from left to right.
  std::vector<Change> metadata;
  /// The same, of what a migration from left to right leaves as it is. Alone it is no difference.
  std::vector<Change> left_alone;
  /// What differs in the content, by meaning; nothing where it is the same or one side has none.
  std::optional<flow::Comparison> content;
  std::string problem;

  const std::string& name() const { return left_name.empty() ? right_name : left_name; }
  /// Whether it counts: a migration would change it, or only the right side has it.
  bool counts() const { return what != What::changed || content.has_value() || !metadata.empty(); }
};

/// A resource that one side has: of the kinds that flows mention and that both sides listed.
struct ResourceDifference {
  ResourceKind kind = ResourceKind::unknown;
  std::string name;
  bool on_left = true;
  std::vector<std::string> used_by;  ///< Flows and modules of the left side that miss it.
};

struct EnvironmentComparison {
  std::string left;  ///< Names of the environments.
  std::string right;
  Instance left_instance;
  Instance right_instance;
  std::vector<FlowDifference> flows;  ///< In the order of the left's list, then of the right's.
  std::vector<ResourceDifference> resources;  ///< By side, kind and name.
  std::size_t compared = 0;                   ///< Flows and modules that both sides have.
  std::size_t same = 0;                       ///< Of these.
  Findings warnings;                          ///< What could not be read or seen on the way.

  bool differs() const;
  bool has_unclear() const;
};

struct ComparisonRequest {
  const Plan* plan = nullptr;  ///< From left to right.
  const Snapshot* left = nullptr;
  const Snapshot* right = nullptr;
  const mapping::Rules* rules = nullptr;
  /// Flows and modules of the right side that the selection takes, whether left has them or not.
  std::vector<Selected> right_selected;
};

/// Compares. Flows of the right side that may be renamed ones are compared by content as far as
/// `right->flows` has them.
EnvironmentComparison compare_environments(const ComparisonRequest& request);

/// Those of `request.right_selected` that no flow of the left side stands for, in their order: what
/// only the right side has, under that name.
std::vector<const Resource*> only_on_right(const ComparisonRequest& request);

}  // namespace flowferry::plan
