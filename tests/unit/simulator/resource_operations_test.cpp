// The other kinds: lists, descriptions, changes, tags, views, integrations, Lex.
#include "simulator_fixture.h"

namespace flowferry::simulator {
namespace {

using ResourceOperationsTest = SimulatorTest;

TEST_F(ResourceOperationsTest, CreatesDescribesChangesAndDeletesAQueue) {
  start();
  const std::string hours =
      id_of("ListHoursOfOperations", "HoursOfOperationSummaryList", "Basic Hours");
  EXPECT_EQ(call("CreateQueue", {{"Name", "Q"}, {"HoursOfOperationId", "nowhere"}}).code,
            "ResourceNotFoundException");
  const Answer made =
      call("CreateQueue",
           {{"Name", "Q"}, {"HoursOfOperationId", hours}, {"Tags", js::object{{"a", "b"}}}});
  ASSERT_EQ(made.status, 200) << made.raw.body;
  EXPECT_EQ(call("CreateQueue", {{"Name", "Q"}, {"HoursOfOperationId", hours}}).code,
            "DuplicateResourceException");
  const std::string id = made.text("QueueId");
  js::object queue = call("DescribeQueue", {{"QueueId", id}}).object("Queue");
  EXPECT_EQ(queue.at("QueueArn"), js::value(js::string(made.text("QueueArn"))));
  EXPECT_EQ(queue.at("HoursOfOperationId"), js::value(js::string(hours)));
  EXPECT_EQ(queue.at("Status"), "ENABLED");
  EXPECT_EQ(call("UpdateQueueName", {{"QueueId", id}, {"Name", "R"}, {"Description", "d"}}).status,
            200);
  EXPECT_EQ(call("UpdateQueueStatus", {{"QueueId", id}, {"Status", "DISABLED"}}).status, 200);
  queue = call("DescribeQueue", {{"QueueId", made.text("QueueArn")}}).object("Queue");
  EXPECT_EQ(queue.at("Name"), "R");
  EXPECT_EQ(queue.at("Status"), "DISABLED");
  EXPECT_EQ(call("DeleteQueue", {{"QueueId", id}}).status, 200);
  EXPECT_EQ(call("DescribeQueue", {{"QueueId", id}}).code, "ResourceNotFoundException");
  EXPECT_EQ(
      call("DeleteQueue", {{"QueueId", id_of("ListQueues", "QueueSummaryList", "BasicQueue")}})
          .code,
      "ResourceInUseException");
}

TEST_F(ResourceOperationsTest, ListsAgentQueuesWithoutNames) {
  start();
  const Answer all = call("ListQueues");
  const js::object last = all.list("QueueSummaryList").back().as_object();
  EXPECT_EQ(last.at("QueueType"), "AGENT");
  EXPECT_FALSE(last.contains("Name"));
  EXPECT_NE(std::string(last.at("Arn").get_string()).find("/queue/agent/"), std::string::npos);
  EXPECT_EQ(
      call("ListQueues", {{"QueueTypes", js::array{"STANDARD"}}}).list("QueueSummaryList").size(),
      3U);
  EXPECT_EQ(
      call("ListQueues", {{"QueueTypes", js::array{"AGENT"}}}).list("QueueSummaryList").size(), 1U);
}

TEST_F(ResourceOperationsTest, TagsWhatHasAnArn) {
  start();
  const js::object flow = describe_flow(flow_id("Main"));
  const js::value arn = flow.at("Arn");
  EXPECT_EQ(call("TagResource", {{"resourceArn", arn}, {"tags", js::object{{"ü b", ""}}}}).status,
            200);
  EXPECT_EQ(call("ListTagsForResource", {{"resourceArn", arn}}).object("tags"),
            (js::object{{"team", "a"}, {"ü b", ""}}));
  EXPECT_EQ(call("UntagResource", {{"resourceArn", arn}, {"tagKeys", js::array{"team", "absent"}}})
                .status,
            200);
  EXPECT_EQ(call("ListTagsForResource", {{"resourceArn", arn}}).object("tags").size(), 1U);
  const std::string text(arn.get_string());
  EXPECT_EQ(
      call("ListTagsForResource", {{"resourceArn", text.substr(0, text.size() - 1) + "x"}}).status,
      404);
  EXPECT_EQ(call("ListTagsForResource", {{"resourceArn", arn}}, "prod").code,
            "AccessDeniedException");
  EXPECT_EQ(call("TagResource", {{"resourceArn", arn}, {"tags", js::object{{"aws:x", "y"}}}}).code,
            "InvalidParameterException");
  EXPECT_EQ(call("TagResource", {{"resourceArn", arn}, {"tags", js::object()}}).code,
            "InvalidParameterException");
  const js::value old_number = call("ListPhoneNumbers").list("PhoneNumberSummaryList")[0].at("Arn");
  EXPECT_EQ(call("ListTagsForResource", {{"resourceArn", old_number}}).status, 400);
  const js::value number =
      call("ListPhoneNumbersV2").list("ListPhoneNumbersSummaryList")[0].at("PhoneNumberArn");
  EXPECT_EQ(call("ListTagsForResource", {{"resourceArn", number}}).status, 200);
}

TEST_F(ResourceOperationsTest, KnowsManagedAndOwnViews) {
  start();
  const Answer managed = call("ListViews", {{"Type", "AWS_MANAGED"}});
  ASSERT_FALSE(managed.list("ViewsSummaryList").empty());
  const js::value arn = managed.list("ViewsSummaryList")[0].at("Arn");
  EXPECT_NE(std::string(arn.get_string()).find(":aws:view/"), std::string::npos);
  EXPECT_EQ(call("DescribeView", {{"ViewId", arn}}).status, 200);
  EXPECT_EQ(call("ListViews", {{"Type", "CUSTOMER_MANAGED"}}).list("ViewsSummaryList").size(), 2U);
  const std::string draft = id_of("ListViews", "ViewsSummaryList", "Draft");
  EXPECT_EQ(call("DescribeView", {{"ViewId", draft}}).status, 404);
  EXPECT_EQ(call("DescribeView", {{"ViewId", draft + ":$SAVED"}}).status, 200);
  start_with("managed-views", "not-found");
  EXPECT_EQ(call("DescribeView", {{"ViewId", arn}}).status, 404);
}

TEST_F(ResourceOperationsTest, AssociatesFunctionsAndBots) {
  start();
  EXPECT_EQ(call("ListLambdaFunctions").list("LambdaFunctions").size(), 1U);
  const std::string other = "arn:aws:lambda:ap-northeast-1:111122223333:function:other";
  EXPECT_EQ(call("AssociateLambdaFunction", {{"FunctionArn", other}}).status, 200);
  EXPECT_EQ(call("AssociateLambdaFunction", {{"FunctionArn", other}}).code,
            "ResourceConflictException");
  EXPECT_EQ(call("AssociateLambdaFunction", {{"FunctionArn", other + "s"}}).code,
            "InvalidRequestException");
  EXPECT_EQ(call("ListLambdaFunctions").list("LambdaFunctions").size(), 2U);
  EXPECT_EQ(call("DisassociateLambdaFunction", {{"FunctionArn", other}}).status, 200);
  EXPECT_EQ(call("ListBots", {{"LexVersion", "V1"}}).list("LexBots").size(), 1U);
  const Answer bots = call("ListBots", {{"LexVersion", "V2"}});
  ASSERT_EQ(bots.list("LexBots").size(), 1U);
  const std::string arn(bots.list("LexBots")[0].at("LexV2Bot").at("AliasArn").get_string());
  const std::string ids = arn.substr(arn.rfind(':') + 1);
  const std::string bot = ids.substr(10, 10);
  const std::string alias = ids.substr(21);
  EXPECT_EQ(lex("DescribeBot", {{"botId", bot}}).text("botName"), "TravelBot");
  EXPECT_EQ(lex("DescribeBotAlias", {{"botId", bot}, {"botAliasId", alias}}).text("botAliasName"),
            "live");
  EXPECT_EQ(lex("ListBots", {}).list("botSummaries").size(), 1U);
  EXPECT_EQ(lex("ListBotAliases", {{"botId", bot}}).list("botAliasSummaries").size(), 1U);
  EXPECT_EQ(lex("DescribeBot", {{"botId", "ABCDEFGHIJ"}}).code, "ResourceNotFoundException");
}

TEST_F(ResourceOperationsTest, TellsWhichFlowANumberHas) {
  start();
  const js::value number = call("ListPhoneNumbersV2").list("ListPhoneNumbersSummaryList")[0];
  const std::string flow = flow_id("Main");
  EXPECT_EQ(call("AssociatePhoneNumberContactFlow",
                 {{"PhoneNumberId", number.at("PhoneNumberId")}, {"ContactFlowId", flow}})
                .status,
            200);
  const Answer all = call("ListFlowAssociations", {{"ResourceType", "VOICE_PHONE_NUMBER"}});
  ASSERT_EQ(all.list("FlowAssociationSummaryList").size(), 1U);
  EXPECT_EQ(all.list("FlowAssociationSummaryList")[0].at("ResourceId"),
            number.at("PhoneNumberArn"));
  const Answer batch = call("BatchGetFlowAssociation",
                            {{"ResourceIds", js::array{number.at("PhoneNumberArn"), "x"}}});
  EXPECT_EQ(batch.list("FlowAssociationSummaryList").size(), 1U);
}

TEST_F(ResourceOperationsTest, ChecksReferencesOfFlowsInThisInstance) {
  start();
  const std::string queue(call("ListQueues").list("QueueSummaryList")[0].at("Arn").get_string());
  const auto to_queue = [](const std::string& arn) {
    return R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Actions":[{"Identifier":"a","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":")" +
           arn +
           R"("},"Transitions":{"NextAction":"b","Errors":[{"NextAction":"b","ErrorType":"NoMatchingError"}],"Conditions":[]}},{"Identifier":"b","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]})";
  };
  const Answer good = create_flow("queue", to_queue(queue));
  EXPECT_EQ(good.status, 200) << good.raw.body;
  std::string elsewhere = queue;
  elsewhere.replace(elsewhere.find(ids_["dev"]), 36, ids_["prod"]);
  EXPECT_EQ(create_flow("elsewhere", to_queue(elsewhere)).code, "InvalidContactFlowException");
  call("DeleteContactFlow", {{"ContactFlowId", good.text("ContactFlowId")}});
}

}  // namespace
}  // namespace flowferry::simulator
