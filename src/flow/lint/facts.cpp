#include "flow/lint/facts.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace flowferry::flow::lint {
namespace {

constexpr std::array<std::string_view, 5> k_unheard = {
    "CustomerRemaining", "DefaultAgentUI", "DisconnectAgentUI", "PauseContact", "ResumeContact"};

bool is_unheard(const Reference& reference) {
  // Attributes that the console reads: DefaultFlowForAgentUI, DisconnectFlowForAgentUI.
  if (reference.parameter.ends_with("FlowForAgentUI")) return true;
  return std::any_of(k_unheard.begin(), k_unheard.end(), [&](std::string_view hook) {
    return reference.parameter == "EventHooks." + std::string(hook);
  });
}

/// Contacts get out of a block: it ends the flow, or leads to where another part takes over.
bool ends_here(const Block& block) {
  if (block.open() || block.spec->ending == Ending::ends) return true;
  for (const char* type : {"TransferContactToQueue", "DequeueContactAndTransferToQueue",
                           "TransferParticipantToThirdParty", "InvokeFlowModule"}) {
    if (block.is(type)) return true;
  }
  return !block.is("TransferToFlow") &&
         std::none_of(block.branches.begin(), block.branches.end(),
                      [](const Branch& b) { return b.target != k_no_block; });
}

}  // namespace

FlowFacts facts_of(const FlowCheck& check) {
  FlowFacts out;
  out.flow = &check.flow;
  std::unordered_map<std::string_view, const Block*> blocks;
  for (const Block& block : check.blocks.all()) blocks.emplace(block.action->identifier, &block);
  std::unordered_map<const Block*, bool> static_transfer;
  for (const Reference& reference : check.references.references) {
    if (reference.in_metadata || (reference.kind != ResourceKind::contact_flow &&
                                  reference.kind != ResourceKind::flow_module)) {
      continue;
    }
    Link link;
    link.id = reference.id;
    link.kind = reference.kind;
    link.where = place_of(check.flow);
    link.where.action = reference.action;
    link.where.action_type = reference.action_type;
    link.where.parameter = reference.parameter;
    link.where.pointer = reference.pointer;
    link.unheard = is_unheard(reference);
    const auto block = blocks.find(reference.action);
    if (block != blocks.end() && reference.typed && block->second->reachable) {
      link.transfers = block->second->is("TransferToFlow");
      link.invokes = block->second->is("InvokeFlowModule");
      if (link.transfers) static_transfer[block->second] = true;
    }
    out.links.push_back(std::move(link));
  }
  for (const Unmapped& place : check.references.unmapped) {
    if (place.why != Unmapped::Why::dynamic) continue;
    out.dynamic_flows = out.dynamic_flows || place.kind == ResourceKind::contact_flow;
    out.dynamic_modules = out.dynamic_modules || place.kind == ResourceKind::flow_module;
  }
  const bool moves = (check.type & (k_inbound | k_agent_transfer | k_queue_transfer)) != 0;
  out.ends = !moves || std::any_of(check.blocks.all().begin(), check.blocks.all().end(),
                                   [&](const Block& block) {
                                     if (!block.reachable) return false;
                                     if (block.is("TransferToFlow")) {
                                       return static_transfer.count(&block) == 0;
                                     }
                                     return ends_here(block);
                                   });
  return out;
}

}  // namespace flowferry::flow::lint
