#include "plan/environment_comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapping/rules.h"
#include "world.h"

namespace flowferry::plan {
namespace {

using namespace flowferry::testing;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using What = FlowDifference::What;

struct Compared {
  Plan plan;
  EnvironmentComparison comparison;
};

Compared compared(const Snapshot& left, const Snapshot& right, const mapping::Rules& rules = {}) {
  Compared out;
  out.plan = plan_for(left, right, rules);
  ComparisonRequest request;
  request.plan = &out.plan;
  request.left = &left;
  request.right = &right;
  request.rules = &rules;
  request.right_selected = request_for(right, left, rules).selected;
  out.comparison = compare_environments(request);
  return out;
}

Compared compared(const World& left, const World& right, const mapping::Rules& rules = {}) {
  return compared(snapshot_of(left, make_instance("tokyo")),
                  snapshot_of(right, make_instance("osaka")), rules);
}

std::vector<std::string> told(const EnvironmentComparison& comparison) {
  std::vector<std::string> out;
  for (const FlowDifference& flow : comparison.flows) {
    const char* const words[] = {"- ", "+ ", "renamed ", "~ ", "! "};
    std::string line = words[static_cast<int>(flow.what)] + flow.name();
    for (const Change& change : flow.metadata) line += " " + change.what;
    if (flow.content) line += " content";
    if (!flow.counts()) line += " (stays)";
    out.push_back(std::move(line));
  }
  return out;
}

TEST(EnvironmentComparisonLaws, IsEmptyExactlyWhenThePlanIs) {
  std::mt19937 random(31);
  std::size_t empty = 0;
  for (int round = 0; round < 150; ++round) {
    const World world = random_world(random, 1 + random() % 16);
    const Snapshot left = snapshot_of(world, make_instance("tokyo"));
    const Snapshot right =
        snapshot_of(round % 3 == 0 ? world : outdated(world, random), make_instance("osaka"));
    for (const Compared& it : {compared(left, right), compared(right, left)}) {
      std::size_t counted = 0;
      for (const FlowDifference& flow : it.comparison.flows) {
        counted += flow.counts() && flow.what != What::right_only;
      }
      EXPECT_EQ(it.plan.empty(), counted == 0) << round;
      empty += counted == 0;
    }
    const Snapshot after = applied(plan_for(left, right), right);
    const Compared again = compared(left, after);
    for (const FlowDifference& flow : again.comparison.flows) {
      EXPECT_TRUE(!flow.counts() || flow.what == What::right_only) << flow.name();
    }
  }
  EXPECT_GT(empty, 30U);
}

TEST(EnvironmentComparisonLaws, SwappedSidesSwapWhatOnlyOneHas) {
  std::mt19937 random(32);
  for (int round = 0; round < 60; ++round) {
    const World world = random_world(random, 1 + random() % 16);
    const Snapshot left = snapshot_of(world, make_instance("tokyo"));
    const Snapshot right = snapshot_of(outdated(world, random), make_instance("osaka"));
    const auto names = [](const EnvironmentComparison& comparison, What what) {
      std::multiset<std::string> out;
      for (const auto& flow : comparison.flows) {
        if (flow.what == what) out.insert(flow.name());
      }
      return out;
    };
    const Compared there = compared(left, right);
    const Compared back = compared(right, left);
    EXPECT_EQ(names(there.comparison, What::left_only), names(back.comparison, What::right_only));
    EXPECT_EQ(names(there.comparison, What::right_only), names(back.comparison, What::left_only));
  }
}

TEST(EnvironmentComparison, TellsWhatOnlyOneSideHasAndWhatDiffers) {
  World left, right;
  left.flow("Only here").text = "one of a kind";
  left.flow("Both").text = "old";
  left.flow("Same");
  right.flow("Both").text = "new";
  right.flow("Same");
  right.flow("Only there").text = "another one";
  const Compared it = compared(left, right);
  EXPECT_THAT(told(it.comparison), ElementsAre("- Only here", "~ Both content", "+ Only there"));
  EXPECT_EQ(2U, it.comparison.compared);
  EXPECT_EQ(1U, it.comparison.same);
  EXPECT_TRUE(it.comparison.differs());
  const auto& content = *it.comparison.flows[1].content;
  ASSERT_EQ(1U, content.blocks.size());
  EXPECT_EQ("old", content.blocks[0].parameters.at(0).left.value);
  EXPECT_EQ("new", content.blocks[0].parameters.at(0).right.value);
}

TEST(EnvironmentComparison, ComparesReferencesByNameAfterTheRules) {
  World left, right;
  left.resource(ResourceKind::queue, "dev-Sales");
  right.resource(ResourceKind::queue, "Sales");
  left.flow("Main", {{ResourceKind::queue, "dev-Sales"}});
  right.flow("Main", {{ResourceKind::queue, "Sales"}});
  mapping::Rules rules;
  rules.renames.push_back(*mapping::make_rename(ResourceKind::queue, "^dev-(.*)$", "$1"));
  EXPECT_FALSE(compared(left, right, rules).comparison.differs());
  EXPECT_TRUE(compared(left, right, rules).comparison.resources.empty());

  const Compared without = compared(left, right);
  ASSERT_THAT(told(without.comparison), ElementsAre("~ Main content"));
  const auto& change = without.comparison.flows[0].content->blocks.at(0).parameters.at(0);
  ASSERT_TRUE(change.left.resource && change.right.resource);
  EXPECT_EQ("dev-Sales", change.left.resource->name);
  EXPECT_EQ("Sales", change.right.resource->name);
  ASSERT_EQ(2U, without.comparison.resources.size());
  EXPECT_EQ("dev-Sales", without.comparison.resources[0].name);
  EXPECT_THAT(without.comparison.resources[0].used_by, ElementsAre("Main"));
  EXPECT_FALSE(without.comparison.resources[1].on_left);
}

TEST(EnvironmentComparison, NamesFlowsThatTheOtherSideDoesNotHaveYet) {
  World left, right;
  left.flow("Callee").text = "callee";
  left.flow("Caller", {{ResourceKind::contact_flow, "Callee"}});
  right.flow("Other");
  right.flow("Caller", {{ResourceKind::contact_flow, "Other"}});
  const Compared it = compared(left, right);
  for (const FlowDifference& flow : it.comparison.flows) {
    if (flow.name() != "Caller") continue;
    const auto& change = flow.content->blocks.at(0).parameters.at(0);
    ASSERT_TRUE(change.left.resource && change.right.resource);
    EXPECT_EQ("Callee", change.left.resource->name);
    EXPECT_EQ("Other", change.right.resource->name);
    return;
  }
  FAIL() << "the caller is not told of";
}

TEST(EnvironmentComparison, RecognisesARenamedFlowByItsContent) {
  World left, right;
  left.flow("Support line").text = "Welcome to the support line";
  right.flow("Help line").text = "Welcome to the support line";
  right.flow("Unlike").text = "Something else";
  Compared it = compared(left, right);
  EXPECT_THAT(told(it.comparison), ElementsAre("renamed Support line", "+ Unlike"));
  EXPECT_EQ("Help line", it.comparison.flows[0].right_name);
  EXPECT_FALSE(it.comparison.flows[0].content);
  right.flows[0].description = "new";
  it = compared(left, right);
  EXPECT_THAT(told(it.comparison), ElementsAre("renamed Support line description", "+ Unlike"));
}

TEST(EnvironmentComparison, TellsMetadataFromLeftToRight) {
  World left, right;
  left.flow("Main").description = "old";
  left.flows[0].tags = {{"team", "a"}};
  right.flow("Main").description = "new";
  right.flows[0].tags = {{"team", "b"}, {"stage", "prod"}, {"aws:x", "y"}};
  const Compared it = compared(left, right);
  ASSERT_THAT(told(it.comparison), ElementsAre("~ Main description tags"));
  EXPECT_EQ("old", it.comparison.flows[0].metadata[0].from);
  EXPECT_EQ("new", it.comparison.flows[0].metadata[0].to);
  EXPECT_EQ("team=a", it.comparison.flows[0].metadata[1].from);
  EXPECT_EQ("team=b", it.comparison.flows[0].metadata[1].to);
  ASSERT_EQ(1U, it.comparison.flows[0].left_alone.size());
  EXPECT_EQ("stage=prod", it.comparison.flows[0].left_alone[0].to);
}

TEST(EnvironmentComparison, SaysWhatAMigrationWouldLeaveAsItIsWithoutCountingIt) {
  World left, right;
  left.flow("Tagged there");
  right.flow("Tagged there").tags = {{"stage", "prod"}};
  left.flow("Archived here").state = "ARCHIVED";
  right.flow("Archived here");
  left.flow("Draft here").status = "SAVED";
  right.flow("Draft here");
  const Compared it = compared(left, right);
  EXPECT_THAT(told(it.comparison),
              UnorderedElementsAre("~ Tagged there (stays)", "~ Archived here (stays)",
                                   "~ Draft here (stays)"));
  EXPECT_FALSE(it.comparison.differs());
  EXPECT_TRUE(it.plan.empty());
}

TEST(EnvironmentComparison, CountsAnotherTypeAndAnArchivedCounterpart) {
  World left, right;
  left.flow("Hold");
  right.flow("Hold").type = "CUSTOMER_HOLD";
  left.flow("Gone");
  right.flow("Gone").state = "ARCHIVED";
  const Compared it = compared(left, right);
  EXPECT_THAT(told(it.comparison), UnorderedElementsAre("~ Hold type", "~ Gone state"));
}

TEST(EnvironmentComparison, SaysWhatCannotBeCompared) {
  World left, right;
  left.flow("Twice");
  right.flow("Twice");
  right.flow("Twice").text = "other";
  left.flow("Broken").content = "{";
  right.flow("Broken");
  const Compared it = compared(left, right);
  EXPECT_TRUE(it.comparison.has_unclear());
  EXPECT_THAT(told(it.comparison), UnorderedElementsAre("! Twice", "! Broken"));
}

}  // namespace
}  // namespace flowferry::plan
