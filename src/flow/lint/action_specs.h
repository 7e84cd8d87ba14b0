// flow/lint/action_specs.h
//
// What the flow language asks of each action type: where it may stand, its parameters, its
// branches. Source: flow-language.md 2 (documentation, corrected by recorded refusals; 2.4 where
// they disagree). References have their own table (flow/action_types.h).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace flowferry::flow::lint {

/// Types of flows as a set of bits.
using FlowTypes = std::uint16_t;
inline constexpr FlowTypes k_inbound = 1 << 0, k_customer_queue = 1 << 1, k_customer_hold = 1 << 2,
                           k_customer_whisper = 1 << 3, k_outbound_whisper = 1 << 4,
                           k_agent_hold = 1 << 5, k_agent_whisper = 1 << 6,
                           k_agent_transfer = 1 << 7, k_queue_transfer = 1 << 8,
                           k_campaign = 1 << 9, k_module = 1 << 10;

/// The bit of a ContactFlowType, or of a module; 0: not known.
FlowTypes flow_type_of(std::string_view contact_flow_type, bool is_module);

/// What follows a block of this type.
enum class Ending {
  goes_on,   ///< NextAction is required.
  may_stop,  ///< NextAction may be absent.
  ends,      ///< No transitions at all.
};

/// Whether the errors that the table does not list are refused.
enum class OtherErrors {
  undocumented,  ///< Not in the documentation.
  refused,       ///< Seen to be refused.
};

struct ParameterSpec {
  std::string_view name;
  bool required = false;
  std::vector<std::string_view> words;  ///< The only values, letter case aside; empty: any.
  long long least = 0;
  long long most = -1;  ///< Below `least`: no range.
};

struct ActionSpec {
  std::string_view type;
  FlowTypes allowed = 0;  ///< As documented; modules and campaigns allow nearly everything.
  FlowTypes refused = 0;  ///< Where it was seen to be refused.
  Ending ending = Ending::goes_on;
  bool conditions = false;  ///< May have conditions.
  bool open = false;        ///< Parameters and branches are not known.
  std::vector<ParameterSpec> parameters;
  std::vector<std::string_view> one_of;  ///< Of these at most one,
  bool one_of_required = false;          ///< ... and at least one.
  std::vector<std::string_view> required_errors;
  std::vector<std::string_view> other_errors;  ///< That it may have.
  OtherErrors unlisted = OtherErrors::undocumented;

  const ParameterSpec* parameter(std::string_view name) const;
};

/// Null: the type is not known.
const ActionSpec* find_action_spec(std::string_view type);

/// The type of today for a name that the service never knew (flow-language.md 2.3): "PlayPrompt" is
/// MessageParticipant. Empty: not such a name.
std::string_view todays_type(std::string_view legacy);

/// For parameters that are known to be refused: what to use instead. Empty: not such a one.
std::string_view instead_of_parameter(std::string_view type, std::string_view parameter);

/// How a parameter's value is to be written, as far as documented.
enum class ValueForm { any, fixed, dynamic };
ValueForm value_form(std::string_view type, std::string_view parameter);

/// Whether some block may have an error of this name.
bool is_error_type(std::string_view name);

}  // namespace flowferry::flow::lint
