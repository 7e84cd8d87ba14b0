#include "aws/signer.h"

#include <gtest/gtest.h>

#include <string>

#include "base/files.h"
#include "base/json/value.h"
#include "net/url.h"

namespace flowferry::aws {
namespace {

const SystemTime k_time{std::chrono::seconds(1768478400)};  // 2026-01-15T12:00:00Z

Credentials example_keys() {
  Credentials keys;
  keys.access_key_id = "AKIDEXAMPLE";
  keys.secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  return keys;
}

net::HttpRequest request_of(const json::Value& vector) {
  const std::string& url = vector["url"].as_string();
  const std::size_t path = url.find('/', url.find("://") + 3);
  net::HttpRequest request;
  request.method = vector["method"].as_string();
  request.origin = url.substr(0, path);
  request.target = url.substr(path);
  request.body = vector["body"].as_string();
  for (const auto& [name, value] : vector["headers"].members()) {
    if (name == "Content-Type") request.headers.emplace_back(name, value.as_string());
  }
  return request;
}

TEST(Signer, AgreesWithEveryPublishedVector) {
  const auto text = read_file(FLOWFERRY_SOURCE_DIR "/tests/data/connect-sigv4-vectors.json");
  ASSERT_TRUE(text);
  const auto file = json::parse(*text);
  ASSERT_TRUE(file);
  ASSERT_EQ((*file)["vectors"].items().size(), 17u);
  for (const json::Value& vector : (*file)["vectors"].items()) {
    SCOPED_TRACE(vector["operation"].as_string());
    Credentials keys = example_keys();
    keys.session_token = vector["session_token"].as_string_or("");
    net::HttpRequest request = request_of(vector);
    const SigningScope scope{"us-east-1", "connect", k_time};
    sign(request, keys, scope);
    const SigningSteps steps = signing_steps(request, keys, scope);
    EXPECT_EQ(steps.canonical_request, vector["canonical_request"].as_string());
    EXPECT_EQ(steps.string_to_sign, vector["string_to_sign"].as_string());
    for (const auto& [name, value] : vector["headers"].members()) {
      EXPECT_EQ(net::find_header(request.headers, name), value.as_string()) << name;
    }
  }
}

TEST(Signer, AgreesWithTheSigningTestSuiteOfAws) {
  const auto text = read_file(FLOWFERRY_SOURCE_DIR "/tests/data/aws-signing-test-suite.json");
  ASSERT_TRUE(text);
  const auto file = json::parse(*text);
  ASSERT_TRUE(file);
  ASSERT_EQ((*file)["vectors"].items().size(), 31u);
  const SystemTime time{std::chrono::seconds(1440938160)};  // 2015-08-30T12:36:00Z
  const SigningScope scope{"us-east-1", "service", time};
  for (const json::Value& vector : (*file)["vectors"].items()) {
    SCOPED_TRACE(vector["name"].as_string());
    Credentials keys = example_keys();
    keys.session_token = vector["token"].as_string();
    net::HttpRequest request;
    request.method = vector["method"].as_string();
    request.origin = "https://" + vector["host"].as_string();
    request.target = vector["target"].as_string();
    request.body = vector["body"].as_string();
    for (const json::Value& header : vector["headers"].items()) {
      request.headers.emplace_back(header.items()[0].as_string(), header.items()[1].as_string());
    }
    sign(request, keys, scope);
    const SigningSteps steps = signing_steps(request, keys, scope);
    EXPECT_EQ(steps.canonical_request, vector["canonical_request"].as_string());
    EXPECT_EQ(steps.string_to_sign, vector["string_to_sign"].as_string());
    EXPECT_EQ(steps.signature, vector["signature"].as_string());
  }
}

TEST(Signer, SigningTwiceIsSigningOnce) {
  net::HttpRequest request{"GET", "http://127.0.0.1:8080", "/instance", {}, {}};
  Credentials keys = example_keys();
  keys.session_token = "first";
  sign(request, keys, {"us-east-1", "connect", k_time - std::chrono::hours(1)});
  keys.session_token.clear();
  sign(request, keys, {"us-east-1", "connect", k_time});
  net::HttpRequest fresh{"GET", "http://127.0.0.1:8080", "/instance", {}, {}};
  sign(fresh, keys, {"us-east-1", "connect", k_time});
  EXPECT_EQ(request.headers, fresh.headers);
}

TEST(Signer, SignsTheHostWithItsPortUnlessItIsTheSchemesOwn) {
  const auto canonical_host = [](const std::string& origin) {
    const net::HttpRequest request{"GET", origin, "/", {}, {}};
    const std::string text =
        signing_steps(request, example_keys(), {"r", "s", k_time}).canonical_request;
    const std::size_t at = text.find("host:") + 5;
    return text.substr(at, text.find('\n', at) - at);
  };
  EXPECT_EQ(canonical_host("http://127.0.0.1:8080"), "127.0.0.1:8080");
  EXPECT_EQ(canonical_host("https://example.com:443"), "example.com");
  EXPECT_EQ(canonical_host("http://example.com:80"), "example.com");
  EXPECT_EQ(canonical_host("http://example.com:443"), "example.com:443");
}

TEST(Signer, NeverLeavesTheSecretInTheRequest) {
  net::HttpRequest request{"GET", "https://example.com", "/", {}, {}};
  sign(request, example_keys(), {"r", "s", k_time});
  for (const auto& [name, value] : request.headers) {
    EXPECT_EQ(value.find("wJalrXUtnFEMI"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace flowferry::aws
