// simulator/api_error.h
//
// An API error as a value, and how it looks on the wire (connect-api.md 1.5).
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "net/server.h"
#include "simulator/service_description.h"
#include "simulator/switches.h"

namespace flowferry::simulator {

namespace js = boost::json;

struct ApiError {
  std::string code;                   ///< "ResourceNotFoundException".
  std::string message;
  std::vector<std::string> problems;  ///< Of InvalidContactFlow(Module)Exception, instead of a message.
  js::object extra;                   ///< Further modelled members, such as ResourceType.
  int status = 0;                     ///< 0: as the description says, else 400.
};

/// What an operation's handler returns: the answer's members, or why not.
using Outcome = tl::expected<js::object, ApiError>;

/// Hands the error of another step on.
template <class T>
tl::unexpected<ApiError> pass_on(tl::expected<T, ApiError>& failed) {
  return tl::unexpected<ApiError>(std::move(failed.error()));
}
inline tl::unexpected<ApiError> pass_on(ApiError& error) {
  return tl::unexpected<ApiError>(std::move(error));
}

inline tl::unexpected<ApiError> refuse(std::string code, std::string message) {
  ApiError error;
  error.code = std::move(code);
  error.message = std::move(message);
  return tl::unexpected<ApiError>(std::move(error));
}
inline tl::unexpected<ApiError> not_found(std::string message = "Resource not found") {
  return refuse("ResourceNotFoundException", std::move(message));
}
inline tl::unexpected<ApiError> invalid_parameter(std::string message) {
  return refuse("InvalidParameterException", std::move(message));
}
inline tl::unexpected<ApiError> invalid_request(std::string message) {
  return refuse("InvalidRequestException", std::move(message));
}

/// The error as an HTTP answer. The description tells status and member names; the switches
/// `error-code`, `error-message` and `problems-member` choose among the forms that clients must read.
net::ServerResponse render(const ApiError& error, const ServiceDescription* description,
                           const Switches& switches);

}  // namespace flowferry::simulator
