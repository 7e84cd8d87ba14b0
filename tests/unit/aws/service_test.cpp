#include "aws/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>

#include "support/fake_transport.h"

namespace flowferry::aws {
namespace {

using namespace std::chrono_literals;
using test::FakeTransport;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Hands out key-1, key-2 ...: a new one after each invalidate().
class CountedKeys final : public CredentialsProvider {
 public:
  Task<Result<Credentials>> get() override {
    if (problem) co_return fail(*problem);
    Credentials keys;
    keys.access_key_id = "key-" + std::to_string(generation);
    keys.secret_access_key = "secret-of-the-keys";
    keys.session_token = "token-of-generation-" + std::to_string(generation);
    co_return keys;
  }
  void invalidate(const Credentials& expired) override {
    if (expired.access_key_id == "key-" + std::to_string(generation)) ++generation;
  }
  int generation = 1;
  std::optional<Error> problem;
};

Result<net::HttpResponse> ok(std::string body = "{}") {
  return net::HttpResponse{200, {{"x-amzn-RequestId", "r-ok"}}, std::move(body)};
}

Result<net::HttpResponse> refuse(int status, std::string code, std::string message = "no",
                                 net::Headers more = {}) {
  more.emplace_back("x-amzn-ErrorType", std::move(code));
  more.emplace_back("x-amzn-RequestId", "r-no");
  return net::HttpResponse{status, more, R"({"Message":")" + message + R"("})"};
}

Result<net::HttpResponse> lose(std::string_view code, bool sent) {
  Error error;
  error.kind = ErrorKind::network;
  error.code = code;
  error.message = "lost";
  error.outcome_unknown = sent;
  return fail(error);
}

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    transport.handler = [this](const net::HttpRequest&) {
      if (script.empty()) return ok();
      auto next = std::move(script.front());
      script.pop_front();
      return next;
    };
  }

  Result<Answer> send(Call call) { return transport.run(service().send(std::move(call))); }
  Service& service() {
    if (!service_) {
      service_.emplace(ServiceConfig{"connect",
                                     "us-east-1",
                                     "111122223333",
                                     "https://connect.us-east-1.amazonaws.com",
                                     "flowferry/test",
                                     policy,
                                     {}},
                       transport, keys, pacer, statistics, transport.clock, random);
    }
    return *service_;
  }
  std::string header(std::size_t request, std::string_view name) const {
    return std::string(net::find_header(transport.requests.at(request).headers, name).value_or(""));
  }

  FakeTransport transport;
  CountedKeys keys;
  Pacer pacer{transport, {2, 5}};
  CallStatistics statistics;
  SeededRandom random{1};
  RetryPolicy policy;
  std::deque<Result<net::HttpResponse>> script;
  std::optional<Service> service_;
  const Call read{"ListInstances", "GET", "/instance?maxResults=10", "", Repeatable::yes};
  const Call create{"CreateContactFlow", "PUT", "/contact-flows/i", "{}", Repeatable::no};
};

TEST_F(ServiceTest, SignsAndReturnsTheAnswerWithItsTokens) {
  script = {ok(R"({"a":[1]})")};
  const auto answer = send(read);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, R"({"a":[1]})");
  EXPECT_EQ(answer->request_id, "r-ok");
  EXPECT_EQ(answer->tokens.nodes.size(), 4u);
  EXPECT_EQ(header(0, "X-Amz-Date"), "20260115T120000Z");
  EXPECT_EQ(header(0, "User-Agent"), "flowferry/test");
  EXPECT_EQ(header(0, "Content-Type"), "");
  EXPECT_THAT(header(0, "Authorization"),
              HasSubstr("Credential=key-1/20260115/us-east-1/connect/aws4_request"));
  EXPECT_EQ(statistics.calls["ListInstances"], 1);
}

TEST_F(ServiceTest, AnEmptyAnswerIsFine) {
  script = {ok(""), ok(" \n")};
  EXPECT_TRUE(send(create));
  EXPECT_TRUE(send(create));
  EXPECT_EQ(header(0, "Content-Type"), "application/json");
}

TEST_F(ServiceTest, RepeatsThrottledCallsWithGrowingPauses) {
  policy.max_throttled_attempts = 5;
  for (int i = 0; i < 4; ++i) script.push_back(refuse(429, "TooManyRequestsException"));
  script.push_back(ok());
  EXPECT_TRUE(send(create)) << "a refusal for the rate did nothing, so even a create is repeated";
  EXPECT_EQ(statistics.calls["CreateContactFlow"], 5);
  EXPECT_EQ(statistics.throttled, 4);
  EXPECT_EQ(statistics.repeated, 4);
  EXPECT_LT(pacer.rate({"111122223333", "us-east-1", "CreateContactFlow"}), 2);
}

TEST_F(ServiceTest, GivesUpAThrottledCallAfterItsAttempts) {
  policy.max_throttled_attempts = 3;
  for (int i = 0; i < 9; ++i) script.push_back(refuse(429, "TooManyRequestsException"));
  const auto answer = send(read);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::throttled);
  EXPECT_THAT(answer.error().while_doing, ElementsAre("ListInstances"));
  EXPECT_EQ(transport.requests.size(), 3u);
}

TEST_F(ServiceTest, RepeatsAFailingReadAFewTimes) {
  script = {refuse(500, "InternalServiceException"), lose(net::failure::k_lost, true), ok()};
  EXPECT_TRUE(send(read));
  script = {refuse(500, ""), refuse(503, ""), refuse(500, "InternalServiceException", "last")};
  const auto answer = send(read);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "last");
  EXPECT_EQ(answer.error().request_id, "r-no");
}

TEST_F(ServiceTest, NeverSendsACreateAgainWhenItsOutcomeIsUnknown) {
  for (const auto& failure :
       {refuse(500, "InternalServiceException"), lose(net::failure::k_lost, true),
        lose(net::failure::k_timeout, true)}) {
    transport.requests.clear();
    script = {failure, ok()};
    const auto answer = send(create);
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().outcome_unknown);
    EXPECT_EQ(transport.requests.size(), 1u);
  }
  EXPECT_EQ(transport.options.at(0).resend, net::Resend::no);
}

TEST_F(ServiceTest, SendsACreateAgainWhenItWasNeverSent) {
  script = {lose(net::failure::k_refused, false), ok()};
  EXPECT_TRUE(send(create));
}

TEST_F(ServiceTest, AnUnknownOutcomeStaysUnknownThroughLaterRefusals) {
  Call update = create;
  update.repeatable = Repeatable::yes;
  script = {lose(net::failure::k_lost, true), lose(net::failure::k_refused, false),
            lose(net::failure::k_refused, false)};
  const auto answer = send(update);
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().outcome_unknown);
  EXPECT_EQ(transport.options.at(0).resend, net::Resend::yes);
}

TEST_F(ServiceTest, NeverRepeatsAQuota) {
  script = {refuse(429, "LimitExceededException"), ok()};
  EXPECT_EQ(send(read).error().kind, ErrorKind::quota);
  script = {refuse(402, "ServiceQuotaExceededException"), ok()};
  EXPECT_EQ(send(read).error().kind, ErrorKind::quota);
  EXPECT_EQ(transport.requests.size(), 2u);
  EXPECT_EQ(statistics.throttled, 0);
}

TEST_F(ServiceTest, ReadsAnAnswerAgainThatIsNotJson) {
  script = {ok("<html>"), ok("{\"a\":"), ok(R"({"a":1})")};
  EXPECT_TRUE(send(read));
  script = {ok("half")};
  const auto answer = send(create);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::malformed);
  EXPECT_TRUE(answer.error().outcome_unknown);
  EXPECT_EQ(answer.error().request_id, "r-ok");
}

TEST_F(ServiceTest, RenewsExpiredCredentialsOnce) {
  script = {refuse(403, "ExpiredTokenException"), ok()};
  EXPECT_TRUE(send(create));
  EXPECT_THAT(header(1, "Authorization"), HasSubstr("Credential=key-2/"));
  script = {refuse(403, "ExpiredTokenException"), refuse(403, "ExpiredTokenException"), ok()};
  const auto answer = send(read);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::credentials);
  EXPECT_EQ(keys.generation, 3);
}

TEST_F(ServiceTest, CorrectsAClockThatIsOffByTheAnswersDateOnce) {
  transport.clock_error = -3600s;
  const net::Headers date = {{"Date", "Thu, 15 Jan 2026 12:00:00 GMT"}};
  script = {refuse(403, "InvalidSignatureException", "no", date), ok(), ok()};
  EXPECT_TRUE(send(read));
  EXPECT_EQ(header(0, "X-Amz-Date"), "20260115T110000Z");
  EXPECT_THAT(header(1, "X-Amz-Date"), HasSubstr("20260115T1200"));
  EXPECT_TRUE(send(read));
  EXPECT_THAT(header(2, "X-Amz-Date"), HasSubstr("20260115T1200")) << "the correction stays";
}

TEST_F(ServiceTest, ARefusedSignatureWithTheRightTimeIsFinal) {
  const net::Headers date = {{"Date", "Thu, 15 Jan 2026 12:00:30 GMT"}};
  script = {refuse(403, "InvalidSignatureException", "no", date), ok()};
  const auto answer = send(read);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::credentials);
  EXPECT_EQ(transport.requests.size(), 1u);
}

TEST_F(ServiceTest, NoSecretComesBackInAnError) {
  script = {refuse(400, "InvalidRequestException", "token-of-generation-1 and secret-of-the-keys")};
  const auto answer = send(read);
  EXPECT_THAT(one_line(answer.error()), Not(HasSubstr("token-of-generation-1")));
  EXPECT_THAT(one_line(answer.error()), Not(HasSubstr("secret-of-the-keys")));
}

TEST_F(ServiceTest, MissingCredentialsAreTheErrorAndNothingIsSent) {
  keys.problem =
      Error{ErrorKind::credentials, "none found", "", "set them", "", "", {}, {}, 0, false};
  const auto answer = send(read);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "none found");
  EXPECT_TRUE(transport.requests.empty());
}

TEST_F(ServiceTest, StartsNothingWhenCancelled) {
  transport.stop = true;
  const auto answer = send(read);
  EXPECT_EQ(answer.error().kind, ErrorKind::cancelled);
  EXPECT_TRUE(transport.requests.empty());
}

TEST_F(ServiceTest, StopsRepeatingWhenCancelled) {
  transport.handler = [this](const net::HttpRequest&) {
    transport.stop = true;
    return lose(net::failure::k_lost, true);
  };
  Call update = create;
  update.repeatable = Repeatable::yes;
  const auto answer = send(update);
  EXPECT_EQ(answer.error().kind, ErrorKind::cancelled);
  EXPECT_TRUE(answer.error().outcome_unknown);
  EXPECT_EQ(transport.requests.size(), 1u);
}

Task<int> send_many(Service& service, Call call, int count) {
  std::vector<Task<Result<Answer>>> tasks;
  for (int i = 0; i < count; ++i) tasks.push_back(service.send(call));
  const auto answers = co_await gather(std::move(tasks));
  int good = 0;
  for (const auto& answer : answers) good += answer ? 1 : 0;
  co_return good;
}

TEST_F(ServiceTest, KeepsToTheRateOfItsOperation) {
  transport.latency = 30ms;
  EXPECT_EQ(transport.run(send_many(service(), read, 20)), 20);
  // Half a token is the margin, and the first calls wait for an answer.
  EXPECT_NEAR(transport.sent_at.back(), (20 - 4.5) / 2 + 0.03, 0.01);
}

TEST_F(ServiceTest, ABrokenServiceIsNotBotheredForEver) {
  transport.handler = [](const net::HttpRequest&) { return refuse(500, "InternalFailure"); };
  Call free = read;
  EXPECT_EQ(transport.run(send_many(service(), free, 200)), 0);
  // 500 tokens buy 100 repetitions.
  EXPECT_EQ(transport.requests.size(), 300u);
}

}  // namespace
}  // namespace flowferry::aws
