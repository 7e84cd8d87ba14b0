#include "pipeline/permissions.h"

#include <algorithm>
#include <utility>

namespace flowferry::pipeline {
namespace {

using A = Authorized;

constexpr Permission reads(std::string_view action, A on) {
  return {.action = action, .on = on, .read = true, .write = true};
}

/// Saves calls, and nothing fails without it.
constexpr Permission helps(std::string_view action, A on) {
  return {.action = action, .on = on, .read = true, .write = true, .optional = true};
}

constexpr Permission always(std::string_view action, A on) {
  return {.action = action, .on = on, .read = true, .write = true, .undo = true};
}

constexpr Permission writes(std::string_view action, A on, bool undo) {
  return {.action = action, .on = on, .write = true, .undo = undo, .writes = true};
}

constexpr Permission undoes(std::string_view action, A on) {
  return {.action = action, .on = on, .undo = true, .writes = true};
}

std::string in_account(const Instance& instance, std::string_view service,
                       std::string_view resource) {
  return "arn:" + instance.partition + ":" + std::string(service) + ":" + instance.region + ":" +
         instance.account + ":" + std::string(resource);
}

/// A single value stands by itself, as IAM allows.
json::Value one_or_all(const std::vector<std::string>& texts) {
  return texts.size() == 1 ? json::Value(texts.front()) : json::Value::array(texts);
}

/// Actions with the same resources, for one statement.
struct Statement {
  std::vector<std::string> resources;
  std::vector<std::string> actions;
};

}  // namespace

bool Permission::needed_for(Role role) const {
  switch (role) {
    case Role::read:
      return read;
    case Role::write:
      return write;
    case Role::undo:
      return undo;
  }
  return false;
}

const std::vector<Permission>& permissions() {
  static const std::vector<Permission> k_permissions = {
      always("connect:ListInstances", A::everything),
      always("connect:DescribeInstance", A::instance),
      reads("connect:ListContactFlows", A::flows),
      reads("connect:ListContactFlowModules", A::instance),
      always("connect:DescribeContactFlow", A::flows),
      always("connect:DescribeContactFlowModule", A::modules),
      helps("connect:SearchContactFlows", A::instance),
      helps("connect:SearchContactFlowModules", A::instance),
      always("connect:ListContactFlowModuleAliases", A::modules),
      always("connect:ListContactFlowModuleVersions", A::modules),
      reads("connect:ListQueues", A::queues),
      reads("connect:ListHoursOfOperations", A::instance),
      reads("connect:ListPrompts", A::instance),
      reads("connect:ListRoutingProfiles", A::instance),
      reads("connect:ListQuickConnects", A::quick_connects),
      reads("connect:ListUsers", A::instance),
      reads("connect:ListSecurityProfiles", A::instance),
      reads("connect:ListUserHierarchyGroups", A::instance),
      reads("connect:ListViews", A::instance),
      reads("connect:ListTaskTemplates", A::instance),
      reads("connect:ListAgentStatuses", A::agent_statuses),
      reads("connect:ListPhoneNumbersV2", A::phone_numbers),
      reads("connect:ListEvaluationForms", A::instance),
      reads("connect:SearchEmailAddresses", A::instance),
      reads("connect:ListDataTables", A::instance),
      reads("connect:ListLambdaFunctions", A::instance),
      reads("connect:ListBots", A::instance),
      reads("lex:DescribeBot", A::lex_bots),
      reads("lex:DescribeBotAlias", A::lex_aliases),
      writes("connect:CreateContactFlow", A::flows, false),
      writes("connect:UpdateContactFlowContent", A::flows, true),
      writes("connect:UpdateContactFlowMetadata", A::flows, true),
      writes("connect:CreateContactFlowModule", A::modules, false),
      writes("connect:UpdateContactFlowModuleContent", A::modules, true),
      writes("connect:UpdateContactFlowModuleMetadata", A::modules, true),
      writes("connect:CreateContactFlowModuleVersion", A::modules, false),
      writes("connect:CreateContactFlowModuleAlias", A::modules, false),
      writes("connect:UpdateContactFlowModuleAlias", A::modules, true),
      writes("connect:TagResource", A::flows_and_modules, true),
      undoes("connect:UntagResource", A::flows_and_modules),
      undoes("connect:DeleteContactFlow", A::flows),
      undoes("connect:DeleteContactFlowModule", A::modules),
      undoes("connect:DeleteContactFlowModuleVersion", A::modules),
      undoes("connect:DeleteContactFlowModuleAlias", A::modules),
  };
  return k_permissions;
}

const std::vector<RoleUse>& role_uses() {
  static const std::vector<RoleUse> k_uses = {
      {Role::read, "read",
       "whatever is only read: plan, verify, rehearse, pull, diff, lint, refs, graph, inventory, "
       "the "
       "source of "
       "migrate"},
      {Role::write, "write", "the target of migrate, apply and resume"},
      {Role::undo, "undo", "the target of undo"},
  };
  return k_uses;
}

std::vector<std::string> resources_of(Authorized on, const Instance& instance) {
  const std::string& base = instance.arn;
  switch (on) {
    case A::everything:
      return {"*"};
    case A::instance:
      return {base};
    case A::flows:
      return {base + "/contact-flow/*"};
    case A::modules:
      return {base + "/flow-module/*"};
    case A::flows_and_modules:
      return {base + "/contact-flow/*", base + "/flow-module/*"};
    case A::queues:
      return {base + "/queue/*"};
    case A::quick_connects:
      return {base + "/transfer-destination/*"};
    case A::agent_statuses:
      return {base + "/agent-state/*"};
    case A::phone_numbers:
      return {in_account(instance, "connect", "phone-number/*")};
    case A::lex_bots:
      return {in_account(instance, "lex", "bot/*")};
    case A::lex_aliases:
      return {in_account(instance, "lex", "bot-alias/*/*")};
  }
  return {};
}

bool is_unused(const Permission& permission, FoundBy found_by) {
  return permission.operation() ==
         (found_by == FoundBy::alias ? "DescribeInstance" : "ListInstances");
}

json::Value policy_for(Role role, FoundBy found_by, const Instance& instance) {
  std::vector<Statement> statements;
  for (const Permission& permission : permissions()) {
    if (!permission.needed_for(role)) continue;
    if (is_unused(permission, found_by)) continue;
    std::vector<std::string> resources = resources_of(permission.on, instance);
    auto found = std::find_if(statements.begin(), statements.end(),
                              [&](const Statement& other) { return other.resources == resources; });
    if (found == statements.end()) {
      found = statements.insert(statements.end(), Statement{std::move(resources), {}});
    }
    found->actions.emplace_back(permission.action);
  }
  json::Value list = json::Value::array();
  for (const Statement& statement : statements) {
    list.push(json::Value::object({{"Effect", "Allow"},
                                   {"Action", one_or_all(statement.actions)},
                                   {"Resource", one_or_all(statement.resources)}}));
  }
  return json::Value::object({{"Version", "2012-10-17"}, {"Statement", std::move(list)}});
}

}  // namespace flowferry::pipeline
