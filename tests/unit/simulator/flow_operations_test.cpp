// Contact flows as connect-api.md 4.1 to 4.4 and part 5 say.
#include "simulator_fixture.h"

namespace flowferry::simulator {
namespace {

using FlowOperationsTest = SimulatorTest;

TEST_F(FlowOperationsTest, CreatesPublishedUnlessToldOtherwise) {
  start();
  const Answer made = create_flow("New");
  ASSERT_EQ(made.status, 200) << made.raw.body;
  const js::object flow = describe_flow(made.text("ContactFlowId"));
  EXPECT_EQ(flow.at("Status"), "PUBLISHED");
  EXPECT_EQ(flow.at("State"), "ACTIVE");
  EXPECT_EQ(flow.at("Arn"), js::value(js::string(made.text("ContactFlowArn"))));
  EXPECT_EQ(flow.at("Content"), js::value(js::string(k_flow)));
}

TEST_F(FlowOperationsTest, ChecksContentWhenPublishingOnly) {
  start();
  const Answer refused = create_flow("Bad", R"({"Version":"2019-10-30"})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code, "InvalidContactFlowException");
  EXPECT_FALSE(refused.list("problems").empty());
  EXPECT_FALSE(refused.body.contains("Message"));
  const Answer saved = create_flow("Bad", R"({"Version":"2019-10-30"})", "SAVED");
  EXPECT_EQ(saved.status, 200);
  EXPECT_EQ(describe_flow(saved.text("ContactFlowId")).at("Status"), "SAVED");
}

TEST_F(FlowOperationsTest, KeepsDraftAndPublishedApart) {
  start();
  const std::string id = flow_id("Main");
  const std::string draft = flow_saying("draft");
  EXPECT_EQ(
      call("UpdateContactFlowContent", {{"ContactFlowId", id + ":$SAVED"}, {"Content", draft}})
          .status,
      200);
  EXPECT_EQ(describe_flow(id).at("Content"), js::value(js::string(k_flow)));
  EXPECT_EQ(describe_flow(id).at("Status"), "PUBLISHED");
  EXPECT_EQ(describe_flow(id + ":$SAVED").at("Content"), js::value(js::string(draft)));
  EXPECT_EQ(describe_flow(id + ":$SAVED").at("Status"), "SAVED");

  const std::string live = flow_saying("live");
  EXPECT_EQ(call("UpdateContactFlowContent", {{"ContactFlowId", id}, {"Content", live}}).status,
            200);
  EXPECT_EQ(describe_flow(id).at("Content"), js::value(js::string(live)));
  EXPECT_EQ(describe_flow(id + ":$SAVED").at("Content"), js::value(js::string(live)));
}

TEST_F(FlowOperationsTest, PublishesASavedFlowByAnUpdate) {
  start();
  const std::string id = flow_id("Draft");
  EXPECT_EQ(describe_flow(id).at("Status"), "SAVED");
  EXPECT_EQ(call("UpdateContactFlowContent", {{"ContactFlowId", id}, {"Content", k_flow}}).status,
            200);
  EXPECT_EQ(describe_flow(id).at("Status"), "PUBLISHED");
}

TEST_F(FlowOperationsTest, RefusesToDescribeAnUnpublishedFlowWhenSwitched) {
  start_with("unpublished-describe", "refuse");
  const std::string id = flow_id("Draft");
  const Answer refused = call("DescribeContactFlow", {{"ContactFlowId", id}});
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(refused.code, "ContactFlowNotPublishedException");
  EXPECT_EQ(describe_flow(id + ":$SAVED").at("Status"), "SAVED");
}

TEST_F(FlowOperationsTest, TakesArnsForIds) {
  start();
  const std::string arn = std::string(describe_flow(flow_id("Main")).at("Arn").get_string());
  const std::string instance = arn.substr(0, arn.find("/contact-flow/"));
  const Answer answer =
      call("DescribeContactFlow", {{"InstanceId", instance}, {"ContactFlowId", arn + ":$SAVED"}});
  EXPECT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.object("ContactFlow").at("Name"), "Main");
}

TEST_F(FlowOperationsTest, FoldsNoCaseOfIds) {
  start();
  std::string upper = ids_["dev"];
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(call("ListContactFlows", {{"InstanceId", upper}}).code, "ResourceNotFoundException");
  EXPECT_EQ(call("ListContactFlows", {{"InstanceId", "dev"}}).code, "InvalidRequestException");
}

TEST_F(FlowOperationsTest, KeepsAccountsAndRegionsApart) {
  start();
  const std::string id = flow_id("Main");
  const std::string arn = std::string(describe_flow(id).at("Arn").get_string());
  EXPECT_EQ(call("ListContactFlows", {{"InstanceId", ids_["dev"]}}, "prod").code,
            "ResourceNotFoundException");
  EXPECT_EQ(call("ListContactFlows", {{"InstanceId", ids_["dev"]}}, "far").code,
            "ResourceNotFoundException");
  EXPECT_EQ(call("DescribeContactFlow", {{"ContactFlowId", id}}, "prod").code,
            "ResourceNotFoundException");
  EXPECT_EQ(call("DescribeContactFlow", {{"ContactFlowId", arn}}, "prod").code,
            "AccessDeniedException");
  EXPECT_EQ(call("DescribeContactFlow", {{"ContactFlowId", arn}}, "far").code,
            "ResourceNotFoundException");
  EXPECT_EQ(call("ListInstances", {}, "far").list("InstanceSummaryList").size(), 1U);
}

TEST_F(FlowOperationsTest, RefusesNamesThatAreTaken) {
  start();
  EXPECT_EQ(create_flow("Main").code, "DuplicateResourceException");
  EXPECT_EQ(create_flow("Main").status, 409);
  EXPECT_EQ(create_flow("main").status, 200);
  EXPECT_EQ(create_flow("Main", k_flow, "SAVED", "QUEUE_TRANSFER").code,
            "DuplicateResourceException");
  EXPECT_EQ(create_flow("Greet").status, 200) << "a module's name is free";
  const std::string id = flow_id("main");
  EXPECT_EQ(call("UpdateContactFlowName", {{"ContactFlowId", id}, {"Name", "Main"}}).code,
            "DuplicateResourceException");
  EXPECT_EQ(call("UpdateContactFlowMetadata", {{"ContactFlowId", id}, {"Name", "other"}}).status,
            200);
  EXPECT_EQ(describe_flow(id).at("Name"), "other");
}

TEST_F(FlowOperationsTest, LetsTypesShareNamesWhenSwitched) {
  start_with("duplicate-scope", "type");
  EXPECT_EQ(create_flow("Main", k_flow, "SAVED", "QUEUE_TRANSFER").status, 200);
  EXPECT_EQ(create_flow("Main").code, "DuplicateResourceException");
}

TEST_F(FlowOperationsTest, ArchivedNamesAreTakenOrFree) {
  for (const std::string how : {"taken", "free"}) {
    start_with("archived-names", how);
    EXPECT_EQ(call("UpdateContactFlowMetadata",
                   {{"ContactFlowId", flow_id("Main")}, {"ContactFlowState", "ARCHIVED"}})
                  .status,
              200);
    EXPECT_EQ(create_flow("Main").status, how == "free" ? 200 : 409);
  }
}

TEST_F(FlowOperationsTest, CountsArchivedAndStockFlowsAgainstTheQuota) {
  start_with("flow-quota", "23");  // 20 of the stock and two of the world.
  EXPECT_EQ(create_flow("one").status, 200);
  const Answer refused = create_flow("two");
  EXPECT_EQ(refused.code, "LimitExceededException");
  EXPECT_EQ(refused.status, 429);
}

TEST_F(FlowOperationsTest, DeletesActiveFlowsButNoDefaults) {
  start();
  const std::string id = flow_id("Main");
  EXPECT_EQ(call("DeleteContactFlow", {{"ContactFlowId", id}}).status, 200);
  EXPECT_EQ(call("DeleteContactFlow", {{"ContactFlowId", id}}).code, "ResourceNotFoundException");
  const std::string stock = flow_id("Default agent hold");
  EXPECT_EQ(call("DeleteContactFlow", {{"ContactFlowId", stock}}).status, 400);
  EXPECT_EQ(call("UpdateContactFlowMetadata",
                 {{"ContactFlowId", stock}, {"ContactFlowState", "ARCHIVED"}})
                .status,
            400);
}

TEST_F(FlowOperationsTest, RefusesToDeleteWhatANumberUsesWhenSwitched) {
  start_with("delete-in-use", "refuse");
  const std::string id = flow_id("Main");
  const Answer numbers = call("ListPhoneNumbersV2");
  ASSERT_EQ(numbers.list("ListPhoneNumbersSummaryList").size(), 1U);
  const js::value number = numbers.list("ListPhoneNumbersSummaryList")[0].at("PhoneNumberId");
  EXPECT_EQ(
      call("AssociatePhoneNumberContactFlow", {{"PhoneNumberId", number}, {"ContactFlowId", id}})
          .status,
      200);
  EXPECT_EQ(call("DeleteContactFlow", {{"ContactFlowId", id}}).status, 400);
  EXPECT_EQ(call("DisassociatePhoneNumberContactFlow", {{"PhoneNumberId", number}}).status, 200);
  EXPECT_EQ(call("DeleteContactFlow", {{"ContactFlowId", id}}).status, 200);
}

TEST_F(FlowOperationsTest, LimitsContentTo256000Characters) {
  start();
  const std::string most = std::string("\xE3\x81\x82").append(255'999, ' ');
  EXPECT_EQ(create_flow("long", most, "SAVED").status, 200);
  EXPECT_EQ(create_flow("longer", most + ' ', "SAVED").code, "InvalidParameterException");
  EXPECT_EQ(create_flow("empty", "", "SAVED").code, "InvalidParameterException");
}

TEST_F(FlowOperationsTest, KeepsContentByteForByte) {
  start();
  const std::string odd = std::string(k_flow).substr(0, k_flow.size() - 1) +
                          ",\n\t\"x\":1E3,\"y\":12345678901234567890, \"z\":\"\\/\\u3042\"}\n";
  const Answer made = create_flow("odd", odd);
  ASSERT_EQ(made.status, 200) << made.raw.body;
  EXPECT_EQ(describe_flow(made.text("ContactFlowId")).at("Content"), js::value(js::string(odd)));
}

TEST_F(FlowOperationsTest, ListsByType) {
  start();
  const Answer some =
      call("ListContactFlows", {{"ContactFlowTypes", js::array{"AGENT_HOLD", "CUSTOMER_HOLD"}}});
  EXPECT_EQ(some.list("ContactFlowSummaryList").size(), 2U);
  for (const js::value& flow : some.list("ContactFlowSummaryList"))
    EXPECT_TRUE(flow.as_object().contains("ContactFlowStatus"));
}

TEST_F(FlowOperationsTest, VersionsAreForCampaignsOnly) {
  start();
  EXPECT_EQ(call("CreateContactFlowVersion", {{"ContactFlowId", flow_id("Main")}}).code,
            "InvalidRequestException");
  const Answer campaign = create_flow("Campaign", k_flow, "SAVED", "CAMPAIGN");
  const std::string id = campaign.text("ContactFlowId");
  EXPECT_EQ(call("CreateContactFlowVersion", {{"ContactFlowId", id}}).code,
            "InvalidRequestException")
      << "not published";
}

TEST_F(FlowOperationsTest, SearchesByNameTypeAndTag) {
  start();
  const auto names = [&](js::object input) {
    std::vector<std::string> out;
    for (const js::value& flow :
         call("SearchContactFlows", std::move(input)).list("ContactFlows")) {
      out.emplace_back(flow.at("Name").get_string());
    }
    return out;
  };
  const auto by_name = [](std::string_view value, std::string_view how) {
    return js::object{
        {"SearchCriteria", js::object{{"StringCondition", js::object{{"FieldName", "name"},
                                                                     {"Value", value},
                                                                     {"ComparisonType", how}}}}}};
  };
  EXPECT_EQ(names(by_name("Main", "EXACT")), std::vector<std::string>{"Main"});
  EXPECT_EQ(names(by_name("M", "CONTAINS")).size(), 0U) << "one character is too short";
  EXPECT_EQ(names({{"SearchFilter",
                    js::object{{"TagFilter",
                                js::object{{"TagCondition", js::object{{"TagKey", "team"}}}}}}}}),
            std::vector<std::string>{"Main"});
  EXPECT_EQ(names({{"SearchCriteria", js::object{{"StatusCondition", "SAVED"}}}}),
            std::vector<std::string>{"Draft"});
  EXPECT_EQ(
      names({{"SearchCriteria",
              js::object{{"AndConditions", js::array{js::object{{"TypeCondition", "CONTACT_FLOW"}},
                                                     js::object{{"StatusCondition", "SAVED"}}}}}}})
          .size(),
      1U);
  const Answer all = call("SearchContactFlows");
  EXPECT_EQ(all.body.at("ApproximateTotalCount"), 22);
  EXPECT_FALSE(all.list("ContactFlows")[0].as_object().contains("Content"));
  start_with("search-content", "yes");
  EXPECT_TRUE(call("SearchContactFlows").list("ContactFlows")[0].as_object().contains("Content"));
}

}  // namespace
}  // namespace flowferry::simulator
