#include "pipeline/operations.h"

namespace flowferry::pipeline {

const std::vector<std::string>& paced_operations() {
  static const std::vector<std::string> k_operations = {
      "CreateContactFlow",
      "CreateContactFlowModule",
      "CreateContactFlowModuleAlias",
      "CreateContactFlowModuleVersion",
      "DeleteContactFlow",
      "DeleteContactFlowModule",
      "DeleteContactFlowModuleAlias",
      "DeleteContactFlowModuleVersion",
      "DescribeBot",
      "DescribeBotAlias",
      "DescribeContactFlow",
      "DescribeContactFlowModule",
      "DescribeInstance",
      "ListAgentStatuses",
      "ListBots",
      "ListContactFlowModuleAliases",
      "ListContactFlowModuleVersions",
      "ListContactFlowModules",
      "ListContactFlows",
      "ListDataTables",
      "ListEvaluationForms",
      "ListHoursOfOperations",
      "ListInstances",
      "ListLambdaFunctions",
      "ListPhoneNumbersV2",
      "ListPrompts",
      "ListQueues",
      "ListQuickConnects",
      "ListRoutingProfiles",
      "ListSecurityProfiles",
      "ListTaskTemplates",
      "ListUserHierarchyGroups",
      "ListUsers",
      "ListViews",
      "SearchContactFlowModules",
      "SearchContactFlows",
      "SearchEmailAddresses",
      "TagResource",
      "UntagResource",
      "UpdateContactFlowContent",
      "UpdateContactFlowMetadata",
      "UpdateContactFlowModuleAlias",
      "UpdateContactFlowModuleContent",
      "UpdateContactFlowModuleMetadata",
  };
  return k_operations;
}

}  // namespace flowferry::pipeline
