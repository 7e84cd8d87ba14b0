#include "content_fixture.h"
#include "simulator/content_parts.h"

namespace flowferry::simulator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using K = ResourceKind;

class References : public ContentTest {
 protected:
  std::vector<std::string> transfer(const std::string& flow) const {
    return of("TransferToFlow", "\"ContactFlowId\":" + json_text(flow),
              errors({"NoMatchingError"}));
  }
  std::vector<std::string> set_queue(const std::string& queue) const {
    return of("UpdateContactTargetQueue", "\"QueueId\":" + json_text(queue),
              errors({"NoMatchingError"}));
  }
  std::vector<std::string> play(const std::string& prompt) const {
    return of("MessageParticipant", "\"PromptId\":" + json_text(prompt));
  }
  std::vector<std::string> call(const std::string& function) const {
    return of("InvokeLambdaFunction",
              "\"InvocationTimeLimitSeconds\":\"8\",\"LambdaFunctionARN\":" + json_text(function),
              errors({"NoMatchingError"}));
  }
  std::vector<std::string> show(const std::string& view) const {
    return of(
        "ShowView",
        "\"InvocationTimeLimitSeconds\":\"400\",\"ViewResource\":{\"Id\":" + json_text(view) + "}",
        errors({"NoMatchingCondition", "NoMatchingError", "TimeLimitExceeded"}));
  }
  std::vector<std::string> invoke(const std::string& module) const {
    return of("InvokeFlowModule", "\"FlowModuleId\":" + json_text(module),
              errors({"NoMatchingError"}));
  }
  std::vector<std::string> bot(const std::string& alias) const {
    return of("ConnectParticipantWithLexBot",
              "\"Text\":\"x\",\"LexV2Bot\":{\"AliasArn\":" + json_text(alias) + "}",
              errors({"NoMatchingCondition", "NoMatchingError"}));
  }
  static auto refused(const std::string& path) {
    return ElementsAre("Invalid Action property value. Path: Actions[0].Parameters." + path);
  }
  const std::string queue_arn = instance.arn_of(K::queue, "BasicQueue");
};

TEST_F(References, ArnsAndBareIdsOfThisInstancePass) {
  EXPECT_THAT(set_queue(queue_arn), IsEmpty());
  EXPECT_THAT(set_queue(instance.id_of(K::queue, "BasicQueue")), IsEmpty());
  EXPECT_THAT(play(instance.arn_of(K::prompt, "Beep.wav")), IsEmpty());
  EXPECT_THAT(transfer(instance.arn_of(K::contact_flow, "Sample AB test")), IsEmpty());
  EXPECT_THAT(transfer(instance.id_of(K::contact_flow, "Sample AB test")), IsEmpty());
}

TEST_F(References, DynamicValuesAreNotChecked) {
  for (const std::string value :
       {"$.Attributes.queue", "$['Attributes']['queue']", "$.Agent.ARN"}) {
    EXPECT_THAT(set_queue(value), IsEmpty()) << value;
    EXPECT_THAT(transfer(value), IsEmpty()) << value;
    EXPECT_THAT(call(value), IsEmpty()) << value;
    EXPECT_THAT(invoke(value), IsEmpty()) << value;
  }
  EXPECT_THAT(call("arn:aws:lambda:ap-northeast-1:111122223333:function:$.Attributes.f"),
              IsEmpty());
}

TEST_F(References, WhatIsOfAnotherInstanceAccountRegionOrKindIsRefused) {
  const FakeInstance other("ap-northeast-1", "111122223333",
                           "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee");
  const std::string id = instance.id_of(K::queue, "BasicQueue");
  const auto arn = [&](const std::string& region, const std::string& account,
                       const std::string& inst, const std::string& keyword) {
    return "arn:aws:connect:" + region + ":" + account + ":instance/" + inst + "/" + keyword + "/" +
           id;
  };
  EXPECT_EQ(arn(instance.region(), instance.account(), instance.instance_id(), "queue"), queue_arn);
  for (const auto& value :
       {arn("us-east-1", instance.account(), instance.instance_id(), "queue"),
        arn(instance.region(), "444455556666", instance.instance_id(), "queue"),
        arn(instance.region(), instance.account(), other.instance_id(), "queue"),
        arn(instance.region(), instance.account(), instance.instance_id(), "prompt"),
        arn(instance.region(), instance.account(), instance.instance_id(), "Queue"),
        "arn:aws-us-gov" + queue_arn.substr(7), "arn:aws:lambda" + queue_arn.substr(15),
        instance.instance_arn(), std::string("arn:aws"), uuid_of(999),
        instance.id_of(K::prompt, "Beep.wav")}) {
    EXPECT_THAT(set_queue(value), refused("QueueId")) << value;
  }
}

TEST_F(References, IdsAreCaseSensitive) {
  instance.add(K::queue, "x", "abcdefab-0000-4000-8000-000000000001");
  EXPECT_THAT(set_queue("abcdefab-0000-4000-8000-000000000001"), IsEmpty());
  EXPECT_THAT(set_queue("ABCDEFAB-0000-4000-8000-000000000001"), refused("QueueId"));
}

TEST_F(References, ANameOrPlaceholderInPlaceOfAnIdSaysSo) {
  EXPECT_THAT(set_queue("BasicQueue"), ElementsAre("Failed to convert id: BasicQueue"));
  EXPECT_THAT(transfer("SELECT CONTACT FLOW"),
              ElementsAre("Failed to convert id: SELECT CONTACT FLOW"));
}

TEST_F(References, DeletedAndArchivedTargetsAreRefused) {
  const std::string arn = instance.arn_of(K::contact_flow, "Sample AB test");
  instance.add(K::contact_flow, "Sample AB test", instance.id_of(K::contact_flow, "Sample AB test"))
      .target.archived = true;
  EXPECT_THAT(transfer(arn), refused("ContactFlowId"));
  instance.remove(K::contact_flow, "Sample AB test");
  EXPECT_THAT(transfer(arn), refused("ContactFlowId"));
}

TEST_F(References, ASavedTargetPassesUnlessPublishedOnesAreAskedFor) {
  auto& flow = instance.add(K::contact_flow, "draft");
  flow.target.published = false;
  EXPECT_THAT(transfer(flow.id), IsEmpty());
  published_target = true;
  EXPECT_THAT(transfer(flow.id), refused("ContactFlowId"));
}

TEST_F(References, HooksTasksCallbacksAndChatsNameFlows) {
  const std::string bad = json_text(uuid_of(999));
  const std::string good = json_text(instance.arn_of(K::contact_flow, "Default customer queue"));
  EXPECT_THAT(of("UpdateContactEventHooks", "\"EventHooks\":{\"CustomerQueue\":" + good + "}",
                 errors({"NoMatchingError"})),
              IsEmpty());
  EXPECT_THAT(of("UpdateContactEventHooks", "\"EventHooks\":{\"CustomerQueue\":" + bad + "}",
                 errors({"NoMatchingError"})),
              refused("EventHooks.CustomerQueue"));
  EXPECT_THAT(
      of("CreateTask", "\"Name\":\"x\",\"ContactFlowId\":" + bad, errors({"NoMatchingError"})),
      refused("ContactFlowId"));
  EXPECT_THAT(
      of("StartOutboundChatContact",
         "\"SourceEndpoint\":{\"Address\":\"$.Attributes.p\"},\"DestinationEndpoint\":{\"Address\":"
         "\"$.Attributes.q\"},\"ContactFlowArn\":" +
             bad),
      refused("ContactFlowArn"));
}

TEST_F(References, AgentsHoursTemplatesAndPromptsInListsAreChecked) {
  const std::string bad = json_text(uuid_of(999));
  EXPECT_THAT(
      of("CheckHoursOfOperation", "\"HoursOfOperationId\":" + bad,
         errors({"NoMatchingError"}) + "," + conditions({{"Equals", "True"}, {"Equals", "False"}})),
      refused("HoursOfOperationId"));
  EXPECT_THAT(
      of("CreateTask", "\"Name\":\"x\",\"TaskTemplateId\":" + bad, errors({"NoMatchingError"})),
      refused("TaskTemplateId"));
  EXPECT_THAT(
      of("MessageParticipantIteratively",
         "\"Messages\":[{\"Text\":\"x\"},{\"PromptId\":" + bad + "}]", "", "CUSTOMER_QUEUE"),
      refused("Messages[1].PromptId"));
  instance.add(K::user, "hanako");
  const std::string criteria =
      R"("RoutingCriteria":{"Steps":[{"Expression":{"AndExpression":[{"AttributeCondition":{"MatchCriteria":{"AgentsCriteria":{"AgentIds":[)";
  EXPECT_THAT(
      of("UpdateContactRoutingCriteria",
         criteria + json_text(instance.id_of(K::user, "hanako")) + "," + bad + "]}}}}]}}]}"),
      refused("RoutingCriteria.Steps[0].Expression.AndExpression[0].AttributeCondition."
              "MatchCriteria.AgentsCriteria.AgentIds[1]"));
}

TEST_F(References, FunctionsMustBeAssociated) {
  const std::string arn = "arn:aws:lambda:ap-northeast-1:111122223333:function:crm";
  EXPECT_THAT(call(arn), refused("LambdaFunctionARN"));
  instance.lambdas = {arn, arn + ":live"};
  EXPECT_THAT(call(arn), IsEmpty());
  EXPECT_THAT(call(arn + ":live"), IsEmpty());
  EXPECT_THAT(call(arn + ":test"), refused("LambdaFunctionARN"));
  EXPECT_THAT(call("arn:aws:lambda:$.AwsRegion:111122223333:function:crm"), IsEmpty());
  EXPECT_THAT(call("arn:aws:lambda:$.AwsRegion:444455556666:function:crm"),
              refused("LambdaFunctionARN"));
  EXPECT_THAT(call("crm"), refused("LambdaFunctionARN"));
  EXPECT_THAT(call("arn:aws:lambda:ap-northeast-1:613787477748:function:state-lookup"), IsEmpty());
}

TEST_F(References, BotsMustBeAssociated) {
  const std::string arn = "arn:aws:lex:ap-northeast-1:111122223333:bot-alias/ABCDEFGHIJ/TSTALIASID";
  EXPECT_THAT(bot(arn), refused("LexV2Bot.AliasArn"));
  instance.lex_aliases = {arn};
  EXPECT_THAT(bot(arn), IsEmpty());
  EXPECT_THAT(bot("arn:aws:lex:$.AwsRegion:111122223333:bot-alias/ABCDEFGHIJ/TSTALIASID"),
              IsEmpty());
  const std::string v1 =
      R"("Text":"x","LexBot":{"Name":"Old","Region":"us-east-1","Alias":"live"})";
  const std::string branches = errors({"NoMatchingCondition", "NoMatchingError"});
  EXPECT_THAT(of("ConnectParticipantWithLexBot", v1, branches), refused("LexBot.Name"));
  instance.lex_bots = {"Old/us-east-1/live"};
  EXPECT_THAT(of("ConnectParticipantWithLexBot", v1, branches), IsEmpty());
}

TEST_F(References, ViewsAreManagedOrTheInstancesOwn) {
  EXPECT_THAT(show("form"), IsEmpty());
  EXPECT_THAT(show("arn:aws:connect:ap-northeast-1:aws:view/form:1"), IsEmpty());
  EXPECT_THAT(show("arn:aws:connect:us-east-1:aws:view/form:1"), refused("ViewResource.Id"));
  EXPECT_THAT(show("arn:aws:connect:ap-northeast-1:aws:view/nothing:1"),
              refused("ViewResource.Id"));
  EXPECT_THAT(show("arn:aws:connect:ap-northeast-1:aws:view/form:$1"), refused("ViewResource.Id"));
  auto& view = instance.add(K::view, "お客様情報");
  for (const std::string qualifier : {"", ":$LATEST", ":$SAVED", ":3"}) {
    EXPECT_THAT(show(instance.arn_of(K::view, "お客様情報") + qualifier), IsEmpty()) << qualifier;
  }
  view.target.published = false;
  EXPECT_THAT(show(view.id + ":$LATEST"), refused("ViewResource.Id"));
  EXPECT_THAT(show(view.id + ":$SAVED"), IsEmpty());
}

TEST_F(References, ModulesNeedTheirVersionOrAlias) {
  auto& module = instance.add_module("本人確認");
  module.qualifiers = {{"2", "{}"}, {"alias-id", "{}"}};
  const std::string arn = instance.instance_arn() + "/flow-module/" + module.id;
  for (const std::string& start : {module.id, arn}) {
    for (const std::string qualifier : {"", ":$LATEST", ":2", ":alias-id"}) {
      EXPECT_THAT(invoke(start + qualifier), IsEmpty()) << start << qualifier;
    }
    for (const std::string qualifier : {":3", ":live"}) {
      EXPECT_THAT(invoke(start + qualifier), testing::SizeIs(1)) << start << qualifier;
    }
  }
  EXPECT_THAT(invoke(uuid_of(999) + ":$LATEST"), refused("FlowModuleId"));
  module.target.archived = true;
  EXPECT_THAT(invoke(module.id), refused("FlowModuleId"));
}

TEST_F(References, CallerNumbersMustBeClaimedAndOutsideNumbersNeedNot) {
  const std::string rest =
      R"("ThirdPartyPhoneNumber":"+15555550123","ThirdPartyConnectionTimeLimitSeconds":"30","ContinueFlowExecution":"False","CallerId":{"Number":"+81312345678"})";
  EXPECT_THAT(of("TransferParticipantToThirdParty", rest), refused("CallerId.Number"));
  const auto& number = instance.add(K::phone_number, "+81312345678");
  EXPECT_THAT(of("TransferParticipantToThirdParty", rest), IsEmpty());
  const std::string arn = "arn:aws:connect:ap-northeast-1:111122223333:phone-number/" + number.id;
  const auto chat = [&](const std::string& address) {
    return of("StartOutboundChatContact",
              "\"ContactFlowArn\":\"$.Attributes.f\",\"DestinationEndpoint\":{\"Address\":\"+"
              "15555550123\"},"
              "\"SourceEndpoint\":{\"Address\":" +
                  json_text(address) + "}");
  };
  EXPECT_THAT(chat(arn), IsEmpty());
  EXPECT_THAT(chat("arn:aws:connect:us-east-1:111122223333:phone-number/" + number.id),
              refused("SourceEndpoint.Address"));
}

TEST_F(References, ResourcesOfOtherServicesMustBeDeclaredForTheInstance) {
  const auto session = [&](const std::string& arn) {
    return of("CreateWisdomSession", "\"WisdomAssistantArn\":" + json_text(arn),
              errors({"NoMatchingError"}));
  };
  const std::string arn = "arn:aws:wisdom:ap-northeast-1:111122223333:assistant/" + uuid_of(500);
  EXPECT_THAT(session(arn), refused("WisdomAssistantArn"));
  instance.add(K::assistant, "q", uuid_of(500));
  EXPECT_THAT(session(arn), IsEmpty());
  EXPECT_THAT(session("arn:aws:wisdom:ap-northeast-1:444455556666:assistant/" + uuid_of(500)),
              refused("WisdomAssistantArn"));
  EXPECT_THAT(of("CreateCase", "\"CaseTemplateId\":" + json_text(uuid_of(600)),
                 errors({"NoMatchingError"})),
              refused("CaseTemplateId"));
}

TEST_F(References, ALiteralSessionIsRefused) {
  EXPECT_THAT(of("UpdateContactData", R"("WisdomSessionArn":"$.Wisdom.SessionArn")",
                 errors({"NoMatchingError"})),
              IsEmpty());
  EXPECT_THAT(of("UpdateContactData", R"("WisdomSessionArn":"arn:aws:wisdom:x:1:session/a/b")",
                 errors({"NoMatchingError"})),
              refused("WisdomSessionArn"));
}

TEST_F(References, FreeDataIsNotChecked) {
  EXPECT_THAT(of("UpdateContactAttributes",
                 R"("Attributes":{"a":"arn:aws:connect:us-east-1:1:instance/x/queue/y"})",
                 errors({"NoMatchingError"})),
              IsEmpty());
}

TEST_F(References, TheServicesOwnCheckLooksOnlyAtFlowsQueuesAndPrompts) {
  references = ReferenceCheck::service;
  EXPECT_THAT(set_queue(uuid_of(999)), refused("QueueId"));
  EXPECT_THAT(play(uuid_of(999)), refused("PromptId"));
  EXPECT_THAT(transfer(uuid_of(999)), refused("ContactFlowId"));
  EXPECT_THAT(call("arn:aws:lambda:us-east-1:999999999999:function:none"), IsEmpty());
  EXPECT_THAT(show(uuid_of(999)), IsEmpty());
  EXPECT_THAT(invoke(uuid_of(0) + ":$LATEST"), IsEmpty());
  EXPECT_THAT(bot("arn:aws:lex:us-east-1:999999999999:bot-alias/ABCDEFGHIJ/TSTALIASID"), IsEmpty());
  EXPECT_THAT(
      of("CreateWisdomSession", R"("WisdomAssistantArn":"arn:aws:wisdom:us-east-1:0:assistant/x")",
         errors({"NoMatchingError"})),
      IsEmpty());
}

TEST_F(References, UnresolvedOptionalOnesMayBeDroppedAndEveryOtherByteStays) {
  drop = true;
  const std::string number = uuid_of(999);
  std::string text = document(action(
      "CheckHoursOfOperation", "\"HoursOfOperationId\" :  " + json_text(number) + " ",
      errors({"NoMatchingError"}) + "," + conditions({{"Equals", "True"}, {"Equals", "False"}})));
  text.replace(text.find("\"Metadata\":{}"), 13,
               "\"Metadata\":{\"x\":1.50E+3,\"e\":\"\\u00e9\\/\"}");
  const CheckResult result = run(text);
  EXPECT_TRUE(result.ok());
  std::string expected = text;
  expected.replace(expected.find(json_text(number)), number.size() + 2, "null");
  ASSERT_TRUE(result.stored);
  EXPECT_EQ(*result.stored, expected);
  EXPECT_TRUE(run(*result.stored).ok());
  EXPECT_FALSE(run(*result.stored).stored);
}

TEST_F(References, UnresolvedRequiredOnesAreNeverDropped) {
  drop = true;
  EXPECT_THAT(set_queue(uuid_of(999)), refused("QueueId"));
}

TEST_F(References, AHookThatIsNotFoundVanishesWhenDropping) {
  drop = true;
  const std::string text =
      document(action("UpdateContactEventHooks",
                      "\"EventHooks\":{\"CustomerRemaining\":" + json_text(uuid_of(999)) + "}",
                      errors({"NoMatchingError"})));
  const CheckResult result = run(text);
  ASSERT_TRUE(result.stored);
  EXPECT_NE(result.stored->find("{\"CustomerRemaining\":null}"), std::string::npos);
}

TEST(NullValues, ReplacesWhatPointersName) {
  const std::string text =
      R"( { "a/b" : [ 1, {"~" : "x\"}" } , [2,3] ] , "\u0061":{"c":true}, "a":-1.5e3 } )";
  EXPECT_EQ(null_values(text, {}), text);
  EXPECT_EQ(null_values(text, {"/a~1b/1/~0"}),
            R"( { "a/b" : [ 1, {"~" : null } , [2,3] ] , "\u0061":{"c":true}, "a":-1.5e3 } )");
  EXPECT_EQ(null_values(text, {"/a", "/a~1b/2", "/a~1b/0"}),
            R"( { "a/b" : [ null, {"~" : "x\"}" } , null ] , "\u0061":{"c":true}, "a":null } )");
  EXPECT_EQ(null_values(text, {"/a~1b", "/nothing", "/a~1b/9"}),
            R"( { "a/b" : null , "\u0061":{"c":true}, "a":-1.5e3 } )");
}

}  // namespace
}  // namespace flowferry::simulator
