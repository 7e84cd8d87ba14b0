#include "snapshot/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "base/json/value.h"
#include "snapshot/flow_reader.h"
#include "support/fake_service.h"

namespace flowferry::snapshot {
namespace {

using json::Value;

/// How the service's searches are.
struct Manner {
  bool content = true;       ///< They give contents ...
  bool other_words = false;  ///< ... but of drafts, say: not what Describe gives.
  bool tags = true;
  bool denied = false;
  std::size_t page = 100;          ///< Records on a page, at most.
  std::size_t empty_pages = 0;     ///< Before the first record.
  std::size_t unpublished = 0;     ///< Every so-manieth flow was never published; 0: none.
  std::size_t missing_at_end = 0;  ///< Flows that the search does not know yet.
};

class SearchTest : public testing::Test, protected test::FakeService {
 protected:
  SearchTest() {
    transport.handler = [this](const net::HttpRequest& request) { return answer(request); };
    environment.client = &client;
  }

  static std::string id_of(std::size_t n) { return "flow-" + std::to_string(n); }

  Value record(std::size_t n, bool by_search) const {
    const bool saved = manner.unpublished > 0 && n % manner.unpublished == 0;
    Value out = Value::object({{"Id", id_of(n)},
                               {"Arn", "arn:of:" + id_of(n)},
                               {"Name", "Flow " + std::to_string(n)},
                               {"Type", "CONTACT_FLOW"},
                               {"State", "ACTIVE"},
                               {"Status", saved ? "saved" : "published"}});
    if (n % 3 == 0) out.set("Description", "of " + id_of(n));
    if (n % 5 == 1 && (manner.tags || !by_search)) {
      out.set("Tags", Value::object({{"n", std::to_string(n)}}));
    }
    if (!by_search || manner.content) {
      const bool other = by_search && manner.other_words;
      out.set("Content", "{\"n\":" + std::to_string(n) + (other ? ",\"draft\":1}" : "}"));
    }
    return out;
  }

  Result<net::HttpResponse> answer(const net::HttpRequest& request) {
    if (request.target == "/search-contact-flows") return search(request);
    const std::string id = request.target.substr(request.target.rfind('/') + 1);
    described.push_back(id);
    const std::size_t n = std::stoul(id.substr(5));
    Value body = Value::object();
    body.set("ContactFlow", record(n, false));
    return net::HttpResponse{200, {}, body.dump()};
  }

  Result<net::HttpResponse> search(const net::HttpRequest& request) {
    ++searches;
    if (manner.denied) {
      return net::HttpResponse{403, {{"x-amzn-ErrorType", "AccessDeniedException"}}, "{}"};
    }
    std::size_t at = 0, empty = 0;
    const std::size_t token = request.body.find("\"NextToken\":\"");
    if (token != std::string::npos) {
      at = std::stoul(request.body.substr(token + 13));
      empty = manner.empty_pages;
      if (at >= 100'000) empty = at - 100'000, at = 0;
    }
    Value records = Value::array();
    const std::size_t known = flows - std::min(flows, manner.missing_at_end);
    Value body = Value::object();
    if (empty < manner.empty_pages) {
      body.set("NextToken", std::to_string(100'001 + empty));
    } else {
      const std::size_t end = std::min(known, at + manner.page);
      for (std::size_t n = at; n < end; ++n) records.push(record(n, true));
      if (end < known) body.set("NextToken", std::to_string(end));
    }
    body.set("ContactFlows", std::move(records));
    return net::HttpResponse{200, {}, body.dump()};
  }

  /// Reads the first `wanted` of `all` flows, and checks that each is as Describe says.
  void read(std::size_t all, std::size_t wanted) {
    flows = all;
    environment.snapshot = Snapshot();
    Inventory inventory;
    for (std::size_t n = 0; n < all; ++n) {
      Resource resource;
      resource.kind = ResourceKind::contact_flow;
      resource.id = id_of(n);
      resource.name = "Flow " + std::to_string(n);
      inventory.add(std::move(resource));
    }
    environment.snapshot.inventories[ResourceKind::contact_flow] = std::move(inventory);
    described.clear();
    searches = 0;
    std::vector<FlowKey> asked;
    for (std::size_t n = 0; n < wanted; ++n)
      asked.push_back({ResourceKind::contact_flow, id_of(n)});
    Findings findings;
    NoProgress progress;
    const auto done = piece == 0
                          ? transport.run(describe_flows(environment, asked, progress, findings))
                          : transport.run(read_in_pieces(asked));
    ASSERT_TRUE(done);
    EXPECT_TRUE(findings.empty());
    ASSERT_EQ(environment.snapshot.flows.size(), wanted);
    for (std::size_t n = 0; n < wanted; ++n) {
      const Flow& flow = environment.snapshot.flows.at(id_of(n));
      EXPECT_EQ(flow.content, "{\"n\":" + std::to_string(n) + "}");
      EXPECT_EQ(flow.description, n % 3 == 0 ? "of " + id_of(n) : "");
      EXPECT_EQ(flow.tags, n % 5 == 1 ? Tags({{"n", std::to_string(n)}}) : Tags());
      const bool saved = manner.unpublished > 0 && n % manner.unpublished == 0;
      EXPECT_EQ(flow.status, saved ? "SAVED" : "PUBLISHED");
    }
    std::sort(described.begin(), described.end());
    EXPECT_EQ(std::unique(described.begin(), described.end()), described.end()) << "read twice";
  }

  /// As while a list pages: `piece` more are wanted every 20 ms.
  Task<Result<bool>> read_in_pieces(std::vector<FlowKey> asked) {
    NoProgress progress;
    FlowReader reader(environment, progress);
    for (std::size_t at = 0; at < asked.size(); at += piece) {
      const auto begin = asked.begin() + static_cast<std::ptrdiff_t>(at);
      const std::size_t n = std::min(piece, asked.size() - at);
      std::vector<FlowKey> more(begin, begin + static_cast<std::ptrdiff_t>(n));
      reader.want(more);
      co_await transport.sleep_until(transport.now() + std::chrono::milliseconds(20));
    }
    co_return co_await reader.finish();
  }

  connect::Client client{connect, connect, "11111111-2222-4333-8444-555555555555"};
  Environment environment;
  Manner manner;
  std::size_t flows = 0;
  std::vector<std::string> described;
  int searches = 0;
  std::size_t piece = 0;  ///< 0: all is wanted at once.
};

TEST_F(SearchTest, ReadsAHundredAtATimeWhereContentsComeAlong) {
  read(250, 250);
  EXPECT_EQ(searches, 3);
  // The first while the search is under way; and one that tells more of whether the two say the
  // same: the first has a description, and tags are on every fifth.
  EXPECT_EQ(described, (std::vector<std::string>{"flow-0", "flow-1", "flow-2", "flow-3"}));
}

TEST_F(SearchTest, CostsOneCallWhereTheyDoNot) {
  manner.content = false;
  read(250, 250);
  EXPECT_EQ(searches, 1);
  EXPECT_EQ(described.size(), 250U);
}

TEST_F(SearchTest, IsNotTriedForFewOrForFewAmongMany) {
  read(20, 20);
  EXPECT_EQ(searches, 0);
  read(1000, 30);
  EXPECT_EQ(searches, 0);
  read(1000, 60);
  EXPECT_EQ(searches, 1);  // The first page has them all.
}

TEST_F(SearchTest, IsNotBelievedWhereItSaysSomethingElseThanDescribe) {
  manner.other_words = true;
  read(120, 120);
  EXPECT_EQ(searches, 1);
  EXPECT_EQ(described.size(), 120U);
  manner.other_words = false;
  manner.tags = false;
  read(120, 120);
  EXPECT_EQ(described.size(), 120U);
}

TEST_F(SearchTest, GoesOnAsMoreIsWanted) {
  transport.latency = std::chrono::milliseconds(30);
  piece = 100;
  read(300, 300);
  EXPECT_EQ(searches, 3);
  EXPECT_EQ(described.size(), 4U);
  // It gives other flows than are wanted so far: they are not asked for again.
  manner.page = 30;
  piece = 25;
  read(200, 200);
  EXPECT_EQ(searches, 7);
  EXPECT_EQ(described.size(), 4U);
  manner.content = false;
  read(200, 200);
  EXPECT_EQ(searches, 1);
  EXPECT_EQ(described.size(), 200U);
}

TEST_F(SearchTest, MayBeDenied) {
  manner.denied = true;
  read(30, 30);
  EXPECT_EQ(searches, 1);
  EXPECT_EQ(described.size(), 30U);
}

TEST_F(SearchTest, LeavesWhatItDoesNotGiveWholeToDescribe) {
  manner.unpublished = 10;
  read(100, 100);
  // 10 that were never published, and four beside the search, one of which is one of those.
  EXPECT_EQ(described.size(), 13U);
  manner.unpublished = 0;
  manner.missing_at_end = 7;
  read(100, 100);
  EXPECT_EQ(described.size(), 11U);
}

TEST_F(SearchTest, GoesThroughShortAndEmptyPages) {
  manner.page = 7;
  manner.empty_pages = 2;
  read(70, 70);
  EXPECT_EQ(described.size(), 4U);
}

/// Whatever the service does, everything is read, as Describe says it, once.
TEST_F(SearchTest, IsRightInEveryManner) {
  std::mt19937 chance(7);
  for (int i = 0; i < 200; ++i) {
    manner.content = chance() % 4 != 0;
    manner.other_words = chance() % 6 == 0;
    manner.denied = chance() % 10 == 0;
    manner.page = 1 + chance() % 100;
    manner.empty_pages = chance() % 3;
    manner.unpublished = chance() % 5;
    manner.missing_at_end = chance() % 30;
    const std::size_t all = 21 + chance() % 200;
    piece = chance() % 2 * (1 + chance() % 90);
    transport.latency = std::chrono::milliseconds(piece == 0 ? 0 : 30);
    read(all, 1 + chance() % all);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace flowferry::snapshot
