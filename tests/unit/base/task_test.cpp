#include "base/task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

namespace flowferry {
namespace {

using ::testing::ElementsAre;

Task<int> give(int value) {
  co_return value;
}
Task<std::unique_ptr<int>> give_owned(int value) {
  co_return std::make_unique<int>(value);
}

Task<int> wait_then(Event& event, int value) {
  co_await event;
  co_return value;
}

Task<void> note(std::vector<std::string>& log, std::string text, Event& event) {
  log.push_back("begin " + text);
  co_await event;
  log.push_back("end " + text);
}

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& result) {
  result.emplace(co_await task);
}

TEST(Task, IsLazyUntilStarted) {
  std::vector<std::string> log;
  Event event;
  {
    const Task<void> never = note(log, "a", event);
    EXPECT_TRUE(log.empty());
  }
  EXPECT_TRUE(log.empty());
  start(note(log, "b", event));
  EXPECT_THAT(log, ElementsAre("begin b"));
  event.set();
  EXPECT_THAT(log, ElementsAre("begin b", "end b"));
}

TEST(Task, GivesItsValueThroughSeveralLevels) {
  struct Sum {
    static Task<int> of(int depth) {
      if (depth == 0) co_return 0;
      const int rest = co_await of(depth - 1);
      co_return rest + depth;
    }
  };
  std::optional<int> result;
  start(keep(Sum::of(100), result));
  EXPECT_EQ(result, 5050);
}

TEST(Task, CarriesMoveOnlyValues) {
  std::optional<std::unique_ptr<int>> result;
  start(keep(give_owned(7), result));
  ASSERT_TRUE(result);
  EXPECT_EQ(**result, 7);
}

TEST(Task, ManyImmediateAwaitsDoNotUseUpTheStack) {
  struct Loop {
    static Task<long> run(int times) {
      long sum = 0;
      for (int i = 0; i < times; ++i) {
        const int value = co_await give(1);
        sum += value;
      }
      co_return sum;
    }
  };
  std::optional<long> result;
  start(keep(Loop::run(2000000), result));
  EXPECT_EQ(result, 2000000);
}

TEST(Task, ImmediateAndWaitingAwaitsMix) {
  struct Mixed {
    static Task<void> run(std::vector<std::unique_ptr<Event>>& events, long& sum) {
      for (auto& event : events) {
        const int first = co_await wait_then(*event, 1);
        const int second = co_await give(2);
        sum += first + second;
      }
    }
  };
  std::vector<std::unique_ptr<Event>> events;
  for (int i = 0; i < 1000; ++i) events.push_back(std::make_unique<Event>());
  long sum = 0;
  for (std::size_t i = 0; i < events.size(); i += 2)
    events[i]->set();  // Every second does not wait.
  start(Mixed::run(events, sum));
  for (std::size_t i = 1; i < events.size(); i += 2) {
    EXPECT_EQ(sum, static_cast<long>(i) * 3);
    events[i]->set();
  }
  EXPECT_EQ(sum, 3000);
}

TEST(Task, MayFinishWhileItsEventIsSetFromWithin) {
  struct Both {
    static Task<void> set(Event& event) {
      event.set();
      co_return;
    }
    static Task<int> run(Event& event, std::vector<int>& log) {
      start(keep_waiting(event, log));
      co_await set(event);
      log.push_back(2);
      co_return 3;
    }
    static Task<void> keep_waiting(Event& event, std::vector<int>& log) {
      co_await event;
      log.push_back(1);
    }
  };
  Event event;
  std::vector<int> log;
  std::optional<int> result;
  start(keep(Both::run(event, log), result));
  EXPECT_THAT(log, ElementsAre(1, 2));
  EXPECT_EQ(result, 3);
}

TEST(Event, ResumesAllThatWaitInOrderAndOnlyOnce) {
  std::vector<std::string> log;
  Event event;
  start(note(log, "a", event));
  start(note(log, "b", event));
  event.set();
  event.set();
  EXPECT_THAT(log, ElementsAre("begin a", "begin b", "end a", "end b"));
  start(note(log, "c", event));  // Set: no waiting.
  EXPECT_EQ(log.back(), "end c");
  EXPECT_TRUE(event.is_set());
}

TEST(Event, AWaiterMayWaitForAnotherEventMeanwhile) {
  struct Two {
    static Task<void> run(Event& first, Event& second, int& steps) {
      co_await first;
      ++steps;
      co_await second;
      ++steps;
    }
  };
  Event first;
  Event second;
  int steps = 0;
  start(Two::run(first, second, steps));
  first.set();
  EXPECT_EQ(steps, 1);
  second.set();
  EXPECT_EQ(steps, 2);
}

TEST(Gather, ReturnsValuesInTheOrderOfTheTasksNotOfTheirEnd) {
  Event slow;
  Event quick;
  std::vector<Task<int>> tasks;
  tasks.push_back(wait_then(slow, 1));
  tasks.push_back(give(2));
  tasks.push_back(wait_then(quick, 3));
  std::optional<std::vector<int>> result;
  start(keep(gather(std::move(tasks)), result));
  EXPECT_FALSE(result);
  quick.set();
  EXPECT_FALSE(result);
  slow.set();
  ASSERT_TRUE(result);
  EXPECT_THAT(*result, ElementsAre(1, 2, 3));
}

TEST(Gather, OfNothingIsDoneAtOnce) {
  std::optional<std::vector<int>> result;
  start(keep(gather(std::vector<Task<int>>{}), result));
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->empty());
}

Task<void> finish(Task<void> task, bool& done) {
  co_await task;
  done = true;
}

TEST(Gather, OfVoidTasksWaitsForAll) {
  std::vector<std::string> log;
  Event event;
  std::vector<Task<void>> tasks;
  tasks.push_back(note(log, "a", event));
  tasks.push_back(note(log, "b", event));
  bool done = false;
  start(finish(gather(std::move(tasks)), done));
  EXPECT_FALSE(done);
  event.set();
  EXPECT_TRUE(done);
  bool empty = false;
  start(finish(gather(std::vector<Task<void>>{}), empty));
  EXPECT_TRUE(empty);
}

TEST(Gather, TakesManyTasks) {
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 10000; ++i) tasks.push_back(give(i));
  std::optional<std::vector<int>> result;
  start(keep(gather(std::move(tasks)), result));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->at(9999), 9999);
}

}  // namespace
}  // namespace flowferry
