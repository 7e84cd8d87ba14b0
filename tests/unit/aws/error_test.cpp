#include "aws/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "aws/time.h"
#include "base/json/value.h"

namespace flowferry::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Error read(int status, std::string body, net::Headers headers = {}) {
  return read_error({status, std::move(headers), std::move(body)},
                    {"connect", "DescribeContactFlow", "us-east-1"});
}

TEST(ReadError, TakesTheCodeFromTheHeaderFirst) {
  const Error error =
      read(404, R"({"__type":"Other","Message":"Resource not found"})",
           {{"X-Amzn-Errortype", "ResourceNotFoundException"}, {"x-amzn-requestid", "r-1"}});
  EXPECT_EQ(error.code, "ResourceNotFoundException");
  EXPECT_EQ(error.kind, ErrorKind::not_found);
  EXPECT_EQ(error.message, "Resource not found");
  EXPECT_EQ(error.request_id, "r-1");
  EXPECT_EQ(error.http_status, 404);
  EXPECT_FALSE(error.outcome_unknown);
}

TEST(ReadError, CutsNamespaceAndAddressOffTheCode) {
  for (const char* text : {"ThrottlingException:http://internal.amazon.com/coral/x/",
                           "com.amazonaws.connect#ThrottlingException",
                           "aws.connect#ThrottlingException:http://x#y", "ThrottlingException"}) {
    EXPECT_EQ(read(400, "{}", {{"x-amzn-ErrorType", text}}).code, "ThrottlingException") << text;
    EXPECT_EQ(read(400, json::Value::object({{"__type", text}}).dump()).code,
              "ThrottlingException");
    EXPECT_EQ(read(400, json::Value::object({{"code", text}}).dump()).code, "ThrottlingException");
    EXPECT_EQ(read(400, json::Value::object({{"Code", text}}).dump()).code, "ThrottlingException");
  }
}

TEST(ReadError, FindsTheMessageUnderBothNames) {
  EXPECT_EQ(read(400, R"({"message":"a"})").message, "a");
  EXPECT_EQ(read(400, R"({"Message":"b"})").message, "b");
  EXPECT_EQ(read(400, R"({"Message":null})").message, "the service answered with status 400");
}

TEST(ReadError, ListsEveryProblemUnderAllItsNames) {
  for (const char* name : {"problems", "Problems", "problemDetails"}) {
    const Error error =
        read(400,
             std::string(R"({")") + name +
                 R"(":[{"message":"one"},{"message":"two"},{"Message":"one"},{},3]})",
             {{"x-amzn-ErrorType", "InvalidContactFlowException"}});
    EXPECT_EQ(error.kind, ErrorKind::service);
    EXPECT_THAT(error.details, ElementsAre("one", "two")) << name;
    EXPECT_FALSE(error.message.empty());
  }
}

TEST(ReadError, ReadsPagesAndEmptyBodies) {
  Error error =
      read(502, "<html><head><title>502 Bad Gateway</title></head>\n<body>nginx\x1b[2J</body>");
  EXPECT_EQ(error.message, "502 Bad Gateway nginx\\x1b[2J");
  EXPECT_EQ(error.code, "502");
  EXPECT_TRUE(error.outcome_unknown);
  error = read(503, "");
  EXPECT_EQ(error.message, "the service answered with status 503");
  error = read(500, std::string(100'000, 'x'));
  EXPECT_LE(error.message.size(), 200u);
  error = read(404, "<html>not here</html>");
  EXPECT_EQ(error.kind, ErrorKind::service) << "another server's page says nothing of a resource";
  EXPECT_FALSE(error.hint.empty());
}

TEST(ReadError, TellsQuotasFromRates) {
  const auto kind = [](int status, const char* code) {
    return read(status, "{}", {{"x-amzn-ErrorType", code}}).kind;
  };
  EXPECT_EQ(kind(429, "TooManyRequestsException"), ErrorKind::throttled);
  EXPECT_EQ(kind(429, "ThrottlingException"), ErrorKind::throttled);
  EXPECT_EQ(kind(400, "ThrottlingException"), ErrorKind::throttled);
  EXPECT_EQ(read(429, "").kind, ErrorKind::throttled);
  EXPECT_EQ(kind(429, "LimitExceededException"), ErrorKind::quota);
  EXPECT_EQ(kind(402, "ServiceQuotaExceededException"), ErrorKind::quota);
}

TEST(ReadError, GivesEachKindItsMeaning) {
  const auto kind = [](int status, const char* code) {
    return read(status, "{}", {{"x-amzn-ErrorType", code}}).kind;
  };
  EXPECT_EQ(kind(404, "ContactFlowNotPublishedException"), ErrorKind::not_found);
  EXPECT_EQ(kind(404, "NewNotFoundException"), ErrorKind::not_found);
  EXPECT_EQ(kind(409, "DuplicateResourceException"), ErrorKind::conflict);
  EXPECT_EQ(kind(409, "IdempotencyException"), ErrorKind::conflict);
  EXPECT_EQ(kind(403, "AccessDeniedException"), ErrorKind::denied);
  EXPECT_EQ(kind(403, "UnrecognizedClientException"), ErrorKind::credentials);
  EXPECT_EQ(kind(403, "ExpiredTokenException"), ErrorKind::credentials);
  EXPECT_EQ(kind(400, "InvalidSignatureException"), ErrorKind::credentials);
  EXPECT_EQ(kind(400, "InvalidParameterException"), ErrorKind::service);
  EXPECT_EQ(kind(500, "InternalServiceException"), ErrorKind::service);
}

TEST(ReadError, NamesTheMissingPermission) {
  EXPECT_THAT(read(403, "{}", {{"x-amzn-ErrorType", "AccessDeniedException"}}).hint,
              HasSubstr("connect:DescribeContactFlow"));
}

TEST(ReadError, NeverShowsASecret) {
  Credentials keys{"AKID", "wJalrXUtnFEMI/K7MDENG", "FwoGZXIvYXdzEToken", {}, {}};
  Error error =
      read(403,
           json::Value::object({{"message",
                                 "The request signature we calculated does not match.\n\n"
                                 "The Canonical String for this request should have been\n"
                                 "'GET\nx-amz-security-token:FwoGZXIvYXdzEToken'"}})
               .dump(),
           {{"x-amzn-ErrorType", "InvalidSignatureException"}});
  EXPECT_EQ(error.message, "The request signature we calculated does not match.");
  error.message = "token FwoGZXIvYXdzEToken key wJalrXUtnFEMI/K7MDENG";
  error.details = {"FwoGZXIvYXdzEToken"};
  redact(error, keys);
  EXPECT_EQ(error.message, "token *** key ***");
  EXPECT_THAT(error.details, ElementsAre("***"));
}

TEST(ReadError, SurvivesAnyBody) {
  for (const char* body :
       {"[]", "null", "3", "\"x\"", "{", "{\"problems\":3}", "{\"problems\":[[]]}",
        "{\"Message\":{}}", "{\"code\":7}", "\xff\xfe", "{\"Reason\":{\"a\":[1]}}"}) {
    const Error error = read(400, body);
    EXPECT_FALSE(error.message.empty()) << body;
  }
}

TEST(ParseHttpDate, ReadsTheOneForm) {
  EXPECT_EQ(parse_http_date("Thu, 15 Jan 2026 12:00:00 GMT"),
            SystemTime(std::chrono::seconds(1768478400)));
  for (const char* text : {"", "Thu, 15 Jan 2026 12:00:00", "15 Jan 2026 12:00:00 GMT",
                           "Thu, 32 Jan 2026 12:00:00 GMT", "Thu, 15 Foo 2026 12:00:00 GMT",
                           "Thu, 15 Jan 2026 25:00:00 GMT", "Thu, 15 Jan 2026 12:00:00 GMT!"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

TEST(ParseIso8601, ReadsWhatAwsToolsWrite) {
  const SystemTime time{std::chrono::seconds(1768478400)};
  for (const char* text :
       {"2026-01-15T12:00:00Z", "2026-01-15T12:00:00.123456Z", "2026-01-15T12:00:00UTC",
        "2026-01-15T21:00:00+09:00", "2026-01-15T07:00:00-0500", "2026-01-15 12:00:00Z"}) {
    EXPECT_EQ(parse_iso8601(text), time) << text;
  }
  for (const char* text : {"", "2026-01-15", "2026-13-15T12:00:00Z", "2026-01-15T12:00:00", "x"}) {
    EXPECT_FALSE(parse_iso8601(text)) << text;
  }
}

}  // namespace
}  // namespace flowferry::aws
