// aws/pacer.h
//
// One token bucket for each (account, Region, operation): the service counts like this
// (connect-api.md 3.1), so source and target in one account and Region share the buckets.
#pragma once

#include <map>
#include <string>

#include "base/clock.h"
#include "base/task.h"
#include "net/transport.h"

namespace flowferry::aws {

struct Quota {
  double rate = 2;   ///< Requests a second.
  double burst = 5;  ///< Bucket size.
};

/// The state of one bucket. Pure: from state and time to waiting time, tested without sleeping.
class TokenBucket {
 public:
  explicit TokenBucket(Quota quota) : quota_(quota), tokens_(quota.burst) {}

  /// Takes one token and returns when the call may start (now, or later: reserved in order).
  SteadyTime take(SteadyTime now);
  /// An answer said "too fast": empties the bucket.
  void throttled(SteadyTime now);
  const Quota& quota() const { return quota_; }

 private:
  void refill(SteadyTime now);
  Quota quota_;
  double tokens_;
  SteadyTime last_{};
};

struct BucketKey {
  std::string account;
  std::string region;
  std::string operation;
  auto operator<=>(const BucketKey&) const = default;
};

/// All buckets of a run.
class Pacer {
 public:
  /// `fallback` for operations that `quotas` does not name; a rate of 0 means no pacing.
  Pacer(net::Transport& transport, Quota fallback, std::map<std::string, Quota> quotas = {});

  /// Returns when a request of this operation may be sent; its token is taken.
  Task<void> wait(BucketKey key);
  void throttled(const BucketKey& key);

 private:
  TokenBucket& bucket(const BucketKey& key);
  net::Transport& transport_;
  Quota fallback_;
  std::map<std::string, Quota> quotas_;
  std::map<BucketKey, TokenBucket> buckets_;
};

}  // namespace flowferry::aws
