#include "flow/action_types.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace flowferry::flow {
namespace {

using K = ResourceKind;
using R = ReferencePath;

// Sorted by type.
constexpr std::array k_parameters = {
    R{"AuthenticateParticipant", "CognitoConfiguration.AppClientId", K::cognito_client, Bare::word},
    R{"AuthenticateParticipant", "CognitoConfiguration.UserPoolArn", K::cognito_user_pool,
      Bare::none},
    R{"CheckHoursOfOperation", "HoursOfOperationId", K::hours_of_operation, Bare::id},
    R{"CheckMetricData", "AgentId", K::user, Bare::id},
    R{"CheckMetricData", "QueueId", K::queue, Bare::id},
    R{"CompleteOutboundCall", "CallerId.Number", K::phone_number, Bare::number},
    R{"CompleteOutboundCall", "VoiceConnector.VoiceConnectorArn", K::voice_connector, Bare::none},
    R{"ConnectParticipantWithLexBot", "LexBot.Name", K::lex_v1_bot, Bare::bot},
    R{"ConnectParticipantWithLexBot",
      "LexSessionAttributes[\"x-amz-lex:q-in-connect:ai-agent-arn\"]", K::ai_agent, Bare::none},
    R{"ConnectParticipantWithLexBot", "LexV2Bot.AliasArn", K::lex_v2_bot_alias, Bare::none},
    R{"ConnectParticipantWithLexBot", "PromptId", K::prompt, Bare::id},
    R{"CreateCallbackContact", "AgentId", K::user, Bare::id},
    R{"CreateCallbackContact", "CallerId", K::phone_number, Bare::number},
    R{"CreateCallbackContact", "ContactFlowId", K::contact_flow, Bare::id},
    R{"CreateCallbackContact", "QueueId", K::queue, Bare::id},
    R{"CreateCase", "CaseRequestFields.*~", K::case_field, Bare::field},
    R{"CreateCase", "CaseRequestFields.assigned_queue", K::queue, Bare::id},
    R{"CreateCase", "CaseRequestFields.assigned_user", K::user, Bare::id},
    R{"CreateCase", "CaseTemplateId", K::case_template, Bare::id},
    R{"CreateTask", "ContactFlowId", K::contact_flow, Bare::id},
    R{"CreateTask", "TaskTemplateId", K::task_template, Bare::id},
    R{"CreateWisdomSession", "OrchestrationAIAgentConfiguration.AgentAssistanceAgentVersionArn",
      K::ai_agent, Bare::none},
    R{"CreateWisdomSession", "WisdomAssistantArn", K::assistant, Bare::none},
    R{"DequeueContactAndTransferToQueue", "AgentId", K::user, Bare::id},
    R{"DequeueContactAndTransferToQueue", "QueueId", K::queue, Bare::id},
    R{"EvaluateDataTableValues", "DataTableId", K::data_table, Bare::id},
    R{"GetCase", "CaseRequestFields.*~", K::case_field, Bare::field},
    R{"GetCase", "CaseResponseFields[]", K::case_field, Bare::field},
    R{"GetMetricData", "AgentId", K::user, Bare::id},
    R{"GetMetricData", "QueueId", K::queue, Bare::id},
    R{"GetParticipantInput", "InputEncryption.EncryptionKeyId", K::security_key, Bare::word},
    R{"GetParticipantInput", "LexV2Bot.AliasArn", K::lex_v2_bot_alias, Bare::none},
    R{"GetParticipantInput", "PromptId", K::prompt, Bare::id},
    R{"InvokeFlowModule", "FlowModuleId", K::flow_module, Bare::id},
    R{"InvokeLambdaFunction", "LambdaFunctionARN", K::lambda_function, Bare::none},
    R{"ListDataTableValues", "DataTableId", K::data_table, Bare::id},
    R{"MessageParticipant", "PromptId", K::prompt, Bare::id},
    R{"MessageParticipantIteratively", "Messages[].PromptId", K::prompt, Bare::id},
    R{"ShowView", "ViewResource.Id", K::view, Bare::view},
    R{"StartOutboundChatContact", "ContactFlowArn", K::contact_flow, Bare::id},
    R{"StartOutboundChatContact", "SourceEndpoint.Address", K::phone_number, Bare::id},
    R{"StartOutboundEmailContact", "EmailMessage.TemplatedMessageConfig.KnowledgeBaseId",
      K::knowledge_base, Bare::id},
    R{"StartOutboundEmailContact", "EmailMessage.TemplatedMessageConfig.MessageTemplateId",
      K::message_template, Bare::id},
    R{"StartOutboundEmailContact", "FromEmailAddress.EmailAddress", K::email_address,
      Bare::address},
    R{"TransferParticipantToThirdParty", "CallerId.Number", K::phone_number, Bare::number},
    R{"TransferToFlow", "ContactFlowId", K::contact_flow, Bare::id},
    R{"UpdateCase", "CaseRequestFields.*~", K::case_field, Bare::field},
    R{"UpdateCase", "CaseRequestFields.assigned_queue", K::queue, Bare::id},
    R{"UpdateCase", "CaseRequestFields.assigned_user", K::user, Bare::id},
    R{"UpdateContactData", "WatchlistId", K::watchlist, Bare::word},
    R{"UpdateContactEventHooks", "EventHooks.*", K::contact_flow, Bare::id},
    R{"UpdateContactMediaProcessing", "ChatProcessor.LambdaProcessorARN", K::lambda_function,
      Bare::none},
    R{"UpdateContactRoutingCriteria", "RoutingCriteria.**.AgentsCriteria.AgentIds[]", K::user,
      Bare::id},
    R{"UpdateContactTargetQueue", "AgentId", K::user, Bare::id},
    R{"UpdateContactTargetQueue", "QueueId", K::queue, Bare::id},
    R{"UpdateRoutingCriteria", "RoutingCriteria.**.AgentsCriteria.AgentIds[]", K::user, Bare::id},
    R{"UpsertDataTableValues", "DataTableId", K::data_table, Bare::id},
};

constexpr std::array k_metadata = {
    R{"", "ContactFlow.id", K::contact_flow, Bare::id},
    R{"", "contactFlow.id", K::contact_flow, Bare::id},
    R{"", "queue.id", K::queue, Bare::id},
    R{"", "Hours.id", K::hours_of_operation, Bare::id},
    R{"", "LexV2Bot.id", K::lex_v2_bot_alias, Bare::none},
    R{"", "audio[].id", K::prompt, Bare::id},
    R{"", "audio[].prompt.id", K::prompt, Bare::id},
    R{"", "aiAgentVersionArn", K::ai_agent, Bare::none},
    R{"", "parameters.WisdomAssistantArn.aiAgentVersionArn", K::ai_agent, Bare::none},
    R{"", "parameters.CaseRequestFields.*~", K::case_field, Bare::field},
    R{"", "requestFieldsOptions.*~", K::case_field, Bare::field},
    R{"", "responseFieldsOptions.*~", K::case_field, Bare::field},
    R{"", "requiredFieldsOptions[]", K::case_field, Bare::field},
};

// Sorted.
constexpr std::array<std::string_view, 67> k_types = {
    "AssociateContactToCustomerProfile",
    "AuthenticateParticipant",
    "CheckHoursOfOperation",
    "CheckMetricData",
    "CheckOutboundCallStatus",
    "CheckSegmentMembership",
    "CheckVoiceId",
    "Compare",
    "CompleteOutboundCall",
    "ConnectParticipantWithLexBot",
    "CreateCallbackContact",
    "CreateCase",
    "CreateContact",
    "CreateCustomerProfile",
    "CreatePersistentContactAssociation",
    "CreateTask",
    "CreateWisdomSession",
    "DequeueContactAndTransferToQueue",
    "DisconnectParticipant",
    "DistributeByPercentage",
    "EndFlowExecution",
    "EndFlowModuleExecution",
    "EvaluateDataTableValues",
    "GetCalculatedAttributesForCustomerProfile",
    "GetCase",
    "GetCustomerProfile",
    "GetCustomerProfileObject",
    "GetMetricData",
    "GetParticipantInput",
    "InvokeFlowModule",
    "InvokeLambdaFunction",
    "ListDataTableValues",
    "LoadContactContent",
    "Loop",
    "MessageParticipant",
    "MessageParticipantIteratively",
    "ResumeContact",
    "RouteContactToAgent",
    "ShowView",
    "StartOutboundChatContact",
    "StartOutboundEmailContact",
    "StartVoiceIdStream",
    "TagContact",
    "TransferContactToAgent",
    "TransferContactToQueue",
    "TransferParticipantToThirdParty",
    "TransferToFlow",
    "UntagContact",
    "UpdateCase",
    "UpdateContactAttributes",
    "UpdateContactCallbackNumber",
    "UpdateContactData",
    "UpdateContactEventHooks",
    "UpdateContactMediaProcessing",
    "UpdateContactMediaStreamingBehavior",
    "UpdateContactRecordingAndAnalyticsBehavior",
    "UpdateContactRecordingBehavior",
    "UpdateContactRoutingBehavior",
    "UpdateContactRoutingCriteria",
    "UpdateContactTargetQueue",
    "UpdateContactTextToSpeechVoice",
    "UpdateCustomerProfile",
    "UpdateFlowAttributes",
    "UpdateFlowLoggingBehavior",
    "UpdatePreviousContactParticipantState",
    "UpsertDataTableValues",
    "Wait",
};

constexpr bool by_type(const R& a, const R& b) {
  return a.type < b.type;
}
static_assert(std::is_sorted(k_parameters.begin(), k_parameters.end(), by_type));
static_assert(std::is_sorted(k_types.begin(), k_types.end()));

}  // namespace

ReferencePaths reference_parameters(std::string_view type) {
  // Asked for once an action: by hash.
  static const std::unordered_map<std::string_view, ReferencePaths> by_name = [] {
    std::unordered_map<std::string_view, ReferencePaths> out;
    for (const R& row : k_parameters) {
      out.try_emplace(row.type, ReferencePaths{&row, &row}).first->second.last = &row + 1;
    }
    return out;
  }();
  const auto found = by_name.find(type);
  return found == by_name.end() ? ReferencePaths{nullptr, nullptr} : found->second;
}

ReferencePaths reference_metadata() {
  return {k_metadata.data(), k_metadata.data() + k_metadata.size()};
}

bool is_known_type(std::string_view type) {
  return std::binary_search(k_types.begin(), k_types.end(), type);
}

}  // namespace flowferry::flow
