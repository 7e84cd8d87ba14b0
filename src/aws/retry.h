// aws/retry.h
//
// Which failures are repeated, when, and how often: as AWS_RETRY_MODE=standard does
// (connect-api.md 1.6, 1.7), but quotas are never repeated, and a write whose effect is not known
// never blindly.
#pragma once

#include <chrono>

#include "base/result.h"

namespace flowferry::aws {

/// Whether a call may be sent again when its first effect is not known.
enum class Repeatable { no, yes };

struct RetryPolicy {
  int max_attempts = 3;             ///< For errors, the first attempt included.
  int max_throttled_attempts = 10;  ///< Throttled answers have attempts of their own.
};

/// What sort of failure it is, as far as repeating goes.
enum class Failure {
  final,      ///< Repeating cannot help.
  throttled,  ///< Too fast: later.
  transient,  ///< A failing server, a lost connection.
  timeout,    ///< The same, and it took long.
  expired,    ///< The credentials have expired: get new ones first.
  clock,      ///< The signature was refused, perhaps for this machine's clock.
};
Failure failure_of(const Error& error);

/// How often a call failed already, the last failure included.
struct Failures {
  int throttled = 0;
  int other = 0;
};

struct Decision {
  bool repeat = false;
  std::chrono::milliseconds delay{0};
};

/// Whether the call that failed with `error` is repeated, and after which delay: a share `random`
/// (from 0 to 1) of 1, 2, 4 ... 20 seconds. `expired` and `clock` are for the caller: never
/// repeated here.
Decision decide(const Error& error, const Failures& failures, Repeatable repeatable,
                const RetryPolicy& policy, double random);

/// How much a service may be bothered with repetitions when everything fails: 500 tokens, a
/// repetition costs 5, after a timeout 10; a success gives back what its repetitions took, or 1.
/// Throttled calls do not count: the pacer holds them back already.
class RetryAllowance {
 public:
  /// Takes the cost of repeating after `failure`, and returns it; nothing left: a negative number.
  int take(Failure failure);
  void give_back(int taken);
  int left() const { return left_; }

 private:
  int left_ = 500;
};

}  // namespace flowferry::aws
