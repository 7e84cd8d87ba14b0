// The portable form: how references are written, and what is told when they cannot be.
#include "flow/portable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowferry::flow {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* k_id = "5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15";
constexpr const char* k_queue = "11111111-1111-4111-8111-111111111111";
constexpr const char* k_other_queue = "22222222-2222-4222-8222-222222222222";
constexpr const char* k_flow = "33333333-3333-4333-8333-333333333333";
constexpr const char* k_module = "44444444-4444-4444-8444-444444444444";
constexpr const char* k_alias = "55555555-5555-4555-8555-555555555555";
constexpr const char* k_user = "66666666-6666-4666-8666-666666666666";
constexpr const char* k_gone = "77777777-7777-4777-8777-777777777777";

std::string instance_arn() {
  return std::string("arn:aws:connect:us-east-1:111122223333:instance/") + k_id;
}

Resource resource(ResourceKind kind, std::string name, std::string id, std::string type = {}) {
  Resource out;
  out.kind = kind;
  out.name = std::move(name);
  out.arn = instance_arn() + "/" + std::string(arn_keyword(kind)) + "/" + id;
  out.id = std::move(id);
  out.type = std::move(type);
  return out;
}

Snapshot snapshot(const std::string& queue_name = "予約受付") {
  Snapshot out;
  out.instance.id = k_id;
  out.instance.arn = instance_arn();
  out.instance.partition = "aws";
  out.instance.region = "us-east-1";
  out.instance.account = "111122223333";
  out.inventories[ResourceKind::queue].add(resource(ResourceKind::queue, queue_name, k_queue));
  out.inventories[ResourceKind::contact_flow].add(
      resource(ResourceKind::contact_flow, "Waiting", k_flow, "CUSTOMER_QUEUE"));
  out.inventories[ResourceKind::flow_module].add(
      resource(ResourceKind::flow_module, "Greet", k_module));
  out.inventories[ResourceKind::user].add(resource(ResourceKind::user, "alice", k_user));
  Resource alias;
  alias.id = k_alias;
  alias.name = "live";
  out.module_aliases[k_module].add(alias);
  out.lex_alias_names["arn:aws:lex:us-east-1:111122223333:bot-alias/ABCDEFGHIJ/KLMNOPQRST"] =
      "TravelBot/live";
  return out;
}

/// A flow with one block whose parameters are `parameters`.
std::string flow_with(const std::string& type, const std::string& parameters) {
  return R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Actions":[{"Identifier":"a","Type":")" +
         type + R"(","Parameters":)" + parameters + R"(,"Transitions":{}}]})";
}

/// The parameters of flow_with() in portable form; there and back must be the same.
std::string portable(const std::string& type, const std::string& parameters,
                     const Snapshot& world) {
  const std::string content = flow_with(type, parameters);
  const auto document = Document::parse(content);
  EXPECT_TRUE(document);
  const PortableNames names(world);
  const Converted there = to_portable(*document, names);
  const auto back = from_portable(there.text, names);
  EXPECT_TRUE(back);
  EXPECT_EQ(back->text, content);
  EXPECT_THAT(back->findings, IsEmpty());
  const std::string frame = flow_with(type, "#");
  const std::size_t cut = frame.find('#');
  return there.text.substr(cut, there.text.size() - (frame.size() - 1));
}

std::string portable(const std::string& type, const std::string& parameters) {
  return portable(type, parameters, snapshot());
}

Finding fault(const std::string& text) {
  const Snapshot world = snapshot();
  const auto back =
      from_portable(flow_with("X", R"({"A":")" + text + R"("})"), PortableNames(world));
  EXPECT_TRUE(back);
  if (!back || back->findings.size() != 1) {
    ADD_FAILURE() << text << ": " << (back ? back->findings.size() : 0) << " findings";
    return {};
  }
  EXPECT_EQ(back->text.substr(back->findings[0].offset, 2), "{{");
  EXPECT_EQ(back->findings[0].finding.where.pointer, "/Actions/0/Parameters/A");
  return back->findings[0].finding;
}

TEST(Portable, WritesKindAndName) {
  EXPECT_EQ(portable("UpdateContactTargetQueue",
                     R"({"QueueId":")" + instance_arn() + "/queue/" + k_queue + R"("})"),
            R"({"QueueId":"{{arn:queue:予約受付}}"})");
  EXPECT_EQ(
      portable("UpdateContactTargetQueue", std::string(R"({"QueueId":")") + k_queue + R"("})"),
      R"({"QueueId":"{{id:queue:予約受付}}"})");
  EXPECT_EQ(
      portable("UpdateContactEventHooks", R"({"EventHooks":{"CustomerQueue":")" + instance_arn() +
                                              "/contact-flow/" + k_flow + R"("}})"),
      R"({"EventHooks":{"CustomerQueue":"{{arn:contact-flow:Waiting;type=CUSTOMER_QUEUE}}"}})");
}

TEST(Portable, WritesQualifiersAliasesByName) {
  const auto module = [](const std::string& qualifier) {
    return portable("InvokeFlowModule",
                    std::string(R"({"FlowModuleId":")") + k_module + ":" + qualifier + R"("})");
  };
  EXPECT_EQ(module("$LATEST"), R"({"FlowModuleId":"{{id:flow-module:Greet;qualifier=$LATEST}}"})");
  EXPECT_EQ(module("3"), R"({"FlowModuleId":"{{id:flow-module:Greet;qualifier=3}}"})");
  EXPECT_EQ(module(k_alias), R"({"FlowModuleId":"{{id:flow-module:Greet;alias=live}}"})");
}

TEST(Portable, WritesOtherServicesByName) {
  EXPECT_EQ(
      portable(
          "InvokeLambdaFunction",
          R"({"LambdaFunctionARN":"arn:aws:lambda:us-east-1:111122223333:function:crm:live"})"),
      R"({"LambdaFunctionARN":"{{arn:lambda-function:crm;qualifier=live}}"})");
  EXPECT_EQ(
      portable("InvokeLambdaFunction",
               R"({"LambdaFunctionARN":"arn:aws:lambda:$.AwsRegion:111122223333:function:crm"})"),
      R"({"LambdaFunctionARN":"{{arn:lambda-function:crm;region=$.AwsRegion}}"})");
  EXPECT_EQ(
      portable(
          "ConnectParticipantWithLexBot",
          R"({"LexV2Bot":{"AliasArn":"arn:aws:lex:us-east-1:111122223333:bot-alias/ABCDEFGHIJ/KLMNOPQRST"}})"),
      R"({"LexV2Bot":{"AliasArn":"{{arn:lex-v2-bot-alias:TravelBot/live}}"}})");
  EXPECT_EQ(portable("ConnectParticipantWithLexBot",
                     R"({"LexBot":{"Name":"OldBot","Region":"us-east-1","Alias":"live"}})"),
            R"({"LexBot":{"Name":"OldBot","Region":"{{region}}","Alias":"live"}})");
}

TEST(Portable, KeepsTheRestOfAnArnWithoutAName) {
  EXPECT_EQ(portable("ShowView",
                     R"({"ViewResource":{"Id":"arn:aws:connect:us-east-1:aws:view/form:1"}})"),
            R"({"ViewResource":{"Id":"arn:{{partition}}:connect:{{region}}:aws:view/form:1"}})");
  EXPECT_EQ(
      portable("UpdateContactTargetQueue",
               R"({"QueueId":")" + instance_arn() + "/queue/" + k_gone + R"("})"),
      R"({"QueueId":"arn:{{partition}}:connect:{{region}}:{{account}}:instance/{{id:instance}}/queue/77777777-7777-4777-8777-777777777777"})");
  EXPECT_EQ(
      portable(
          "CreateWisdomSession",
          R"({"WisdomAssistantArn":"arn:aws:wisdom:us-east-1:111122223333:assistant/77777777-7777-4777-8777-777777777777"})"),
      R"({"WisdomAssistantArn":"arn:{{partition}}:wisdom:{{region}}:{{account}}:assistant/77777777-7777-4777-8777-777777777777"})");
  // Somebody else's stays whole.
  const std::string foreign =
      R"({"LambdaFunctionARN":"arn:aws:lambda:us-east-1:999999999999:function:crm"})";
  EXPECT_EQ(portable("InvokeLambdaFunction", foreign), foreign);
}

TEST(Portable, TellsAboutIdsThatStay) {
  const Snapshot world = snapshot();
  const auto document = Document::parse(
      flow_with("UpdateContactTargetQueue", std::string(R"({"QueueId":")") + k_gone + R"("})"));
  const Converted there = to_portable(*document, PortableNames(world));
  ASSERT_EQ(there.findings.size(), 1U);
  const Finding& finding = there.findings[0].finding;
  EXPECT_EQ(finding.id, "ref-by-id");
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.where.parameter, "QueueId");
  EXPECT_EQ(finding.arn, k_gone);
}

TEST(Portable, WritesReferencesWithinTexts) {
  EXPECT_EQ(
      portable("UpdateContactAttributes", R"({"Attributes":{"a":"see )" + instance_arn() +
                                              "/queue/" + k_queue + R"( and {{)" + instance_arn() +
                                              R"(}}."}})"),
      R"({"Attributes":{"a":"see {{arn:queue:予約受付}} and {{literal}}{{arn:instance}}}}."}})");
  EXPECT_EQ(portable("CreateCallbackContact",
                     R"({"AgentId":")" + instance_arn() + "/queue/agent/" + k_user + R"("})"),
            R"({"AgentId":"{{arn:user:alice;own-queue}}"})");
}

TEST(Portable, EncodesOnlyWhatWouldBeAmbiguous) {
  const auto named = [](const std::string& name) {
    const std::string out =
        portable("UpdateContactTargetQueue", std::string(R"({"QueueId":")") + k_queue + R"("})",
                 snapshot(name));
    return out.substr(12, out.size() - 14);
  };
  EXPECT_EQ(named("a:b/c d=e"), "{{id:queue:a:b/c d=e}}");
  EXPECT_EQ(named("100%;{x}"), "{{id:queue:100%25%3B%7Bx%7D}}");
  EXPECT_EQ(named("<b>\"x\"\\\n"), R"({{id:queue:<b>\"x\"\\%0A}})");
}

TEST(Portable, TellsResourcesOfOneNameApart) {
  Snapshot world = snapshot();
  world.inventories[ResourceKind::queue].add(
      resource(ResourceKind::queue, "予約受付", k_other_queue));
  EXPECT_EQ(portable("UpdateContactTargetQueue",
                     std::string(R"({"QueueId":")") + k_other_queue + R"("})", world),
            R"({"QueueId":"{{id:queue:予約受付;id=22222222-2222-4222-8222-222222222222}}"})");
}

TEST(Portable, LeavesTextThatLooksLikeAMarker) {
  for (const std::string text :
       {"{{arn:queue:x}}", "{{region}}", "{{{literal}}", "{{{{id:", "{{name}}", "}}{{arn:"}) {
    const std::string out = portable("MessageParticipant", R"({"Text":")" + text + R"("})");
    EXPECT_EQ(out.find("{{literal}}") != std::string::npos, text != "{{name}}") << out;
  }
}

TEST(Portable, KeepsHowAReferenceWasSpelled) {
  const auto spelled_as = [](std::string arn) {
    return portable("UpdateContactTargetQueue", R"({"QueueId":")" + arn + R"("})");
  };
  const std::string arn = instance_arn() + "/queue/" + k_queue;
  std::string slashes;
  for (const char c : arn) slashes += c == '/' ? std::string("\\/") : std::string(1, c);
  EXPECT_EQ(spelled_as(slashes), R"({"QueueId":"{{arn:queue:予約受付;spelling=slashes}}"})");
  EXPECT_EQ(spelled_as(R"(\u0061rn:\u0061ws)" + arn.substr(7)),
            R"({"QueueId":"{{arn:queue:予約受付;spelling=0u0061,4u0061}}"})");
}

TEST(Portable, SaysWhatIsWrongWithAMarker) {
  Finding finding = fault("{{arn:queue:予約受け付}}");
  EXPECT_EQ(finding.id, "portable-unknown-name");
  EXPECT_THAT(finding.text, HasSubstr("no queue \"予約受け付\""));
  EXPECT_THAT(finding.closest, ::testing::ElementsAre("予約受付"));
  finding = fault("{{arn:quue:x}}");
  EXPECT_EQ(finding.id, "portable-syntax");
  EXPECT_THAT(finding.text, HasSubstr("unknown kind \"quue\""));
  EXPECT_THAT(finding.help, HasSubstr("\"queue\""));
  EXPECT_THAT(fault("{{arn:queue:a;b}}").help, HasSubstr("%3B"));
  EXPECT_THAT(fault("{{arn:queue:50%}}").text, HasSubstr("encoded"));
  EXPECT_THAT(fault("{{arn:queue:}}").text, HasSubstr("no name"));
  EXPECT_THAT(fault("{{arn:queue:x").text, HasSubstr("does not end"));
  EXPECT_THAT(fault("{{arn:queue:x;id=1;id=2}}").text, HasSubstr("twice"));
  EXPECT_THAT(fault("{{id:flow-module:Greet;alias=liv}}").closest, ::testing::ElementsAre("live"));
  EXPECT_THAT(fault("{{arn:contact-flow:Waiting;type=AGENT_HOLD}}").help,
              HasSubstr("CUSTOMER_QUEUE"));
}

TEST(Portable, FindsAFlowByNameAloneWhereThereIsOnlyOne) {
  const Snapshot world = snapshot();
  const auto back =
      from_portable(flow_with("X", R"({"A":"{{id:contact-flow:Waiting}}"})"), PortableNames(world));
  ASSERT_TRUE(back);
  EXPECT_THAT(back->text, HasSubstr(k_flow));
  EXPECT_THAT(back->text, Not(HasSubstr("{{")));
}

}  // namespace
}  // namespace flowferry::flow
