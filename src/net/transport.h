// net/transport.h
//
// What sends requests and waits: the narrow door to the network and to time. The real one is
// net/event_loop.h; tests bring their own.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "net/http.h"

namespace flowferry::net {

/// Whether the transport may by itself send a request once more. libcurl does so, whatever the
/// method, when a kept-alive connection turns out to be dead before any byte of an answer, although
/// the server may have processed the request. With `no` that is an error whose outcome is unknown.
enum class Resend { no, yes };

/// How one transfer is made.
struct TransferOptions {
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds timeout{60000};  ///< For the whole transfer.
  std::string ca_bundle;                     ///< PEM file; empty: the system's.
  std::string proxy;                         ///< As curl takes it; empty: none, and no environment.
  /// Where those and the request's origin were said (file and line, or variable): for messages.
  std::string origin_source;
  std::string ca_bundle_source;
  std::string proxy_source;
  Resend resend = Resend::yes;
  std::size_t max_answer = 64 * 1024 * 1024;  ///< A larger body is an error.
};

/// Error::code of the network errors of send(): what exactly went wrong.
namespace failure {
inline constexpr std::string_view k_refused = "connection-refused";  ///< Never sent.
inline constexpr std::string_view k_name = "name-not-resolved";      ///< Never sent.
inline constexpr std::string_view k_tls = "tls";                     ///< Not trusted: never sent.
inline constexpr std::string_view k_handshake = "tls-handshake";     ///< No TLS: never sent.
inline constexpr std::string_view k_timeout = "timeout";
inline constexpr std::string_view k_lost = "connection-lost";    ///< Before the whole head.
inline constexpr std::string_view k_cut_off = "answer-cut-off";  ///< In the middle of the body.
inline constexpr std::string_view k_not_http = "not-http";       ///< Not an HTTP/1.1 answer.
inline constexpr std::string_view k_too_large = "answer-too-large";
inline constexpr std::string_view k_bad_request = "bad-request";  ///< Cannot be sent at all.
inline constexpr std::string_view k_proxy = "proxy";              ///< The proxy refused.
}  // namespace failure

class Transport {
 public:
  virtual ~Transport() = default;
  /// Sends one request and returns its whole answer, whatever its status. Errors: network (with
  /// `outcome_unknown` when the request may have reached the server, and a code of `failure`),
  /// cancelled.
  virtual Task<Result<HttpResponse>> send(HttpRequest request, TransferOptions options) = 0;
  /// Returns at `when`, or at once when cancelled (see EventLoop::cancel).
  virtual Task<void> sleep_until(SteadyTime when) = 0;
  /// Returns after everybody else who could go on now has done so.
  virtual Task<void> turn() = 0;
  virtual SteadyTime now() = 0;
  /// Whether the program was asked to stop: no new request is to be started.
  virtual bool cancelled() const = 0;
};

}  // namespace flowferry::net
