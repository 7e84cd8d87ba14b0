// simulator/request_target.h
//
// The request target, taken apart as the service does: split on '/' first, each part decoded after.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flowferry::simulator {

struct RequestTarget {
  std::string raw_path;
  std::vector<std::string> path;  ///< Decoded segments; a final '/' adds none.
  std::vector<std::pair<std::string, std::string>> query;  ///< Decoded, in order.
};

/// Nothing when the target is not "/..." or has a bad escape or bytes that are not UTF-8.
std::optional<RequestTarget> parse_target(std::string_view raw);

/// Nothing when an escape is cut off, not hexadecimal, or the result is not UTF-8. '+' is a plus.
std::optional<std::string> percent_decode(std::string_view text);
/// Everything but A-Z a-z 0-9 - . _ ~ becomes %XX, upper case; `keep` stays too.
std::string percent_encode(std::string_view text, char keep = '\0');

}  // namespace flowferry::simulator
