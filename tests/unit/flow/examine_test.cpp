#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "corpus.h"
#include "flow/document.h"
#include "flow/references.h"
#include "flow/stub.h"

namespace flowferry::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Findings examined(const std::string& content, bool is_module = false) {
  const auto document = Document::parse(content);
  EXPECT_TRUE(document) << document.error().message;
  return document ? examine(*document, is_module) : Findings{};
}

/// "id @ pointer" of the findings of one severity.
std::vector<std::string> brief(const Findings& findings, Severity severity = Severity::error) {
  std::vector<std::string> out;
  for (const Finding& f : findings) {
    if (f.severity == severity) out.push_back(f.id + " @ " + f.where.pointer);
  }
  return out;
}

std::string flow(const std::string& actions, const std::string& start = "a") {
  return R"({"Version":"2019-10-30","StartAction":")" + start + R"(","Actions":[)" + actions + "]}";
}

const std::string k_end =
    R"({"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}})";
std::string to(const std::string& id, const std::string& next) {
  return R"({"Identifier":")" + id +
         R"(","Type":"MessageParticipant","Parameters":{"Text":"x"},"Transitions":{"NextAction":")" +
         next + R"(","Errors":[],"Conditions":[]}})";
}

TEST(Examine, FindsNothingInAGoodFlow) {
  EXPECT_THAT(examined(flow(to("a", "end") + "," + k_end)), IsEmpty());
}

TEST(Examine, TellsTransitionsToNowhereInAllThreePlaces) {
  const std::string action =
      R"({"Identifier":"a","Type":"Compare","Transitions":{"NextAction":"x","Errors":[{"NextAction":"end"},{"NextAction":""}],"Conditions":[{"NextAction":7}]}})";
  const Findings findings = examined(flow(action + "," + k_end));
  EXPECT_THAT(brief(findings),
              ElementsAre("next-dangling @ /Actions/0/Transitions/NextAction",
                          "next-dangling @ /Actions/0/Transitions/Errors/1/NextAction",
                          "next-dangling @ /Actions/0/Transitions/Conditions/0/NextAction"));
  EXPECT_EQ(findings[0].where.action, "a");
  EXPECT_EQ(findings[0].where.action_type, "Compare");
  EXPECT_EQ(findings[1].where.parameter, "Transitions.Errors[1].NextAction");
}

TEST(Examine, TellsAMissingStart) {
  EXPECT_THAT(brief(examined(flow(k_end, "nowhere"))), ElementsAre("start-missing @ /StartAction"));
  EXPECT_THAT(brief(examined(R"({"Version":"x","Actions":[)" + k_end + "]}")),
              ElementsAre("start-missing @ "));
  EXPECT_THAT(brief(examined(R"({"StartAction":7,"Actions":[)" + k_end + "]}")),
              ElementsAre("start-missing @ /StartAction"));
  EXPECT_THAT(brief(examined(R"({"StartAction":"a"})")),
              ElementsAre("start-missing @ /StartAction"));
}

TEST(Examine, TellsTwoActionsWithOneIdentifier) {
  EXPECT_THAT(brief(examined(flow(to("a", "end") + "," + to("\\u0061", "end") + "," + k_end))),
              ElementsAre("id-duplicate @ /Actions/1"));
}

TEST(Examine, TellsDuplicateKeysWithTheirAction) {
  const Findings findings = examined(flow(
      R"({"Identifier":"a","Type":"MessageParticipant","Parameters":{"Text":"1","Text":"2"},"Transitions":{}})"));
  EXPECT_THAT(brief(findings), ElementsAre("json-duplicate-key @ /Actions/0/Parameters/Text"));
  EXPECT_EQ(findings[0].where.action, "a");
  EXPECT_THAT(brief(examined(R"({"StartAction":"end","Actions":[)" + k_end +
                             R"(],"Version":"1","Version":"2"})")),
              ElementsAre("json-duplicate-key @ /Version"));
}

TEST(Examine, HoldsTheServicesLimits) {
  std::string actions = to("a", "end");
  for (int i = 0; i < 248; ++i) actions += "," + to("n" + std::to_string(i), "end");
  EXPECT_THAT(brief(examined(flow(actions + "," + k_end))), IsEmpty());
  EXPECT_THAT(brief(examined(flow(actions + "," + to("more", "end") + "," + k_end))),
              ElementsAre("too-many-actions @ /Actions"));

  const std::string empty = flow(k_end, "end");
  const auto padded = [&](std::size_t characters) {
    std::string content = empty;
    std::string pad;
    while (characters-- > empty.size()) pad += "\xE6\xA1\x88";  // Characters, not bytes.
    content.insert(content.find("DisconnectParticipant"), pad);
    return content;
  };
  EXPECT_THAT(brief(examined(padded(256'000))), IsEmpty());
  EXPECT_THAT(brief(examined(padded(256'001))), ElementsAre("too-long @ "));
}

TEST(Examine, AModuleNeedsSettings) {
  EXPECT_THAT(brief(examined(flow(k_end, "end"), true)), ElementsAre("module-settings @ "));
  EXPECT_THAT(brief(examined(module_stub_content("{}"), true)), IsEmpty());
}

TEST(Examine, WarnsOfWhatTheServiceMayRefuse) {
  EXPECT_THAT(
      brief(
          examined(flow(
              R"({"Identifier":"a:b","Type":"PlayPrompt","Parameters":{"EventHooksConfiguration":{}},"Transitions":{}})",
              "a:b")),
          Severity::warning),
      ElementsAre("id-illegal @ /Actions/0", "type-unknown @ /Actions/0",
                  "hook-config @ /Actions/0/Parameters/EventHooksConfiguration"));
  EXPECT_THAT(brief(examined(flow(to("__proto__", "end") + "," + k_end, "end")), Severity::warning),
              ElementsAre("id-illegal @ /Actions/0"));
  EXPECT_THAT(brief(examined(flow(to(std::string(50, 'x'), "end") + "," +
                                      to(std::string(51, 'y'), "end") + "," + k_end,
                                  "end")),
                    Severity::warning),
              ElementsAre("id-illegal @ /Actions/1"));
  EXPECT_THAT(
      brief(examined(flow(to("案内 de l'été", "end") + "," + k_end, "end")), Severity::warning),
      IsEmpty());
}

TEST(Examine, MentionsActionsThatNothingLeadsTo) {
  const Findings findings = examined(flow(to("a", "end") + "," + to("parked", "a") + "," + k_end));
  EXPECT_THAT(brief(findings, Severity::info), ElementsAre("unreachable @ /Actions/1"));
  EXPECT_FALSE(has_errors(findings));
}

TEST(Examine, EndsSoonWhateverTheDocument) {
  std::string keys = R"({"StartAction":"a","Actions":[)" + k_end + "]";
  for (int i = 0; i < 50000; ++i) keys += ",\"k\":1";
  EXPECT_EQ(examined(keys + "}").size(), 500U);
  std::string arns;
  for (int i = 0; i < 50000; ++i) arns += "arn:a:${";
  const auto document = *Document::parse(R"({"Actions":[")" + arns + "\"]}");
  EXPECT_LT(find_references(document, {}).unmapped.size(), 50000U);
}

TEST(Examine, FindsNoErrorInTheFlowsOfTheCorpus) {
  FLOWFERRY_NEEDS_CORPUS();
  for (const auto& file : testing::corpus("flows")) {
    const auto document = Document::parse(file.bytes);
    ASSERT_TRUE(document) << file.name;
    EXPECT_THAT(brief(examine(*document, document->has_settings())), IsEmpty()) << file.name;
  }
}

TEST(Examine, NeverFailsOnBadInputOfTheCorpus) {
  FLOWFERRY_NEEDS_CORPUS();
  std::size_t with_errors = 0;
  for (const auto& file : testing::corpus("templated")) {
    const auto document = Document::parse(file.bytes);
    if (document) with_errors += has_errors(examine(*document, document->has_settings()));
  }
  EXPECT_GT(with_errors, 0U);  // Hand-written files lead to nowhere (SURVEY.md).
}

TEST(Stub, IsGoodForEveryType) {
  const std::vector<std::pair<std::string, std::string>> types = {
      {"CONTACT_FLOW", "DisconnectParticipant"},
      {"CUSTOMER_QUEUE", "EndFlowExecution"},
      {"CUSTOMER_HOLD", "MessageParticipantIteratively"},
      {"AGENT_HOLD", "MessageParticipantIteratively"},
      {"CUSTOMER_WHISPER", "EndFlowExecution"},
      {"AGENT_WHISPER", "EndFlowExecution"},
      {"OUTBOUND_WHISPER", "EndFlowExecution"},
      {"AGENT_TRANSFER", "DisconnectParticipant"},
      {"QUEUE_TRANSFER", "DisconnectParticipant"},
      {"CAMPAIGN", "DisconnectParticipant"}};
  for (const auto& [type, action] : types) {
    const std::string content = stub_content(type);
    EXPECT_THAT(examined(content), IsEmpty()) << type;
    const auto document = *Document::parse(content);
    EXPECT_EQ(document.actions().at(0).type, action);
    EXPECT_FALSE(document.has_settings());
    EXPECT_TRUE(is_stub(content));
  }
}

TEST(Stub, OfAModuleReturnsTheFirstResultWhenAsked) {
  const std::string settings =
      R"({"transitions":{"results":[{"name":"Found","description":""},{"name":"Lost"}]}})";
  EXPECT_THAT(module_stub_content(settings), ::testing::Not(::testing::HasSubstr("Found")));
  const std::string content = module_stub_content(settings, true);
  EXPECT_THAT(content, ::testing::HasSubstr(R"("Parameters":{"Result":"Found"})"));
  for (const char* other : {"", "{}", "not json", R"({"transitions":{"results":[]}})"}) {
    EXPECT_EQ(module_stub_content(other, true), module_stub_content("{}"));
  }
  EXPECT_THAT(examined(content, true), IsEmpty());
  EXPECT_TRUE(is_stub(content));
}

TEST(Stub, IsToldFromFlows) {
  EXPECT_FALSE(is_stub(flow(k_end, "end")));
  EXPECT_FALSE(is_stub(""));
  EXPECT_FALSE(is_stub("{}"));
  std::string changed = stub_content("CONTACT_FLOW");
  changed.replace(changed.find("\"Actions\":["), 11, "\"Actions\":[" + k_end + ",");
  EXPECT_FALSE(is_stub(changed));  // Somebody has worked on it.
}

}  // namespace
}  // namespace flowferry::flow
