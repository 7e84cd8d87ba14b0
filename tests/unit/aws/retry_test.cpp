#include "aws/retry.h"

#include <gtest/gtest.h>

#include <string>

#include "aws/error.h"
#include "net/transport.h"

namespace flowferry::aws {
namespace {

using namespace std::chrono_literals;

Error service_error(int status, std::string_view code) {
  return read_error({status, {{"x-amzn-ErrorType", std::string(code)}}, "{}"},
                    {"connect", "X", "us-east-1"});
}

Error network_error(std::string_view code, bool sent) {
  Error error;
  error.kind = ErrorKind::network;
  error.code = code;
  error.outcome_unknown = sent;
  return error;
}

bool repeated(const Error& error, Repeatable repeatable = Repeatable::yes) {
  return decide(error, {1, 1}, repeatable, {}, 0.5).repeat;
}

TEST(Decide, RepeatsThrottlesAndFailingServers) {
  EXPECT_TRUE(repeated(service_error(429, "TooManyRequestsException")));
  EXPECT_TRUE(repeated(service_error(400, "ThrottlingException")));
  EXPECT_TRUE(repeated(service_error(429, "")));
  for (const int status : {500, 502, 503, 504}) EXPECT_TRUE(repeated(service_error(status, "")));
  EXPECT_TRUE(repeated(service_error(500, "InternalServiceException")));
}

TEST(Decide, NeverRepeatsQuotasRefusalsAndConflicts) {
  for (const auto& [status, code] :
       {std::pair(429, "LimitExceededException"), std::pair(402, "ServiceQuotaExceededException"),
        std::pair(402, ""), std::pair(400, "InvalidContactFlowException"),
        std::pair(404, "ResourceNotFoundException"), std::pair(409, "DuplicateResourceException"),
        std::pair(403, "AccessDeniedException"), std::pair(403, "UnrecognizedClientException"),
        std::pair(501, "")}) {
    EXPECT_FALSE(repeated(service_error(status, code))) << status << code;
  }
}

TEST(Decide, RepeatsLostConnectionsButNotWhatCannotGetBetter) {
  using namespace net::failure;
  for (const auto code :
       {k_refused, k_name, k_handshake, k_timeout, k_lost, k_cut_off, k_not_http}) {
    EXPECT_TRUE(repeated(network_error(code, false))) << code;
  }
  for (const auto code : {k_tls, k_bad_request, k_too_large}) {
    EXPECT_FALSE(repeated(network_error(code, false))) << code;
  }
}

TEST(Decide, ACallThatMustNotHappenTwiceIsRepeatedOnlyWhenItCannotHaveHappened) {
  using namespace net::failure;
  EXPECT_TRUE(repeated(network_error(k_refused, false), Repeatable::no));
  EXPECT_TRUE(repeated(service_error(429, "TooManyRequestsException"), Repeatable::no));
  EXPECT_FALSE(repeated(network_error(k_lost, true), Repeatable::no));
  EXPECT_FALSE(repeated(network_error(k_timeout, true), Repeatable::no));
  for (const int status : {500, 502, 503, 504}) {
    EXPECT_FALSE(repeated(service_error(status, "InternalServiceException"), Repeatable::no));
  }
}

TEST(Decide, StopsAfterItsAttempts) {
  const RetryPolicy policy{3, 10};
  const Error failing = service_error(500, "");
  EXPECT_TRUE(decide(failing, {0, 1}, Repeatable::yes, policy, 0).repeat);
  EXPECT_TRUE(decide(failing, {9, 2}, Repeatable::yes, policy, 0).repeat);
  EXPECT_FALSE(decide(failing, {0, 3}, Repeatable::yes, policy, 0).repeat);
  const Error fast = service_error(429, "ThrottlingException");
  EXPECT_TRUE(decide(fast, {9, 2}, Repeatable::yes, policy, 0).repeat);
  EXPECT_FALSE(decide(fast, {10, 0}, Repeatable::yes, policy, 0).repeat);
}

TEST(Decide, DelaysDoubleUpToTwentySeconds) {
  const RetryPolicy policy{100, 100};
  const Error failing = service_error(500, "");
  const auto delay = [&](int count, double random) {
    return decide(failing, {0, count}, Repeatable::yes, policy, random).delay;
  };
  EXPECT_EQ(delay(1, 1), 1s);
  EXPECT_EQ(delay(2, 1), 2s);
  EXPECT_EQ(delay(3, 0.5), 2s);
  EXPECT_EQ(delay(6, 1), 20s);
  EXPECT_EQ(delay(60, 1), 20s);
  EXPECT_EQ(delay(1, 0), 0s);
}

TEST(RetryAllowance, RunsOutWhenEverythingFailsAndComesBackWithSuccess) {
  RetryAllowance allowance;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(allowance.take(Failure::transient), 5);
  EXPECT_LT(allowance.take(Failure::transient), 0);
  EXPECT_EQ(allowance.take(Failure::throttled), 0);
  allowance.give_back(10);
  EXPECT_EQ(allowance.take(Failure::timeout), 10);
  for (int i = 0; i < 2000; ++i) allowance.give_back(0);
  EXPECT_EQ(allowance.left(), 500);
}

}  // namespace
}  // namespace flowferry::aws
