// base/result.h
//
// How an action that failed is reported: Result<T>, a value or an Error. A stage that examines
// things and finds many of them reports Findings instead (base/findings.h).
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace flowferry {

/// What a caller may treat differently, and nothing finer. For a service's own code see
/// Error::code.
enum class ErrorKind {
  usage,        ///< The command line is wrong.
  config,       ///< flowferry.yaml, or an AWS configuration file, is wrong.
  credentials,  ///< None found, or not usable.
  not_found,    ///< What was named does not exist.
  conflict,     ///< It exists already, or somebody changed it.
  throttled,    ///< Refused for its rate, after all repetitions.
  denied,       ///< Not allowed.
  quota,        ///< A limit that no waiting lifts.
  service,      ///< Any other refusal of the service.
  network,      ///< No answer, or half of one.
  malformed,    ///< Content that cannot be read: JSON, a plan, an answer.
  io,           ///< The file system.
  cancelled,    ///< Stopped by the user.
  refused,      ///< Refused by flowferry itself: problems, limits, guards.
};

/// Why an action failed. The text for people is composed in report/; the payload stays structured.
struct Error {
  ErrorKind kind = ErrorKind::service;
  std::string message;     ///< One sentence, no final dot.
  std::string subject;     ///< flow "Main menu" | a file and a place in it; may be empty.
  std::string hint;        ///< What to do next; may be empty.
  std::string code;        ///< The service's error code, such as DuplicateResourceException.
  std::string request_id;  ///< What support will ask for; may be empty.
  std::vector<std::string> details;      ///< The service's list of problems, or several causes.
  std::vector<std::string> while_doing;  ///< Innermost first, added on the way up.
  int http_status = 0;                   ///< 0 when there was no answer.
  /// The request may have been processed although no answer says so (connection lost after
  /// sending, 5xx). Only meaningful for writes.
  bool outcome_unknown = false;

  /// Adds what was being done when the error arose: "reading the target's queues".
  [[nodiscard]] Error during(std::string what) && {
    while_doing.push_back(std::move(what));
    return std::move(*this);
  }
  [[nodiscard]] Error with_hint(std::string text) && {
    hint = std::move(text);
    return std::move(*this);
  }
  [[nodiscard]] Error about(std::string what) && {
    subject = std::move(what);
    return std::move(*this);
  }
};

/// The error kind as a stable kebab-case word, for JSON.
std::string_view to_string(ErrorKind kind);

/// All of an error on one line: "while_doing: subject: message [code, request id ...]".
std::string one_line(const Error& error);

/// A value, or the reason why there is none. Dropping one is a warning.
template <class T>
struct [[nodiscard]] Result : tl::expected<T, Error> {
  using tl::expected<T, Error>::expected;
  Result(tl::expected<T, Error> other) : tl::expected<T, Error>(std::move(other)) {}
};

/// An error, ready to be returned from any function with a Result.
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}
inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string hint = {}) {
  Error error;
  error.kind = kind;
  error.message = std::move(message);
  error.hint = std::move(hint);
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace flowferry
