#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
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

}  // namespace
}  // namespace flowferry
