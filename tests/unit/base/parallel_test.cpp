#include "base/parallel.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace flowferry {
namespace {

TEST(ParallelFor, CallsEachIndexOnce) {
  for (const std::size_t count : {0U, 1U, 7U, 8U, 31U, 32U, 33U, 1000U, 12345U}) {
    std::vector<int> calls(count, 0);
    parallel_for(count, [&](std::size_t i) { ++calls[i]; });
    EXPECT_EQ(calls, std::vector<int>(count, 1));
  }
}

TEST(ParallelFor, ThrowsOnWhatABodyThrew) {
  std::atomic<int> calls{0};
  const auto run = [&] {
    parallel_for(1000, [&](std::size_t i) {
      ++calls;
      if (i == 500) throw std::runtime_error("of index 500");
    });
  };
  EXPECT_THROW(run(), std::runtime_error);
  EXPECT_LE(calls, 1000);
}

TEST(ParallelFor, LeavesSignalsToTheCaller) {
  const auto held_back = [] {
    sigset_t now;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
    return sigismember(&now, SIGINT) == 1 && sigismember(&now, SIGTERM) == 1;
  };
  const auto caller = std::this_thread::get_id();
  std::vector<int> right(1000, 0);
  parallel_for(right.size(), [&](std::size_t i) {
    right[i] = held_back() == (std::this_thread::get_id() != caller);
  });
  EXPECT_EQ(right, std::vector<int>(right.size(), 1));
  EXPECT_FALSE(held_back());
}

}  // namespace
}  // namespace flowferry
