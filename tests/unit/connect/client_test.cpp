#include "connect/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>

#include "base/json/value.h"
#include "support/fake_service.h"

namespace flowferry::connect {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char k_instance[] = "11111111-2222-4333-8444-555555555555";
const std::string k_arn =
    "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-4333-8444-555555555555";

class ClientTest : public testing::Test, protected test::FakeService {
 protected:
  ClientTest() {
    transport.handler = [this](const net::HttpRequest&) -> Result<net::HttpResponse> {
      if (script.empty()) {
        ADD_FAILURE() << "one request too many";
        return net::HttpResponse{400, {}, "{}"};
      }
      auto next = std::move(script.front());
      script.pop_front();
      return next;
    };
  }
  void answer(std::string body, int status = 200, std::string code = {}) {
    net::HttpResponse response{status, {{"x-amzn-RequestId", "r"}}, std::move(body)};
    if (!code.empty()) response.headers.emplace_back("x-amzn-ErrorType", code);
    script.push_back(std::move(response));
  }
  /// "METHOD target body" of a request that was sent.
  std::string sent(std::size_t index) const {
    const auto& request = transport.requests.at(index);
    return request.method + " " + request.target + (request.body.empty() ? "" : " ") + request.body;
  }
  template <class T>
  auto run(Task<T> task) {
    return transport.run(std::move(task));
  }

  aws::Service lex{{"lex", "us-east-1", "", "https://lex.example", "t", {}, {}},
                   transport,
                   keys,
                   pacer,
                   statistics,
                   transport.clock,
                   random};
  Client client{connect, lex, k_instance};
  std::deque<Result<net::HttpResponse>> script;
};

TEST_F(ClientTest, ListsInstancesOverAllPages) {
  answer(R"({"InstanceSummaryList":[{"Id":"i1","Arn":")" + k_arn +
         R"(","InstanceAlias":"acme","InstanceStatus":"ACTIVE"}],"NextToken":"a+/="})");
  answer(R"({"InstanceSummaryList":[{"Id":"i2","Arn":"garbage"}]})");
  const auto instances = run(list_instances(connect));
  ASSERT_TRUE(instances);
  ASSERT_EQ(instances->size(), 2u);
  EXPECT_EQ(instances->at(0).alias, "acme");
  EXPECT_EQ(instances->at(0).region, "us-east-1");
  EXPECT_EQ(instances->at(0).account, "111122223333");
  EXPECT_EQ(instances->at(0).partition, "aws");
  EXPECT_EQ(instances->at(1).alias, "");
  EXPECT_EQ(sent(0), "GET /instance?maxResults=10");
  EXPECT_EQ(sent(1), "GET /instance?maxResults=10&nextToken=a%2B%2F%3D");
}

TEST_F(ClientTest, DescribesItsInstance) {
  answer(R"({"Instance":{"Id":"i","Arn":")" + k_arn + R"(","InstanceStatus":"active"}})");
  const auto instance = run(client.describe_instance());
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->status, "ACTIVE");
  EXPECT_EQ(sent(0), std::string("GET /instance/") + k_instance);
}

TEST_F(ClientTest, ListsFlowsThroughShortAndEmptyPagesAndNullLists) {
  answer(
      R"({"ContactFlowSummaryList":[{"Id":"f","Arn":"a","Name":" メイン/%+","ContactFlowType":"CONTACT_FLOW",
             "ContactFlowState":"ACTIVE","ContactFlowStatus":"SAVED","New":{"x":[1]}}],"NextToken":"1"})");
  answer(R"({"ContactFlowSummaryList":[],"NextToken":"2"})");
  answer(R"({"ContactFlowSummaryList":null,"NextToken":"3"})");
  answer(R"({"NextToken":"4"})");
  answer(R"({"ContactFlowSummaryList":[{"Id":"g","Name":"Second","Arn":null}],"NextToken":null})");
  const auto flows = run(client.list_flows(ResourceKind::contact_flow));
  ASSERT_TRUE(flows);
  ASSERT_EQ(flows->size(), 2u);
  const Resource& first = flows->at(0);
  EXPECT_EQ(first.kind, ResourceKind::contact_flow);
  EXPECT_EQ(first.name, " メイン/%+");
  EXPECT_EQ(first.type, "CONTACT_FLOW");
  EXPECT_EQ(first.state, "ACTIVE");
  EXPECT_EQ(first.status, "SAVED");
  EXPECT_EQ(flows->at(1).arn, "");
  EXPECT_EQ(sent(0), std::string("GET /contact-flows-summary/") + k_instance + "?maxResults=1000");
}

TEST_F(ClientTest, ModulesHaveNeitherTypeNorStatus) {
  answer(R"({"ContactFlowModulesSummaryList":[{"Id":"m","Arn":"a","Name":"M","State":"active"}]})");
  const auto modules = run(client.list_flows(ResourceKind::flow_module));
  ASSERT_TRUE(modules);
  EXPECT_EQ(modules->at(0).state, "ACTIVE");
  EXPECT_EQ(modules->at(0).type, "");
  EXPECT_EQ(modules->at(0).status, "");
  EXPECT_THAT(sent(0), HasSubstr("/contact-flow-modules-summary/"));
}

TEST_F(ClientTest, EndlessPagesAreAnError) {
  for (const char* token : {"x", "y", "x"}) {
    answer(std::string(R"({"PromptSummaryList":[],"NextToken":")") + token + "\"}");
  }
  const auto prompts = run(client.list_resources(ResourceKind::prompt));
  ASSERT_FALSE(prompts);
  EXPECT_EQ(prompts.error().kind, ErrorKind::malformed);
}

TEST_F(ClientTest, AnAnswerThatIsNoObjectIsAnError) {
  for (const char* body : {"[]", "3", "null", ""}) {
    answer(body);
    EXPECT_EQ(run(client.list_resources(ResourceKind::prompt)).error().kind, ErrorKind::malformed);
  }
}

TEST_F(ClientTest, EveryKindWithALookUpHasItsList) {
  const std::string i = k_instance;
  const std::map<ResourceKind, std::string> expected = {
      {ResourceKind::contact_flow, "GET /contact-flows-summary/" + i + "?maxResults=1000"},
      {ResourceKind::flow_module, "GET /contact-flow-modules-summary/" + i + "?maxResults=1000"},
      {ResourceKind::queue, "GET /queues-summary/" + i + "?queueTypes=STANDARD&maxResults=1000"},
      {ResourceKind::hours_of_operation,
       "GET /hours-of-operations-summary/" + i + "?maxResults=1000"},
      {ResourceKind::prompt, "GET /prompts-summary/" + i + "?maxResults=1000"},
      {ResourceKind::routing_profile, "GET /routing-profiles-summary/" + i + "?maxResults=1000"},
      {ResourceKind::quick_connect, "GET /quick-connects/" + i + "?maxResults=1000"},
      {ResourceKind::user, "GET /users-summary/" + i + "?maxResults=1000"},
      {ResourceKind::security_profile, "GET /security-profiles-summary/" + i + "?maxResults=1000"},
      {ResourceKind::hierarchy_group,
       "GET /user-hierarchy-groups-summary/" + i + "?maxResults=1000"},
      {ResourceKind::view, "GET /views/" + i + "?maxResults=100"},
      {ResourceKind::task_template, "GET /instance/" + i + "/task/template?maxResults=100"},
      {ResourceKind::agent_status, "GET /agent-status/" + i + "?maxResults=1000"},
      {ResourceKind::phone_number,
       "POST /phone-number/list {\"InstanceId\":\"" + i + "\",\"MaxResults\":1000}"},
      {ResourceKind::evaluation_form, "GET /evaluation-forms/" + i + "?maxResults=100"},
      {ResourceKind::email_address,
       "POST /search-email-addresses {\"InstanceId\":\"" + i + "\",\"MaxResults\":100}"},
      {ResourceKind::data_table, "GET /data-tables/" + i + "?maxResults=1000"},
      {ResourceKind::lambda_function, "GET /instance/" + i + "/lambda-functions?maxResults=25"},
      {ResourceKind::lex_v1_bot, "GET /instance/" + i + "/bots?lexVersion=V1&maxResults=25"},
      {ResourceKind::lex_v2_bot_alias, "GET /instance/" + i + "/bots?lexVersion=V2&maxResults=25"},
  };
  for (const ResourceKind kind : all_kinds()) {
    SCOPED_TRACE(std::string(to_string(kind)));
    if (!has_lookup(kind)) {
      EXPECT_EQ(run(client.list_resources(kind)).error().kind, ErrorKind::refused);
      continue;
    }
    answer("{}");
    transport.requests.clear();
    EXPECT_TRUE(run(client.list_resources(kind)));
    ASSERT_EQ(expected.count(kind), 1u);
    EXPECT_EQ(sent(0), expected.at(kind));
  }
}

TEST_F(ClientTest, ItemsUseTheirOwnMemberNames) {
  const auto one = [&](ResourceKind kind, std::string body) {
    answer(std::move(body));
    const auto found = run(client.list_resources(kind));
    EXPECT_TRUE(found);
    return found && found->size() == 1 ? found->front() : Resource{};
  };
  Resource r =
      one(ResourceKind::user, R"({"UserSummaryList":[{"Username":"taro","Id":"u","Arn":"a"}]})");
  EXPECT_EQ(r.name, "taro");
  r = one(
      ResourceKind::evaluation_form,
      R"({"EvaluationFormSummaryList":[{"Title":"T","EvaluationFormId":"e","EvaluationFormArn":"a"}]})");
  EXPECT_EQ(r.name + r.id + r.arn, "Tea");
  r = one(
      ResourceKind::phone_number,
      R"({"ListPhoneNumbersSummaryList":[{"PhoneNumber":"+8131","PhoneNumberId":"p","PhoneNumberArn":"a","PhoneNumberType":"DID"}]})");
  EXPECT_EQ(r.name + r.id + r.arn + r.type, "+8131paDID");
  r = one(
      ResourceKind::email_address,
      R"({"EmailAddresses":[{"EmailAddress":"a@b.example","EmailAddressId":"e","EmailAddressArn":"x"}]})");
  EXPECT_EQ(r.name + r.id + r.arn, "a@b.exampleex");
  r = one(
      ResourceKind::view,
      R"({"ViewsSummaryList":[{"Name":"V","Id":"v","Arn":"arn:aws:connect:us-east-1:aws:view/v:1","Type":"AWS_MANAGED","Status":"PUBLISHED"}]})");
  EXPECT_EQ(r.type, "AWS_MANAGED");
  r = one(ResourceKind::lex_v1_bot,
          R"({"LexBots":[{"LexBot":{"Name":"Bot","LexRegion":"us-west-2"}}]})");
  EXPECT_EQ(r.name + r.id + r.type + r.arn, "BotBotus-west-2");
  r = one(
      ResourceKind::lex_v2_bot_alias,
      R"({"LexBots":[{"LexV2Bot":{"AliasArn":"arn:aws:lex:us-east-1:1:bot-alias/BOT/ALIAS"}}]})");
  EXPECT_EQ(r.id, "BOT/ALIAS");
  EXPECT_EQ(r.name, "") << "only the Lex API knows it";
}

TEST_F(ClientTest, LambdaFunctionsAreNamedByTheirArn) {
  answer(R"({"LambdaFunctions":["arn:aws:lambda:us-east-1:1:function:lookup",
             "arn:aws:lambda:us-east-1:1:function:book:live","odd"]})");
  const auto functions = run(client.list_resources(ResourceKind::lambda_function));
  ASSERT_TRUE(functions);
  EXPECT_EQ(functions->at(0).name, "lookup");
  EXPECT_EQ(functions->at(0).id, "lookup");
  EXPECT_EQ(functions->at(1).name, "book");
  EXPECT_EQ(functions->at(1).arn, "arn:aws:lambda:us-east-1:1:function:book:live");
  EXPECT_EQ(functions->at(2).name, "odd");
}

TEST_F(ClientTest, QueuesOfAgentsAreLeftOut) {
  answer(R"({"QueueSummaryList":[{"Id":"a","Arn":"x","QueueType":"AGENT"},
             {"Id":"q","Arn":"y","Name":"Sales","QueueType":"STANDARD"}]})");
  const auto queues = run(client.list_resources(ResourceKind::queue));
  ASSERT_EQ(queues->size(), 1u);
  EXPECT_EQ(queues->at(0).name, "Sales");
}

TEST_F(ClientTest, DescribesAFlowWithItsContentAsItIs) {
  const std::string content =
      "{\"Version\":\"2019-10-30\",\n \"n\":1E3,\"ü\":\"\\u00e9\\ud83d\\ude00\"}";
  json::Value flow = json::Value::object({{"Id", "f"},
                                          {"Arn", k_arn},
                                          {"Name", "N"},
                                          {"Type", "CONTACT_FLOW"},
                                          {"State", "active"},
                                          {"Status", "published"},
                                          {"Content", content},
                                          {"IsDefault", "true"}});
  flow.set("Tags", json::Value::object({{"team", "sales"}, {"empty", ""}}));
  answer(json::Value::object({{"ContactFlow", flow}}).dump());
  const auto read = run(client.describe_flow(ResourceKind::contact_flow, "f"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->content, content);
  EXPECT_EQ(read->state, "ACTIVE");
  EXPECT_EQ(read->status, "PUBLISHED");
  EXPECT_EQ(read->tags, (Tags{{"team", "sales"}, {"empty", ""}}));
  EXPECT_EQ(sent(0), std::string("GET /contact-flows/") + k_instance + "/f");
}

TEST_F(ClientTest, DescribesAModuleWithItsContract) {
  answer(
      R"({"ContactFlowModule":{"Name":"M","Content":"{}","Status":"published","Settings":"{\"a\":1}",
             "ExternalInvocationConfiguration":{"Enabled":true}}})");
  const auto read = run(client.describe_flow(ResourceKind::flow_module, "m"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, "m");
  EXPECT_EQ(read->settings, "{\"a\":1}");
  EXPECT_TRUE(read->external_invocation);
  EXPECT_EQ(read->state, "ACTIVE");
  EXPECT_EQ(sent(0), std::string("GET /contact-flow-modules/") + k_instance + "/m");
}

TEST_F(ClientTest, AFlowThatWasNeverPublishedIsReadAsItsDraft) {
  answer("{}", 404, "ContactFlowNotPublishedException");
  answer(R"({"ContactFlow":{"Name":"N","Content":"{}","Status":"PUBLISHED"}})");
  const auto read = run(client.describe_flow(ResourceKind::contact_flow, "f"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->status, "SAVED");
  EXPECT_EQ(sent(1), std::string("GET /contact-flows/") + k_instance + "/f%3A%24SAVED");
}

TEST_F(ClientTest, TheDraftIsAskedForOnlyOnce) {
  answer("{}", 404, "ContactFlowNotPublishedException");
  const auto read = run(client.describe_flow(ResourceKind::contact_flow, "f", Draft::yes));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::not_found);
}

TEST_F(ClientTest, ASearchGivesWhatIsWhole) {
  answer(R"({"ContactFlows":[
      {"Id":"a","Arn":"arn:a","Name":"A","Type":"CONTACT_FLOW","State":"ACTIVE","Status":"published",
       "Description":"d","Content":"{\"Version\":1}","Tags":{"k":"v"},"IsDefault":"true"},
      {"Id":"b","Name":"B","Status":"PUBLISHED"},
      {"Id":"c","Name":"C","Status":"SAVED","Content":"{}"},
      {"Id":"d","Name":"D","Content":"{}"},
      {"Id":"e","Name":"E","Status":"PUBLISHED","Content":"\ud800"},
      null], "NextToken":"t", "ApproximateTotalCount":9})");
  const auto page = run(client.search_flows(ResourceKind::contact_flow, ""));
  ASSERT_TRUE(page);
  EXPECT_EQ(sent(0), "POST /search-contact-flows {\"InstanceId\":\"" + std::string(k_instance) +
                         "\",\"MaxResults\":100}");
  EXPECT_EQ(page->records, 6U);
  EXPECT_EQ(page->next, "t");
  ASSERT_EQ(page->whole.size(), 1U);
  EXPECT_EQ(page->whole[0].id, "a");
  EXPECT_EQ(page->whole[0].status, "PUBLISHED");
  EXPECT_EQ(page->whole[0].content, "{\"Version\":1}");
  EXPECT_EQ(page->whole[0].tags, Tags({{"k", "v"}}));

  // What a module's contract is, nothing else tells.
  answer(R"({"ContactFlowModules":[{"Id":"m","Name":"M","Status":"published","Content":"{}"},
      {"Id":"n","Name":"N","Status":"published","Content":"{}","Settings":"{}"}]})");
  const auto modules = run(client.search_flows(ResourceKind::flow_module, "t"));
  ASSERT_TRUE(modules);
  EXPECT_EQ(sent(1), "POST /search-contact-flow-modules {\"InstanceId\":\"" +
                         std::string(k_instance) + "\",\"MaxResults\":100,\"NextToken\":\"t\"}");
  ASSERT_EQ(modules->whole.size(), 1U);
  EXPECT_EQ(modules->whole[0].id, "n");

  answer("[]");
  EXPECT_FALSE(run(client.search_flows(ResourceKind::contact_flow, "")));
}

TEST_F(ClientTest, AFlowWithoutContentOrNameIsAnError) {
  for (const char* body :
       {"{}", R"({"ContactFlow":null})", R"({"ContactFlow":{"Name":"N"}})",
        R"({"ContactFlow":{"Name":"N","Content":3}})", R"({"ContactFlow":{"Content":"{}"}})",
        R"({"ContactFlow":{"Name":"N","Content":"\ud83d"}})"}) {
    answer(body);
    const auto read = run(client.describe_flow(ResourceKind::contact_flow, "f"));
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().kind, ErrorKind::malformed);
  }
}

TEST_F(ClientTest, CreatesAFlowOnceAndLeavesEmptyMembersOut) {
  answer(R"({"ContactFlowId":"new","ContactFlowArn":"arn:new"})");
  Flow flow;
  flow.name = "Main \"menu\"";
  flow.type = "CONTACT_FLOW";
  flow.content = "{\"a\":\"\\n\"}";
  const auto created = run(client.create_flow(flow, "token"));
  ASSERT_TRUE(created);
  EXPECT_EQ(created->id, "new");
  EXPECT_EQ(created->arn, "arn:new");
  EXPECT_EQ(created->request_id, "r");
  EXPECT_EQ(
      sent(0),
      std::string("PUT /contact-flows/") + k_instance +
          R"( {"Name":"Main \"menu\"","Type":"CONTACT_FLOW","Status":"PUBLISHED","Content":"{\"a\":\"\\n\"}"})");
  EXPECT_EQ(transport.options.at(0).resend, net::Resend::no);

  answer("{}", 500, "InternalServiceException");
  const auto failed = run(client.create_flow(flow, "token"));
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().outcome_unknown);
  EXPECT_EQ(transport.requests.size(), 2u);
}

TEST_F(ClientTest, CreatesADraftWithDescriptionAndTags) {
  answer(R"({"ContactFlowId":"new","ContactFlowArn":"arn:new"})");
  Flow flow;
  flow.name = "N";
  flow.type = "CUSTOMER_QUEUE";
  flow.description = "説明";
  flow.status = "SAVED";
  flow.content = "{}";
  flow.tags = {{"k", "v"}};
  ASSERT_TRUE(run(client.create_flow(flow, "")));
  EXPECT_THAT(
      sent(0),
      HasSubstr(
          R"({"Name":"N","Description":"説明","Type":"CUSTOMER_QUEUE","Status":"SAVED","Tags":{"k":"v"},"Content":"{}"})"));
}

TEST_F(ClientTest, CreatesAModuleWithItsTokenAndRepeatsItSafely) {
  answer("{}", 500, "InternalServiceException");
  answer(R"({"Id":"m","Arn":"arn:m"})");
  Flow module;
  module.kind = ResourceKind::flow_module;
  module.name = "M";
  module.content = "{}";
  module.settings = "{}";
  module.external_invocation = true;
  const auto created = run(client.create_flow(module, "token-1"));
  ASSERT_TRUE(created);
  EXPECT_EQ(created->arn, "arn:m");
  EXPECT_EQ(
      sent(0),
      std::string("PUT /contact-flow-modules/") + k_instance +
          R"( {"Name":"M","ClientToken":"token-1","Settings":"{}","ExternalInvocationConfiguration":{"Enabled":true},"Content":"{}"})");
  EXPECT_EQ(sent(1), sent(0));
}

TEST_F(ClientTest, ACreateWithoutAnIdInItsAnswerIsOfUnknownOutcome) {
  answer(R"({"ContactFlowId":"x"})");
  Flow flow;
  flow.name = "N";
  flow.content = "{}";
  const auto created = run(client.create_flow(flow, ""));
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::malformed);
  EXPECT_TRUE(created.error().outcome_unknown);
}

TEST_F(ClientTest, UpdatesContentPublishedOrAsDraft) {
  answer("");
  answer("{}");
  answer("");
  ASSERT_TRUE(run(client.update_content(ResourceKind::contact_flow, "f", "{}", "{}", Draft::no)));
  ASSERT_TRUE(run(client.update_content(ResourceKind::contact_flow, "f", "{}", {}, Draft::yes)));
  ASSERT_TRUE(
      run(client.update_content(ResourceKind::flow_module, "m", "{}", "{\"s\":1}", Draft::no)));
  const std::string i = k_instance;
  EXPECT_EQ(sent(0), "POST /contact-flows/" + i + "/f/content {\"Content\":\"{}\"}");
  EXPECT_EQ(sent(1), "POST /contact-flows/" + i + "/f%3A%24SAVED/content {\"Content\":\"{}\"}");
  EXPECT_EQ(sent(2), "POST /contact-flow-modules/" + i +
                         R"(/m/content {"Content":"{}","Settings":"{\"s\":1}"})");
}

TEST_F(ClientTest, UpdatesOnlyTheMetadataThatChanges) {
  answer("");
  answer("");
  const MetadataChange change{"Name", {}, "ARCHIVED"};
  ASSERT_TRUE(run(client.update_metadata(ResourceKind::contact_flow, "f", change)));
  const MetadataChange clear{{}, "", "ACTIVE"};
  ASSERT_TRUE(run(client.update_metadata(ResourceKind::flow_module, "m", clear)));
  EXPECT_THAT(sent(0), HasSubstr(R"(/f/metadata {"Name":"Name","ContactFlowState":"ARCHIVED"})"));
  EXPECT_THAT(sent(1), HasSubstr(R"(/m/metadata {"Description":"","State":"ACTIVE"})"));
}

TEST_F(ClientTest, DeletingWhatIsGoneIsASuccess) {
  answer("");
  answer("{}", 404, "ResourceNotFoundException");
  answer("<html>", 404);
  EXPECT_TRUE(run(client.delete_flow(ResourceKind::contact_flow, "f")));
  const auto gone = run(client.delete_flow(ResourceKind::flow_module, "m"));
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->request_id, "r");
  EXPECT_FALSE(run(client.delete_flow(ResourceKind::flow_module, "m")))
      << "some other server's 404";
  EXPECT_EQ(sent(0), std::string("DELETE /contact-flows/") + k_instance + "/f");
}

TEST_F(ClientTest, TagsAndUntagsWithTheArnAsOneMember) {
  answer("");
  answer("");
  ASSERT_TRUE(run(client.tag("arn:aws:connect:r:1:instance/i/contact-flow/f", {{"é", ""}})));
  ASSERT_TRUE(run(client.untag("arn:x/y", {"k 1", "é"})));
  EXPECT_EQ(sent(0),
            "POST /tags/arn%3Aaws%3Aconnect%3Ar%3A1%3Ainstance%2Fi%2Fcontact-flow%2Ff "
            "{\"tags\":{\"é\":\"\"}}");
  EXPECT_EQ(sent(1), "DELETE /tags/arn%3Ax%2Fy?tagKeys=k%201&tagKeys=%C3%A9");
  EXPECT_TRUE(run(client.tag("arn:x", {})));
  EXPECT_TRUE(run(client.untag("arn:x", {})));
  EXPECT_EQ(transport.requests.size(), 2u) << "nothing to do, nothing asked";
}

TEST_F(ClientTest, ListsTheAliasesOfAModule) {
  answer(
      R"({"ContactFlowModuleAliasSummaryList":[{"AliasId":"a","AliasName":"live","Version":3}]})");
  const auto aliases = run(client.list_module_aliases("m"));
  ASSERT_TRUE(aliases);
  EXPECT_EQ(aliases->at(0).name, "live");
  EXPECT_EQ(aliases->at(0).version, 3);
  EXPECT_EQ(sent(0),
            std::string("GET /contact-flow-modules/") + k_instance + "/m/aliases?maxResults=1000");
}

TEST_F(ClientTest, AsksLexForTheNamesOfABotAlias) {
  transport.handler = [](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    if (request.target == "/bots/BOT/") return net::HttpResponse{200, {}, R"({"botName":"Hotel"})"};
    if (request.target == "/bots/BOT/botaliases/ALIAS/") {
      return net::HttpResponse{200, {}, R"({"botAliasName":"live"})"};
    }
    return net::HttpResponse{404, {{"x-amzn-ErrorType", "ResourceNotFoundException"}}, "{}"};
  };
  const auto names = run(client.lex_alias_names("BOT", "ALIAS"));
  ASSERT_TRUE(names);
  EXPECT_EQ(names->first, "Hotel");
  EXPECT_EQ(names->second, "live");
  EXPECT_EQ(transport.requests.at(0).origin, "https://lex.example");
  EXPECT_THAT(*net::find_header(transport.requests.at(0).headers, "Authorization"),
              HasSubstr("/us-east-1/lex/aws4_request"));
  EXPECT_EQ(run(client.lex_alias_names("BOT", "GONE")).error().kind, ErrorKind::not_found);
}

TEST_F(ClientTest, OnlyFlowsAndModulesAreWritten) {
  EXPECT_EQ(run(client.delete_flow(ResourceKind::queue, "q")).error().kind, ErrorKind::refused);
  EXPECT_EQ(run(client.describe_flow(ResourceKind::queue, "q")).error().kind, ErrorKind::refused);
}

}  // namespace
}  // namespace flowferry::connect
