#include "lookup/flow_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.h"

namespace flowferry::lookup {
namespace {

using namespace flowferry::testing;
using ::testing::ElementsAre;
using ::testing::SizeIs;

/// The chart of a world's only flow, whose content is given.
Result<FlowChart> chart_of(const std::string& content) {
  World world;
  world.resource(ResourceKind::queue, "Sales");
  world.flow("Main").content = content;
  const Snapshot snapshot = snapshot_of(world, make_instance("tokyo"));
  const Survey all = survey(snapshot);
  return flow_chart(snapshot, all.flows.front());
}

std::string content() {
  const std::string queue = arn_of(make_instance("tokyo"), ResourceKind::queue, "Sales");
  return R"({"Version":"2019-10-30","StartAction":"Menu","Metadata":{
    "entryPointPosition":{"x":-1.5,"y":2e1},
    "ActionMetadata":{"Menu":{"position":{"x":100,"y":50.25},"isFriendlyName":true},
      "0b0e4f30-95a5-4c4c-8c1d-94dd5cbd6c01":{"position":{"x":"left","y":1}}}},
    "Actions":[
    {"Identifier":"Menu","Type":"GetParticipantInput","Parameters":{"Text":"Press 1 \u2192 sales"},
     "Transitions":{"NextAction":"end","Conditions":[
       {"NextAction":"0b0e4f30-95a5-4c4c-8c1d-94dd5cbd6c01","Condition":{"Operator":"Equals","Operands":["1"]}},
       {"NextAction":"gone","Condition":{"Operator":"Equals","Operands":["2"]}}],
      "Errors":[{"NextAction":"Menu","ErrorType":"InputTimeLimitExceeded"}]}},
    {"Identifier":"0b0e4f30-95a5-4c4c-8c1d-94dd5cbd6c01","Type":"UpdateContactTargetQueue",
     "Parameters":{"QueueId":")" +
         queue + R"("},"Transitions":{"NextAction":"end"}},
    {"Identifier":"end","Type":"DisconnectParticipant","Transitions":{}},
    {"Identifier":"alone","Type":"Wait","Transitions":{"NextAction":"end"}}]})";
}

TEST(FlowChart, HasBlocksWithBranchesNamesAndPlaces) {
  const auto chart = chart_of(content());
  ASSERT_TRUE(chart);
  ASSERT_THAT(chart->blocks, SizeIs(4));
  EXPECT_EQ(0U, chart->start);
  EXPECT_EQ(-1.5, chart->entry->x);
  EXPECT_EQ(20, chart->entry->y);
  const ChartBlock& menu = chart->blocks[0];
  EXPECT_TRUE(menu.friendly);
  EXPECT_EQ("Press 1 → sales", menu.says);
  EXPECT_EQ(50.25, menu.position->y);
  ASSERT_THAT(menu.branches, SizeIs(4));
  EXPECT_EQ("Next", menu.branches[0].label);
  EXPECT_EQ(2U, menu.branches[0].at);
  EXPECT_EQ("Equals 1", menu.branches[1].label);
  EXPECT_EQ(1U, menu.branches[1].at);
  EXPECT_FALSE(menu.branches[2].at) << "leads nowhere, and is told";
  EXPECT_EQ("gone", menu.branches[2].to);
  EXPECT_EQ("InputTimeLimitExceeded", menu.branches[3].label);
  EXPECT_EQ(ChartBranch::Kind::error, menu.branches[3].kind);
  const ChartBlock& queue = chart->blocks[1];
  EXPECT_FALSE(queue.friendly);
  EXPECT_FALSE(queue.position) << "what is no number is no place";
  ASSERT_THAT(queue.resources, SizeIs(1));
  EXPECT_EQ("Sales", queue.resources.front().name);
}

TEST(FlowChart, KnowsWhatTheStartLeadsTo) {
  const auto chart = chart_of(content());
  ASSERT_TRUE(chart);
  std::vector<bool> reached;
  for (const ChartBlock& block : chart->blocks) reached.push_back(block.reached);
  EXPECT_THAT(reached, ElementsAre(true, true, true, false));
}

TEST(FlowChart, OfWhatIsOddIsStillOne) {
  for (
      const char* odd :
      {R"({"Version":"2019-10-30","StartAction":"x","Actions":[]})",
       R"({"Version":"2019-10-30","StartAction":7,"Metadata":{"ActionMetadata":[]},"Actions":[{}]})",
       R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Actions":[{"Identifier":"a",
          "Type":"Wait","Transitions":[]},{"Identifier":"a","Type":"Wait","Transitions":
          {"Conditions":{},"Errors":[1,{}],"NextAction":null}}]})"}) {
    EXPECT_TRUE(chart_of(odd)) << odd;
  }
  EXPECT_FALSE(chart_of("{"));
}

}  // namespace
}  // namespace flowferry::lookup
