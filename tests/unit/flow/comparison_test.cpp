#include "flow/comparison.h"

#include <gtest/gtest.h>

#include "flow/references.h"

namespace flowferry::flow {
namespace {

Document parsed(const std::string& text) {
  auto document = Document::parse(text);
  EXPECT_TRUE(document) << (document ? "" : document.error().message);
  return *std::move(document);
}

/// A flow of blocks "a" -> "b" -> "c", with what is asked for in it.
std::string flow_of(const std::string& actions, const std::string& metadata = "{}",
                    const std::string& start = "a") {
  return R"({"Version":"2019-10-30","StartAction":")" + start + R"(","Metadata":)" + metadata +
         R"(,"Actions":[)" + actions + "]}";
}

const std::string k_play =
    R"({"Identifier":"a","Type":"MessageParticipant","Parameters":{"Text":"Good morning"},)"
    R"("Transitions":{"NextAction":"b","Errors":[{"NextAction":"c","ErrorType":"NoMatchingError"}]}})";
const std::string k_menu =
    R"({"Identifier":"b","Type":"GetParticipantInput","Parameters":{"Text":"Press 1 or 2"},)"
    R"("Transitions":{"NextAction":"c","Conditions":[)"
    R"({"NextAction":"a","Condition":{"Operator":"Equals","Operands":["1"]}},)"
    R"({"NextAction":"c","Condition":{"Operator":"Equals","Operands":["2"]}}]}})";
const std::string k_end = R"({"Identifier":"c","Type":"DisconnectParticipant","Transitions":{}})";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(std::string::npos, at) << what;
  return text.replace(at, what.size(), by);
}

Comparison compared(const std::string& left, const std::string& right) {
  const Document a = parsed(left);
  const Document b = parsed(right);
  return compare(a, b);
}

const std::string k_flow = flow_of(k_play + "," + k_menu + "," + k_end);

TEST(Comparison, finds_nothing_where_only_the_spelling_differs) {
  const std::string spaced = R"({ "StartAction" : "\u0061", "Version": "2019-10-30",
      "Metadata": {}, "Actions": [ )" +
                             k_play + " , " + k_menu + ", " + k_end + " ] }";
  const Comparison found = compared(k_flow, spaced);
  EXPECT_TRUE(found.same());
}

TEST(Comparison, tells_which_parameter_changed_from_what_to_what) {
  const Comparison found = compared(k_flow, replaced(k_flow, "Good morning", "Good \\\"day\\\""));
  ASSERT_EQ(1U, found.blocks.size());
  ASSERT_EQ(1U, found.blocks[0].parameters.size());
  const ValueChange& change = found.blocks[0].parameters[0];
  EXPECT_EQ("Text", change.path);
  EXPECT_TRUE(change.left.is_text);
  EXPECT_EQ("Good morning", change.left.value);
  EXPECT_EQ("Good \"day\"", change.right.value);
  EXPECT_TRUE(found.blocks[0].branches.empty());
  EXPECT_TRUE(found.acts());
}

TEST(Comparison, tells_which_branch_leads_elsewhere) {
  const Comparison found = compared(k_flow, replaced(k_flow, R"("NextAction":"c","ErrorType")",
                                                     R"("NextAction":"b","ErrorType")"));
  ASSERT_EQ(1U, found.blocks.size());
  ASSERT_EQ(1U, found.blocks[0].branches.size());
  const BranchChange& change = found.blocks[0].branches[0];
  EXPECT_EQ(Branch::Kind::error, change.left->kind);
  EXPECT_EQ("NoMatchingError", change.left->label);
  EXPECT_EQ("DisconnectParticipant", change.left->target->type);
  EXPECT_EQ("GetParticipantInput", change.right->target->type);
}

TEST(Comparison, holds_a_condition_with_another_operand_and_the_same_target_for_changed) {
  const Comparison found = compared(k_flow, replaced(k_flow, R"(["2"])", R"(["3"])"));
  ASSERT_EQ(1U, found.blocks.size());
  ASSERT_EQ(1U, found.blocks[0].branches.size());
  EXPECT_EQ("Equals \"2\"", found.blocks[0].branches[0].left->label);
  EXPECT_EQ("Equals \"3\"", found.blocks[0].branches[0].right->label);
}

TEST(Comparison, notices_the_order_of_conditions_which_is_meaning) {
  const std::string first =
      R"({"NextAction":"a","Condition":{"Operator":"Equals","Operands":["1"]}})";
  const std::string second =
      R"({"NextAction":"c","Condition":{"Operator":"Equals","Operands":["2"]}})";
  const Comparison found =
      compared(k_flow, replaced(k_flow, first + "," + second, second + "," + first));
  ASSERT_EQ(1U, found.blocks.size());
  EXPECT_TRUE(found.blocks[0].branches.empty());
  EXPECT_EQ((std::vector<std::string>{"Equals \"1\"", "Equals \"2\""}), found.blocks[0].order_left);
  EXPECT_EQ((std::vector<std::string>{"Equals \"2\"", "Equals \"1\""}),
            found.blocks[0].order_right);
}

TEST(Comparison, tells_of_blocks_that_one_side_has) {
  const std::string extra =
      R"({"Identifier":"d","Type":"Wait","Parameters":{"TimeLimitSeconds":"5"},)"
      R"("Transitions":{"NextAction":"c"}})";
  const std::string more = flow_of(k_play + "," + k_menu + "," + extra + "," + k_end);
  const Comparison added = compared(k_flow, more);
  ASSERT_EQ(1U, added.blocks.size());
  EXPECT_FALSE(added.blocks[0].left);
  EXPECT_EQ("d", added.blocks[0].right->identifier);
  ASSERT_EQ(1U, added.blocks[0].parameters.size());
  EXPECT_EQ("5", added.blocks[0].parameters[0].right.value);
  ASSERT_EQ(1U, added.blocks[0].branches.size());
  const Comparison removed = compared(more, k_flow);
  ASSERT_EQ(1U, removed.blocks.size());
  EXPECT_FALSE(removed.blocks[0].right);
}

TEST(Comparison, keeps_positions_and_the_designers_ids_out_of_sight) {
  const std::string a =
      flow_of(k_play, R"({"entryPointPosition":{"x":1,"y":2},"ActionMetadata":{"a":{"position":)"
                      R"({"x":10,"y":20.5},"conditionMetadata":[{"id":"1","value":"v"}]}}})");
  const std::string b =
      flow_of(k_play, R"({"entryPointPosition":{"x":1,"y":3},"ActionMetadata":{"a":{"position":)"
                      R"({"x":11,"y":20.5},"conditionMetadata":[{"id":"2","value":"v"}]}}})");
  const Comparison found = compared(a, b);
  EXPECT_FALSE(found.shows());
  EXPECT_FALSE(found.same());
  ASSERT_EQ(2U, found.moved.size());
  EXPECT_EQ("x 10, y 20.5", found.moved[0].left);
  EXPECT_EQ("x 11, y 20.5", found.moved[0].right);
  EXPECT_FALSE(found.moved[1].block);
  EXPECT_EQ(1U, found.internals);
}

TEST(Comparison, shows_the_designers_notes_but_says_that_the_flow_acts_the_same) {
  const std::string a = flow_of(k_play, R"({"ActionMetadata":{"a":{"promptName":"Hello"}}})");
  const std::string b = flow_of(k_play, R"({"ActionMetadata":{"a":{"promptName":"Bye"}}})");
  const Comparison found = compared(a, b);
  EXPECT_TRUE(found.shows());
  EXPECT_FALSE(found.acts());
  ASSERT_EQ(1U, found.blocks.size());
  EXPECT_EQ("promptName", found.blocks[0].notes[0].path);
}

TEST(Comparison, notices_start_version_settings_and_unknown_members) {
  EXPECT_TRUE(
      compared(k_flow, replaced(k_flow, R"("StartAction":"a")", R"("StartAction":"b")")).start);
  EXPECT_EQ("Version",
            compared(k_flow, replaced(k_flow, "2019-10-30", "2030-01-01")).other.at(0).path);
  const std::string with = replaced(k_flow, R"("Metadata")",
                                    R"("Settings":{"InputParameters":[]},"_NOTE":1,"Metadata")");
  const Comparison found = compared(k_flow, with);
  EXPECT_EQ("Settings", found.settings.at(0).path);
  EXPECT_EQ("_NOTE", found.other.at(0).path);
}

TEST(Comparison, says_that_there_is_a_rest_where_a_member_is_given_twice) {
  const std::string a =
      flow_of(R"({"Identifier":"a","Type":"Wait","Parameters":{"x":"1","x":"2"}})");
  const std::string b =
      flow_of(R"({"Identifier":"a","Type":"Wait","Parameters":{"x":"1","x":"3"}})");
  const Comparison found = compared(a, b);
  EXPECT_FALSE(found.same());
  EXPECT_TRUE(found.rest);
  EXPECT_TRUE(found.acts());
}

TEST(Comparison, finds_a_changed_block_by_its_neighbours_where_identifiers_were_renewed) {
  std::string renewed = k_flow;
  for (const auto& [was, is] :
       {std::pair{"\"a\"", "\"x\""}, {"\"b\"", "\"y\""}, {"\"c\"", "\"z\""}}) {
    for (std::size_t at; (at = renewed.find(was)) != std::string::npos;) renewed.replace(at, 3, is);
  }
  const Comparison copy = compared(k_flow, renewed);
  EXPECT_FALSE(copy.shows());
  EXPECT_EQ(3U, copy.renewed.size());
  const Comparison found = compared(k_flow, replaced(renewed, "Press 1 or 2", "Choose"));
  ASSERT_EQ(1U, found.blocks.size());
  EXPECT_EQ("b", found.blocks[0].left->identifier);
  EXPECT_EQ("y", found.blocks[0].right->identifier);
  EXPECT_EQ("Choose", found.blocks[0].parameters.at(0).right.value);
}

TEST(Comparison, writes_references_by_kind_and_name) {
  Instance instance;
  instance.id = "5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15";
  instance.account = "111122223333";
  instance.region = "us-east-1";
  instance.partition = "aws";
  instance.arn = "arn:aws:connect:us-east-1:111122223333:instance/" + instance.id;
  const std::string queue = instance.arn + "/queue/6a1e0000-0000-4000-8000-000000000001";
  const std::string other = instance.arn + "/queue/6a1e0000-0000-4000-8000-000000000002";
  const auto flow_with = [](const std::string& id, const std::string& text) {
    return flow_of(
        R"({"Identifier":"a","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":")" + id +
        R"("}},{"Identifier":"b","Type":"UpdateContactAttributes","Parameters":)" +
        R"({"Attributes":{"t":")" + text + R"("}}})");
  };
  const Naming names{{instance, {}}, [&](const Reference& reference) {
                       std::optional<ResourceName> out;
                       if (reference.text == queue) out = {reference.kind, "Sales 営業", ""};
                       return out;
                     }};
  const Document a = parsed(flow_with(queue, "to " + queue + "!"));
  const Document b = parsed(flow_with(other, "none"));
  const Comparison found = compare(a, b, {names}, {names});
  ASSERT_EQ(2U, found.blocks.size());
  const ValueChange& whole = found.blocks[0].parameters.at(0);
  EXPECT_EQ((ResourceName{ResourceKind::queue, "Sales 営業", ""}), whole.left.resource);
  EXPECT_FALSE(whole.right.resource) << "a name that is not known";
  EXPECT_EQ(other, whole.right.value);
  EXPECT_EQ("to queue \"Sales 営業\"!", found.blocks[1].parameters.at(0).left.value);
}

TEST(BlockTitle, is_the_designers_or_made_of_the_types_words) {
  EXPECT_EQ("Play prompt", block_title("MessageParticipant"));
  EXPECT_EQ("Check segment membership", block_title("CheckSegmentMembership"));
  EXPECT_EQ("Get SMS thing", block_title("GetSMSThing"));
  EXPECT_EQ("", block_title(""));
}

}  // namespace
}  // namespace flowferry::flow
