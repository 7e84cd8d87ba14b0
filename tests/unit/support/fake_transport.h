// A transport without a network: scripted answers and time that passes only when everybody waits.
#pragma once

#include <algorithm>
#include <chrono>
#include <coroutine>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "net/transport.h"

namespace flowferry::test {

/// At its start it is 2026-01-15T12:00:00Z; `clock` is the wall clock that belongs to it.
class FakeTransport final : public net::Transport {
 public:
  struct WallClock final : Clock {
    explicit WallClock(FakeTransport& its_transport) : transport(its_transport) {}
    SystemTime now() override { return transport.wall_time(); }
    SteadyTime steady() override { return transport.now_; }
    FakeTransport& transport;
  };

  FakeTransport() : clock(*this) {}

  using Handler = std::function<Result<net::HttpResponse>(const net::HttpRequest&)>;

  Handler handler;                       ///< Decides each answer when it arrives.
  std::chrono::milliseconds latency{0};  ///< Between sending and the answer.
  /// The same by request; absent: `latency`.
  std::function<std::chrono::milliseconds(const net::HttpRequest&)> latency_of;
  std::vector<net::HttpRequest> requests;  ///< What was sent, in order.
  std::vector<net::TransferOptions> options;
  std::vector<double> sent_at;          ///< Seconds since the start.
  bool stop = false;                    ///< What cancelled() says.
  std::chrono::nanoseconds tick{0};     ///< What passes whenever somebody looks at the clock.
  std::chrono::seconds clock_error{0};  ///< Of the machine's wall clock.
  WallClock clock;

  Task<Result<net::HttpResponse>> send(net::HttpRequest request,
                                       net::TransferOptions how) override {
    sent_at.push_back(seconds());
    options.push_back(std::move(how));
    requests.push_back(request);
    const auto takes = latency_of ? latency_of(request) : latency;
    if (takes.count() > 0) co_await sleep_until(now_ + takes);
    co_return handler(request);
  }

  Task<void> sleep_until(SteadyTime when) override {
    if (when <= now_ || stop) co_return;
    Sleep sleep{*this, when};
    co_await sleep;
  }
  Task<void> turn() override {
    Sleep sleep{*this, now_};
    co_await sleep;
  }
  SteadyTime now() override { return now_ += tick; }
  bool cancelled() const override { return stop; }
  double seconds() const { return std::chrono::duration<double>(now_ - k_start).count(); }
  SystemTime wall_time() const {
    return k_wall + clock_error + std::chrono::duration_cast<SystemTime::duration>(now_ - k_start);
  }
  void advance(SteadyTime::duration time) { now_ += time; }

  template <class T>
  T run(Task<T> task) {
    std::optional<T> value;
    start(finish(std::move(task), value));
    while (!value && !sleepers_.empty()) step();
    if (!value) std::abort();  // The task waits for what can never come.
    return std::move(*value);
  }

 private:
  static constexpr SteadyTime k_start{std::chrono::hours(1000)};
  static constexpr SystemTime k_wall{std::chrono::seconds(1768478400)};

  struct Sleep {
    FakeTransport& transport;
    SteadyTime when;
    Sleep(FakeTransport& its_transport, SteadyTime time) : transport(its_transport), when(time) {}
    Sleep(const Sleep&) = delete;
    Sleep& operator=(const Sleep&) = delete;
    ~Sleep() {
      if (place) transport.sleepers_.erase(*place);
    }
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
      handle = waiting;
      place = transport.sleepers_.emplace(when, this);
    }
    void await_resume() const {}
    std::coroutine_handle<> handle;
    std::optional<std::multimap<SteadyTime, Sleep*>::iterator> place;
  };

  template <class T>
  static Task<void> finish(Task<T> task, std::optional<T>& value) {
    value.emplace(co_await task);
  }

  void step() {
    const auto [when, sleep] = *sleepers_.begin();
    sleepers_.erase(sleepers_.begin());
    sleep->place.reset();
    if (!stop) now_ = std::max(now_, when);
    sleep->handle.resume();
  }

  SteadyTime now_ = k_start;
  std::multimap<SteadyTime, Sleep*> sleepers_;
};

}  // namespace flowferry::test
