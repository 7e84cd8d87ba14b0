// simulator/throttle.h
//
// Rate limits: one token bucket for each account, Region and operation, shared by all instances
// (connect-api.md 3.1).
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "base/clock.h"

namespace flowferry::simulator {

class Throttle {
 public:
  /// `rate` and `burst` are those of an ordinary operation; the few that the service documents
  /// otherwise keep their proportion.
  Throttle(double rate, double burst) : rate_(rate), burst_(burst) {}

  /// Takes a token for one request; false when there is none. A refused request costs nothing,
  /// unless `charge_refused`: then it takes what is left of one.
  bool allow(const std::string& account, const std::string& region, const std::string& operation,
             SteadyTime now, bool charge_refused);
  void clear() { buckets_.clear(); }
  /// Other quotas from now on; what the buckets hold is not more than they can.
  void set(double rate, double burst) {
    rate_ = rate;
    burst_ = burst;
  }

 private:
  struct Bucket {
    double tokens = 0;
    SteadyTime last{};
  };
  double rate_, burst_;
  std::map<std::tuple<std::string, std::string, std::string>, Bucket> buckets_;
};

}  // namespace flowferry::simulator
