#include "flow/lint/action_specs.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "base/text.h"

namespace flowferry::flow::lint {
namespace {

constexpr FlowTypes IN = k_inbound, CQ = k_customer_queue, CH = k_customer_hold,
                    CW = k_customer_whisper, OW = k_outbound_whisper, AH = k_agent_hold,
                    AW = k_agent_whisper, TR = k_agent_transfer | k_queue_transfer;
constexpr FlowTypes HOLD = CH | AH;
constexpr FlowTypes WHISPER = CW | OW | AW;
// Blocks of campaigns and modules are not documented type by type.
constexpr FlowTypes REST = k_campaign | k_module;
constexpr FlowTypes ANY = IN | CQ | HOLD | WHISPER | TR | REST;

/// One line of the table. Lists are separated by blanks. A parameter: NAME, NAME! (required),
/// NAME=A|B (words), NAME=1..8 (range). `one`: at most one of them; with a leading `!` exactly one.
/// `errors`: ERROR! is required; a leading `!` says that others were seen to be refused.
/// `flags`: c conditions, e ends the flow, s may stop, o open (nothing below is known).
struct Row {
  std::string_view type;
  FlowTypes allowed;
  FlowTypes refused;
  std::string_view flags;
  std::string_view parameters;
  std::string_view one;
  std::string_view errors;
};

constexpr std::array k_rows = {
    // Participant actions
    Row{"MessageParticipant", IN | TR | CQ | WHISPER | REST, 0, "",
        "PromptId Text SSML Media SkipWhenDTMFBufferEnabled TextToSpeechType",
        "!Text SSML PromptId Media", "NoMatchingError"},
    Row{"MessageParticipantIteratively", CQ | HOLD | REST, 0, "cs",
        "Messages! InterruptFrequencySeconds ContinueMessagingDuringInterrupt", "",
        "NoMatchingError"},
    Row{"GetParticipantInput", IN | TR | CQ | OW | REST, 0, "c",
        "PromptId Text SSML Media StoreInput=True|False InputTimeLimitSeconds InputValidation "
        "InputEncryption DTMFConfiguration EnableDTMFBuffer TextToSpeechType",
        "Text SSML PromptId Media",
        "NoMatchingCondition InputTimeLimitExceeded NoMatchingError InvalidPhoneNumber"},
    Row{"ConnectParticipantWithLexBot", IN | TR | CQ | REST, 0, "c",
        "Text SSML PromptId Media LexInitializationData LexV2Bot LexBot LexSessionAttributes "
        "LexTimeoutSeconds",
        "!Text SSML PromptId Media LexInitializationData",
        "NoMatchingCondition! NoMatchingError! InputTimeLimitExceeded"},
    Row{"ShowView", ANY, 0, "c",
        "ViewResource! InvocationTimeLimitSeconds! ViewData SensitiveDataConfiguration", "",
        "NoMatchingCondition! NoMatchingError! TimeLimitExceeded!"},
    Row{"DisconnectParticipant", IN | CQ | TR | REST, HOLD | WHISPER, "e", "", "", ""},
    Row{"TransferParticipantToThirdParty", IN | CQ | TR | REST, 0, "",
        "ThirdPartyPhoneNumber! ThirdPartyConnectionTimeLimitSeconds! "
        "ContinueFlowExecution!=True|False ThirdPartyDTMFDigits CallerId",
        "", "NoMatchingError CallFailed ConnectionTimeLimitExceeded"},

    // Contact actions
    Row{"UpdateContactTargetQueue", IN | TR | REST, 0, "", "QueueId AgentId", "!QueueId AgentId",
        "NoMatchingError!"},
    Row{"TransferContactToQueue", IN | TR | REST, CQ, "", "", "",
        "QueueAtCapacity! NoMatchingError!"},
    Row{"DequeueContactAndTransferToQueue", CQ | REST, 0, "", "QueueId AgentId", "QueueId AgentId",
        "QueueAtCapacity! NoMatchingError!"},
    Row{"TransferContactToAgent", TR | REST, 0, "e", "", "", ""},
    Row{"UpdateContactEventHooks", ANY, 0, "", "EventHooks! EventHooksConfiguration", "",
        "NoMatchingError!"},
    Row{"UpdateContactAttributes", ANY, 0, "", "Attributes! TargetContact=Current|Related", "",
        "NoMatchingError!"},
    Row{"UpdateContactData", ANY, 0, "",
        "Name Description LanguageCode CustomerId References WisdomSessionArn "
        "IsVoiceIdStreamingEnabled IsVoiceAuthenticationEnabled IsFraudDetectionEnabled "
        "VoiceAuthenticationThreshold VoiceAuthenticationResponseTime FraudDetectionThreshold "
        "WatchlistId TargetContact",
        "", "NoMatchingError!"},
    Row{"CreateTask", ANY, 0, "",
        "ContactFlowId Name! Description Attributes References DelaySeconds=1..518400 "
        "ScheduledTime TaskTemplateId",
        "", "NoMatchingError!"},
    Row{"CreateCase", ANY, 0, "",
        "CaseTemplateId! LinkContactToCase=true|false ContactToLink CaseRequestFields", "",
        "NoMatchingError! ContactNotLinked"},
    Row{"GetCase", ANY, 0, "",
        "CustomerId LinkContactToCase=true|false GetLastUpdatedCase=true|false ContactToLink "
        "CaseRequestFields CaseResponseFields",
        "", "NoMatchingError MultipleFound NoneFound ContactNotLinked"},
    Row{"UpdateCase", ANY, 0, "",
        "CaseId! LinkContactToCase!=true|false ContactToLink CaseRequestFields", "",
        "NoMatchingError ContactNotLinked"},
    Row{"CreateWisdomSession", ANY, 0, "", "WisdomAssistantArn! OrchestrationAIAgentConfiguration",
        "", "NoMatchingError!"},
    Row{"InvokeFlowModule", ANY, 0, "c", "FlowModuleId! Input", "",
        "NoMatchingError! NoMatchingCondition"},
    Row{"EndFlowModuleExecution", k_module, ANY & ~k_module, "e", "Result ResultData", "", ""},
    Row{"StartOutboundChatContact", ANY, 0, "",
        "SourceEndpoint! DestinationEndpoint! ContactFlowArn! ContactSubtype "
        "InitialSystemMessage RelatedContact",
        "", "NoMatchingError"},
    Row{"CompleteOutboundCall", OW | REST, IN, "",
        "CallerId VoiceConnector ConnectionTimeLimitSeconds", "", "!"},
    Row{"UpdateContactCallbackNumber", IN | TR | CQ | REST, 0, "", "CallbackNumber!", "",
        "InvalidCallbackNumber! CallbackNumberNotDialable!"},
    Row{"UpdateContactRoutingBehavior", IN | TR | CQ | REST, 0, "",
        "QueuePriority QueueTimeAdjustmentSeconds", "QueuePriority QueueTimeAdjustmentSeconds",
        "!"},
    Row{"UpdateContactRecordingBehavior", IN | TR | OW | CQ | REST, 0, "",
        "RecordingBehavior! AnalyticsBehavior", "", "!"},
    Row{"UpdateContactRecordingAndAnalyticsBehavior", ANY & ~k_campaign, 0, "",
        "VoiceBehavior ChatBehavior ScreenRecordingBehavior",
        "!VoiceBehavior ChatBehavior ScreenRecordingBehavior",
        "NoMatchingError! ChannelMismatch! InFlightRedactionConfigurationFailed"},
    Row{"UpdateContactMediaProcessing", ANY, 0, "", "ChatProcessor!", "",
        "NoMatchingError! ChannelMismatch!"},
    Row{"UpdateContactMediaStreamingBehavior", IN | CQ | TR | WHISPER | REST, 0, "",
        "MediaStreamingState Participants MediaStreamType", "", "NoMatchingError"},
    Row{"UpdateContactTextToSpeechVoice", ANY, 0, "",
        "TextToSpeechVoice! TextToSpeechEngine TextToSpeechStyle", "", "NoMatchingError"},
    Row{"UpdatePreviousContactParticipantState", IN | TR | OW | REST, 0, "",
        "PreviousContactParticipantState!=AgentOnHold|CustomerOnHold|OffHold", "",
        "NoMatchingError"},
    Row{"TagContact", ANY, 0, "", "Tags!", "", "NoMatchingError!"},
    Row{"UntagContact", ANY, 0, "", "TagKeys!", "", "NoMatchingError!"},
    Row{"ResumeContact", ANY, 0, "", "", "", "NoMatchingError"},

    // Flow control actions
    Row{"CheckHoursOfOperation", IN | TR | CQ | REST, 0, "c", "HoursOfOperationId", "",
        "NoMatchingError!"},
    Row{"CheckMetricData", IN | TR | CQ | REST, 0, "c", "MetricType! QueueId AgentId",
        "QueueId AgentId", "NoMatchingError! NoMatchingCondition!"},
    Row{"GetMetricData", ANY, 0, "", "QueueId AgentId QueueChannel", "QueueId AgentId",
        "NoMatchingError"},
    Row{"TransferToFlow", IN | TR | REST, 0, "", "ContactFlowId!", "", "NoMatchingError!"},
    Row{"Compare", ANY, 0, "c", "ComparisonValue!", "", "!NoMatchingCondition!"},
    Row{"DistributeByPercentage", IN | TR | CQ | REST, 0, "c", "", "", "NoMatchingCondition!"},
    // Looping over a list has parameters that no page names.
    Row{"Loop", ANY, 0, "c", "LoopCount=0..100 *", "", "NoMatchingError"},
    Row{"Wait", ANY, 0, "c", "TimeLimitSeconds! Events ContinueExecution MinimumWaitTimeSeconds",
        "", "NoMatchingError ParticipantNotFound"},
    Row{"UpdateFlowAttributes", ANY, 0, "", "FlowAttributes!", "", "NoMatchingError!"},
    Row{"UpdateFlowLoggingBehavior", ANY, 0, "", "FlowLoggingBehavior!=Enabled|Disabled", "", "!"},
    Row{"UpdateContactRoutingCriteria", IN | CQ | TR | REST, 0, "", "RoutingCriteria!", "",
        "NoMatchingError"},
    Row{"CheckOutboundCallStatus", ANY, 0, "c", "", "", "NoMatchingError NoMatchingCondition"},
    Row{"CheckVoiceId", ANY, 0, "c", "CheckVoiceIdOption", "",
        "NoMatchingError NoMatchingCondition"},
    Row{"StartVoiceIdStream", ANY, 0, "", "", "", "NoMatchingError"},
    // The guide, deployed products and one observer disagree about where it may stand.
    Row{"EndFlowExecution", ANY & ~k_module, k_module, "e", "", "", ""},

    // Interactions
    Row{"InvokeLambdaFunction", ANY, 0, "",
        "LambdaFunctionARN! InvocationTimeLimitSeconds! InvocationType=SYNCHRONOUS|ASYNCHRONOUS "
        "LambdaInvocationAttributes ResponseValidation",
        "", "NoMatchingError!"},
    Row{"CreateCallbackContact", IN | TR | CQ | REST, 0, "",
        "QueueId AgentId InitialCallDelaySeconds! MaximumConnectionAttempts! RetryDelaySeconds! "
        "ContactFlowId CallerId",
        "QueueId AgentId", "NoMatchingError"},
    Row{"GetCustomerProfile", ANY, 0, "", "ProfileRequestData! ProfileResponseData", "",
        "MultipleFoundError! NoneFoundError! NoMatchingError!"},
    Row{"CreateCustomerProfile", ANY, 0, "", "ProfileRequestData! ProfileResponseData", "",
        "NoMatchingError"},
    Row{"UpdateCustomerProfile", ANY, 0, "", "ProfileRequestData! ProfileResponseData", "",
        "NoMatchingError"},
    Row{"GetCustomerProfileObject", ANY, 0, "", "ProfileRequestData! ProfileResponseData", "",
        "NoneFoundError NoMatchingError"},
    Row{"GetCalculatedAttributesForCustomerProfile", ANY, 0, "",
        "ProfileRequestData! ProfileResponseData", "", "NoneFoundError NoMatchingError"},
    Row{"AssociateContactToCustomerProfile", ANY, 0, "", "ProfileRequestData! ProfileResponseData",
        "", "NoMatchingError"},

    // Without a page of the documentation
    Row{"AuthenticateParticipant", ANY, 0, "o", "", "", ""},
    Row{"CheckSegmentMembership", ANY, 0, "o", "", "", ""},
    Row{"CreateContact", ANY, 0, "o", "", "", ""},
    Row{"CreatePersistentContactAssociation", ANY, 0, "o", "", "", ""},
    Row{"EvaluateDataTableValues", ANY, 0, "o", "", "", ""},
    Row{"ListDataTableValues", ANY, 0, "o", "", "", ""},
    Row{"LoadContactContent", ANY, 0, "o", "", "", ""},
    Row{"RouteContactToAgent", ANY, 0, "o", "", "", ""},
    Row{"StartOutboundEmailContact", ANY, 0, "o", "", "", ""},
    Row{"UpsertDataTableValues", ANY, 0, "o", "", "", ""},
};

struct Renamed {
  std::string_view from;
  std::string_view to;
};
constexpr std::array<Renamed, 25> k_legacy = {{
    {"CheckAttribute", "Compare"},
    {"CheckContactAttribute", "Compare"},
    {"CheckRoutingAttributes", "Compare"},
    {"CheckStaffing", "CheckMetricData"},
    {"ConnectParticipant", "ConnectParticipantWithLexBot"},
    {"ConnectParticipantWithLexBotV2", "ConnectParticipantWithLexBot"},
    {"GetDigits", "GetParticipantInput"},
    {"GetUserInput", "GetParticipantInput"},
    {"InvokeExternalResource", "InvokeLambdaFunction"},
    {"PlayPrompt", "MessageParticipant"},
    {"SetCallbackNumber", "UpdateContactCallbackNumber"},
    {"SetContactAttributes", "UpdateContactAttributes"},
    {"SetLoggingBehavior", "UpdateFlowLoggingBehavior"},
    {"SetVoice", "UpdateContactTextToSpeechVoice"},
    {"Start", "StartAction at the top of the flow"},
    {"StartMediaStreaming", "UpdateContactMediaStreamingBehavior"},
    {"StoreUserInput", "GetParticipantInput"},
    {"Transfer", "TransferContactToQueue or TransferToFlow"},
    {"TransferContactToFlow", "TransferToFlow"},
    {"TransferParticipantToQueue", "TransferContactToQueue"},
    {"TransferToQueue", "TransferContactToQueue"},
    {"UnTagContact", "UntagContact"},
    {"UpdateRoutingCriteria", "UpdateContactRoutingCriteria"},
    {"SetQueue", "UpdateContactTargetQueue"},
    {"LoopPrompts", "MessageParticipantIteratively"},
}};

struct RefusedParameter {
  std::string_view type;
  std::string_view parameter;
  std::string_view instead;
};
constexpr std::array<RefusedParameter, 3> k_refused_parameters = {{
    {"Wait", "TimeoutSeconds", "the service takes TimeLimitSeconds (its page is wrong)"},
    {"TransferContactToQueue", "QueueId", "set the queue by UpdateContactTargetQueue before"},
    {"ConnectParticipantWithLexBot", "LexInitilizationData",
     "write LexInitializationData (its page misspells it)"},
}};

/// Parameters that are "defined statically" (fixed) or "a single JSONPath" (dynamic) by their
/// pages.
struct Form {
  std::string_view type;
  std::string_view parameter;
  ValueForm form;
};
constexpr std::array<Form, 13> k_forms = {{
    {"CheckMetricData", "MetricType", ValueForm::fixed},
    {"Compare", "ComparisonValue", ValueForm::dynamic},
    {"CreateCallbackContact", "InitialCallDelaySeconds", ValueForm::fixed},
    {"CreateCallbackContact", "MaximumConnectionAttempts", ValueForm::fixed},
    {"CreateCallbackContact", "RetryDelaySeconds", ValueForm::fixed},
    {"CreateTask", "TaskTemplateId", ValueForm::fixed},
    {"UntagContact", "TagKeys", ValueForm::fixed},
    {"UpdateContactAttributes", "TargetContact", ValueForm::fixed},
    {"UpdateContactCallbackNumber", "CallbackNumber", ValueForm::dynamic},
    {"UpdateContactRoutingBehavior", "QueuePriority", ValueForm::fixed},
    {"UpdateContactRoutingBehavior", "QueueTimeAdjustmentSeconds", ValueForm::fixed},
    {"UpdateFlowLoggingBehavior", "FlowLoggingBehavior", ValueForm::fixed},
    {"UpdatePreviousContactParticipantState", "PreviousContactParticipantState", ValueForm::fixed},
}};

constexpr std::array<std::string_view, 18> k_errors = {"NoMatchingError",
                                                       "NoMatchingCondition",
                                                       "QueueAtCapacity",
                                                       "InputTimeLimitExceeded",
                                                       "TimeLimitExceeded",
                                                       "InvalidPhoneNumber",
                                                       "InvalidCallbackNumber",
                                                       "CallbackNumberNotDialable",
                                                       "CallFailed",
                                                       "ConnectionTimeLimitExceeded",
                                                       "MultipleFoundError",
                                                       "NoneFoundError",
                                                       "MultipleFound",
                                                       "NoneFound",
                                                       "ContactNotLinked",
                                                       "ChannelMismatch",
                                                       "InFlightRedactionConfigurationFailed",
                                                       "ParticipantNotFound"};

std::vector<std::string_view> words_of(std::string_view list) {
  std::vector<std::string_view> out;
  for (const std::string_view word : split(list, ' ')) {
    if (!word.empty()) out.push_back(word);
  }
  return out;
}

ParameterSpec parameter_of(std::string_view text) {
  ParameterSpec out;
  const std::size_t equal = text.find('=');
  out.name = text.substr(0, equal);
  out.required = out.name.ends_with('!');
  if (out.required) out.name.remove_suffix(1);
  if (equal == std::string_view::npos) return out;
  const std::string_view values = text.substr(equal + 1);
  const std::size_t dots = values.find("..");
  if (dots == std::string_view::npos) {
    out.words = split(values, '|');
    return out;
  }
  std::from_chars(values.data(), values.data() + dots, out.least);
  std::from_chars(values.data() + dots + 2, values.data() + values.size(), out.most);
  return out;
}

ActionSpec spec_of(const Row& row) {
  const auto flag = [&](char c) { return row.flags.find(c) != std::string_view::npos; };
  ActionSpec out;
  out.type = row.type;
  out.allowed = row.allowed;
  out.refused = row.refused;
  out.ending = flag('e')                ? Ending::ends
               : flag('s') || flag('o') ? Ending::may_stop
                                        : Ending::goes_on;
  out.conditions = flag('c') || flag('o');
  out.open = flag('o');
  for (const std::string_view text : words_of(row.parameters)) {
    out.parameters.push_back(parameter_of(text));
  }
  out.one_of_required = row.one.starts_with('!');
  out.one_of = words_of(row.one.substr(out.one_of_required ? 1 : 0));
  std::string_view errors = row.errors;
  if (errors.starts_with('!')) {
    out.unlisted = OtherErrors::refused;
    errors.remove_prefix(1);
  }
  for (std::string_view error : words_of(errors)) {
    const bool required = error.ends_with('!');
    if (required) error.remove_suffix(1);
    (required ? out.required_errors : out.other_errors).push_back(error);
  }
  return out;
}

}  // namespace

FlowTypes flow_type_of(std::string_view contact_flow_type, bool is_module) {
  if (is_module) return k_module;
  static const std::unordered_map<std::string_view, FlowTypes> types = {
      {"CONTACT_FLOW", k_inbound},
      {"CUSTOMER_QUEUE", k_customer_queue},
      {"CUSTOMER_HOLD", k_customer_hold},
      {"CUSTOMER_WHISPER", k_customer_whisper},
      {"OUTBOUND_WHISPER", k_outbound_whisper},
      {"AGENT_HOLD", k_agent_hold},
      {"AGENT_WHISPER", k_agent_whisper},
      {"AGENT_TRANSFER", k_agent_transfer},
      {"QUEUE_TRANSFER", k_queue_transfer},
      {"CAMPAIGN", k_campaign}};
  const auto found = types.find(contact_flow_type);
  return found == types.end() ? FlowTypes{0} : found->second;
}

const ParameterSpec* ActionSpec::parameter(std::string_view name) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const ParameterSpec& p) { return p.name == name; });
  return found == parameters.end() ? nullptr : &*found;
}

const ActionSpec* find_action_spec(std::string_view type) {
  static const std::unordered_map<std::string_view, ActionSpec> by_type = [] {
    std::unordered_map<std::string_view, ActionSpec> out;
    for (const Row& row : k_rows) out.emplace(row.type, spec_of(row));
    return out;
  }();
  const auto found = by_type.find(type);
  return found == by_type.end() ? nullptr : &found->second;
}

std::string_view todays_type(std::string_view legacy) {
  const auto found = std::find_if(k_legacy.begin(), k_legacy.end(),
                                  [&](const Renamed& r) { return r.from == legacy; });
  return found == k_legacy.end() ? std::string_view() : found->to;
}

std::string_view instead_of_parameter(std::string_view type, std::string_view parameter) {
  const auto found = std::find_if(
      k_refused_parameters.begin(), k_refused_parameters.end(),
      [&](const RefusedParameter& r) { return r.type == type && r.parameter == parameter; });
  return found == k_refused_parameters.end() ? std::string_view() : found->instead;
}

ValueForm value_form(std::string_view type, std::string_view parameter) {
  const auto found = std::find_if(k_forms.begin(), k_forms.end(), [&](const Form& f) {
    return f.type == type && f.parameter == parameter;
  });
  return found == k_forms.end() ? ValueForm::any : found->form;
}

bool is_error_type(std::string_view name) {
  return std::find(k_errors.begin(), k_errors.end(), name) != k_errors.end();
}

}  // namespace flowferry::flow::lint
