// flow/stub.h
//
// Minimal contents that the service publishes, one per flow type (flow-language.md 4.2).
#pragma once

#include <string>
#include <string_view>

namespace flowferry::flow {

/// Content of a stub for a contact flow of `type` (ContactFlowType): DisconnectParticipant, in
/// queue and whisper flows EndFlowExecution, in hold flows a spoken "One moment, please.". Valid
/// when published, except that nothing is known of CAMPAIGN and of types to come: create those
/// SAVED.
std::string stub_content(std::string_view type);

/// Content of a stub for a flow module; `settings` is the module's contract (the API's Settings
/// string): when it declares results, the stub returns the first of them, if `name_result` asks for
/// it.
std::string module_stub_content(std::string_view settings, bool name_result = false);

/// Whether `content` is a stub that this program made (of any type, any version of it).
bool is_stub(std::string_view content);

}  // namespace flowferry::flow
