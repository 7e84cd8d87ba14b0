// aws/pacer.h
//
// One token bucket for each (account, Region, operation): the service counts like this
// (connect-api.md 3.1), so source and target in one account and Region share the buckets.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "aws/token_bucket.h"
#include "base/clock.h"
#include "base/task.h"
#include "net/transport.h"

namespace flowferry::aws {

struct BucketKey {
  std::string account;
  std::string region;
  std::string operation;
  auto operator<=>(const BucketKey&) const = default;
};

/// All buckets of a run. Calls of one bucket go in the order in which they asked. Not thread-safe;
/// all of one event loop. `transport` must outlive it, and it every call that waits. Nothing is
/// called before it is made.
class Pacer {
 public:
  /// `fallback` for operations that `quotas` does not name; a rate of 0 means no pacing.
  Pacer(net::Transport& transport, Quota fallback, std::map<std::string, Quota> quotas = {});
  ~Pacer();
  Pacer(const Pacer&) = delete;
  Pacer& operator=(const Pacer&) = delete;

  /// Returns when a request of this operation may be sent, with that time; its token is taken. When
  /// the transport is cancelled it returns at once.
  Task<SteadyTime> wait(BucketKey key);
  /// A request that was let go at `sent` will not be sent after all: its token is there again.
  void give_back(const BucketKey& key, SteadyTime sent);
  /// The request that was let go at `sent` was answered: refused for its rate, or let through.
  void throttled(const BucketKey& key, SteadyTime sent);
  void succeeded(const BucketKey& key, SteadyTime sent);
  /// It was never sent, or nobody knows what became of it. Each call that was let go ends with one
  /// of the four: what is only hoped to be in the service's bucket is tried with one call at a
  /// time.
  void lost(const BucketKey& key, SteadyTime sent);

  /// The rate now, in requests a second; 0: no pacing.
  double rate(const BucketKey& key);
  /// In how many seconds the last of the calls that wait now will be let go, at today's rates; 0:
  /// none waits.
  double seconds_left();

 private:
  struct Turn;
  struct Line;
  Line& line(const BucketKey& key);
  SteadyTime next_at(Line& line, SteadyTime now);
  SteadyTime let_go(Line& line, SteadyTime now);
  void let_go_waiting(Line& line);
  void note_answer(SteadyTime sent, SteadyTime now);
  Task<void> watch(Line& line);

  net::Transport& transport_;
  SteadyTime start_;
  Quota fallback_;
  std::map<std::string, Quota> quotas_;
  double fastest_ = 0;  ///< Seconds that the fastest answer took; 0: none came yet.
  std::map<BucketKey, std::unique_ptr<Line>> lines_;
};

}  // namespace flowferry::aws
