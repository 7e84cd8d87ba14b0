#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flow/references.h"

namespace flowferry::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Instance instance(const std::string& id, const std::string& account) {
  Instance out;
  out.id = id;
  out.account = account;
  out.region = "us-east-1";
  return out;
}

const Instance k_source = instance("5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15", "111122223333");
const Instance k_target = instance("aaaaaaaa-7b3d-4c96-8e21-d04b9a6c7e15", "444455556666");
const std::string k_i = "arn:aws:connect:us-east-1:111122223333:instance/" + k_source.id;

std::string rewritten(const std::string& content, const std::vector<Replacement>& replacements) {
  const auto document = *Document::parse(content);
  const auto list = find_references(document, {k_source, {}});
  const auto out = rewrite(document, list, replacements);
  EXPECT_TRUE(out) << out.error().message;
  return out ? *out : "";
}

TEST(Rewrite, ReplacesWithinTextAndKeepsTheRest) {
  const std::string content = "{ \"Actions\" : [ {\"Parameters\":{\"Text\" : \"\\u0041 " + k_i +
                              "/queue/q1 \\/ " + k_i + "/queue/q2.\" , \"n\":1E3}} ]\r\n}\n";
  EXPECT_EQ(rewritten(content, {{1, "TWO", {}, {}}, {0, "ONE", {}, {}}}),
            "{ \"Actions\" : [ {\"Parameters\":{\"Text\" : \"\\u0041 ONE \\/ TWO.\" , \"n\":1E3}} "
            "]\r\n}\n");
  EXPECT_EQ(rewritten(content, {}), content);
}

TEST(Rewrite, ChangesTheNamesBesideAReference) {
  const std::string content =
      R"({"Actions":[{"Identifier":"a","Type":"TransferToFlow","Parameters":{"ContactFlowId":")" +
      k_i + R"(/contact-flow/f"}}],"Metadata":{"ActionMetadata":{"a":{"ContactFlow":{"id":")" +
      k_i +
      R"(/contact-flow/f","text":"Old"},"parameters":{"ContactFlowId":{"displayName":"Old"}}}}}})";
  EXPECT_EQ(
      rewritten(content, {{0, "X", "New \"é\"", {}}, {1, "Y", "New \"é\"", {}}}),
      R"({"Actions":[{"Identifier":"a","Type":"TransferToFlow","Parameters":{"ContactFlowId":"X"}}],"Metadata":{"ActionMetadata":{"a":{"ContactFlow":{"id":"Y","text":"New \"é\""},"parameters":{"ContactFlowId":{"displayName":"New \"é\""}}}}}})");
}

TEST(Rewrite, GivesLexBotsBothTheirNames) {
  const std::string content =
      R"({"Actions":[{"Identifier":"a","Type":"ConnectParticipantWithLexBot","Parameters":{"LexV2Bot":{"AliasArn":"arn:aws:lex:us-east-1:111122223333:bot-alias/AAAAAAAAAA/BBBBBBBBBB"}}}],"Metadata":{"ActionMetadata":{"a":{"lexV2BotName":"Bot","lexV2BotAliasName":"Alias","parameters":{"LexV2Bot":{"AliasArn":{"displayName":"Alias","lexV2BotName":"Bot"}}}}}}})";
  EXPECT_EQ(
      rewritten(content, {{0, "ARN", "NewBot/NewAlias", {}}}),
      R"({"Actions":[{"Identifier":"a","Type":"ConnectParticipantWithLexBot","Parameters":{"LexV2Bot":{"AliasArn":"ARN"}}}],"Metadata":{"ActionMetadata":{"a":{"lexV2BotName":"NewBot","lexV2BotAliasName":"NewAlias","parameters":{"LexV2Bot":{"AliasArn":{"displayName":"NewAlias","lexV2BotName":"NewBot"}}}}}}})");
  // A name that is not "bot/alias" says nothing about the parts.
  EXPECT_EQ(
      rewritten(content, {{0,
                           "arn:aws:lex:us-east-1:111122223333:bot-alias/AAAAAAAAAA/BBBBBBBBBB",
                           "NewBot",
                           {}}}),
      content);
}

TEST(Rewrite, ChangesTheRegionOfLexV1Bots) {
  EXPECT_EQ(
      rewritten(
          R"({"Actions":[{"Type":"ConnectParticipantWithLexBot","Parameters":{"LexBot":{"Name":"Bot","Region":"us-east-1","Alias":"a"}}}]})",
          {{0, "Bot", {}, "eu-west-1"}}),
      R"({"Actions":[{"Type":"ConnectParticipantWithLexBot","Parameters":{"LexBot":{"Name":"Bot","Region":"eu-west-1","Alias":"a"}}}]})");
}

TEST(Rewrite, RenamesMembersThatAreReferences) {
  EXPECT_EQ(
      rewritten(
          R"({"Actions":[{"Type":"GetCase","Parameters":{"CaseRequestFields":{"0a1b2c3d-0000-4000-8000-00000000000a":"v","title":"t"}}}]})",
          {{0, "new", {}, {}}}),
      R"({"Actions":[{"Type":"GetCase","Parameters":{"CaseRequestFields":{"new":"v","title":"t"}}}]})");
}

TEST(Rewrite, KeepsLoneSurrogatesAroundAReference) {
  EXPECT_EQ(
      rewritten(R"({"Actions":["\ud800 )" + k_i + R"(/queue/q \udc00"]})", {{0, "X", {}, {}}}),
      R"({"Actions":["\ud800 X \udc00"]})");
}

TEST(Rewrite, RefusesAReplacementOfNothing) {
  const auto document = *Document::parse(R"({"Actions":[]})");
  const auto out = rewrite(document, {}, {{0, "x", {}, {}}});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().kind, ErrorKind::malformed);
}

std::vector<std::string> leftovers(const std::string& content, const Instance& target = k_target) {
  std::vector<std::string> out;
  for (const Finding& f : find_leftovers(*Document::parse(content), k_source, target)) {
    EXPECT_EQ(f.id, "ref-leftover");
    out.push_back((f.severity == Severity::error ? "error " : "warning ") + f.where.pointer + " " +
                  f.arn);
  }
  return out;
}

TEST(Leftovers, AreTheInstanceIdAndArnsOfTheAccount) {
  const std::string content =
      R"({"Actions":[{"Identifier":"a","Type":"T","Parameters":{"x":")" + k_i +
      R"(/queue/q","y":"s3://b/)" + k_source.id +
      R"(/k","z":"arn:aws:lambda:us-east-1:111122223333:function:f","n":"111122223333"}}],"Metadata":{"Annotations":[{"content":")" +
      k_source.id + R"("}]}})";
  EXPECT_THAT(
      leftovers(content),
      ElementsAre("error /Actions/0/Parameters/x " + k_i + "/queue/q",
                  "error /Actions/0/Parameters/y " + k_source.id,
                  "error /Actions/0/Parameters/z arn:aws:lambda:us-east-1:111122223333:function:f",
                  "warning /Metadata/Annotations/0/content " + k_source.id));
  // In the same account only the instance's id counts; in the same instance nothing.
  Instance neighbour = k_target;
  neighbour.account = k_source.account;
  EXPECT_THAT(leftovers(content, neighbour),
              ElementsAre("error /Actions/0/Parameters/x " + k_source.id,
                          "error /Actions/0/Parameters/y " + k_source.id,
                          "warning /Metadata/Annotations/0/content " + k_source.id));
  EXPECT_THAT(leftovers(content, k_source), IsEmpty());
}

TEST(Leftovers, AreArnsThatMixSourceAndTarget) {
  const std::string mixed =
      "arn:aws:connect:us-east-1:111122223333:instance/" + k_target.id + "/queue/q";
  EXPECT_THAT(leftovers(R"({"Actions":[")" + mixed + "\"]}"),
              ElementsAre("error /Actions/0 " + mixed));
}

TEST(Leftovers, AreNotWhatBelongsToTheTargetOrToOthers) {
  EXPECT_THAT(
      leftovers(
          R"({"Actions":["arn:aws:connect:us-east-1:444455556666:instance/)" + k_target.id +
          R"(/queue/q","arn:aws:lambda:us-west-2:613787477748:function:f","arn:aws:connect:us-east-1:aws:view/form:1","$.Attributes.x","arn:aws:connect:us-east-1:111122223333:instance/0a1b2c3d-0000-4000-8000-00000000000a/queue/q"]})"),
      IsEmpty());
}

}  // namespace
}  // namespace flowferry::flow
