// What holds for every pair of worlds.
#include <gtest/gtest.h>

#include <set>

#include "plan/plan_file.h"
#include "plan/planner.h"
#include "world.h"

namespace flowferry::plan {
namespace {

using namespace flowferry::testing;

std::string problems_of(const Plan& plan) {
  std::string out;
  for (const Finding& finding : plan.findings) {
    if (finding.severity == Severity::error) {
      out += finding.where.name + ": " + finding.id + ": " + finding.text + "\n";
    }
  }
  return out;
}

TEST(PlannerLaws, TheSameWorldUnderOtherIdsIsUnchanged) {
  std::mt19937 random(11);
  for (int round = 0; round < 120; ++round) {
    const World world = random_world(random, 1 + random() % 20);
    for (const char* other : {"osaka", "gov"}) {
      const Plan plan = plan_for(snapshot_of(world, make_instance("tokyo")),
                                 snapshot_of(world, make_instance(other)));
      ASSERT_EQ(problems_of(plan), "");
      ASSERT_TRUE(plan.operations.empty());
      ASSERT_EQ(plan.nodes.size(), world.flows.size());
      for (const Node& node : plan.nodes) {
        ASSERT_EQ(node.action, Action::unchanged) << node.name << ": " << node.reason;
        ASSERT_FALSE(node.target_id.empty());
      }
    }
  }
}

TEST(PlannerLaws, AfterAPlanIsAppliedThereIsNothingLeftToDo) {
  std::mt19937 random(12);
  std::size_t creates = 0, updates = 0, stubs = 0;
  for (int round = 0; round < 250; ++round) {
    const World world = random_world(random, 1 + random() % 24);
    const Snapshot source = snapshot_of(world, make_instance("tokyo"));
    const Snapshot target =
        snapshot_of(outdated(world, random), make_instance(round % 2 ? "osaka" : "gov"));
    const Plan plan = plan_for(source, target);
    ASSERT_EQ(problems_of(plan), "");
    for (const Node& node : plan.nodes) {
      creates += node.action == Action::create;
      updates += node.action == Action::update;
      stubs += node.stub;
    }
    const Snapshot after = applied(plan, target);
    ASSERT_FALSE(HasFailure());
    const Plan again = plan_for(source, after);
    ASSERT_EQ(problems_of(again), "");
    for (const Node& node : again.nodes) {
      ASSERT_TRUE(node.action == Action::unchanged ||
                  (node.action == Action::skip && node.status == "SAVED"))
          << node.name << ": " << to_string(node.action) << ", " << node.reason;
    }
    ASSERT_TRUE(again.operations.empty());
    // And the target would plan nothing for the source: they mean the same in both directions.
    const Plan back = plan_for(after, source);
    ASSERT_EQ(problems_of(back), "");
    for (const Node& node : back.nodes) {
      for (const Change& change : node.changes) {
        ASSERT_NE(change.what, "content") << node.name;
      }
    }
  }
  EXPECT_GT(creates, 200U);
  EXPECT_GT(updates, 200U);
  EXPECT_GT(stubs, 10U);
}

TEST(PlannerLaws, NothingElseOfTheTargetChanges) {
  std::mt19937 random(13);
  for (int round = 0; round < 60; ++round) {
    const World world = random_world(random, 1 + random() % 12);
    World there = outdated(world, random);
    WorldFlow& own = there.flow("自分のフロー");
    own.tags["keep"] = "me";
    there.module("own module");
    const Snapshot source = snapshot_of(world, make_instance("tokyo"));
    const Snapshot target = snapshot_of(there, make_instance("osaka"));
    const Plan plan = plan_for(source, target);
    const Snapshot after = applied(plan, target);
    std::set<std::string> touched;
    for (const Operation& operation : plan.operations) {
      touched.insert(plan.nodes[operation.node].target_id);
    }
    for (const auto& [id, flow] : target.flows) {
      const Flow& now = after.flows.at(id);
      ASSERT_EQ(now.name, flow.name);
      if (touched.contains(id)) {
        for (const auto& [key, value] : flow.tags) ASSERT_TRUE(now.tags.contains(key));
        continue;
      }
      ASSERT_EQ(now.content, flow.content);
      ASSERT_EQ(now.tags, flow.tags);
      ASSERT_EQ(now.status, flow.status);
    }
  }
}

TEST(PlannerLaws, ThePlanFileGivesThePlanBack) {
  std::mt19937 random(14);
  for (int round = 0; round < 60; ++round) {
    const World world = random_world(random, 1 + random() % 16);
    const Snapshot source = snapshot_of(world, make_instance(round % 2 ? "tokyo" : "gov"));
    World there = outdated(world, random);
    if (round % 3 == 0 && !there.resources.empty()) there.resources.pop_back();
    const Snapshot target = snapshot_of(there, make_instance("osaka"));
    Plan plan = plan_for(source, target);
    plan.created = "2026-01-15T12:00:00Z";
    const std::string text = write_plan(plan);
    const auto read = read_plan(text);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(write_plan(*read), text);
    ASSERT_EQ(read->nodes.size(), plan.nodes.size());
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
      ASSERT_EQ(read->nodes[i].content, plan.nodes[i].content);
      ASSERT_EQ(read->nodes[i].name, plan.nodes[i].name);
      ASSERT_EQ(read->nodes[i].action, plan.nodes[i].action);
      ASSERT_EQ(read->nodes[i].expected, plan.nodes[i].expected);
      ASSERT_EQ(read->nodes[i].circle, plan.nodes[i].circle);
      ASSERT_EQ(read->nodes[i].tags, plan.nodes[i].tags);
    }
    ASSERT_EQ(read->operations.size(), plan.operations.size());
    ASSERT_EQ(read->target.partition, plan.target.partition);
    ASSERT_EQ(read->source.partition, plan.source.partition);
    ASSERT_EQ(read->findings.size(), plan.findings.size());
    ASSERT_EQ(read->digest, plan.digest);
    // The plan read back does the same.
    if (!plan.has_problems()) {
      const Snapshot one = applied(plan, target);
      const Snapshot other = applied(*read, target);
      ASSERT_EQ(one.flows.size(), other.flows.size());
      for (const auto& [id, flow] : one.flows) {
        ASSERT_EQ(other.flows.at(id).content, flow.content);
      }
    }
  }
}

TEST(PlannerLaws, TheSameInputGivesTheSamePlan) {
  std::mt19937 random(15);
  for (int round = 0; round < 20; ++round) {
    const World world = random_world(random, 1 + random() % 16);
    const Snapshot source = snapshot_of(world, make_instance("tokyo"));
    const Snapshot target = snapshot_of(outdated(world, random), make_instance("osaka"));
    ASSERT_EQ(write_plan(plan_for(source, target)), write_plan(plan_for(source, target)));
  }
}

TEST(PlannerLaws, TheDigestSeesBothSidesAndTheRules) {
  std::mt19937 random(16);
  const World world = random_world(random, 10);
  const Snapshot source = snapshot_of(world, make_instance("tokyo"));
  const Snapshot target = snapshot_of(world, make_instance("osaka"));
  const std::string digest = plan_for(source, target).digest;
  EXPECT_EQ(digest.size(), 64U);
  Snapshot changed = source;
  changed.flows.begin()->second.content += " ";
  EXPECT_NE(plan_for(changed, target).digest, digest);
  changed = target;
  changed.flows.begin()->second.description += "x";
  EXPECT_NE(plan_for(source, changed).digest, digest);
  mapping::Rules rules;
  rules.missing[ResourceKind::prompt] = mapping::Missing::keep;
  EXPECT_NE(plan_for(source, target, rules).digest, digest);
  EXPECT_NE(plan_for(source, snapshot_of(world, make_instance("gov"))).digest, digest);
}

}  // namespace
}  // namespace flowferry::plan
