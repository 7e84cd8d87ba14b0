#include "aws/token_bucket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "support/service_bucket.h"

namespace flowferry::aws {
namespace {

using test::ServiceBucket;
using namespace std::chrono_literals;

SteadyTime at(double seconds) {
  return SteadyTime(std::chrono::hours(1)) +
         std::chrono::round<SteadyTime::duration>(std::chrono::duration<double>(seconds));
}

double since(SteadyTime time) {
  return std::chrono::duration<double>(time - at(0)).count();
}

struct Outcome {
  int sent = 0;
  int accepted = 0;
  std::vector<double> refused;  ///< Times of the refusals.
  int accepted_later = 0;       ///< After `settled_at`.
  double last_accepted = 0;
  double rate = 0;
};

struct Setting {
  Quota quota;
  double rate = 2;
  double burst = 5;
  double latency = 0.03;  ///< One way, at least.
  double jitter = 0;      ///< Added to one way, uniform.
  /// Every so many seconds the way is shut for so long; then all that waited arrives at once.
  double shut_every = 1e9;
  double shut_for = 0;
  /// The client has something to send for so long, and then nothing for as long as `idle`.
  double busy = 1e9;
  double idle = 0;
  double seconds = 60;  ///< So long the client has always something to send.
  double settled_at = 15;
  std::uint64_t seed = 1;
  /// The rate changes to `second_rate` at `change_at`.
  double change_at = 1e9;
  double second_rate = 0;
};

/// When what leaves at `time` and needs `takes` seconds gets there.
double there_at(const Setting& setting, double time, double takes) {
  const double at = time + takes;
  const double in_period = std::fmod(at, setting.shut_every);
  const double shut = setting.shut_every - setting.shut_for;
  return in_period < shut ? at : at - in_period + setting.shut_every;
}

/// When there is something to send, at `time` or after it.
double wanted_at(const Setting& setting, double time) {
  const double in_period = std::fmod(time, setting.busy + setting.idle);
  return in_period < setting.busy ? time : time - in_period + setting.busy + setting.idle;
}

enum class What { arrival, answer_yes, answer_no };

/// Sends as fast as the bucket allows, with many calls under way, refused ones included.
Outcome simulate(const Setting& setting) {
  TokenBucket bucket(setting.quota);
  ServiceBucket service{setting.rate, setting.burst};
  SeededRandom random(setting.seed);
  std::multimap<double, std::pair<What, double>> events;  // time -> what, when it was sent
  Outcome run;
  double now = 0;
  while (now < setting.seconds) {
    double next_send = std::numeric_limits<double>::infinity();
    if (!bucket.waits_for_answer(at(now))) {
      next_send = wanted_at(setting, since(bucket.ready_at(at(now))));
    }
    if (events.empty() || next_send <= events.begin()->first) {
      now = std::max(now, next_send);
      bucket.take(at(now));
      ++run.sent;
      const double way = setting.latency + random.unit() * setting.jitter;
      events.emplace(there_at(setting, now, way), std::pair(What::arrival, now));
      continue;
    }
    const auto [what, sent] = events.begin()->second;
    now = events.begin()->first;
    events.erase(events.begin());
    if (now >= setting.change_at) service.rate = setting.second_rate;
    switch (what) {
      case What::arrival: {
        const bool yes = service.let_through(now);
        if (yes) {
          ++run.accepted;
          run.last_accepted = now;
          if (now >= setting.settled_at) ++run.accepted_later;
        } else {
          run.refused.push_back(now);
        }
        events.emplace(there_at(setting, now, setting.latency),
                       std::pair(yes ? What::answer_yes : What::answer_no, sent));
        break;
      }
      case What::answer_yes:
        bucket.succeeded(at(sent), at(now));
        break;
      case What::answer_no:
        bucket.throttled(at(sent), at(now));
        break;
    }
  }
  run.rate = bucket.rate();
  return run;
}

/// Refusals that came singly: those of requests under way when the first was learned of do not
/// count.
int settlings(const Outcome& outcome, const Setting& setting) {
  int count = 0;
  double learned = -1;
  for (const double time : outcome.refused) {
    if (time - setting.latency - setting.jitter <= learned) continue;
    ++count;
    learned = time + setting.latency;
  }
  return count;
}

/// Each is answered at once.
std::vector<double> starts(TokenBucket& bucket, int count, double from = 0) {
  std::vector<double> times;
  SteadyTime now = at(from);
  for (int i = 0; i < count; ++i) {
    now = bucket.ready_at(now);
    bucket.take(now);
    bucket.succeeded(now, now);
    times.push_back(since(now));
  }
  return times;
}

TEST(TokenBucket, LetsABurstGoAndThenKeepsTheRate) {
  TokenBucket bucket({2, 5});
  const auto times = starts(bucket, 8);
  // Half a token less than the service has is the margin.
  const std::vector<double> expected = {0, 0, 0, 0, 0.25, 0.75, 1.25, 1.75};
  for (std::size_t i = 0; i < times.size(); ++i) EXPECT_NEAR(times[i], expected[i], 1e-6) << i;
}

TEST(TokenBucket, FillsUpAgainButNeverBeyondItsSize) {
  TokenBucket bucket({2, 5});
  starts(bucket, 10);
  const auto times = starts(bucket, 5, 1000);
  EXPECT_NEAR(times[3], 1000, 1e-6);
  EXPECT_NEAR(times[4], 1000.25, 1e-6);
}

TEST(TokenBucket, ARateOfZeroMeansNoLimit) {
  TokenBucket bucket({0, 0});
  for (const double time : starts(bucket, 100)) EXPECT_EQ(time, 0);
  bucket.throttled(at(0), at(1));
  EXPECT_EQ(bucket.ready_at(at(1)), at(1));
}

TEST(TokenBucket, ABurstOfOneStillLetsOneGo) {
  TokenBucket bucket({0.5, 1});
  const auto times = starts(bucket, 3);
  EXPECT_NEAR(times[0], 0, 1e-6);
  EXPECT_NEAR(times[2], 4, 1e-6);
}

TEST(TokenBucket, ARateOfNextToNothingIsWaitedFor) {
  TokenBucket bucket({1e-15, 1});
  bucket.take(at(0));
  bucket.succeeded(at(0), at(1));
  EXPECT_GT(since(bucket.ready_at(at(1))), 1e8);
}

/// Whether requests arrive one by one or bunched, soon or late, out of order, after a pause.
TEST(TokenBucket, WithTheTrueQuotaNothingIsRefusedHoweverTheWayJitters) {
  for (const double jitter : {0.0, 0.05, 0.2, 0.45}) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      for (const Quota quota :
           {Quota{2, 5}, Quota{3, 5}, Quota{5, 5}, Quota{10, 15}, Quota{25, 50}}) {
        Setting setting{quota, quota.rate, quota.burst};
        setting.jitter = jitter;
        setting.seed = seed;
        if (seed % 2 == 0) {
          setting.shut_every = 1.0 + static_cast<double>(seed % 7);
          setting.shut_for = setting.shut_every * static_cast<double>(seed % 5) / 6;
        }
        if (seed % 3 == 0) {
          setting.busy = 0.3 * static_cast<double>(seed % 8 + 1);
          setting.idle = 0.7 * static_cast<double>(seed % 4);
        }
        const Outcome outcome = simulate(setting);
        EXPECT_TRUE(outcome.refused.empty())
            << "rate " << quota.rate << " jitter " << jitter << " seed " << seed << " at "
            << outcome.refused.front();
        const bool easy = setting.shut_for == 0 && setting.idle == 0 && jitter * quota.rate < 2;
        if (easy) {
          EXPECT_GE(outcome.accepted, (setting.seconds - 1) * quota.rate);
        }
        EXPECT_GE(outcome.accepted, setting.seconds * quota.rate / 20) << "it goes on";
      }
    }
  }
}

/// There more is always under way than a bucket holds; that must not hold the calls up.
TEST(TokenBucket, ALongWayCostsNothing) {
  for (const Quota quota : {Quota{2, 5}, Quota{20, 5}, Quota{50, 5}}) {
    Setting setting{quota, quota.rate, quota.burst};
    setting.latency = 0.25;
    const Outcome outcome = simulate(setting);
    EXPECT_TRUE(outcome.refused.empty()) << quota.rate;
    EXPECT_GE(outcome.accepted, (setting.seconds - 2) * quota.rate) << quota.rate;
  }
}

TEST(TokenBucket, AProgramThatWasHeldUpDoesNotMakeUpForIt) {
  TokenBucket bucket({2, 5});
  ServiceBucket service{2, 5};
  SteadyTime now = at(0);
  SeededRandom random(3);
  for (int i = 0; i < 500; ++i) {
    now = std::max(now, bucket.ready_at(now));
    if (random.next() % 10 == 0) now += std::chrono::milliseconds(random.next() % 9000);
    bucket.take(now);
    EXPECT_TRUE(service.let_through(since(now))) << i;
    bucket.succeeded(now, now);
  }
}

TEST(TokenBucket, AKnownQuotaIsNeverExceededNorUndercutByMoreThanHalf) {
  SeededRandom random(11);
  TokenBucket bucket({2, 5});
  SteadyTime now = at(0);
  for (int i = 0; i < 5000; ++i) {
    now = bucket.ready_at(now);
    bucket.take(now);
    const SteadyTime answered = now + std::chrono::milliseconds(random.next() % 300);
    if (random.next() % 4 == 0) {
      bucket.throttled(now, answered);
    } else {
      bucket.succeeded(now, answered);
    }
    now = answered;
    EXPECT_GE(bucket.rate(), 1.0);
    EXPECT_LE(bucket.rate(), 2.0);
  }
}

TEST(TokenBucket, ARefusalEmptiesTheBucket) {
  TokenBucket bucket({2, 5});
  bucket.take(at(0));
  bucket.throttled(at(0), at(0.1));
  const double next = since(bucket.ready_at(at(0.1)));
  EXPECT_GE(next, 0.1 + 1 / 2.0) << "at least as long as the service needs for one token";
  EXPECT_LE(next, 0.1 + 1.5 / 1.0);
}

/// Somebody else had emptied it. Refused calls took nothing, however many were under way.
TEST(TokenBucket, ManyRefusalsAtOnceCostNoMoreThanOne) {
  TokenBucket bucket({10, 1000});
  for (int i = 0; i < 900; ++i) bucket.take(at(0));
  for (int i = 0; i < 900; ++i) bucket.throttled(at(0), at(0.1));
  EXPECT_LE(since(bucket.ready_at(at(0.1))), 0.1 + 1.5 / 5.0 + 1e-6);
}

TEST(TokenBucket, OneRefusalOfAKnownQuotaCostsLittleAndIsForgottenInTime) {
  TokenBucket bucket({2, 5});
  std::vector<double> times = starts(bucket, 30);
  bucket.throttled(at(times.back()), at(times.back() + 0.1));
  EXPECT_GE(bucket.rate(), 1.8)
      << "the calls before show that the quota is about what it should be";
  SteadyTime now = at(times.back() + 0.1);
  for (int i = 0; i < 100; ++i) {
    now = bucket.ready_at(now);
    bucket.take(now);
    bucket.succeeded(now, now + 30ms);
  }
  EXPECT_NEAR(bucket.rate(), 2.0, 0.001);
}

TEST(TokenBucket, WhatLeftBeforeTheRefusalWasKnownTeachesNothingNew) {
  TokenBucket bucket({20, 50, Certainty::guess});
  const auto times = starts(bucket, 60);
  bucket.throttled(at(times[50]), at(times[59]));
  const double rate = bucket.rate();
  for (int i = 51; i < 60; ++i) bucket.throttled(at(times[i]), at(times[59] + 0.01));
  EXPECT_EQ(bucket.rate(), rate);
}

TEST(TokenBucket, FindsAnUnknownRateWithinSecondsAndWithFewRefusals) {
  for (const double rate : {1.0, 2.0, 4.0, 10.0, 20.0}) {
    for (const double burst : {5.0, 2.5 * rate}) {
      for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Setting setting;
        setting.quota = {2, 5, Certainty::guess};
        setting.rate = rate;
        setting.burst = burst;
        setting.jitter = 0.02;
        setting.seed = seed;
        const Outcome outcome = simulate(setting);
        SCOPED_TRACE("rate " + std::to_string(rate) + " burst " + std::to_string(burst) + " seed " +
                     std::to_string(seed));
        EXPECT_GE(outcome.accepted_later, 0.9 * 45 * rate);
        EXPECT_LE(settlings(outcome, setting), 5) << "in a minute";
        Setting start = setting;
        start.seconds = 15;
        EXPECT_LE(settlings(simulate(start), start), 3) << "while it settles";
      }
    }
  }
}

TEST(TokenBucket, FollowsARateThatChangesMeanwhile) {
  for (const double second : {1.0, 3.0}) {
    Setting setting;
    setting.quota = {2, 5, Certainty::guess};
    setting.rate = 5;
    setting.burst = 12;
    setting.seconds = 300;
    setting.settled_at = 150;
    setting.change_at = 60;
    setting.second_rate = second;
    const Outcome outcome = simulate(setting);
    EXPECT_GE(outcome.accepted_later, 0.85 * 150 * second) << second;
    EXPECT_LE(settlings(outcome, setting), 12) << second;
  }
}

TEST(TokenBucket, SharesAKnownQuotaWithOthersWithoutManyRefusals) {
  // Somebody else takes a third of what the quota gives.
  Setting setting{{2, 5}, 2.0 * 2 / 3, 5};
  setting.seconds = 120;
  setting.settled_at = 20;
  const Outcome outcome = simulate(setting);
  EXPECT_GE(outcome.accepted_later, 0.9 * 100 * setting.rate);
  EXPECT_LE(outcome.refused.size(), 12u);
}

}  // namespace
}  // namespace flowferry::aws
