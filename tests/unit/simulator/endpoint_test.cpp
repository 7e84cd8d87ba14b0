// The wire, rates, pages, faults and the admin endpoint.
#include <set>

#include "simulator_fixture.h"

namespace flowferry::simulator {
namespace {

using EndpointTest = SimulatorTest;

TEST_F(EndpointTest, HasAHandlerForEveryOperationOfItsDescription) {
  start();
  for (const Operation& operation : description_->operations()) {
    net::ServerRequest request;
    request.method = operation.method;
    for (const Segment& segment : operation.path)
      request.target += '/' + (segment.is_member ? "x" : segment.text);
    request.headers.emplace_back(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=AKIADEV/20260115/ap-northeast-1/connect/aws4_request, "
        "SignedHeaders=host, Signature=0");
    EXPECT_NE(send(request).code, "UnknownOperationException") << operation.name;
  }
  const Answer log = admin("GET", "log");
  for (const Operation& operation : description_->operations())
    EXPECT_TRUE(log.object("calls").contains(operation.name)) << operation.name;
}

TEST_F(EndpointTest, AnswersWithTheServicesHeaders) {
  start();
  const Answer answer = call("ListInstances");
  EXPECT_EQ(net::find_header(answer.raw.headers, "content-type"), "application/json");
  EXPECT_TRUE(net::find_header(answer.raw.headers, "x-amzn-requestid"));
  EXPECT_TRUE(net::find_header(answer.raw.headers, "date"));
  EXPECT_EQ(net::find_header(answer.raw.headers, "access-control-allow-origin"), "*");
}

TEST_F(EndpointTest, GivesTheSameIdsForTheSameSeed) {
  start();
  const std::string first = world_->dump(true);
  start();
  EXPECT_EQ(world_->dump(true), first);
  options_.seed = 2;
  start();
  EXPECT_NE(world_->dump(true), first);
}

TEST_F(EndpointTest, RefusesUnsignedRequests) {
  options_.switches["signatures"] = "verify";
  start();
  const Answer answer = call("ListInstances");
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.code, "InvalidSignatureException");
  EXPECT_FALSE(answer.text("message").empty());
}

TEST_F(EndpointTest, PutsTheErrorCodeWhereTheSwitchSays) {
  const auto code_header = [&](const std::string& form) {
    start_with("error-code", form);
    return call("ListContactFlows", {{"InstanceId", "x"}});
  };
  EXPECT_EQ(code_header("header").code, "InvalidRequestException");
  EXPECT_TRUE(code_header("header-uri").code.starts_with("InvalidRequestException:http"));
  EXPECT_EQ(code_header("header-namespace").code, "com.amazonaws.connect#InvalidRequestException");
  EXPECT_EQ(code_header("body").text("__type"), "InvalidRequestException");
  EXPECT_EQ(code_header("body").code, "");
  EXPECT_EQ(code_header("body-namespace").text("__type"),
            "com.amazonaws.connect#InvalidRequestException");
}

TEST_F(EndpointTest, WritesProblemsAsTheSwitchSays) {
  start_with("problems-member", "problemDetails");
  EXPECT_FALSE(create_flow("x", "[]").list("problemDetails").empty());
  start_with("error-message", "lower");
  EXPECT_FALSE(call("ListContactFlows", {{"InstanceId", "x"}}).text("message").empty());
  start_with("error-message", "none");
  EXPECT_TRUE(call("ListContactFlows", {{"InstanceId", "x"}}).body.empty());
}

TEST_F(EndpointTest, CountsRatesByAccountRegionAndOperation) {
  options_.throttle = true;
  start();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(call("ListInstances").status, 200) << i;
  const Answer refused = call("ListInstances");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.code, "TooManyRequestsException");
  EXPECT_FALSE(net::find_header(refused.raw.headers, "retry-after"));
  EXPECT_EQ(call("ListQueues").status, 200) << "another operation";
  EXPECT_EQ(call("ListInstances", {}, "prod").status, 200) << "another account";
  EXPECT_EQ(call("ListInstances", {}, "far").status, 200) << "another Region";
  clock_.turn(std::chrono::milliseconds(500));
  EXPECT_EQ(call("ListInstances").status, 200);
  EXPECT_EQ(call("ListInstances").status, 429);
  EXPECT_EQ(admin("GET", "log").object("throttled").at("ListInstances"), 2);
}

TEST_F(EndpointTest, ThrottlesByAnotherCodeAndHeaderWhenSwitched) {
  options_.throttle = true;
  options_.burst = 1;
  options_.switches["retry-after"] = "7";
  start_with("throttle-code", "ThrottlingException");
  call("ListInstances");
  const Answer refused = call("ListInstances");
  EXPECT_EQ(refused.code, "ThrottlingException");
  EXPECT_EQ(net::find_header(refused.raw.headers, "retry-after"), "7");
}

TEST_F(EndpointTest, PagesToTheEndWithoutLossOrRepetition) {
  for (const std::string pages : {"full", "short", "ragged"}) {
    start_with("pages", pages);
    std::set<std::string> seen;
    js::object input{{"MaxResults", 3}};
    int count = 0;
    for (int i = 0; i < 200; ++i) {
      const Answer page = call("ListContactFlows", input);
      ASSERT_EQ(page.status, 200);
      EXPECT_LE(page.list("ContactFlowSummaryList").size(), 3U);
      for (const js::value& flow : page.list("ContactFlowSummaryList")) {
        ++count;
        seen.emplace(flow.at("Id").get_string());
      }
      if (!page.body.contains("NextToken")) break;
      input["NextToken"] = page.body.at("NextToken");
    }
    EXPECT_EQ(count, 22) << pages;
    EXPECT_EQ(seen.size(), 22U) << pages;
  }
}

TEST_F(EndpointTest, TokensBelongToTheirQueryAndDieAfterADay) {
  start();
  const js::value token = call("ListContactFlows", {{"MaxResults", 3}}).body.at("NextToken");
  EXPECT_EQ(call("ListContactFlows", {{"MaxResults", 5}, {"NextToken", token}}).status, 200);
  EXPECT_EQ(call("ListContactFlows",
                 {{"ContactFlowTypes", js::array{"AGENT_HOLD"}}, {"NextToken", token}})
                .code,
            "InvalidParameterException");
  EXPECT_EQ(call("ListQueues", {{"NextToken", token}}).code, "InvalidParameterException");
  EXPECT_EQ(call("ListContactFlows", {{"NextToken", "rubbish"}}).code, "InvalidParameterException");
  clock_.turn(std::chrono::hours(25));
  const Answer dead = call("ListContactFlows", {{"NextToken", token}});
  EXPECT_EQ(dead.code, "InvalidToken");
  EXPECT_EQ(dead.status, 400);
}

TEST_F(EndpointTest, RefusesPagesAboveTheMaximum) {
  start();
  EXPECT_EQ(call("ListContactFlows", {{"MaxResults", 1000}}).status, 200);
  EXPECT_EQ(call("ListContactFlows", {{"MaxResults", 1001}}).code, "InvalidParameterException");
  EXPECT_EQ(call("ListLambdaFunctions", {{"MaxResults", 26}}).code, "InvalidParameterException");
}

TEST_F(EndpointTest, IgnoresAndCountsUnknownMembers) {
  start();
  net::ServerRequest request = request_for(*description_->operation("ListFlowAssociations"),
                                           {{"InstanceId", ids_["dev"]}}, "dev", "connect");
  request.target += "?resourceType=NONSENSE";  // The operation says ResourceType.
  EXPECT_EQ(send(request).status, 200);
  EXPECT_EQ(
      admin("GET", "log").object("unknownMembers").at("ListFlowAssociations: query resourceType"),
      1);
  start_with("unknown-members", "refuse");
  EXPECT_EQ(send(request).status, 400);
}

TEST_F(EndpointTest, RefusesWhatTheDescriptionForbids) {
  start();
  EXPECT_EQ(
      call("CreateContactFlow", {{"Name", "x"}, {"Type", "NONSENSE"}, {"Content", k_flow}}).code,
      "InvalidParameterException");
  EXPECT_EQ(call("CreateContactFlow", {{"Name", "x"}, {"Content", k_flow}}).code,
            "InvalidParameterException");
  EXPECT_EQ(
      call("CreateContactFlow", {{"Name", 3}, {"Type", "CONTACT_FLOW"}, {"Content", k_flow}}).code,
      "SerializationException");
  EXPECT_EQ(call("CreateContactFlow", {{"Name", "x"},
                                       {"Type", "CONTACT_FLOW"},
                                       {"Content", k_flow},
                                       {"Tags", js::object{{"aws:x", "y"}}}})
                .code,
            "InvalidParameterException");
  net::ServerRequest request = request_for(*description_->operation("CreateContactFlow"),
                                           {{"InstanceId", ids_["dev"]}}, "dev", "connect");
  request.body = "{";
  EXPECT_EQ(send(request).code, "SerializationException");
  request.body = "[]";
  EXPECT_EQ(send(request).code, "SerializationException");
}

TEST_F(EndpointTest, DeniesAndBreaksWhatTheSwitchNames) {
  options_.switches["deny"] = "ListQueues, TagResource";
  start();
  const Answer denied = call("ListQueues");
  EXPECT_EQ(denied.code, "AccessDeniedException");
  EXPECT_NE(denied.text("Message").find("connect:ListQueues"), std::string::npos)
      << denied.raw.body;
  EXPECT_EQ(call("ListPrompts").status, 200);
  options_.switches.erase("deny");
  start_with("broken", "Main");
  EXPECT_EQ(call("DescribeContactFlow", {{"ContactFlowId", flow_id("Main")}}).code,
            "InternalServiceException");
  EXPECT_EQ(call("DescribeContactFlow", {{"ContactFlowId", flow_id("Draft")}}).status, 200);
  start_with("credentials", "expired");
  EXPECT_EQ(call("ListPrompts").code, "ExpiredTokenException");
}

TEST_F(EndpointTest, ShowsChangesLateWithinTheConsistencyWindow) {
  options_.switches["consistency-ms"] = "60000";
  start();
  const std::string id = create_flow("Late").text("ContactFlowId");
  const std::string main = flow_id("Main");
  EXPECT_EQ(create_flow("Late").code, "DuplicateResourceException") << "writes know at once";
  EXPECT_EQ(call("DescribeContactFlow", {{"ContactFlowId", id}}).code, "ResourceNotFoundException");
  call("UpdateContactFlowName", {{"ContactFlowId", main}, {"Name", "Renamed"}});
  EXPECT_EQ(describe_flow(main).at("Name"), "Main");
  const std::string draft = flow_id("Draft");
  call("DeleteContactFlow", {{"ContactFlowId", draft}});
  EXPECT_EQ(call("DescribeContactFlow", {{"ContactFlowId", draft}}).status, 200);
  clock_.turn(std::chrono::minutes(2));
  EXPECT_EQ(describe_flow(id).at("Name"), "Late");
  EXPECT_EQ(describe_flow(main).at("Name"), "Renamed");
  EXPECT_EQ(call("DescribeContactFlow", {{"ContactFlowId", draft}}).status, 404);
}

TEST_F(EndpointTest, LosesConnectionsBeforeAndAfterProcessing) {
  options_.faults.operation = "CreateContactFlow";
  options_.faults.reset_before = 1;
  start();
  EXPECT_EQ(create_flow("A").raw.mishap, net::Mishap::drop);
  EXPECT_EQ(call("SearchContactFlows").body.at("ApproximateTotalCount"), 22);
  options_.faults.reset_before = 0;
  options_.faults.reset_after = 1;
  start();
  EXPECT_EQ(create_flow("A").raw.mishap, net::Mishap::drop);
  EXPECT_EQ(call("SearchContactFlows").body.at("ApproximateTotalCount"), 23);
}

TEST_F(EndpointTest, InjectsFaultsInTheirShares) {
  options_.faults.error_500 = 0.2;
  options_.faults.error_503 = 0.1;
  options_.faults.throttled = 0.1;
  options_.faults.cut_body = 0.1;
  start();
  std::map<int, int> statuses;
  int cut = 0;
  for (int i = 0; i < 1000; ++i) {
    const Answer answer = call("ListInstances");
    ++statuses[answer.status];
    if (answer.raw.mishap == net::Mishap::cut_body) ++cut;
  }
  EXPECT_NEAR(statuses[500], 200, 50);
  EXPECT_NEAR(statuses[503], 100, 40);
  EXPECT_NEAR(statuses[429], 100, 40);
  EXPECT_NEAR(cut, 100, 40);
}

TEST_F(EndpointTest, AsksTheHookAroundEachWrite) {
  std::vector<std::string> seen;
  options_.on_write = [&](const WriteCall& write, Moment moment) {
    seen.push_back(std::string(write.operation) +
                   (moment == Moment::before ? " before " : " after ") +
                   std::to_string(write.number));
    return write.number == 2 && moment == Moment::before ? Verdict::drop : Verdict::go_on;
  };
  start();
  EXPECT_EQ(create_flow("A").status, 200);
  EXPECT_EQ(create_flow("B").raw.mishap, net::Mishap::drop);
  call("ListQueues");
  EXPECT_EQ(seen,
            (std::vector<std::string>{"CreateContactFlow before 1", "CreateContactFlow after 1",
                                      "CreateContactFlow before 2"}));
  EXPECT_EQ(call("SearchContactFlows").body.at("ApproximateTotalCount"), 23);
}

TEST_F(EndpointTest, HoldsAWriteForTheClientToBeKilled) {
  start();
  EXPECT_EQ(admin("POST", "faults", R"({"hold_write": 2, "hold_moment": "after"})").status, 200);
  EXPECT_LT(create_flow("A").raw.delay, std::chrono::seconds(1));
  EXPECT_GT(create_flow("B").raw.delay, std::chrono::minutes(5));
  EXPECT_EQ(admin("GET", "log").body.at("held"), 1);
  EXPECT_EQ(call("SearchContactFlows").body.at("ApproximateTotalCount"), 24);
  EXPECT_EQ(admin("POST", "faults", R"({"hold_write": 3, "hold_moment": "before"})").status, 200);
  create_flow("C");
  EXPECT_EQ(call("SearchContactFlows").body.at("ApproximateTotalCount"), 24);
}

TEST_F(EndpointTest, ChangesThingsAsSomebodyElse) {
  start();
  const std::string id = flow_id("Main");
  const std::string input =
      R"({"InstanceId":")" + ids_["dev"] + R"(","ContactFlowId":")" + id + R"(","Name":"Theirs"})";
  EXPECT_EQ(
      admin("POST", "script",
            R"([{"after_write":1,"operation":"UpdateContactFlowName","input":)" + input + "}]")
          .status,
      200);
  EXPECT_EQ(describe_flow(id).at("Name"), "Main");
  create_flow("A");
  EXPECT_EQ(describe_flow(id).at("Name"), "Theirs");
  EXPECT_EQ(
      admin("POST", "call", R"({"operation":"DeleteContactFlow","input":)" + input + "}").status,
      200);
  EXPECT_EQ(call("DescribeContactFlow", {{"ContactFlowId", id}}).status, 404);
  EXPECT_EQ(admin("POST", "reset").status, 200);
  EXPECT_EQ(describe_flow(id).at("Name"), "Main");
}

TEST_F(EndpointTest, AdminRefusesWebPagesAndNonsense) {
  start();
  EXPECT_EQ(admin("GET", "nonsense").status, 404);
  EXPECT_EQ(admin("POST", "switches", R"({"eror-code":"body"})").status, 400);
  EXPECT_EQ(admin("POST", "switches", R"({"error-code":"body"})").status, 200);
  EXPECT_EQ(admin("GET", "switches").text("error-code"), "body");
  EXPECT_EQ(admin("POST", "faults", R"({"error_500":7})").status, 400);
  net::ServerRequest request;
  request.method = "GET";
  request.target = "/_simulator/dump";
  request.headers.emplace_back("Origin", "http://evil.example");
  EXPECT_EQ(send(request).status, 403);
}

TEST_F(EndpointTest, DumpsTheSameWorldTheSameWay) {
  start();
  const std::string before = world_->dump(false);
  const std::string id = create_flow("A").text("ContactFlowId");
  EXPECT_NE(world_->dump(false), before);
  clock_.turn(std::chrono::hours(1));
  call("DeleteContactFlow", {{"ContactFlowId", id}});
  EXPECT_EQ(world_->dump(false), before);
}

TEST_F(EndpointTest, GivesOptionalMembersAsTheSwitchSays) {
  start_with("optional-members", "always");
  const js::object all = describe_flow(flow_id("Main"));
  for (const char* name :
       {"Description", "Tags", "FlowContentSha256", "LastModifiedTime", "LastModifiedRegion"}) {
    EXPECT_TRUE(all.contains(name)) << name;
  }
  start_with("optional-members", "never");
  const js::object few = describe_flow(flow_id("Draft"));
  for (const char* name : {"Description", "Tags", "FlowContentSha256", "LastModifiedTime"})
    EXPECT_FALSE(few.contains(name)) << name;
  EXPECT_EQ(describe_flow(flow_id("Main")).at("Tags"), js::value(js::object{{"team", "a"}}))
      << "what is not empty stays";
  options_.switches["optional-members"] = "always";
  start_with("times", "iso");
  EXPECT_EQ(describe_flow(flow_id("Main")).at("LastModifiedTime"), "2026-01-15T12:00:00Z");
  start_with("undocumented-members", "yes");
  EXPECT_EQ(describe_flow(flow_id("Main")).at("IsDefault"), "false");
  EXPECT_TRUE(call("ListRules").body.at("RuleSummaryList").is_null());
}

TEST_F(EndpointTest, MakesNoAnswerThatTheDescriptionForbids) {
  options_.switches["optional-members"] = "always";
  start();
  for (const Operation& operation : description_->operations()) {
    if (!operation.name.starts_with("List") && !operation.name.starts_with("Search")) continue;
    js::object input;
    bool enough = true;
    for (const Member& member : operation.input->members) {
      if (!member.required || member.name == "InstanceId") continue;
      if (member.name == "LexVersion")
        input["LexVersion"] = "V2";
      else
        enough = false;
    }
    if (enough) {
      EXPECT_EQ(call(operation.name, input).status, 200) << operation.name;
    }
  }
  EXPECT_EQ(admin("GET", "log").list("mistakes"), js::array());
}

}  // namespace
}  // namespace flowferry::simulator
