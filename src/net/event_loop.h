// net/event_loop.h
//
// The real transport: one thread, libcurl's multi interface, timers. HTTP/1.1 always (HTTP/2 of
// curl 7.88 loses requests), paths as they are, connections kept alive and reused.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "net/transport.h"

namespace flowferry::net {

/// Not thread-safe but for cancel(). Tasks that have not finished when it is destroyed never will.
/// At most 64 requests are under way at once; the others wait in their order.
class EventLoop final : public Transport {
 public:
  EventLoop();
  ~EventLoop() override;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  Task<Result<HttpResponse>> send(HttpRequest request, TransferOptions options) override;
  Task<void> sleep_until(SteadyTime when) override;
  Task<void> turn() override;
  SteadyTime now() override;
  bool cancelled() const override;

  /// Asks to stop: requests not yet started fail with `cancelled`, sleepers wake, requests under
  /// way have `grace` to finish and are then aborted. Async-signal-safe and callable from any
  /// thread.
  void cancel() noexcept;
  /// From now on, whoever asks `outer` to stop asks this one as well. `outer` must outlive it.
  void stop_with(const EventLoop& outer);
  void set_grace(std::chrono::milliseconds grace);  ///< 5 s unless set.

  /// A request that has been under way for long.
  struct Slow {
    std::string origin;
    std::chrono::milliseconds waited{0};
    std::chrono::milliseconds timeout{0};  ///< When it is given up.
    std::size_t requests = 0;              ///< How many wait for so long.
  };
  /// Is told of them after `patience`, and then again each time it has passed, for all at once.
  void set_on_slow(std::chrono::milliseconds patience, std::function<void(const Slow&)> on_slow);

  /// Drives all started work until `task` has finished, and returns its value. Not to be called
  /// from within a task.
  template <class T>
  T run(Task<T> task) {
    std::optional<T> value;
    bool done = false;
    start(finish(std::move(task), value, done));
    drive(done);
    return std::move(*value);
  }

 private:
  template <class T>
  static Task<void> finish(Task<T> task, std::optional<T>& value, bool& done) {
    value.emplace(co_await task);
    done = true;
  }
  /// Runs the loop until `done`.
  void drive(const bool& done);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace flowferry::net
