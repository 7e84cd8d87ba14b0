#include "plan/cost.h"

#include <set>

namespace flowferry::plan {

std::string api_operation(OperationType type, ResourceKind kind) {
  const bool module = kind == ResourceKind::flow_module;
  switch (type) {
    case OperationType::create:
    case OperationType::create_stub:
      return module ? "CreateContactFlowModule" : "CreateContactFlow";
    case OperationType::update_content:
      return module ? "UpdateContactFlowModuleContent" : "UpdateContactFlowContent";
    case OperationType::update_metadata:
      return module ? "UpdateContactFlowModuleMetadata" : "UpdateContactFlowMetadata";
    case OperationType::tag:
      return "TagResource";
    case OperationType::untag:
      return "UntagResource";
    case OperationType::remove:
      return module ? "DeleteContactFlowModule" : "DeleteContactFlow";
    case OperationType::publish_alias:
      return "CreateContactFlowModuleVersion";
    case OperationType::retract_alias:
      return "DeleteContactFlowModuleAlias";
  }
  return {};
}

namespace {

/// Of a version, the module is looked at before and the version after it is published.
void add_alias_calls(const Operation& operation, const AliasWish& alias,
                     std::map<std::string, std::int64_t>& calls) {
  const bool publish = operation.type == OperationType::publish_alias;
  if (publish && alias.version.empty()) {
    ++calls["ListContactFlowModuleVersions"];
    ++calls["CreateContactFlowModuleVersion"];
    calls["DescribeContactFlowModule"] += 2;
  }
  if (alias.name != k_only_version && (publish || !alias.id.empty())) {
    ++calls["ListContactFlowModuleAliases"];
    ++calls[!publish           ? "DeleteContactFlowModuleAlias"
            : alias.id.empty() ? "CreateContactFlowModuleAlias"
                               : "UpdateContactFlowModuleAlias"];
  }
  if (!alias.drop.empty()) {
    ++calls["DescribeContactFlowModule"];
    ++calls["DeleteContactFlowModuleVersion"];
  }
}

}  // namespace

std::string describe_operation(ResourceKind kind) {
  return kind == ResourceKind::flow_module ? "DescribeContactFlowModule" : "DescribeContactFlow";
}

Cost cost_of(const Plan& plan, const std::function<Pace(const std::string& operation)>& pace) {
  Cost cost;
  std::set<std::size_t> touched;
  for (const Operation& operation : plan.operations) {
    const Node& node = plan.nodes[operation.node];
    if (is_on_alias(operation.type)) {
      add_alias_calls(operation, node.aliases[operation.alias], cost.calls);
      continue;
    }
    ++cost.calls[api_operation(operation.type, node.kind)];
    touched.insert(operation.node);
  }
  for (const std::size_t n : touched) {
    const Node& node = plan.nodes[n];
    const std::string describe = describe_operation(node.kind);
    if (node.action != Action::create) ++cost.calls[describe];
    if (node.action != Action::remove) ++cost.calls[describe];
  }
  for (const auto& [operation, calls] : cost.calls) {
    const Pace quota = pace(operation);
    if (quota.rate <= 0) continue;
    const double seconds = (static_cast<double>(calls) - quota.burst) / quota.rate;
    if (seconds > cost.floor_seconds) {
      cost.floor_seconds = seconds;
      cost.narrow = operation;
      cost.assumed = !quota.known;
    }
  }
  return cost;
}

}  // namespace flowferry::plan
