#include "flow/block_titles.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace flowferry::flow {
namespace {

using Title = std::pair<std::string_view, std::string_view>;

// Sorted by type.
constexpr std::array k_titles = {
    Title{"AssociateContactToCustomerProfile", "Associate contact to customer profile"},
    Title{"AuthenticateParticipant", "Authenticate customer"},
    Title{"CheckHoursOfOperation", "Check hours of operation"},
    Title{"CheckMetricData", "Check queue status or staffing"},
    Title{"CheckOutboundCallStatus", "Check call progress"},
    Title{"CheckVoiceId", "Check Voice ID"},
    Title{"Compare", "Check contact attributes"},
    Title{"CompleteOutboundCall", "Call phone number"},
    Title{"ConnectParticipantWithLexBot", "Get customer input (Lex)"},
    Title{"CreateCallbackContact", "Transfer to queue (callback)"},
    Title{"CreateCase", "Create case"},
    Title{"CreateContact", "Create contact"},
    Title{"CreateCustomerProfile", "Create customer profile"},
    Title{"CreatePersistentContactAssociation", "Create persistent contact association"},
    Title{"CreateTask", "Create task"},
    Title{"CreateWisdomSession", "Connect assistant"},
    Title{"DequeueContactAndTransferToQueue", "Transfer to queue (from queue)"},
    Title{"DisconnectParticipant", "Disconnect"},
    Title{"DistributeByPercentage", "Distribute by percentage"},
    Title{"EndFlowExecution", "End flow / Resume"},
    Title{"EndFlowModuleExecution", "Return"},
    Title{"EvaluateDataTableValues", "Evaluate data table"},
    Title{"GetCase", "Get case"},
    Title{"GetCustomerProfile", "Get customer profile"},
    Title{"GetMetricData", "Get metrics"},
    Title{"GetParticipantInput", "Get customer input"},
    Title{"InvokeFlowModule", "Invoke module"},
    Title{"InvokeLambdaFunction", "AWS Lambda function"},
    Title{"LoadContactContent", "Get stored content"},
    Title{"Loop", "Loop"},
    Title{"MessageParticipant", "Play prompt"},
    Title{"MessageParticipantIteratively", "Loop prompts"},
    Title{"ResumeContact", "Resume contact"},
    Title{"ShowView", "Show view"},
    Title{"StartOutboundChatContact", "Send message"},
    Title{"StartOutboundEmailContact", "Send message (email)"},
    Title{"StartVoiceIdStream", "Start Voice ID stream"},
    Title{"TagContact", "Contact tags (add)"},
    Title{"TransferContactToAgent", "Transfer to agent"},
    Title{"TransferContactToQueue", "Transfer to queue"},
    Title{"TransferParticipantToThirdParty", "Transfer to phone number"},
    Title{"TransferToFlow", "Transfer to flow"},
    Title{"UntagContact", "Contact tags (remove)"},
    Title{"UpdateCase", "Update case"},
    Title{"UpdateContactAttributes", "Set contact attributes"},
    Title{"UpdateContactCallbackNumber", "Set callback number"},
    Title{"UpdateContactData", "Set contact data"},
    Title{"UpdateContactEventHooks", "Set event flow"},
    Title{"UpdateContactMediaProcessing", "Set media processing"},
    Title{"UpdateContactMediaStreamingBehavior", "Start or stop media streaming"},
    Title{"UpdateContactRecordingAndAnalyticsBehavior", "Set recording and analytics behavior"},
    Title{"UpdateContactRecordingBehavior", "Set recording behavior"},
    Title{"UpdateContactRoutingBehavior", "Change routing priority / age"},
    Title{"UpdateContactRoutingCriteria", "Set routing criteria"},
    Title{"UpdateContactTargetQueue", "Set working queue"},
    Title{"UpdateContactTextToSpeechVoice", "Set voice"},
    Title{"UpdateFlowAttributes", "Set flow attributes"},
    Title{"UpdateFlowLoggingBehavior", "Set logging behavior"},
    Title{"UpdatePreviousContactParticipantState", "Hold customer or agent"},
    Title{"UpdateRoutingCriteria", "Set routing criteria"},
    Title{"Wait", "Wait"},
};

constexpr bool by_type(const Title& a, const Title& b) {
  return a.first < b.first;
}
static_assert(std::is_sorted(k_titles.begin(), k_titles.end(), by_type));

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

/// "CheckSegmentMembership": "Check segment membership". Runs of capitals stay together.
std::string in_words(std::string_view type) {
  const auto upper_at = [&](std::size_t i) { return i < type.size() && is_upper(type[i]); };
  std::string out;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const bool ends_run =
        i > 0 && upper_at(i) && upper_at(i - 1) && i + 1 < type.size() && !upper_at(i + 1);
    const bool begins_word = i > 0 && upper_at(i) && (!upper_at(i - 1) || ends_run);
    if (begins_word) out += ' ';
    out += begins_word && !upper_at(i + 1) ? static_cast<char>(type[i] - 'A' + 'a') : type[i];
  }
  return out;
}

}  // namespace

std::string block_title(std::string_view type) {
  const auto found = std::lower_bound(k_titles.begin(), k_titles.end(), Title{type, {}}, by_type);
  if (found != k_titles.end() && found->first == type) return std::string(found->second);
  return in_words(type);
}

bool is_chosen_name(const Document& document, std::string_view identifier, std::uint32_t entry) {
  if (!is_uuid(ascii_lower(identifier))) return true;
  const std::uint32_t flag =
      entry == json::k_none ? json::k_none : document.member(entry, "isFriendlyName");
  if (flag == json::k_none) return false;
  const json::Node& node = document.node(flag);
  return node.kind == json::Kind::boolean && document.bytes()[node.begin] == 't';
}

}  // namespace flowferry::flow
