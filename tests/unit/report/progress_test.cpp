#include "report/progress.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace flowferry::report {
namespace {

struct SetClock final : Clock {
  SystemTime now() override { return {}; }
  SteadyTime steady() override { return time; }
  SteadyTime time{std::chrono::hours(1)};
};

class ProgressTest : public testing::Test {
 protected:
  /// What was written since the last question.
  std::string shown() {
    std::fseek(out.get(), read, SEEK_SET);
    std::string text(4096, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), out.get()));
    read = std::ftell(out.get());
    return text;
  }
  void pass(double seconds) {
    clock.time +=
        std::chrono::duration_cast<SteadyTime::duration>(std::chrono::duration<double>(seconds));
  }

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> out{std::tmpfile()};
  long read = 0;
  SetClock clock;
  ProgressLine line{out.get(), Style{false, true, 100}, clock, false};
};

TEST_F(ProgressTest, TimeLeftIsTheAverageWhereNoBucketSaysMore) {
  line.begin("Reading", 100);
  pass(10);
  line.advance(10);
  EXPECT_NE(shown().find("10/100  1.0/s  1 min 30 s left"), std::string::npos);
}

TEST_F(ProgressTest, TimeLeftFollowsFromTheCallsThatWait) {
  double queued = 45;
  line.set_forecast({[&] { return queued; }, {}});
  line.begin("Reading", 100);
  pass(1);
  line.advance(10);  // The burst went at once: 90 more take 45 seconds, and not nine.
  EXPECT_NE(shown().find("10/100  10.0/s  45 s left"), std::string::npos);
  queued = 0;  // All are sent; some answers are still to come.
  pass(89);
  line.advance(80);
  EXPECT_NE(shown().find("90/100  1.0/s  10 s left"), std::string::npos);
}

TEST_F(ProgressTest, TimeLeftOfARunIsThatOfItsNarrowOperation) {
  plan::Plan plan;
  plan.to = "prod";
  for (std::size_t i = 0; i < 40; ++i) {
    plan::Node node;
    node.kind = ResourceKind::contact_flow;
    node.name = "flow";
    node.action = i < 20 ? plan::Action::create : plan::Action::update;
    plan.nodes.push_back(node);
    plan::Operation operation;
    operation.node = i;
    operation.type = i < 20 ? plan::OperationType::create : plan::OperationType::update_content;
    plan.operations.push_back(operation);
  }
  double describes = 4;
  line.set_forecast({{}, [&](const std::string& environment, const std::string& operation) {
                       EXPECT_EQ(environment, "prod");
                       return operation == "DescribeContactFlow" ? describes : 2.0;
                     }});
  line.run_started(plan, 40, 0);
  pass(1);
  line.operation_finished(0, apply::OperationState::done, nullptr);
  // 60 reads at 4 a second: 20 looks before an update, and 40 flows read back.
  EXPECT_NE(shown().find("1/40  1.0/s  15 s left"), std::string::npos);
  pass(1);
  line.operation_finished(20, apply::OperationState::done, nullptr);
  for (std::size_t i = 0; i < 19; ++i) line.node_verified(i, true);
  pass(1);
  line.operation_finished(1, apply::OperationState::done, nullptr);
  EXPECT_NE(shown().find("3/40  1.0/s  10 s left"), std::string::npos);  // 40 reads.
  describes = 0;  // Not paced: 18 creates, 19 updates.
  pass(1);
  line.operation_finished(2, apply::OperationState::done, nullptr);
  EXPECT_NE(shown().find("4/40  1.0/s  9.5 s left"), std::string::npos);
}

}  // namespace
}  // namespace flowferry::report
