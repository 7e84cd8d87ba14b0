// flow/lint/facts.h
//
// What the rules about several flows have to know of each one, so that no document is kept.
// Internal to flow/lint/.
#pragma once

#include <string>
#include <vector>

#include "flow/lint/flow_check.h"
#include "model/snapshot.h"

namespace flowferry::flow::lint {

/// A static reference from a flow to another flow or module.
struct Link {
  std::string id;  ///< Of the flow or module.
  ResourceKind kind = ResourceKind::contact_flow;
  Place where;
  bool transfers = false;  ///< TransferToFlow that can be reached.
  bool invokes = false;    ///< InvokeFlowModule that can be reached.
  /// Runs without the customer listening: a disconnect flow, an agent's page.
  bool unheard = false;
};

struct FlowFacts {
  const Flow* flow = nullptr;
  std::vector<Link> links;
  bool dynamic_flows = false;    ///< Some flow is named by a dynamic value.
  bool dynamic_modules = false;  ///< Some module is.
  /// A contact can leave it otherwise than by a transfer among the links.
  bool ends = true;
};

FlowFacts facts_of(const FlowCheck& check);

/// The rules that ask the environment about one flow: references, types, module contracts, names.
/// `listed`: see Options.
void check_environment(const FlowCheck& check, const Snapshot& snapshot, bool listed);

/// The rules about flows together. `whole`: see Options. `findings` are those of the flows so far:
/// what other flows do may make them less grave.
void check_together(const std::vector<FlowFacts>& facts, bool whole, Findings& findings);

}  // namespace flowferry::flow::lint
