#include "aws/pacer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/fake_transport.h"

namespace flowferry::aws {
namespace {

using test::FakeTransport;

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
  EXPECT_NEAR(log[4].time, 0.5, 1e-6);
  EXPECT_NEAR(log[8].time, 2.5, 1e-6);
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
  EXPECT_NEAR(log.back().time, 1.0, 1e-6);
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

/// A service with a bucket of its own; the answer comes 30 ms later.
Task<int> call(FakeTransport& transport, Pacer& pacer, TokenBucket& service, int& refused) {
  for (;;) {
    const SteadyTime granted = co_await pacer.wait(k_create);
    const bool let_through = service.ready_at(granted) <= granted;
    if (let_through) service.take(granted);
    co_await transport.sleep_until(granted + std::chrono::milliseconds(30));
    if (let_through) {
      pacer.succeeded(k_create, granted);
      co_return 1;
    }
    ++refused;
    pacer.throttled(k_create, granted);
  }
}

/// What the service's bucket held when the program began is not known: at most one call is wasted
/// to find out, and the time is that of the quota.
TEST(Pacer, WastesAtMostOneCallHoweverFullTheServicesBucketIs) {
  for (const double rate : {2.0, 5.0, 20.0, 50.0, 200.0}) {
    for (double taken = 0; taken <= 5; taken += 0.25) {
      FakeTransport transport;
      TokenBucket service({rate, 6.25});  // Of which our copy's margin leaves 5.
      for (int i = 0; i < 5; ++i) service.take(transport.now());
      transport.advance(std::chrono::round<SteadyTime::duration>(
          std::chrono::duration<double>((5 - taken) / rate)));
      const double began = transport.seconds();
      Pacer pacer(transport, {rate, 5});
      int refused = 0;
      std::vector<Task<int>> calls;
      for (int i = 0; i < 40; ++i) calls.push_back(call(transport, pacer, service, refused));
      transport.run(gather(std::move(calls)));
      EXPECT_LE(refused, taken == 0 ? 0 : 1) << rate << " a second, without " << taken;
      // Beside the quota: the margin of two calls, and some answers that have to be waited for.
      const double floor = (40 - 5 + taken) / rate;
      EXPECT_LE(transport.seconds() - began, floor + 2 / rate + 0.3) << rate << " " << taken;
    }
  }
}

/// Time goes on between two looks at the clock.
TEST(Pacer, EverybodyGoesAlthoughTimeGoesOn) {
  FakeTransport transport;
  transport.tick = std::chrono::nanoseconds(200);
  Pacer pacer(transport, {20, 5});
  TokenBucket service({20, 6.25});
  int refused = 0;
  std::vector<Task<int>> calls;
  for (int i = 0; i < 40; ++i) calls.push_back(call(transport, pacer, service, refused));
  transport.run(gather(std::move(calls)));
  EXPECT_EQ(refused, 0);
}

/// What must have come in since the program began need not be tried.
TEST(Pacer, CallsThatAreCertainGoTogether) {
  FakeTransport transport;
  Pacer pacer(transport, {50, 5});
  transport.advance(std::chrono::milliseconds(100));
  TokenBucket service({50, 5});
  int refused = 0;
  std::vector<Task<int>> calls;
  for (int i = 0; i < 4; ++i) calls.push_back(call(transport, pacer, service, refused));
  transport.run(gather(std::move(calls)));
  EXPECT_NEAR(transport.seconds(), 0.13, 1e-6);
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
    EXPECT_NEAR(pacer.seconds_left(), 10, 0.01);
    co_await transport.sleep_until(transport.now() + std::chrono::seconds(4));
    EXPECT_NEAR(pacer.seconds_left(), 6, 0.01);
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
