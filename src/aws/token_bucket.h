// aws/token_bucket.h
//
// How fast one API operation may be called. Pure: from state and time to waiting time, tested
// without sleeping.
//
// The service has a bucket of `burst` tokens which fills with `rate` tokens a second; a request
// takes one, or is refused. Ours is a copy of it that must never be ahead: tokens are taken when a
// request really leaves, not when it was meant to, and it is kept a little smaller, because nobody
// tells how exactly the service counts.
//
// Requests bunch up on their way: a connection that must be made first, a slow hop, a busy machine.
// While one that left early has not arrived, the service's bucket may be full and lose what comes
// in. So ours never holds more than its size less the calls under way that should have been
// answered. As long as the margin is larger than what comes in during one answer, it is never
// ahead, whatever the way does: ours and what has not arrived are together at most what the service
// has. That stays so when a call leaves, when it arrives, while both fill up to their limits, and
// when it is answered.
//
// The copy may be wrong: the quota was raised, or others use the same account. A refusal says that
// the service's bucket is empty now; with the times of the requests that it let through before,
// that gives the rate itself, not just "slower". So one refusal settles it, where halving and
// doubling would need many.
//
// What the service's bucket holds when a program starts, it cannot know: another one may have
// emptied it a moment ago. So there is a second copy, which begins empty: what it holds is certain.
// What only the first one holds is hoped for.
#pragma once

#include <deque>

#include "base/clock.h"

namespace flowferry::aws {

enum class Certainty {
  known,  ///< The account's quota: never exceeded, and never undercut by more than half.
  guess,  ///< To start from: the true rate is looked for, above and below.
};

struct Quota {
  double rate = 2;   ///< Requests a second; 0: no limit.
  double burst = 5;  ///< Bucket size.
  Certainty certainty = Certainty::known;
};

class TokenBucket {
 public:
  /// `start`: nobody called since then; never: the service's bucket is full.
  explicit TokenBucket(Quota quota, SteadyTime start = {});

  /// When the next call may start: `now`, or later.
  SteadyTime ready_at(SteadyTime now);
  /// When it is certain that the next call will be let through; not before ready_at().
  SteadyTime certain_at(SteadyTime now);
  /// Whether the next call has to wait for the answer of another, for so many are under way.
  /// ready_at() is when it could go if one came now.
  bool waits_for_answer(SteadyTime now);
  /// An answer of another operation took so many seconds: what is expected until one of this comes.
  void expect(double seconds) { expected_ = seconds; }
  /// A call starts. Not before ready_at(); the bucket does not check. It is under way until one of
  /// the following is said of it.
  void take(SteadyTime now);
  /// The call that took its token at `sent` is not made after all.
  void put_back(SteadyTime sent, SteadyTime now);
  /// The call that started at `sent` was let through.
  void succeeded(SteadyTime sent, SteadyTime now);
  /// It was refused for its rate: empties the bucket, and learns, unless it left before the refusal
  /// that was learned from last.
  void throttled(SteadyTime sent, SteadyTime now);
  /// Nobody knows what became of the call that started at `sent`.
  void lost(SteadyTime sent, SteadyTime now);

  const Quota& quota() const { return quota_; }
  double rate() const { return rate_; }  ///< At which the bucket fills now.
  /// How many calls can go at once when it is full; 0: any number.
  int capacity() const;

 private:
  struct Estimate {
    double low = 0;   ///< Start again from here.
    double high = 0;  ///< The service cannot let through more than this.
  };
  void refill(SteadyTime now);
  double size() const;
  double most() const;
  void arrived(SteadyTime sent);
  void answered(SteadyTime sent, SteadyTime now);
  SteadyTime time_of_one(double tokens, SteadyTime now) const;
  double replay(double rate, double burst, SteadyTime refused) const;
  double highest_rate(double burst, double burst_time, SteadyTime refused) const;
  Estimate estimate(SteadyTime refused) const;
  double growth(SteadyTime now) const;

  Quota quota_;
  double rate_;
  double tokens_;
  double certain_;                    ///< At most `tokens_`.
  SteadyTime filled_;                 ///< Both are of this time.
  std::deque<SteadyTime> under_way_;  ///< When the calls started that nothing is known of.
  double expected_ = 0;
  double usual_ = 0;                    ///< Seconds that an answer takes, rather too few.
  std::deque<SteadyTime> let_through_;  ///< When the last calls started, without refused ones.
  // What the refusals taught; valid when refusals_ > 0.
  int refusals_ = 0;
  SteadyTime learned_{};  ///< When the last refusal was learned of ...
  SteadyTime refused_{};  ///< ... and when that call had started.
  double ceiling_ = 0;    ///< Fast up to here, slowly beyond.
};

}  // namespace flowferry::aws
