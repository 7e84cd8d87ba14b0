// simulator/request_reader.h
//
// From a request to an operation's input, and what the service description says about both: required
// members, types, lengths in characters, ranges, enumerations, patterns, sizes of lists and maps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulator/api_error.h"
#include "simulator/request_target.h"
#include "simulator/service_description.h"

namespace flowferry::simulator {

/// An operation's input, with the names of what the operation does not have.
struct Input {
  js::object members;                 ///< By the operation's member names, wherever they stood.
  std::vector<std::string> unknown;   ///< "query resourceType", "body Foo": ignored by the service.
};

/// Reads and validates. The error is SerializationException where the body is not what it should be,
/// otherwise InvalidParameterException, InvalidRequestException or ValidationException, whichever the
/// operation models first, with every violation in its message.
tl::expected<Input, ApiError> read_input(const Operation& operation, const RequestTarget& target,
                                         std::string_view body);

/// Every way in which `answer` is not what the operation's output shape says: for our own checks.
std::vector<std::string> output_mistakes(const Operation& operation, const js::object& answer);

}  // namespace flowferry::simulator
