// net/transport.h
//
// What sends requests and waits: the narrow door to the network and to time. The real one is
// net/event_loop.h; tests bring their own.
#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "net/http.h"

namespace flowferry::net {

/// How one transfer is made.
struct TransferOptions {
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds timeout{60000};  ///< For the whole transfer.
  std::string ca_bundle;                     ///< PEM file; empty: the system's.
  std::string proxy;                         ///< As curl takes it; empty: none, and no environment.
};

class Transport {
 public:
  virtual ~Transport() = default;
  /// Sends one request and returns its whole answer, whatever its status. Errors: network (with
  /// `outcome_unknown` when the request may have reached the server), cancelled.
  virtual Task<Result<HttpResponse>> send(HttpRequest request, TransferOptions options) = 0;
  /// Returns at `when`, or at once when cancelled (see EventLoop::cancel).
  virtual Task<void> sleep_until(SteadyTime when) = 0;
  virtual SteadyTime now() = 0;
  /// Whether the program was asked to stop: no new request is to be started.
  virtual bool cancelled() const = 0;
};

}  // namespace flowferry::net
