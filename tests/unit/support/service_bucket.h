// The bucket of a service, whose figures a client does not see.
#pragma once

#include <algorithm>

namespace flowferry::test {

struct ServiceBucket {
  double rate;
  double burst;
  double tokens = burst;
  double time = 0;  ///< Seconds.

  bool let_through(double now) {
    tokens = std::min(burst, tokens + (now - time) * rate);
    time = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  }
};

}  // namespace flowferry::test
