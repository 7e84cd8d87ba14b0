// aws/time.h
//
// The two forms in which AWS writes times as text.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace flowferry::aws {

/// "Thu, 15 Jan 2026 12:00:00 GMT" (RFC 9110, IMF-fixdate), as in a Date header.
std::optional<SystemTime> parse_http_date(std::string_view text);

/// "2026-01-15T12:00:00Z", also with a fraction, with an offset, or with "UTC" for the Z, as in
/// Expiration members and in the caches of the AWS CLI.
std::optional<SystemTime> parse_iso8601(std::string_view text);

}  // namespace flowferry::aws
