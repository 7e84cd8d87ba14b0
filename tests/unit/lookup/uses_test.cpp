#include "lookup/uses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "world.h"

namespace flowferry::lookup {
namespace {

using namespace flowferry::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr ResourceKind k_queue = ResourceKind::queue;

/// A question and all that its answer points into.
struct Asked {
  Snapshot snapshot;
  Survey all;
  UsesAnswer answer;
};

Asked ask(const World& world, const UsesQuery& query) {
  Asked out;
  out.snapshot = snapshot_of(world, make_instance("tokyo"));
  out.all = survey(out.snapshot);
  out.answer = find_uses(out.snapshot, out.all, query);
  return out;
}

std::vector<std::string> names(const UsesAnswer& answer) {
  std::vector<std::string> out;
  for (const ResourceUses& entry : answer.resources) out.push_back(entry.resource.name);
  return out;
}

World centre() {
  World world;
  for (const char* name : {"Sales", "Sales night", "Support", "sales"})
    world.resource(k_queue, name);
  world.resource(ResourceKind::prompt, "Sales");
  world.flow("Main line", {{k_queue, "Sales", Ref::Form::arn, "", {}},
                           {k_queue, "Sales", Ref::Form::id, "", {}},
                           {ResourceKind::lambda_function, "crm", Ref::Form::arn, "live", {}}});
  world.flow("Other", {{k_queue, "Sales night", {}, "", Ref::Place::text},
                       {k_queue, "Support", {}, "", Ref::Place::note}});
  world.module("Greet", {{k_queue, "Sales", {}, "", Ref::Place::attribute}});
  return world;
}

TEST(Uses, AreTheFlowTheBlockAndTheParameterThatNameAResource) {
  const Asked asked = ask(centre(), {"Sales", k_queue});
  ASSERT_THAT(asked.answer.resources, SizeIs(1));
  const auto& uses = asked.answer.resources.front().uses;
  ASSERT_THAT(uses, SizeIs(3));
  EXPECT_EQ("Main line", uses[0].flow->flow->name);
  EXPECT_EQ("block 0", uses[0].reference->action);
  EXPECT_EQ("UpdateContactTargetQueue", uses[0].reference->action_type);
  EXPECT_EQ("QueueId", uses[0].reference->parameter);
  EXPECT_EQ("/Actions/1/Parameters/QueueId", uses[0].reference->pointer);
  EXPECT_EQ(flow::Form::arn, uses[0].reference->form);
  EXPECT_EQ(flow::Form::id, uses[1].reference->form);
  EXPECT_EQ("Greet", uses[2].flow->flow->name);
  EXPECT_TRUE(asked.answer.any_used());
}

TEST(Uses, AreFoundByIdAndByArnWithAndWithoutQualifier) {
  const Instance tokyo = make_instance("tokyo");
  EXPECT_THAT(names(ask(centre(), {id_of(tokyo, k_queue, "Sales"), {}}).answer),
              ElementsAre("Sales"));
  EXPECT_THAT(names(ask(centre(), {arn_of(tokyo, k_queue, "Sales"), {}}).answer),
              ElementsAre("Sales"));
  const std::string function = arn_of(tokyo, ResourceKind::lambda_function, "crm");
  for (const std::string& text : {function, function + ":live", std::string("crm")}) {
    const Asked asked = ask(centre(), {text, {}});
    ASSERT_THAT(asked.answer.resources, SizeIs(1)) << text;
    EXPECT_EQ("live", asked.answer.resources.front().uses.front().reference->qualifier);
  }
}

TEST(Uses, AnExactNameIsNoPatternAndAllOfItsKindsAreMeant) {
  const Asked asked = ask(centre(), {"Sales", {}});
  EXPECT_THAT(names(asked.answer), ElementsAre("Sales", "Sales"));
  EXPECT_EQ(ResourceKind::prompt, asked.answer.resources.back().resource.kind);
  EXPECT_THAT(names(ask(centre(), {"Sales*", k_queue}).answer),
              ElementsAre("Sales", "Sales night"));
  World odd = centre();
  odd.resource(k_queue, "S*");
  EXPECT_THAT(names(ask(odd, {"S*", k_queue}).answer), ElementsAre("S*"));
}

TEST(Uses, InNotesOnlyAreNoUses) {
  const Asked asked = ask(centre(), {"Support", {}});
  ASSERT_THAT(asked.answer.resources, SizeIs(1));
  EXPECT_THAT(asked.answer.resources.front().uses, IsEmpty());
  EXPECT_THAT(asked.answer.resources.front().notes, SizeIs(1));
  EXPECT_FALSE(asked.answer.any_used());
}

TEST(Uses, OfWhatNobodyHasAreAnsweredWithTheNearestNames) {
  const Asked asked = ask(centre(), {"Suport", {}});
  EXPECT_THAT(asked.answer.resources, IsEmpty());
  EXPECT_THAT(asked.answer.closest, ElementsAre("Support"));
}

TEST(Uses, OfWhatIsMentionedAndDoesNotExistAreFoundByItsId) {
  World world = centre();
  Snapshot snapshot = snapshot_of(world, make_instance("tokyo"));
  snapshot.inventories[k_queue] = Inventory();
  const Survey all = survey(snapshot);
  const auto answer =
      find_uses(snapshot, all, {id_of(snapshot.instance, k_queue, "Sales night"), {}});
  ASSERT_THAT(answer.resources, SizeIs(1));
  EXPECT_FALSE(answer.resources.front().resource.known);
  EXPECT_THAT(answer.resources.front().uses, SizeIs(1));
}

TEST(Uses, OfAContentThatCannotBeReadAreNotPassedSilently) {
  World world = centre();
  world.flow("Broken").content = "{ not json";
  const Asked asked = ask(world, {"Sales", {}});
  ASSERT_THAT(asked.all.findings, SizeIs(1));
  EXPECT_EQ("unreadable-content", asked.all.findings.front().id);
  EXPECT_EQ("Broken", asked.all.findings.front().where.name);
}

/// What a world writes into the designer's notes; of other kinds it makes attributes.
bool is_note(const Ref& ref) {
  return ref.place == Ref::Place::note && ref.kind == k_queue;
}

/// Law: each resource has as many uses as the world's flows name it outside of notes.
TEST(Uses, AreAsManyAsTheWorldHas) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    const World world = random_world(random, 12);
    const Instance tokyo = make_instance("tokyo");
    std::map<std::string, std::size_t> expected;
    for (const WorldFlow& flow : world.flows) {
      std::set<std::string> texts;
      for (const Ref& ref : flow.refs) {
        const std::string key = std::string(to_string(ref.kind)) + "/" + ref.name;
        if (is_note(ref)) continue;
        if (ref.place == Ref::Place::text) {
          texts = {key};  // a world's flow says its last one only
        } else {
          ++expected[key];
        }
      }
      for (const std::string& key : texts) ++expected[key];
    }
    const Snapshot snapshot = snapshot_of(world, tokyo);
    const Survey all = survey(snapshot);
    for (const auto& [key, count] : expected) {
      const std::size_t slash = key.find('/');
      const auto kind = kind_from_string(key.substr(0, slash));
      const auto answer = find_uses(snapshot, all, {key.substr(slash + 1), kind});
      std::size_t found = 0;
      for (const ResourceUses& entry : answer.resources) found += entry.uses.size();
      EXPECT_EQ(count, found) << key << ", seed " << seed;
    }
  }
}

}  // namespace
}  // namespace flowferry::lookup
