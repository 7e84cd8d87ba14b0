#include "net/event_loop.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <coroutine>
#include <deque>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/transfer.h"

namespace flowferry::net {
namespace {

constexpr std::size_t k_max_in_flight = 64;
constexpr auto k_longest_poll = std::chrono::minutes(1);
constexpr auto k_between_looks = std::chrono::seconds(1);

/// Until `when`, in the whole milliseconds that poll(2) takes, rounded up so that the loop does
/// not spin through the last one.
int milliseconds_until(SteadyTime when, SteadyTime now) {
  if (when <= now) return 0;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(when - now);
  return static_cast<int>(
      std::min<std::int64_t>(left.count(), std::chrono::milliseconds(k_longest_poll).count()));
}

}  // namespace

// A coroutine waits by way of an object in its own frame, which takes itself off all lists when the
// frame is destroyed. It is resumed only from drive(): never inside a callback of libcurl, never
// from within another coroutine.
struct EventLoop::Impl {
  struct Parked {
    explicit Parked(Impl& owner) : loop(owner) {}
    ~Parked() {
      if (queued) std::erase(loop.ready, this);
    }
    Parked(const Parked&) = delete;
    Parked& operator=(const Parked&) = delete;
    void wake() {
      if (queued) return;
      queued = true;
      loop.ready.push_back(this);
    }
    Impl& loop;
    std::coroutine_handle<> handle;
    bool queued = false;
  };

  struct Sleeper : Parked {
    Sleeper(Impl& owner, SteadyTime time) : Parked(owner), when(time) {}
    ~Sleeper() {
      if (armed) loop.sleepers.erase(place);
    }
    bool await_ready() const {
      return loop.asked_to_stop() || when <= std::chrono::steady_clock::now();
    }
    void await_suspend(std::coroutine_handle<> waiting) {
      handle = waiting;
      place = loop.sleepers.emplace(when, this);
      armed = true;
    }
    void await_resume() const {}

    SteadyTime when;
    std::multimap<SteadyTime, Sleeper*>::iterator place;
    bool armed = false;
  };

  /// Waits for its turn behind everybody who is ready.
  struct Turn : Parked {
    using Parked::Parked;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
      handle = waiting;
      wake();
    }
    void await_resume() const {}
  };

  enum class Stage { queued, under_way, finished };

  struct Sending : Parked {
    Sending(Impl& owner, HttpRequest request, TransferOptions options)
        : Parked(owner), transfer(std::move(request), std::move(options)) {}
    ~Sending() { loop.forget(*this); }
    bool await_ready() const { return stage == Stage::finished; }
    void await_suspend(std::coroutine_handle<> waiting) {
      handle = waiting;
      loop.waiting.push_back(this);
    }
    Result<HttpResponse> await_resume() { return std::move(result); }

    Transfer transfer;
    SteadyTime started{};
    CURL* easy = nullptr;
    Stage stage = Stage::queued;
    Result<HttpResponse> result;
  };

  Impl();
  ~Impl();
  bool asked_to_stop() const {
    return cancel_requested.load() || (outer != nullptr && outer->asked_to_stop());
  }
  void start_waiting();
  void start(Sending& sending);
  void finish(Sending& sending, Result<HttpResponse> result);
  void release(Sending& sending);
  void forget(Sending& sending);
  void collect_finished();
  void wake_sleepers(SteadyTime now);
  void stop_if_asked(SteadyTime now);
  void look_for_slow_ones(SteadyTime now);
  void wait_for_something();

  CURLM* multi = nullptr;
  int wake_up = -1;  ///< An eventfd: writing to it is async-signal-safe, unlike curl_multi_wakeup.
  std::vector<CURL*> idle;
  std::unordered_map<CURL*, Sending*> under_way;
  std::deque<Sending*> waiting;
  std::multimap<SteadyTime, Sleeper*> sleepers;
  std::deque<Parked*> ready;
  std::atomic<bool> cancel_requested{false};
  const Impl* outer = nullptr;  ///< Stops this one, too.
  std::optional<SteadyTime> abort_at;
  std::chrono::milliseconds grace{5000};
  std::chrono::milliseconds patience{0};
  std::function<void(const Slow&)> on_slow;
  SteadyTime look_again{};  ///< For requests that are slow.
};

EventLoop::Impl::Impl() {
  // Not thread-safe in old versions of libcurl; a function's static is initialised once.
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (global == CURLE_OK) multi = curl_multi_init();
  assert(multi != nullptr && "libcurl cannot be initialised");
  wake_up = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(2 * k_max_in_flight));
}

EventLoop::Impl::~Impl() {
  // Tasks that never finished are left where they are: nobody resumes them any more.
  for (const auto& [easy, sending] : under_way) {
    curl_multi_remove_handle(multi, easy);
    curl_easy_cleanup(easy);
  }
  for (CURL* easy : idle) curl_easy_cleanup(easy);
  curl_multi_cleanup(multi);
  if (wake_up >= 0) close(wake_up);
}

void EventLoop::Impl::start_waiting() {
  while (!waiting.empty() && under_way.size() < k_max_in_flight) {
    Sending& next = *waiting.front();
    waiting.pop_front();
    start(next);
  }
}

void EventLoop::Impl::start(Sending& sending) {
  if (idle.empty()) {
    sending.easy = curl_easy_init();
  } else {
    sending.easy = idle.back();
    idle.pop_back();
  }
  if (sending.easy == nullptr) {
    finish(sending, fail(ErrorKind::network, "out of memory for one more connection"));
    return;
  }
  sending.stage = Stage::under_way;
  sending.started = std::chrono::steady_clock::now();
  under_way.emplace(sending.easy, &sending);
  auto ready_to_go = sending.transfer.prepare(sending.easy);
  if (!ready_to_go) {
    finish(sending, fail(std::move(ready_to_go).error()));
    return;
  }
  const CURLMcode added = curl_multi_add_handle(multi, sending.easy);
  if (added != CURLM_OK) {
    finish(sending, fail(ErrorKind::network, curl_multi_strerror(added)));
  }
}

void EventLoop::Impl::release(Sending& sending) {
  if (sending.easy == nullptr) return;
  under_way.erase(sending.easy);
  curl_multi_remove_handle(multi, sending.easy);  // Harmless when it was never added.
  curl_easy_reset(sending.easy);
  idle.push_back(std::exchange(sending.easy, nullptr));
}

void EventLoop::Impl::finish(Sending& sending, Result<HttpResponse> result) {
  release(sending);
  sending.stage = Stage::finished;
  sending.result = std::move(result);
  sending.wake();
}

void EventLoop::Impl::forget(Sending& sending) {
  if (sending.stage == Stage::queued) std::erase(waiting, &sending);
  release(sending);
}

void EventLoop::Impl::collect_finished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const auto found = under_way.find(message->easy_handle);
    if (found == under_way.end()) continue;
    Sending& sending = *found->second;
    finish(sending, sending.transfer.finish(message->data.result));
  }
}

void EventLoop::Impl::wake_sleepers(SteadyTime now) {
  while (!sleepers.empty() && (sleepers.begin()->first <= now || abort_at)) {
    Sleeper& sleeper = *sleepers.begin()->second;
    sleepers.erase(sleepers.begin());
    sleeper.armed = false;
    sleeper.wake();
  }
}

void EventLoop::Impl::stop_if_asked(SteadyTime now) {
  if (!asked_to_stop()) return;
  if (!abort_at) abort_at = now + grace;
  while (!waiting.empty()) {
    Sending& sending = *waiting.front();
    waiting.pop_front();
    finish(sending, fail(sending.transfer.cancelled_error()));
  }
  if (now < *abort_at) return;
  while (!under_way.empty()) {
    Sending& sending = *under_way.begin()->second;
    finish(sending, fail(sending.transfer.cancelled_error()));
  }
}

void EventLoop::Impl::look_for_slow_ones(SteadyTime now) {
  if (!on_slow || under_way.empty() || now < look_again) return;
  look_again = now + std::min<std::chrono::milliseconds>(k_between_looks, patience);
  Slow slow;
  for (const auto& [easy, sending] : under_way) {
    const auto waited =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - sending->started);
    if (waited < patience) continue;
    ++slow.requests;
    if (waited <= slow.waited) continue;
    slow.waited = waited;
    slow.origin = sending->transfer.origin();
    slow.timeout = sending->transfer.timeout();
  }
  if (slow.requests == 0) return;
  look_again = now + patience;
  on_slow(slow);
}

void EventLoop::Impl::wait_for_something() {
  assert((!under_way.empty() || !sleepers.empty()) && "a task waits for what can never come");
  const SteadyTime now = std::chrono::steady_clock::now();
  SteadyTime until = now + k_longest_poll;
  if (!sleepers.empty()) until = std::min(until, sleepers.begin()->first);
  if (abort_at) until = std::min(until, *abort_at);
  if (on_slow && !under_way.empty()) until = std::min(until, std::max(look_again, now));
  curl_waitfd extra[2]{};
  extra[0].fd = wake_up;
  extra[0].events = CURL_WAIT_POLLIN;
  // Not drained here: heard once is enough.
  const bool listen = outer != nullptr && !abort_at;
  if (listen) {
    extra[1].fd = outer->wake_up;
    extra[1].events = CURL_WAIT_POLLIN;
  }
  curl_multi_poll(multi, extra, listen ? 2 : 1, milliseconds_until(until, now), nullptr);
  std::uint64_t count = 0;
  [[maybe_unused]] const auto drained = read(wake_up, &count, sizeof count);
}

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {}
EventLoop::~EventLoop() = default;

Task<Result<HttpResponse>> EventLoop::send(HttpRequest request, TransferOptions options) {
  Impl::Sending sending(*impl_, std::move(request), std::move(options));
  if (cancelled()) co_return fail(sending.transfer.cancelled_error());
  co_return co_await sending;
}

Task<void> EventLoop::sleep_until(SteadyTime when) {
  Impl::Sleeper sleeper(*impl_, when);
  co_await sleeper;
}

Task<void> EventLoop::turn() {
  Impl::Turn turn(*impl_);
  co_await turn;
}

SteadyTime EventLoop::now() {
  return std::chrono::steady_clock::now();
}

bool EventLoop::cancelled() const {
  return impl_->asked_to_stop();
}

void EventLoop::stop_with(const EventLoop& outer) {
  impl_->outer = outer.impl_.get();
}

void EventLoop::cancel() noexcept {
  static_assert(std::atomic<bool>::is_always_lock_free);
  const int saved = errno;
  impl_->cancel_requested.store(true);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(impl_->wake_up, &one, sizeof one);
  errno = saved;
}

void EventLoop::set_grace(std::chrono::milliseconds grace) {
  impl_->grace = grace;
}

void EventLoop::set_on_slow(std::chrono::milliseconds patience,
                            std::function<void(const Slow&)> on_slow) {
  impl_->patience = patience;
  impl_->on_slow = std::move(on_slow);
}

void EventLoop::drive(const bool& done) {
  Impl& impl = *impl_;
  while (!done) {
    if (!impl.ready.empty()) {
      Impl::Parked& next = *impl.ready.front();
      impl.ready.pop_front();
      next.queued = false;
      next.handle.resume();  // `next` may be gone after this.
      continue;
    }
    const SteadyTime now = std::chrono::steady_clock::now();
    impl.stop_if_asked(now);
    impl.wake_sleepers(now);
    impl.start_waiting();
    int running = 0;
    curl_multi_perform(impl.multi, &running);
    impl.collect_finished();
    impl.look_for_slow_ones(now);
    if (impl.ready.empty()) impl.wait_for_something();
  }
}

}  // namespace flowferry::net
