#include "simulator/signature.h"

#include <gtest/gtest.h>

#include "base/files.h"

namespace flowferry::simulator {
namespace {

class FixedClock final : public Clock {
 public:
  SystemTime now() override { return time; }
  SteadyTime steady() override { return {}; }
  SystemTime time = std::chrono::system_clock::from_time_t(1768478400);  // 2026-01-15T12:00:00Z
};

std::string_view text(const js::value& value) {
  return {value.get_string().data(), value.get_string().size()};
}

/// A vector of botocore's as the request that a server would get.
net::ServerRequest request_of(const js::object& vector) {
  net::ServerRequest request;
  request.method = std::string(text(vector.at("method")));
  const std::string_view url = text(vector.at("url"));
  const std::size_t host = url.find("//") + 2;
  const std::size_t path = url.find('/', host);
  request.target = std::string(url.substr(path));
  request.headers.emplace_back("Host", std::string(url.substr(host, path - host)));
  for (const auto& header : vector.at("headers").get_object()) {
    request.headers.emplace_back(std::string(header.key()), std::string(text(header.value())));
  }
  request.body = std::string(text(vector.at("body")));
  return request;
}

class SignatureTest : public ::testing::Test {
 protected:
  SignatureTest() {
    const auto file = read_file(FLOWFERRY_SOURCE_DIR "/tests/data/connect-sigv4-vectors.json");
    EXPECT_TRUE(file);
    if (file) vectors_ = js::parse(*file).at("vectors").get_array();
    keys_.account = "111122223333";
    keys_.secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  }

  tl::expected<Caller, ApiError> verify(const js::object& vector,
                                        const net::ServerRequest& request) {
    const js::value& token = vector.at("session_token");
    keys_.session_token = token.is_string() ? std::string(text(token)) : "";
    SignatureVerifier verifier(
        [this](std::string_view id) { return id == "AKIDEXAMPLE" ? &keys_ : nullptr; }, clock_);
    return verifier.authenticate(request, true);
  }
  std::string code(const js::object& vector, const net::ServerRequest& request) {
    auto caller = verify(vector, request);
    return caller ? "accepted" : caller.error().code;
  }

  js::array vectors_;
  Keys keys_;
  FixedClock clock_;
};

TEST_F(SignatureTest, AcceptsWhatBotocoreSigns) {
  ASSERT_EQ(vectors_.size(), 17U);
  for (const js::value& vector : vectors_) {
    const auto caller = verify(vector.get_object(), request_of(vector.get_object()));
    ASSERT_TRUE(caller) << text(vector.at("url")) << '\n' << caller.error().message;
    EXPECT_EQ(caller->account, "111122223333");
    EXPECT_EQ(caller->region, "us-east-1");
    EXPECT_EQ(caller->service, "connect");
  }
}

TEST_F(SignatureTest, RefusesEverySmallChange) {
  for (const js::value& value : vectors_) {
    const js::object& vector = value.get_object();
    const net::ServerRequest good = request_of(vector);
    net::ServerRequest bad = good;
    bad.target.insert(1, "x");
    EXPECT_EQ(code(vector, bad), "InvalidSignatureException") << bad.target;
    bad = good;
    bad.target += bad.target.find('?') == std::string::npos ? "?a=b" : "&a=b";
    EXPECT_EQ(code(vector, bad), "InvalidSignatureException") << bad.target;
    bad = good;
    bad.body += ' ';
    EXPECT_EQ(code(vector, bad), "InvalidSignatureException");
    bad = good;
    bad.method = bad.method == "GET" ? "DELETE" : "GET";
    EXPECT_EQ(code(vector, bad), "InvalidSignatureException");
    bad = good;
    bad.headers.front().second += ":8080";
    EXPECT_EQ(code(vector, bad), "InvalidSignatureException");
  }
}

TEST_F(SignatureTest, TellsTheCanonicalRequest) {
  const js::object& vector = vectors_.front().get_object();
  net::ServerRequest request = request_of(vector);
  EXPECT_EQ(canonical_request(request, "host;x-amz-date"), text(vector.at("canonical_request")));
  std::string& authorization = request.headers.back().second;
  authorization.back() = authorization.back() == '0' ? '1' : '0';
  const auto caller = verify(vector, request);
  ASSERT_FALSE(caller);
  EXPECT_EQ(caller.error().status, 403);
  EXPECT_NE(caller.error().message.find(std::string(text(vector.at("canonical_request")))),
            std::string::npos);
}

TEST_F(SignatureTest, RefusesAPathThatIsEncodedOnlyOnce) {
  // The most likely bug of a new client: a signature over the path as sent.
  for (const js::value& vector : vectors_) {
    const net::ServerRequest request = request_of(vector.get_object());
    if (request.target.find("%3A") == std::string::npos) continue;
    EXPECT_NE(canonical_request(request, "host").find("%253A"), std::string::npos);
    return;
  }
  FAIL() << "no vector with an escaped path";
}

TEST_F(SignatureTest, AllowsAQuarterOfAnHour) {
  const js::object& vector = vectors_.front().get_object();
  const net::ServerRequest request = request_of(vector);
  const SystemTime noon = clock_.time;
  clock_.time = noon + std::chrono::minutes(14);
  EXPECT_EQ(code(vector, request), "accepted");
  clock_.time = noon + std::chrono::minutes(16);
  EXPECT_EQ(code(vector, request), "InvalidSignatureException");
  clock_.time = noon - std::chrono::minutes(16);
  EXPECT_EQ(code(vector, request), "InvalidSignatureException");
}

TEST_F(SignatureTest, NamesWhatIsMissing) {
  const js::object& vector = vectors_.front().get_object();
  net::ServerRequest request = request_of(vector);
  request.headers.pop_back();
  EXPECT_EQ(code(vector, request), "MissingAuthenticationTokenException");
  request.headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115");
  EXPECT_EQ(code(vector, request), "IncompleteSignatureException");
  request = request_of(vector);
  std::string& authorization = request.headers.back().second;
  authorization.replace(authorization.find("AKIDEXAMPLE"), 11, "AKIDUNKNOWN");
  EXPECT_EQ(code(vector, request), "UnrecognizedClientException");
  request = request_of(vector);
  std::string& unsigned_host = request.headers.back().second;
  unsigned_host.replace(unsigned_host.find("host;"), 5, "");
  EXPECT_EQ(code(vector, request), "InvalidSignatureException");
}

TEST_F(SignatureTest, ChecksTheSessionToken) {
  for (const js::value& value : vectors_) {
    const js::object& vector = value.get_object();
    if (!vector.at("session_token").is_string()) continue;
    net::ServerRequest request = request_of(vector);
    EXPECT_EQ(code(vector, request), "accepted");
    for (auto& [name, token] : request.headers) {
      if (name == "X-Amz-Security-Token") token += 'x';
    }
    EXPECT_EQ(code(vector, request), "UnrecognizedClientException");
    return;
  }
  FAIL() << "no vector with a session token";
}

}  // namespace
}  // namespace flowferry::simulator
