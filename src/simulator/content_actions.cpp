#include "simulator/content_actions.h"

#include <array>
#include <charconv>
#include <string>
#include <unordered_map>

#include "base/text.h"

namespace flowferry::simulator {
namespace {

constexpr FlowTypes IN = 1 << 0, CQ = 1 << 1, CH = 1 << 2, CW = 1 << 3, OW = 1 << 4, AH = 1 << 5,
                    AW = 1 << 6, AT = 1 << 7, QT = 1 << 8, CP = 1 << 9, MOD = 1 << 10;
constexpr FlowTypes TR = AT | QT;
constexpr FlowTypes WHISPER = CW | OW | AW;
// What campaign flows and modules allow beyond their own terminal actions is not documented:
// everything.
constexpr FlowTypes OPEN = CP | MOD;
constexpr FlowTypes ALL = IN | CQ | CH | CW | OW | AH | AW | AT | QT | CP | MOD;

constexpr std::string_view NME = "NoMatchingError";

/// One line of the table below. The texts are lists separated by blanks. A parameter is NAME, with
/// `!` when the service requires it and `:SHAPE` when it is no plain string: `:{}` object, `:[]`
/// list, `:*` anything,
/// `:$` JSONPath only, `:1..8` integer, `:A|B` words. `*` alone: other names are accepted too.
struct Row {
  std::string_view type;
  FlowTypes flow_types;
  std::string_view parameters;
  std::string_view required_errors = {};
  std::string_view optional_errors = {};
  Branching branching = Branching::none;
  Next next = Next::required;
  std::string_view at_least_one = {};
  std::string_view at_most_one = {};
};

constexpr auto COND = Branching::conditions;
constexpr auto PLAIN = Branching::none;

// Where the documentation contradicts itself or the service, the more permissive reading stands
// here (flow-language.md 2.4, 5.3): a simulator that refuses what the service accepts would be of
// no use.
constexpr std::array k_rows = {
    // Participant actions
    Row{"MessageParticipant", IN | TR | CQ | WHISPER | OPEN,
        "PromptId Text SSML Media:{} SkipWhenDTMFBufferEnabled:true|false TextToSpeechType", "",
        NME, PLAIN, Next::required, "Text SSML PromptId Media", "Text SSML PromptId Media"},
    Row{"MessageParticipantIteratively", CQ | CH | AH | OPEN,
        "Messages!:[] InterruptFrequencySeconds ContinueMessagingDuringInterrupt", "", NME, COND,
        Next::optional},
    Row{"GetParticipantInput", IN | TR | CQ | OW | OPEN,
        "PromptId Text SSML Media:{} StoreInput:True|False InputTimeLimitSeconds "
        "InputValidation:{} InputEncryption:{} DTMFConfiguration:{} EnableDTMFBuffer "
        "TextToSpeechType",
        "", "", COND, Next::required, "", "Text SSML PromptId Media"},
    Row{"ConnectParticipantWithLexBot", IN | TR | CQ | OPEN,
        "Text SSML PromptId Media:{} LexInitializationData:{} LexV2Bot:{} LexBot:{} "
        "LexSessionAttributes:{} LexTimeoutSeconds:{}",
        "NoMatchingCondition NoMatchingError", "InputTimeLimitExceeded", COND, Next::required,
        "Text SSML PromptId Media LexInitializationData",
        "Text SSML PromptId Media LexInitializationData"},
    Row{"ShowView", ALL,
        "ViewResource!:{} InvocationTimeLimitSeconds! ViewData:{} SensitiveDataConfiguration:{}",
        "NoMatchingCondition NoMatchingError TimeLimitExceeded", "", COND},
    // One prober was refused in modules; a dozen deployed modules of one vendor hold it.
    Row{"DisconnectParticipant", IN | CQ | TR | OPEN, "", "", "", PLAIN, Next::terminal},
    Row{"TransferParticipantToThirdParty", IN | CQ | TR | OPEN,
        "ThirdPartyPhoneNumber! ThirdPartyConnectionTimeLimitSeconds! "
        "ContinueFlowExecution!:True|False ThirdPartyDTMFDigits CallerId:{}",
        "", NME},

    // Contact actions
    Row{"UpdateContactTargetQueue", IN | TR | OPEN, "QueueId AgentId", NME, "", PLAIN,
        Next::required, "QueueId AgentId", "QueueId AgentId"},
    Row{"TransferContactToQueue", IN | TR | OPEN, "", "QueueAtCapacity NoMatchingError"},
    Row{"DequeueContactAndTransferToQueue", CQ | OPEN, "QueueId AgentId",
        "QueueAtCapacity NoMatchingError", "", PLAIN, Next::required, "", "QueueId AgentId"},
    Row{"TransferContactToAgent", TR | OPEN, "", "", "", PLAIN, Next::terminal},
    Row{"UpdateContactEventHooks", ALL, "EventHooks!:{}", NME},
    Row{"UpdateContactAttributes", ALL, "Attributes!:{} TargetContact:Current|Related", NME},
    Row{"UpdateContactData", ALL,
        "Name Description LanguageCode CustomerId References:* WisdomSessionArn "
        "IsVoiceIdStreamingEnabled IsVoiceAuthenticationEnabled IsFraudDetectionEnabled "
        "VoiceAuthenticationThreshold VoiceAuthenticationResponseTime FraudDetectionThreshold "
        "WatchlistId TargetContact",
        NME, "", PLAIN, Next::required,
        "Name Description LanguageCode CustomerId References WisdomSessionArn "
        "IsVoiceIdStreamingEnabled IsVoiceAuthenticationEnabled IsFraudDetectionEnabled "
        "VoiceAuthenticationThreshold VoiceAuthenticationResponseTime FraudDetectionThreshold "
        "WatchlistId"},
    Row{"CreateTask", ALL,
        "ContactFlowId Name! Description Attributes:{} References:{} DelaySeconds:1..518400 "
        "ScheduledTime TaskTemplateId",
        NME, "", PLAIN, Next::required, "ContactFlowId TaskTemplateId"},
    Row{"CreateCase", ALL,
        "CaseTemplateId! LinkContactToCase:true|false ContactToLink CaseRequestFields:{}", NME,
        "ContactNotLinked"},
    Row{"GetCase", ALL,
        "CustomerId LinkContactToCase:true|false GetLastUpdatedCase:true|false "
        "CaseRequestFields:{} CaseResponseFields:[] ContactToLink",
        "", "NoMatchingError MultipleFound NoneFound ContactNotLinked"},
    Row{"UpdateCase", ALL,
        "CaseId! LinkContactToCase!:true|false CaseRequestFields:{} ContactToLink", "",
        "NoMatchingError ContactNotLinked"},
    Row{"CreateWisdomSession", ALL, "WisdomAssistantArn! OrchestrationAIAgentConfiguration:{}",
        NME},
    Row{"InvokeFlowModule", ALL, "FlowModuleId! Input:*", NME, "NoMatchingCondition", COND},
    Row{"EndFlowModuleExecution", MOD, "Result ResultData:*", "", "", PLAIN, Next::terminal},
    Row{"StartOutboundChatContact", ALL,
        "SourceEndpoint!:{} DestinationEndpoint!:{} ContactFlowArn! ContactSubtype "
        "InitialSystemMessage:{} RelatedContact",
        "", NME},
    Row{"CompleteOutboundCall", OW | OPEN,
        "CallerId:{} VoiceConnector:{} ConnectionTimeLimitSeconds"},
    Row{"UpdateContactCallbackNumber", IN | TR | CQ | OPEN, "CallbackNumber!:$",
        "InvalidCallbackNumber CallbackNumberNotDialable"},
    Row{"UpdateContactRoutingBehavior", IN | TR | CQ | OPEN,
        "QueuePriority QueueTimeAdjustmentSeconds", "", "", PLAIN, Next::required, "",
        "QueuePriority QueueTimeAdjustmentSeconds"},
    Row{"UpdateContactRecordingBehavior", IN | TR | OW | CQ | OPEN,
        "RecordingBehavior!:{} AnalyticsBehavior:{}"},
    Row{"UpdateContactRecordingAndAnalyticsBehavior", ALL,
        "VoiceBehavior:{} ChatBehavior:{} ScreenRecordingBehavior:{}",
        "NoMatchingError ChannelMismatch", "", PLAIN, Next::required,
        "VoiceBehavior ChatBehavior ScreenRecordingBehavior",
        "VoiceBehavior ChatBehavior ScreenRecordingBehavior"},
    Row{"UpdateContactMediaProcessing", ALL, "ChatProcessor!:{}",
        "NoMatchingError ChannelMismatch"},
    Row{"UpdateContactMediaStreamingBehavior", IN | CQ | TR | WHISPER | OPEN,
        "MediaStreamingState Participants:[] MediaStreamType", "", NME},
    Row{"UpdateContactTextToSpeechVoice", ALL,
        "TextToSpeechVoice! TextToSpeechEngine TextToSpeechStyle", "", NME},
    Row{"UpdatePreviousContactParticipantState", IN | TR | OW | OPEN,
        "PreviousContactParticipantState!:AgentOnHold|CustomerOnHold|OffHold", "", NME},
    Row{"TagContact", ALL, "Tags!:{}", NME},
    Row{"UntagContact", ALL, "TagKeys!:[]", NME},
    Row{"ResumeContact", ALL, "", "", NME},

    // Flow control actions
    Row{"CheckHoursOfOperation", IN | TR | CQ | OPEN, "HoursOfOperationId", NME, "", COND},
    Row{"CheckMetricData", IN | TR | CQ | OPEN,
        "MetricType!:NumberOfAgentsAvailable|NumberOfAgentsStaffed|NumberOfAgentsOnline|"
        "OldestContactInQueueAgeSeconds|NumberOfContactsInQueue QueueId AgentId",
        "NoMatchingError NoMatchingCondition", "", COND, Next::required, "", "QueueId AgentId"},
    Row{"GetMetricData", ALL, "QueueId AgentId QueueChannel", "", NME, PLAIN, Next::required, "",
        "QueueId AgentId"},
    Row{"TransferToFlow", IN | TR | OPEN, "ContactFlowId!", NME},
    Row{"Compare", ALL, "ComparisonValue!:$", "NoMatchingCondition", "", COND},
    Row{"DistributeByPercentage", IN | TR | CQ | OW | OPEN, "", "NoMatchingCondition", "", COND},
    // An array form of Loop has keys that no page names.
    Row{"Loop", ALL, "LoopCount:0..100 *", "", NME, COND},
    Row{"Wait", ALL,
        "TimeLimitSeconds!:1..604800 Events:[] ContinueExecution MinimumWaitTimeSeconds", "",
        "NoMatchingError ParticipantNotFound", COND},
    Row{"UpdateFlowAttributes", ALL, "FlowAttributes!:{}", NME},
    Row{"UpdateFlowLoggingBehavior", ALL, "FlowLoggingBehavior!:Enabled|Disabled"},
    Row{"UpdateContactRoutingCriteria", IN | CQ | TR | OPEN, "RoutingCriteria!:{}", "", NME},
    Row{"CheckOutboundCallStatus", ALL, "", "", NME, COND},
    Row{"CheckVoiceId", ALL, "CheckVoiceIdOption", "", NME, COND},
    Row{"StartVoiceIdStream", ALL, "", "", NME},
    // "Only whispers and queues" (page, a prober), "acts as Disconnect elsewhere" (newer guide,
    // deployed
    // products): contradictory, so accepted.
    Row{"EndFlowExecution", ALL & ~MOD, "", "", "", PLAIN, Next::terminal},

    // Interactions
    Row{"InvokeLambdaFunction", ALL,
        "LambdaFunctionARN! InvocationTimeLimitSeconds!:1..60 "
        "InvocationType:SYNCHRONOUS|ASYNCHRONOUS "
        "LambdaInvocationAttributes:{} ResponseValidation:{}",
        NME},
    Row{"CreateCallbackContact", IN | TR | CQ | OPEN,
        "QueueId AgentId InitialCallDelaySeconds!:0..259200 MaximumConnectionAttempts!:1..1000000 "
        "RetryDelaySeconds!:0..259200 ContactFlowId CallerId",
        "", NME, PLAIN, Next::required, "", "QueueId AgentId"},
    Row{"GetCustomerProfile", ALL, "ProfileRequestData!:{} ProfileResponseData:[]",
        "MultipleFoundError NoneFoundError NoMatchingError"},
    Row{"CreateCustomerProfile", ALL, "ProfileRequestData!:{} ProfileResponseData:[]", "", NME},
    Row{"UpdateCustomerProfile", ALL, "ProfileRequestData!:{} ProfileResponseData:[]", "", NME},
    Row{"GetCustomerProfileObject", ALL, "ProfileRequestData!:{} ProfileResponseData:[]", "",
        "NoneFoundError NoMatchingError"},
    Row{"GetCalculatedAttributesForCustomerProfile", ALL,
        "ProfileRequestData!:{} ProfileResponseData:[]", "", "NoneFoundError NoMatchingError"},
    Row{"AssociateContactToCustomerProfile", ALL, "ProfileRequestData!:{} ProfileResponseData:[]",
        "", NME},
};

/// Types without a page (flow-language.md 2.2).
constexpr std::array<std::string_view, 10> k_open = {
    "EvaluateDataTableValues", "ListDataTableValues",       "UpsertDataTableValues",
    "AuthenticateParticipant", "LoadContactContent",        "CreatePersistentContactAssociation",
    "CreateContact",           "StartOutboundEmailContact", "RouteContactToAgent",
    "CheckSegmentMembership"};

std::vector<std::string_view> words(std::string_view list) {
  std::vector<std::string_view> out;
  for (const std::string_view word : split(list, ' ')) {
    if (!word.empty()) out.push_back(word);
  }
  return out;
}

long long number(std::string_view text) {
  long long value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

ParameterSpec parameter(std::string_view text) {
  ParameterSpec out;
  const std::size_t colon = text.find(':');
  out.name = text.substr(0, colon);
  if (!out.name.empty() && out.name.back() == '!') {
    out.required = true;
    out.name.remove_suffix(1);
  }
  if (colon == std::string_view::npos) return out;
  const std::string_view shape = text.substr(colon + 1);
  const std::size_t dots = shape.find("..");
  if (shape == "{}") {
    out.shape = Shape::object;
  } else if (shape == "[]") {
    out.shape = Shape::list;
  } else if (shape == "*") {
    out.shape = Shape::any;
  } else if (shape == "$") {
    out.shape = Shape::path;
  } else if (dots != std::string_view::npos) {
    out.shape = Shape::integer;
    out.least = number(shape.substr(0, dots));
    out.most = number(shape.substr(dots + 2));
  } else {
    out.shape = Shape::word;
    out.words = shape;
  }
  return out;
}

ActionSpec spec_of(const Row& row) {
  ActionSpec out;
  out.type = row.type;
  out.flow_types = row.flow_types;
  out.next = row.next;
  out.branching = row.branching;
  for (const std::string_view text : words(row.parameters))
    out.parameters.push_back(parameter(text));
  out.required_errors = words(row.required_errors);
  out.optional_errors = words(row.optional_errors);
  out.at_least_one = words(row.at_least_one);
  out.at_most_one = words(row.at_most_one);
  return out;
}

std::vector<ActionSpec> make_table() {
  std::vector<ActionSpec> out;
  for (const Row& row : k_rows) out.push_back(spec_of(row));
  for (const std::string_view type : k_open) {
    ActionSpec spec;
    spec.type = type;
    spec.flow_types = ALL;
    spec.next = Next::optional;
    spec.branching = COND;
    spec.open = true;
    out.push_back(spec);
  }
  return out;
}

}  // namespace

FlowTypes flow_type_bit(std::string_view type) {
  static const std::unordered_map<std::string_view, FlowTypes> bits = {
      {"CONTACT_FLOW", IN},     {"CUSTOMER_QUEUE", CQ},   {"CUSTOMER_HOLD", CH},
      {"CUSTOMER_WHISPER", CW}, {"OUTBOUND_WHISPER", OW}, {"AGENT_HOLD", AH},
      {"AGENT_WHISPER", AW},    {"AGENT_TRANSFER", AT},   {"QUEUE_TRANSFER", QT},
      {"CAMPAIGN", CP},         {"MODULE", MOD}};
  const auto found = bits.find(type);
  return found == bits.end() ? FlowTypes{0} : found->second;
}

const std::vector<ActionSpec>& all_actions() {
  static const std::vector<ActionSpec> table = make_table();
  return table;
}

const ActionSpec* find_action(std::string_view type) {
  static const std::unordered_map<std::string_view, const ActionSpec*> index = [] {
    std::unordered_map<std::string_view, const ActionSpec*> out;
    for (const ActionSpec& spec : all_actions()) out.emplace(spec.type, &spec);
    return out;
  }();
  const auto found = index.find(type);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace flowferry::simulator
