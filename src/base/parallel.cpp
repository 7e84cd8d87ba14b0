#include "base/parallel.h"

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace flowferry {
namespace {

/// Below it, starting threads costs more than they save.
constexpr std::size_t k_worth_threads = 32;
constexpr std::size_t k_most_threads = 16;
constexpr std::size_t k_chunk = 8;

/// As long as it lives no signal comes to this thread, nor ever to a thread that starts meanwhile:
/// handlers work on what belongs to the main thread. Signals for what a thread itself did come
/// still.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS}) sigdelset(&all, own);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~NoSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr thrown;
  std::mutex guard;
  const auto work = [&]() noexcept {
    try {
      for (std::size_t at = next.fetch_add(k_chunk); at < count; at = next.fetch_add(k_chunk)) {
        for (std::size_t i = at; i < std::min(count, at + k_chunk); ++i) body(i);
      }
    } catch (...) {
      next = count;
      const std::lock_guard lock(guard);
      if (!thrown) thrown = std::current_exception();
    }
  };
  std::vector<std::jthread> others;
  if (count >= k_worth_threads) {
    const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t threads = std::min(processors, k_most_threads);
    const NoSignals inherited;
    try {
      while (others.size() + 1 < threads) others.emplace_back(work);
    } catch (const std::system_error&) {
      // No more threads to be had: those that there are do it.
    }
  }
  work();
  others.clear();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace flowferry
