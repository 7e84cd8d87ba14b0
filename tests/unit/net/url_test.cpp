#include "net/url.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"

namespace flowferry::net {
namespace {

TEST(PercentEncode, LeavesOnlyUnreservedBytesBare) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("arn:aws:connect:x/y$SAVED é"),
            "arn%3Aaws%3Aconnect%3Ax%2Fy%24SAVED%20%C3%A9");
  EXPECT_EQ(percent_encode("!*'()"), "%21%2A%27%28%29");
  EXPECT_EQ(percent_encode(std::string("\0\xFF", 2)), "%00%FF");
}

TEST(PercentEncode, IsUndoneByDecodeForAnyBytes) {
  SeededRandom random(7);
  for (int round = 0; round < 500; ++round) {
    std::string bytes;
    const auto length = random.next() % 40;
    for (std::uint64_t i = 0; i < length; ++i) bytes += static_cast<char>(random.next() & 0xFF);
    EXPECT_EQ(percent_decode(percent_encode(bytes)), bytes);
  }
}

TEST(PercentDecode, KeepsWhatIsNoEscape) {
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%zz+%41"), "%zz+A");
  EXPECT_EQ(percent_decode("%e3%81%82"), "あ");
}

TEST(ParseEndpoint, ReadsItsParts) {
  const auto endpoint = parse_endpoint("HTTP://LocalHost:8080/base/");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->scheme, "http");
  EXPECT_EQ(endpoint->host, "localhost");
  EXPECT_EQ(endpoint->port, 8080);
  EXPECT_EQ(endpoint->path, "/base/");
  EXPECT_EQ(endpoint->origin(), "http://localhost:8080");
}

TEST(ParseEndpoint, LeavesTheSchemesOwnPortOut) {
  EXPECT_EQ(parse_endpoint("https://example.com:443")->origin(), "https://example.com");
  EXPECT_EQ(parse_endpoint("http://example.com:80/")->host_header(), "example.com");
  EXPECT_EQ(parse_endpoint("http://example.com:443")->host_header(), "example.com:443");
  EXPECT_EQ(parse_endpoint("https://[::1]:4566")->host_header(), "[::1]:4566");
}

TEST(ParseEndpoint, RefusesWhatIsNone) {
  for (const char* text :
       {"", "connect.us-east-1.amazonaws.com", "ftp://host", "https://", "http://:80",
        "http://h:", "http://h:0", "http://h:65536", "http://h:1x", "http://h?x=y", "http://h/#f",
        "http://a b", "http://[::1", "http://[]", "http://h\n", "//h", "http://ho st/"}) {
    const auto endpoint = parse_endpoint(text);
    if (std::string_view(text) == "http://h\n") {  // White space around it is harmless.
      EXPECT_TRUE(endpoint);
      continue;
    }
    ASSERT_FALSE(endpoint) << text;
    EXPECT_EQ(endpoint.error().kind, ErrorKind::malformed);
    EXPECT_FALSE(endpoint.error().hint.empty());
  }
}

TEST(ParseEndpoint, NeverRepeatsAPassword) {
  const auto endpoint = parse_endpoint("https://user:hunter2@example.com");
  ASSERT_FALSE(endpoint);
  EXPECT_EQ(one_line(endpoint.error()).find("hunter2"), std::string::npos);
}

TEST(IsLoopback, TakesAddressesOfThisMachineOnly) {
  for (const char* host : {"localhost", "x.localhost", "127.0.0.1", "127.9.9.9", "[::1]"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const char* host : {"127.example.com", "127.0.0.1.example.com", "localhost.example.com",
                           "10.0.0.1", "127.0.0", "[::2]", ""}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

TEST(Target, EncodesMembersAndQueries) {
  Target target("/tags/");
  target.member("arn:aws:connect:r:1:x/y").query("tagKeys", "a b").query("maxResults", 1000);
  EXPECT_EQ(target.text(),
            "/tags/arn%3Aaws%3Aconnect%3Ar%3A1%3Ax%2Fy?tagKeys=a%20b&maxResults=1000");
}

}  // namespace
}  // namespace flowferry::net
