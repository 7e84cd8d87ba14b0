// How long something takes, other programs' time aside: what tests compare with limits.
#pragma once

#include <time.h>

#include <chrono>
#include <cstdlib>

namespace flowferry::test {

/// Processor time that this thread has used.
inline std::chrono::duration<double> cpu_time() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

/// A limit as it is for this build: ctest says by how much sanitizers are slower.
inline std::chrono::duration<double> at_most(std::chrono::seconds limit) {
  const char* slow = std::getenv("FLOWFERRY_TEST_SLOW");
  return limit * (slow == nullptr ? 1.0 : std::atof(slow));
}

}  // namespace flowferry::test
