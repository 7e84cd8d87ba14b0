#include "plan/cost.h"

#include <gtest/gtest.h>

#include "world.h"

namespace flowferry::plan {
namespace {

using namespace flowferry::testing;
using Calls = std::map<std::string, std::int64_t>;

Pace default_pace(const std::string&) {
  return Pace{2, 5};
}

TEST(Cost, CountsEachWriteAndTheReadsAroundIt) {
  World here, there;
  const Ref to_b{ResourceKind::contact_flow, "b", {}, {}, {}};
  const Ref to_a{ResourceKind::contact_flow, "a", {}, {}, {}};
  here.flow("a", {to_b});  // a ⇄ b: one is a stub first
  here.flow("b", {to_a});
  here.flow("changed").text = "new";
  here.flow("described").description = "new";
  here.flows.back().tags["a"] = "b";
  here.flow("same");
  here.module("new module");
  here.module("changed module").text = "new";
  there.flow("changed");
  there.flow("described");
  there.flow("same");
  there.module("changed module");
  const Plan plan = plan_for(snapshot_of(here, make_instance("tokyo")),
                             snapshot_of(there, make_instance("osaka")));
  ASSERT_FALSE(plan.has_problems());
  const Cost cost = cost_of(plan, default_pace);
  EXPECT_EQ(cost.calls, (Calls{{"CreateContactFlow", 2},
                               {"UpdateContactFlowContent", 2},   // the stub, "changed"
                               {"UpdateContactFlowMetadata", 1},  // "described"
                               {"TagResource", 1},
                               // before: changed, described; after: a, b, changed, described
                               {"DescribeContactFlow", 6},
                               {"CreateContactFlowModule", 1},
                               {"UpdateContactFlowModuleContent", 1},
                               {"DescribeContactFlowModule", 3}}));
  EXPECT_DOUBLE_EQ(cost.floor_seconds, 0.5);
  EXPECT_EQ(cost.narrow, "DescribeContactFlow");
}

TEST(Cost, FollowsTheConfiguredPace) {
  World here;
  for (int i = 0; i < 25; ++i) here.flow("f" + std::to_string(i));
  const Plan plan = plan_for(snapshot_of(here, make_instance("tokyo")),
                             snapshot_of(World(), make_instance("osaka")));
  const auto seconds = [&](double create_rate) {
    return cost_of(plan, [&](const std::string& operation) {
      return operation == "CreateContactFlow" ? Pace{create_rate, 5} : Pace{0, 5};
    });
  };
  EXPECT_DOUBLE_EQ(seconds(2).floor_seconds, 10);
  EXPECT_EQ(seconds(2).narrow, "CreateContactFlow");
  EXPECT_DOUBLE_EQ(seconds(20).floor_seconds, 1);
  EXPECT_DOUBLE_EQ(seconds(0).floor_seconds, 0);
  EXPECT_EQ(seconds(0).narrow, "");
}

TEST(Cost, TellsWhenTheNarrowQuotaIsNotKnown) {
  World here;
  for (int i = 0; i < 25; ++i) here.flow("f" + std::to_string(i));
  const Plan plan = plan_for(snapshot_of(here, make_instance("tokyo")),
                             snapshot_of(World(), make_instance("osaka")));
  const auto assumed = [&](bool create_known, bool describe_known) {
    return cost_of(plan,
                   [&](const std::string& operation) {
                     if (operation == "CreateContactFlow") return Pace{1, 5, create_known};
                     return Pace{2, 5, describe_known};
                   })
        .assumed;
  };
  EXPECT_FALSE(assumed(true, false));
  EXPECT_TRUE(assumed(false, true));
}

TEST(Cost, OfNothingIsNothing) {
  EXPECT_TRUE(cost_of(Plan(), default_pace).calls.empty());
}

}  // namespace
}  // namespace flowferry::plan
