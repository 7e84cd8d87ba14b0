#include "pipeline/reading_ahead.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "base/json/value.h"
#include "support/fake_service.h"

namespace flowferry::pipeline {
namespace {

using json::Value;
using std::chrono::milliseconds;

const std::string k_source = "11111111-2222-4333-8444-000000000001";
const std::string k_target = "11111111-2222-4333-8444-000000000002";

struct Count final : Progress {
  void begin(std::string_view, std::size_t n) override { total = n; }
  void expect(std::size_t n) override { total = n; }
  void advance(std::size_t n) override { done += n; }
  void end() override {}
  std::size_t total = 0, done = 0;
};

/// Two instances whose lists have pages of `page` flows.
class ReadingAheadTest : public testing::Test, protected test::FakeService {
 protected:
  ReadingAheadTest() {
    transport.latency = milliseconds(30);
    transport.handler = [this](const net::HttpRequest& request) { return answer(request); };
    source.name = "here";
    source.client = &source_client;
    source.snapshot.instance.id = k_source;
    target.name = "there";
    target.client = &target_client;
  }

  static std::string instance_of(const std::string& path) {
    return path.find(k_source) != std::string::npos ? k_source : k_target;
  }

  /// "GET /contact-flows/INSTANCE/ID" without the rest: "describe source a1".
  static std::string short_name(const net::HttpRequest& request) {
    const std::string path = request.target.substr(0, request.target.find('?'));
    const std::string side = instance_of(path) == k_source ? "source" : "target";
    if (path.starts_with("/search")) return "search";
    if (path.starts_with("/contact-flows/"))
      return "describe " + side + " " + path.substr(path.rfind('/') + 1);
    if (path.starts_with("/contact-flows-summary")) {
      const std::size_t token = request.target.find("nextToken=");
      const std::string page = token == std::string::npos ? "0" : request.target.substr(token + 10);
      return "list " + side + " " + page.substr(0, page.find('&'));
    }
    if (path.starts_with("/queues-summary")) return "queues " + side;
    return "other";
  }

  Result<net::HttpResponse> answer(const net::HttpRequest& request) {
    const std::string what = short_name(request);
    if (what == broken)
      return net::HttpResponse{403, {{"x-amzn-ErrorType", "AccessDeniedException"}}, "{}"};
    if (what == lost) return fail(ErrorKind::network, "the connection broke");
    if (what.starts_with("list ")) {
      const auto& names = flows[what.substr(5, 6)];
      const std::size_t at = std::stoul(what.substr(12));
      Value items = Value::array();
      const std::size_t end = std::min(names.size(), at + page);
      for (std::size_t i = at; i < end; ++i) {
        items.push(Value::object({{"Id", what.substr(5, 1) + names[i]},
                                  {"Arn", "arn:" + names[i]},
                                  {"Name", names[i]},
                                  {"ContactFlowType", "CONTACT_FLOW"},
                                  {"ContactFlowState", "ACTIVE"},
                                  {"ContactFlowStatus", "PUBLISHED"}}));
      }
      Value body = Value::object();
      body.set("ContactFlowSummaryList", std::move(items));
      if (end < names.size()) body.set("NextToken", std::to_string(end));
      return net::HttpResponse{200, {}, body.dump()};
    }
    if (what.starts_with("describe ") || what == "search") {
      const std::string id = what.substr(what.rfind(' ') + 1);
      Value flow = Value::object({{"Id", id},
                                  {"Arn", "arn:" + id.substr(1)},
                                  {"Name", id.substr(1)},
                                  {"Type", "CONTACT_FLOW"},
                                  {"State", "ACTIVE"},
                                  {"Status", "PUBLISHED"},
                                  {"Content", content_of(id)}});
      Value body = Value::object();
      if (what == "search") {
        body.set("ContactFlows", Value::array());
        return net::HttpResponse{200, {}, body.dump()};
      }
      body.set("ContactFlow", std::move(flow));
      return net::HttpResponse{200, {}, body.dump()};
    }
    return net::HttpResponse{200, {}, "{}"};
  }

  /// A document that plays to the queue of the instance where it stands.
  std::string content_of(const std::string& id) const {
    if (id.substr(1) != names_a_queue) return "{}";
    return R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Actions":[{"Identifier":"a",)"
           R"("Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"arn:aws:connect:us-east-1:)"
           "123456789012:instance/" +
           (id[0] == 's' ? k_source : k_target) +
           R"(/queue/11111111-2222-4333-8444-00000000000a"},"Transitions":{}}]})";
  }

  /// When the first such request was sent, in ms; -1: never.
  double sent(const std::string& what) const {
    for (std::size_t i = 0; i < transport.requests.size(); ++i) {
      if (short_name(transport.requests[i]) == what) return transport.sent_at[i] * 1000;
    }
    return -1;
  }

  std::multimap<std::string, int> descriptions() const {
    std::multimap<std::string, int> out;
    for (const auto& request : transport.requests) {
      const std::string what = short_name(request);
      if (what.starts_with("describe ")) out.emplace(what, 1);
    }
    return out;
  }

  connect::Client source_client{connect, connect, k_source};
  connect::Client target_client{connect, connect, k_target};
  snapshot::Environment source, target;
  Selector selector;
  mapping::Rules rules;
  Count lists, reads, looks;
  LookUps look_ups{source, target, rules, looks};
  std::map<std::string, std::vector<std::string>> flows;
  std::size_t page = 1000;
  std::string broken;         ///< The request that is denied.
  std::string names_a_queue;  ///< The flow that does.
  std::string lost;           ///< The request at which the network fails.
};

TEST_F(ReadingAheadTest, ReadsWhatAPageNamesBeforeTheNextPageCame) {
  flows = {{"source", {"a", "b", "c", "d"}}, {"target", {"d", "x", "a", "y"}}};
  page = 2;
  ReadingAhead ahead(source, target, selector, rules, look_ups, lists, reads);
  ASSERT_TRUE(transport.run(ahead.list()));
  ASSERT_TRUE(transport.run(ahead.finish()));
  // The second pages are asked for after 30 ms and come after 60.
  EXPECT_EQ(sent("list source 2"), 30);
  EXPECT_EQ(sent("describe source sa"), 30);
  EXPECT_EQ(sent("describe source sb"), 30);
  EXPECT_EQ(sent("describe source sc"), 60);
  // Of the target: as soon as a name is wanted and listed, whichever comes last.
  EXPECT_EQ(sent("describe target td"), 60);
  EXPECT_EQ(sent("describe target ta"), 60);
  EXPECT_EQ(sent("describe target tx"), -1);
  EXPECT_EQ(descriptions().size(), 6U);
  EXPECT_EQ(source.snapshot.flows.size(), 4U);
  EXPECT_EQ(target.snapshot.flows.size(), 2U);
  EXPECT_EQ(lists.done, 2U);
  EXPECT_EQ(reads.done, 6U);
}

TEST_F(ReadingAheadTest, DoesNotWaitForTheOtherInstance) {
  flows["source"] = {"a"};
  for (int i = 0; i < 9; ++i) flows["target"].push_back("f" + std::to_string(i));
  page = 1;
  flows["target"].front() = "a";
  ReadingAhead ahead(source, target, selector, rules, look_ups, lists, reads);
  ASSERT_TRUE(transport.run(ahead.list()));
  ASSERT_TRUE(transport.run(ahead.finish()));
  EXPECT_EQ(sent("list target 8"), 240);
  EXPECT_EQ(sent("describe source sa"), 30);
  EXPECT_EQ(sent("describe target ta"), 30);
}

TEST_F(ReadingAheadTest, DropsWhatHasNotBegunWhenAListFails) {
  for (int i = 0; i < 20; ++i) flows["source"].push_back("f" + std::to_string(i));
  broken = "list target 0";
  ReadingAhead ahead(source, target, selector, rules, look_ups, lists, reads);
  const auto listed = transport.run(ahead.list());
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().kind, ErrorKind::denied);
  const auto given_up = [&]() -> Task<bool> {
    co_await ahead.give_up();
    co_return true;
  };
  EXPECT_TRUE(transport.run(given_up()));
  EXPECT_EQ(descriptions().size(), 16U);  // So many were under way.
}

TEST_F(ReadingAheadTest, TellsOfTheFirstThatWantedTheNetworkInVain) {
  flows = {{"source", {"a", "b", "c"}}};
  lost = "describe source sb";
  ReadingAhead ahead(source, target, selector, rules, look_ups, lists, reads);
  ASSERT_TRUE(transport.run(ahead.list()));
  const auto read = transport.run(ahead.finish());
  ASSERT_FALSE(read);
  EXPECT_NE(one_line(read.error()).find("\"b\""), std::string::npos) << one_line(read.error());
}

TEST_F(ReadingAheadTest, LooksUpWhatADocumentMentionsBeforeTheNextPageCame) {
  flows = {{"source", {"a", "b", "c", "d", "e", "f"}}};
  page = 2;
  names_a_queue = "b";
  ReadingAhead ahead(source, target, selector, rules, look_ups, lists, reads);
  ASSERT_TRUE(transport.run(ahead.list()));
  ASSERT_TRUE(transport.run(ahead.finish()));
  ASSERT_TRUE(transport.run(look_ups.wait()));
  EXPECT_EQ(sent("list source 4"), 60);
  EXPECT_EQ(sent("queues source"), 60);  // "b" came after 60 ms.
  EXPECT_EQ(sent("queues target"), 60);
  EXPECT_TRUE(source.snapshot.inventories.contains(ResourceKind::queue));
  EXPECT_TRUE(target.snapshot.inventories.contains(ResourceKind::queue));
  EXPECT_EQ(looks.total, 2U);
  EXPECT_EQ(looks.done, 2U);
}

TEST_F(ReadingAheadTest, LooksNothingUpForFlowsThatTheTagsMayExclude) {
  flows = {{"source", {"b"}}, {"target", {"b"}}};
  names_a_queue = "b";
  auto by_tag = Selector::make({}, {}, {"tag:owner=else"});
  ASSERT_TRUE(by_tag);
  selector = *by_tag;
  ASSERT_TRUE(selector.needs_tags());
  ReadingAhead ahead(source, target, selector, rules, look_ups, lists, reads);
  ASSERT_TRUE(transport.run(ahead.list()));
  ASSERT_TRUE(transport.run(ahead.finish()));
  ASSERT_TRUE(transport.run(look_ups.wait()));
  EXPECT_EQ(sent("describe source sb"), 30);
  EXPECT_EQ(sent("describe target tb"), -1);
  EXPECT_EQ(sent("queues source"), -1);
  EXPECT_EQ(sent("queues target"), -1);
}

TEST_F(ReadingAheadTest, TellsOfTheSameLookUpThatFailedWhoeverWasFaster) {
  flows = {{"source", {"b"}}};
  names_a_queue = "b";
  broken = "queues target";
  ReadingAhead ahead(source, target, selector, rules, look_ups, lists, reads);
  ASSERT_TRUE(transport.run(ahead.list()));
  ASSERT_TRUE(transport.run(ahead.finish()));
  for (int i = 0; i < 2; ++i) {
    const auto looked = transport.run(look_ups.wait());
    ASSERT_FALSE(looked);
    EXPECT_EQ(looked.error().kind, ErrorKind::denied);
  }
}

/// Whatever the pages and the order of answers: the same requests, each once, and the same findings
/// in list order.
TEST_F(ReadingAheadTest, AsksForTheSameHoweverThePagesCome) {
  for (int i = 0; i < 15; ++i) {
    flows["source"].push_back("f" + std::to_string(i));
    if (i % 2 == 0) flows["target"].push_back("f" + std::to_string(14 - i));
    if (i % 3 == 0) flows["target"].push_back("g" + std::to_string(i));
  }
  broken = "describe source sf7";
  for (page = 1; page <= 20; ++page) {
    transport.requests.clear();
    transport.sent_at.clear();
    source.snapshot = target.snapshot = Snapshot();
    source.unreadable.clear();
    ReadingAhead ahead(source, target, selector, rules, look_ups, lists, reads);
    ASSERT_TRUE(transport.run(ahead.list()));
    ASSERT_TRUE(transport.run(ahead.finish()));
    EXPECT_EQ(descriptions().size(), 15U + 8U) << "pages of " << page;
    EXPECT_EQ(source.snapshot.flows.size(), 14U);
    EXPECT_EQ(source.unreadable.count("sf7"), 1U);
    EXPECT_EQ(target.snapshot.flows.size(), 8U);
  }
}

}  // namespace
}  // namespace flowferry::pipeline
