// flow/portable_marker.h
//
// A reference by kind and name, as it is written in a portable document (docs/formats.md):
//
//   {{arn:queue:予約受付}}     {{id:contact-flow:Waiting;type=CUSTOMER_QUEUE}}
//   {{arn:instance}}  {{id:instance}}  {{partition}}  {{region}}  {{account}}  {{literal}}
//
// In a name and in a value only `%`, `;`, `{`, `}` and control characters are percent-encoded.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "flow/references.h"

namespace flowferry::flow {

struct Marker {
  Form form = Form::arn;  ///< arn or id.
  ResourceKind kind = ResourceKind::unknown;
  std::string name;        ///< Empty of the instance only.
  std::string type;        ///< Which of several with this name; of a flow ContactFlowType.
  std::string id;          ///< Which of several with this name and type, in the inventory at hand.
  std::string qualifier;   ///< As it stands behind the id: "$LATEST", "7".
  std::string alias;       ///< A module's alias by name, in the place of a qualifier.
  std::string region;      ///< Where the ARN names another Region than the instance's.
  bool own_queue = false;  ///< Of a user: the ARN of the agent's own queue (`queue/agent/`).
  /// How the text is escaped in its JSON string, where it is: "slashes" for every '/' as `\/`; else
  /// a list of "12/" (the character at 12 with a backslash) and "12u002F", joined with ','.
  std::string spelling;

  bool operator==(const Marker&) const = default;
};

/// With braces.
std::string to_text(const Marker& marker);

/// Reads what stands between the braces of `{{arn:...}}` or `{{id:...}}`. Errors: malformed, each
/// with a hint: unknown kind, no name, unknown or doubled key, a bad percent-encoding.
Result<Marker> parse_marker(std::string_view inner);

/// Whether `text`, which follows `{{`, makes these braces special.
bool is_marker(std::string_view text);

/// The spelling (Marker::spelling) of the ASCII text `value` whose raw form in a JSON string is
/// `raw`; nothing when it cannot be told so.
std::optional<std::string> spelling_of(std::string_view value, std::string_view raw);
/// `value` as it stands in a JSON string, without quotes. What of `spelling` does not fit `value`
/// is ignored.
std::string spelled(std::string_view value, std::string_view spelling);

}  // namespace flowferry::flow
