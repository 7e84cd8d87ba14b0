// simulator/flow_rules.h
//
// What holds for contact flows and flow modules alike: finding them, names, quotas, tags, content.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "simulator/call.h"
#include "simulator/paging.h"

namespace flowferry::simulator {

enum class FlowKind { flow, module };

inline std::string_view arn_word(FlowKind kind) {
  return kind == FlowKind::flow ? "contact-flow" : "flow-module";
}
inline Table<FlowRow>& table_of(InstanceState& instance, FlowKind kind) {
  return kind == FlowKind::flow ? instance.flows : instance.modules;
}

/// A flow or module, with the qualifier that it was named by.
struct FoundFlow {
  FlowRow* row;
  std::string qualifier;
};
/// Finds what the call's `member` names. `seen`: as readers see it within the consistency window;
/// otherwise as it is. Errors: InvalidRequestException, ResourceNotFoundException, AccessDeniedException.
enum class As { seen, is };
tl::expected<FoundFlow, ApiError> find_flow(const Call& call, FlowKind kind, std::string_view member, As as);

/// Whether `name` may be taken by a flow of this type (other than `self`). Error: DuplicateResourceException.
std::optional<ApiError> check_name(const Call& call, FlowKind kind, std::string_view name,
                                   std::string_view type, const FlowRow* self);
/// Length of names and descriptions of flows, which the service description does not bound
/// (CloudFormation's resource schema does: 127 and 500).
std::optional<ApiError> check_lengths(const Call& call);
/// Error: LimitExceededException when one more would be too many.
std::optional<ApiError> check_quota(const Call& call, FlowKind kind);
/// Whether the content may be stored at all: 1 to 256,000 characters.
std::optional<ApiError> check_size(const Call& call, std::string_view content);

/// Whether the service would publish `content`; `stored` is what it keeps of it. Errors:
/// InvalidContactFlowException with all problems, or what it is for modules.
tl::expected<std::string, ApiError> publishable(const Call& call, FlowKind kind, std::string_view type,
                                                std::string content, std::string_view settings);

/// New name, description and state of UpdateContactFlow(Module)Metadata and UpdateContactFlowName.
Outcome change_metadata(Call& call, FlowKind kind, FlowRow& row, std::optional<std::string> state);

/// 64 hexadecimal digits that change when the content does.
std::string content_hash(std::string_view content);

/// One version of a flow or module that a qualifier (a number) names; nothing when there is none.
const FlowVersion* find_version(const FlowRow& row, std::string_view qualifier, std::int64_t* number = nullptr);

}  // namespace flowferry::simulator
