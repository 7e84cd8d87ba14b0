#include "aws/pacer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "support/fake_transport.h"
#include "support/service_bucket.h"

namespace flowferry::aws {
namespace {

using test::FakeTransport;
using test::ServiceBucket;

const BucketKey k_create{"111122223333", "us-east-1", "CreateContactFlow"};
const BucketKey k_update{"111122223333", "us-east-1", "UpdateContactFlowContent"};

struct Departure {
  int id;
  double time;
};

Task<int> depart(FakeTransport& transport, Pacer& pacer, BucketKey key, int id,
                 std::vector<Departure>& log) {
  const SteadyTime granted = co_await pacer.wait(key);
  EXPECT_EQ(granted, transport.now());
  log.push_back({id, transport.seconds()});
  pacer.succeeded(key, granted);
  co_return id;
}

std::vector<Departure> depart_all(FakeTransport& transport, Pacer& pacer,
                                  const std::vector<BucketKey>& keys) {
  std::vector<Departure> log;
  std::vector<Task<int>> tasks;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    tasks.push_back(depart(transport, pacer, keys[i], static_cast<int>(i), log));
  }
  transport.run(gather(std::move(tasks)));
  return log;
}

TEST(Pacer, LetsCallsGoInTheOrderInWhichTheyAsked) {
  FakeTransport transport;
  Pacer pacer(transport, {2, 5});
  const auto log = depart_all(transport, pacer, std::vector<BucketKey>(9, k_create));
  ASSERT_EQ(log.size(), 9u);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(log[i].id, i);
  EXPECT_NEAR(log[3].time, 0, 1e-6);
  EXPECT_NEAR(log[4].time, 0.25, 1e-6);
  EXPECT_NEAR(log[8].time, 2.25, 1e-6);
}

TEST(Pacer, ATurnThatIsGivenBackLetsTheNextOneGo) {
  FakeTransport transport;
  Pacer pacer(transport, {2, 5, Certainty::guess});
  // More than go at once, and each of them is answered by nobody.
  for (int i = 0; i < 20; ++i) {
    const SteadyTime granted = transport.run(pacer.wait(k_update));
    EXPECT_NEAR(transport.seconds(), 0, 1e-6);
    pacer.give_back(k_update, granted);
  }
}

TEST(Pacer, OperationsAccountsAndRegionsHaveBucketsOfTheirOwn) {
  FakeTransport transport;
  Pacer pacer(transport, {2, 5});
  std::vector<BucketKey> keys;
  for (const BucketKey& key :
       {k_create, k_update, BucketKey{"444455556666", "us-east-1", "CreateContactFlow"},
        BucketKey{"111122223333", "eu-west-2", "CreateContactFlow"}}) {
    keys.insert(keys.end(), 4, key);
  }
  for (const auto& departure : depart_all(transport, pacer, keys)) EXPECT_EQ(departure.time, 0);
}

TEST(Pacer, OneBucketServesWhoeverCallsInTheSameAccountAndRegion) {
  FakeTransport transport;
  Pacer pacer(transport, {2, 5});
  const BucketKey same = k_create;
  const auto log = depart_all(transport, pacer, {k_create, same, k_create, same, k_create, same});
  EXPECT_NEAR(log.back().time, 0.75, 1e-6);
}

TEST(Pacer, QuotasByOperationGoBeforeTheFallback) {
  FakeTransport transport;
  Pacer pacer(transport, {2, 5}, {{"CreateContactFlow", {0, 0}}});
  const auto log = depart_all(transport, pacer, std::vector<BucketKey>(100, k_create));
  EXPECT_EQ(log.back().time, 0);
  EXPECT_EQ(pacer.rate(k_update), 2);
}

TEST(Pacer, CancellingLetsEverybodyGoAtOnce) {
  FakeTransport transport;
  Pacer pacer(transport, {0.01, 1});
  std::vector<Departure> log;
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 5; ++i) tasks.push_back(depart(transport, pacer, k_create, i, log));
  auto all = gather(std::move(tasks));
  transport.stop = true;
  transport.run(std::move(all));
  EXPECT_EQ(transport.seconds(), 0);
}

TEST(Pacer, AnAbandonedCallLosesItsPlaceInTheLine) {
  FakeTransport transport;
  Pacer pacer(transport, {1, 1});
  std::vector<Departure> log;
  transport.run(depart(transport, pacer, k_create, 0, log));
  {
    auto abandoned = pacer.wait(k_create);
    EXPECT_TRUE(abandoned.await_suspend(std::noop_coroutine())) << "it waits";
  }
  transport.run(depart(transport, pacer, k_create, 1, log));
  EXPECT_NEAR(log.back().time, 1, 1e-6) << "not two";
}

TEST(Pacer, ManyWaitingCallsDoNotNestOnTheStack) {
  FakeTransport transport;
  Pacer pacer(transport, {1e6, 1e5});
  const auto log = depart_all(transport, pacer, std::vector<BucketKey>(300'000, k_create));
  EXPECT_EQ(log.size(), 300'000u);
}

/// A call to a service with a bucket of its own, repeated until it is let through; its way there
/// takes `there` seconds, and the answer's 15 ms.
Task<int> call(FakeTransport& transport, Pacer& pacer, ServiceBucket& service,
               std::function<double()> there, int& refused) {
  for (;;) {
    const SteadyTime granted = co_await pacer.wait(k_create);
    const auto way = std::chrono::duration<double>(there());
    co_await transport.sleep_until(granted + std::chrono::round<SteadyTime::duration>(way));
    const bool let_through = service.let_through(transport.seconds());
    co_await transport.sleep_until(transport.now() + std::chrono::milliseconds(15));
    if (let_through) {
      pacer.succeeded(k_create, granted);
      co_return 1;
    }
    ++refused;
    pacer.throttled(k_create, granted);
  }
}

double at_once() {
  return 0.015;
}

int call_all(FakeTransport& transport, Pacer& pacer, ServiceBucket& service, int count,
             const std::function<double()>& there = at_once) {
  int refused = 0;
  std::vector<Task<int>> calls;
  for (int i = 0; i < count; ++i) {
    calls.push_back(call(transport, pacer, service, there, refused));
  }
  transport.run(gather(std::move(calls)));
  return refused;
}

/// What the service's bucket held when the program began is not known: at most one call is wasted
/// to find out, and the time is that of the quota.
TEST(Pacer, WastesAtMostOneCallHoweverFullTheServicesBucketIs) {
  for (const double rate : {2.0, 5.0, 20.0, 50.0, 200.0}) {
    for (double tokens = 0; tokens <= 5; tokens += 0.25) {
      FakeTransport transport;
      ServiceBucket service{rate, 5, tokens};
      Pacer pacer(transport, {rate, 5});
      const int refused = call_all(transport, pacer, service, 40);
      EXPECT_LE(refused, tokens == 5 ? 0 : 1) << rate << " a second, of " << tokens;
      // Beside the quota: the margin, and some answers that have to be waited for.
      const double floor = (40 - tokens) / rate;
      EXPECT_LE(transport.seconds(), floor + 2 / rate + 0.3) << rate << " " << tokens;
    }
  }
}

/// The same where requests are held up on their way for up to half a second, and where they wait
/// for each other and come all at once.
TEST(Pacer, WastesAtMostOneCallHoweverRequestsBunchUp) {
  for (const double rate : {2.0, 5.0, 20.0}) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      FakeTransport transport;
      SeededRandom random(seed);
      const double burst = std::max(5.0, 2.5 * rate);
      ServiceBucket service{rate, burst, burst * random.unit()};
      Pacer pacer(transport, {rate, burst});
      const auto there = [&] {
        if (seed % 2 == 0) return 0.01 + 0.5 * random.unit();
        // In every second and a half the way is shut for one.
        const double now = transport.seconds() + 0.01;
        const double in_period = std::fmod(now, 1.5);
        return in_period < 0.5 ? 0.01 : 0.01 + 1.5 - in_period;
      };
      EXPECT_LE(call_all(transport, pacer, service, 100, there), 1) << rate << " seed " << seed;
      EXPECT_EQ(pacer.rate(k_create), rate);
    }
  }
}

/// Time goes on between two looks at the clock.
TEST(Pacer, EverybodyGoesAlthoughTimeGoesOn) {
  FakeTransport transport;
  transport.tick = std::chrono::nanoseconds(200);
  Pacer pacer(transport, {20, 5});
  ServiceBucket service{20, 5};
  EXPECT_EQ(call_all(transport, pacer, service, 40), 0);
}

/// What must have come in since the program began need not be tried.
TEST(Pacer, CallsThatAreCertainGoTogether) {
  FakeTransport transport;
  Pacer pacer(transport, {50, 5});
  transport.advance(std::chrono::milliseconds(80));
  ServiceBucket service{50, 5};
  EXPECT_EQ(call_all(transport, pacer, service, 4), 0);
  EXPECT_NEAR(transport.seconds(), 0.11, 1e-6);
}

/// So many are under way that the next one has to wait for an answer; it goes when that has come
/// and its token is there, not when somebody happens to look.
TEST(Pacer, AnAnswerBringsTheNextCallsTimeNearer) {
  FakeTransport transport;
  Pacer pacer(transport, {10, 5});
  transport.advance(std::chrono::seconds(1));
  std::vector<double> let_go;
  const auto one = [&]() -> Task<int> {
    const SteadyTime granted = co_await pacer.wait(k_create);
    let_go.push_back(transport.seconds());
    co_await transport.sleep_until(SteadyTime(std::chrono::hours(1000)) + std::chrono::seconds(3));
    pacer.succeeded(k_create, granted);
    co_return 1;
  };
  std::vector<Task<int>> calls;
  for (int i = 0; i < 6; ++i) calls.push_back(one());
  transport.run(gather(std::move(calls)));
  ASSERT_EQ(let_go.size(), 6U);
  EXPECT_NEAR(let_go[3], 1, 1e-6);
  EXPECT_NEAR(let_go[4], 3.05, 1e-6) << "half a token was left";
  EXPECT_NEAR(let_go[5], 3.15, 1e-6);
}

TEST(Pacer, FirstCallsWaitForAnAnswerOrForTheNewsThatNoneComes) {
  FakeTransport transport;
  Pacer pacer(transport, {2, 5});
  std::vector<double> let_go;
  const auto one = [&](bool answered) -> Task<int> {
    const SteadyTime granted = co_await pacer.wait(k_create);
    let_go.push_back(transport.seconds());
    co_await transport.sleep_until(granted + std::chrono::milliseconds(100));
    if (answered) {
      pacer.succeeded(k_create, granted);
    } else {
      pacer.lost(k_create, granted);
    }
    co_return 1;
  };
  std::vector<Task<int>> calls;
  for (int i = 0; i < 3; ++i) calls.push_back(one(i % 2 == 0));
  transport.run(gather(std::move(calls)));
  ASSERT_EQ(let_go.size(), 3U);
  EXPECT_NEAR(let_go[1], 0.1, 1e-6);
  EXPECT_NEAR(let_go[2], 0.2, 1e-6);
}

TEST(Pacer, TellsHowLongThoseWhoWaitWillTake) {
  FakeTransport transport;
  Pacer pacer(transport, {2, 5}, {{"UpdateContactFlowContent", {10, 5}}});
  EXPECT_EQ(pacer.seconds_left(), 0);
  std::vector<Departure> log;
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 24; ++i) tasks.push_back(depart(transport, pacer, k_create, i, log));
  for (int i = 0; i < 54; ++i) tasks.push_back(depart(transport, pacer, k_update, i, log));
  const auto look = [&]() -> Task<int> {
    EXPECT_NEAR(pacer.seconds_left(), 9.75, 0.01);
    co_await transport.sleep_until(transport.now() + std::chrono::seconds(4));
    EXPECT_NEAR(pacer.seconds_left(), 5.75, 0.01);
    co_return 0;
  };
  tasks.push_back(look());
  transport.run(gather(std::move(tasks)));
  EXPECT_EQ(pacer.seconds_left(), 0);
}

TEST(Pacer, ThrottledAnswersSlowTheirOwnOperationOnly) {
  FakeTransport transport;
  Pacer pacer(transport, {2, 5});
  // Once may be the leavings of another program; of twice the rate must be the reason.
  pacer.throttled(k_create, transport.now());
  EXPECT_NEAR(pacer.rate(k_create), 2, 1e-6);
  transport.advance(std::chrono::seconds(2));
  pacer.throttled(k_create, transport.now());
  EXPECT_LT(pacer.rate(k_create), 1.5);
  EXPECT_EQ(pacer.rate(k_update), 2);
}

}  // namespace
}  // namespace flowferry::aws
