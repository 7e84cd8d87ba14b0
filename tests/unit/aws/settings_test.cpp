#include "aws/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>

#include "base/files.h"
#include "support/fake_transport.h"

namespace flowferry::aws {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class SettingsTest : public testing::Test {
 protected:
  SettingsTest() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::path(testing::TempDir()) /
             ("settings_test." + std::to_string(getpid())) / info->name();
    std::filesystem::remove_all(folder);
    variables["HOME"] = folder.string();
    variables["AWS_EC2_METADATA_DISABLED"] = "true";
    request.region = "us-east-1";
    request.where = "environment \"dev\" (flowferry.yaml:3)";
  }
  ~SettingsTest() override {
    if (!HasFailure()) std::filesystem::remove_all(folder.parent_path());
  }
  void config(std::string_view text) { ASSERT_TRUE(write_file(folder / ".aws/config", text)); }
  void credentials(std::string_view text) {
    ASSERT_TRUE(write_file(folder / ".aws/credentials", text));
  }
  void set_keys() {
    variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
    variables["AWS_SECRET_ACCESS_KEY"] = "env-secret";
  }
  Result<Settings> resolve() {
    return resolve_settings(request, Environment(variables),
                            {transport, transport.clock, random, {}});
  }
  Credentials keys(Settings& settings) {
    auto found = transport.run(settings.credentials->get());
    EXPECT_TRUE(found);
    return found ? *found : Credentials{};
  }
  Error error() {
    auto settings = resolve();
    EXPECT_FALSE(settings);
    return settings ? Error{} : settings.error();
  }

  std::filesystem::path folder;
  std::map<std::string, std::string> variables;
  SettingsRequest request;
  test::FakeTransport transport;
  SeededRandom random{1};
};

TEST_F(SettingsTest, VariablesGiveKeysAndRegion) {
  set_keys();
  variables["AWS_SESSION_TOKEN"] = "env-token\n";
  variables["AWS_REGION"] = "ap-northeast-1";
  variables["AWS_DEFAULT_REGION"] = "eu-west-2";
  request.region.clear();
  auto settings = resolve();
  ASSERT_TRUE(settings) << one_line(settings.error());
  EXPECT_EQ(settings->region, "ap-northeast-1");
  EXPECT_EQ(settings->partition, "aws");
  EXPECT_EQ(settings->connect.origin, "https://connect.ap-northeast-1.amazonaws.com");
  EXPECT_EQ(settings->lex.origin, "https://models-v2-lex.ap-northeast-1.amazonaws.com");
  EXPECT_EQ(settings->sts.origin, "https://sts.ap-northeast-1.amazonaws.com");
  const auto found = keys(*settings);
  EXPECT_EQ(found.access_key_id, "AKIDENV");
  EXPECT_EQ(found.session_token, "env-token");
  EXPECT_EQ(found.source, "environment variables");
}

TEST_F(SettingsTest, AProfileNamedInTheConfigurationGoesBeforeKeysInVariables) {
  set_keys();
  credentials(
      "[acme]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\naws_session_token = t\n");
  request.profile = "acme";
  auto settings = resolve();
  ASSERT_TRUE(settings);
  EXPECT_EQ(keys(*settings).access_key_id, "AKIDFILE");
  EXPECT_EQ(keys(*settings).session_token, "t");
  request.profile.clear();
  variables["AWS_PROFILE"] = "acme";
  settings = resolve();
  ASSERT_TRUE(settings);
  EXPECT_EQ(keys(*settings).access_key_id, "AKIDENV") << "as in the AWS CLI";
  EXPECT_EQ(settings->profile, "acme");
}

TEST_F(SettingsTest, TheDefaultProfileServesWhenNoneIsNamed) {
  config("[default]\naws_access_key_id = AKIDDEF\naws_secret_access_key = s\nregion = eu-west-2\n");
  request.region.clear();
  auto settings = resolve();
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->region, "eu-west-2");
  EXPECT_EQ(keys(*settings).access_key_id, "AKIDDEF");
}

TEST_F(SettingsTest, AnUnknownProfileIsAnErrorThatNamesTheNearest) {
  config("[profile acme-dev]\nregion = us-east-1\n");
  request.profile = "acme-dve";
  Error problem = error();
  EXPECT_EQ(problem.kind, ErrorKind::config);
  EXPECT_EQ(problem.subject, request.where);
  EXPECT_THAT(problem.hint, HasSubstr("acme-dev"));
  EXPECT_THAT(problem.details, Contains(HasSubstr(".aws/credentials (does not exist)")));
  request.profile.clear();
  variables["AWS_PROFILE"] = "nope";
  EXPECT_EQ(error().subject, "variable AWS_PROFILE");
}

TEST_F(SettingsTest, MissingKeysAreAnErrorThatSaysWhereItLooked) {
  const Error problem = error();
  EXPECT_EQ(problem.kind, ErrorKind::credentials);
  EXPECT_THAT(problem.details, Contains(HasSubstr("AWS_ACCESS_KEY_ID is not set")));
  EXPECT_THAT(problem.details, Contains(HasSubstr(".aws/config (does not exist)")));
  EXPECT_FALSE(problem.hint.empty());
}

TEST_F(SettingsTest, HalfAKeyIsAnError) {
  variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  EXPECT_EQ(error().subject, "variable AWS_SECRET_ACCESS_KEY");
  variables.erase("AWS_ACCESS_KEY_ID");
  credentials("[default]\naws_secret_access_key = hunter2\n");
  const Error problem = error();
  EXPECT_EQ(problem.kind, ErrorKind::credentials);
  EXPECT_THAT(problem.subject, HasSubstr(".aws/credentials:2"));
  EXPECT_THAT(one_line(problem), Not(HasSubstr("hunter2")));
}

TEST_F(SettingsTest, AKeyWithALineBreakInItIsRefusedWithoutShowingIt) {
  variables["AWS_ACCESS_KEY_ID"] = "AKID";
  variables["AWS_SECRET_ACCESS_KEY"] = "hunter2\nX-Evil: 1";
  const Error problem = error();
  EXPECT_EQ(problem.kind, ErrorKind::credentials);
  EXPECT_THAT(one_line(problem), Not(HasSubstr("hunter2")));
}

TEST_F(SettingsTest, NoRegionIsAnErrorWithTheRemedy) {
  set_keys();
  request.region.clear();
  const Error problem = error();
  EXPECT_EQ(problem.kind, ErrorKind::config);
  EXPECT_THAT(problem.hint, HasSubstr("AWS_REGION"));
}

TEST_F(SettingsTest, ARegionThatIsNoneNamesItsSource) {
  set_keys();
  request.region.clear();
  config("[default]\nregion = us-east-1 # main\n");
  Error problem = error();
  EXPECT_THAT(problem.subject, HasSubstr(".aws/config:2"));
  variables["AWS_REGION"] = "evil.example/";
  problem = error();
  EXPECT_EQ(problem.subject, "variable AWS_REGION");
}

TEST_F(SettingsTest, EndpointsComeInTheirOrderOfPrecedence) {
  set_keys();
  config(
      "[default]\nendpoint_url = http://127.0.0.1:5\nservices = local\n"
      "[services local]\nconnect =\n  endpoint_url = http://127.0.0.1:4\n");
  EXPECT_EQ(resolve()->connect.origin, "http://127.0.0.1:4");
  EXPECT_EQ(resolve()->lex.origin, "http://127.0.0.1:5");
  variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:3";
  EXPECT_EQ(resolve()->connect.origin, "http://127.0.0.1:3");
  variables["AWS_ENDPOINT_URL_CONNECT"] = "http://127.0.0.1:2";
  EXPECT_EQ(resolve()->connect.origin, "http://127.0.0.1:2");
  EXPECT_EQ(resolve()->lex.origin, "http://127.0.0.1:3");
  variables["AWS_ENDPOINT_URL_LEX_MODELS_V2"] = "http://127.0.0.1:6/";
  EXPECT_EQ(resolve()->lex.origin, "http://127.0.0.1:6");
  variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(resolve()->connect.origin, "https://connect.us-east-1.amazonaws.com");
  request.endpoint_url = "http://localhost:1";
  EXPECT_EQ(resolve()->connect.origin, "http://localhost:1");
  EXPECT_EQ(resolve()->lex.origin, "http://localhost:1");
}

TEST_F(SettingsTest, PlainHttpGoesToThisMachineOnly) {
  set_keys();
  variables["AWS_ENDPOINT_URL"] = "http://example.com";
  EXPECT_EQ(error().subject, "variable AWS_ENDPOINT_URL");
  variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:8080/path";
  EXPECT_THAT(error().message, HasSubstr("path"));
  variables["AWS_ENDPOINT_URL"] = "nonsense";
  EXPECT_EQ(error().kind, ErrorKind::config);
  variables["AWS_ENDPOINT_URL"] = "https://vpce.example.com:8443";
  EXPECT_EQ(resolve()->connect.origin, "https://vpce.example.com:8443");
}

TEST_F(SettingsTest, VariantsFollowThePublishedRules) {
  set_keys();
  const auto connect_origin = [&](const char* region, const char* fips, const char* dual) {
    request.region = region;
    variables["AWS_USE_FIPS_ENDPOINT"] = fips;
    variables["AWS_USE_DUALSTACK_ENDPOINT"] = dual;
    auto settings = resolve();
    return settings ? settings->connect.origin : one_line(settings.error());
  };
  EXPECT_EQ(connect_origin("us-west-2", "true", ""),
            "https://connect-fips.us-west-2.amazonaws.com");
  EXPECT_EQ(connect_origin("us-west-2", "", "true"), "https://connect.us-west-2.api.aws");
  EXPECT_EQ(connect_origin("us-west-2", "TRUE", "true"), "https://connect-fips.us-west-2.api.aws");
  EXPECT_EQ(connect_origin("us-gov-west-1", "true", "false"),
            "https://connect.us-gov-west-1.amazonaws.com");
  const auto sts_origin = [&](const char* region) {
    connect_origin(region, "", "");
    variables["AWS_USE_FIPS_ENDPOINT"] = "true";
    return resolve()->sts.origin;
  };
  EXPECT_EQ(sts_origin("us-west-2"), "https://sts-fips.us-west-2.amazonaws.com");
  EXPECT_EQ(sts_origin("us-gov-east-1"), "https://sts.us-gov-east-1.amazonaws.com");
  EXPECT_EQ(resolve()->lex.origin, "https://models-v2-lex-fips.us-gov-east-1.amazonaws.com");
  EXPECT_EQ(connect_origin("us-iso-east-1", "", "true"),
            "https://connect.us-iso-east-1.api.aws.ic.gov");
  EXPECT_EQ(connect_origin("cn-north-1", "", ""), "https://connect.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(connect_origin("eusc-de-east-1", "", ""),
            "https://connect.eusc-de-east-1.amazonaws.eu");
  EXPECT_THAT(connect_origin("us-west-2", "yes", ""), HasSubstr("use_fips_endpoint is \"yes\""));
}

TEST_F(SettingsTest, ACustomEndpointIsTakenAsItIsAndTheOthersHaveTheirVariant) {
  set_keys();
  variables["AWS_ENDPOINT_URL_CONNECT"] = "http://127.0.0.1:1";
  variables["AWS_USE_FIPS_ENDPOINT"] = "true";
  auto settings = resolve();
  ASSERT_TRUE(settings) << one_line(settings.error());
  EXPECT_EQ(settings->connect.origin, "http://127.0.0.1:1");
  EXPECT_EQ(settings->sts.origin, "https://sts-fips.us-east-1.amazonaws.com");
}

TEST_F(SettingsTest, AServicesSectionThatIsNotThereIsAnError) {
  set_keys();
  config(
      "[default]\nservices = lcoal\n[services local]\nconnect =\n  endpoint_url = "
      "http://[::1]:1\n");
  const Error problem = error();
  EXPECT_THAT(problem.subject, HasSubstr(".aws/config:2"));
  EXPECT_THAT(problem.message, HasSubstr("[services lcoal]"));
}

TEST_F(SettingsTest, CertificatesProxyAndAttempts) {
  set_keys();
  ASSERT_TRUE(write_file(folder / "ca.pem", "x"));
  variables["AWS_CA_BUNDLE"] = "~/ca.pem";
  variables["AWS_MAX_ATTEMPTS"] = "12";
  variables["HTTPS_PROXY"] = "http://user:pw@proxy:3128";
  variables["NO_PROXY"] = "models-v2-lex.us-east-1.amazonaws.com";
  auto settings = resolve();
  ASSERT_TRUE(settings) << one_line(settings.error());
  EXPECT_EQ(settings->connect.transfer.ca_bundle, (folder / "ca.pem").string());
  EXPECT_EQ(settings->connect.transfer.proxy, "http://user:pw@proxy:3128");
  EXPECT_EQ(settings->lex.transfer.proxy, "");
  EXPECT_EQ(settings->connect.transfer.proxy_source, "variable HTTPS_PROXY");
  EXPECT_EQ(settings->connect.transfer.ca_bundle_source, "variable AWS_CA_BUNDLE");
  EXPECT_EQ(settings->connect.transfer.origin_source,
            "Region us-east-1 of environment \"dev\" (flowferry.yaml:3)");
  EXPECT_EQ(settings->retry.max_attempts, 12);
  EXPECT_EQ(settings->retry.max_throttled_attempts, 12);
  for (const char* bad : {"0", "x", "3.5", "-1", "100000"}) {
    variables["AWS_MAX_ATTEMPTS"] = bad;
    EXPECT_EQ(error().subject, "variable AWS_MAX_ATTEMPTS");
  }
  variables.erase("AWS_MAX_ATTEMPTS");
  variables["AWS_CA_BUNDLE"] = "/nowhere/ca.pem";
  EXPECT_EQ(error().subject, "variable AWS_CA_BUNDLE");
}

TEST(ProxyFor, FollowsTheVariables) {
  const auto proxy = [](const char* origin, std::map<std::string, std::string> variables) {
    variables["HTTPS_PROXY"] = "http://p:1";
    return proxy_for(origin, Environment(std::move(variables))).url;
  };
  EXPECT_EQ(proxy("https://a.example.com", {}), "http://p:1");
  EXPECT_EQ(proxy("https://a.example.com", {{"https_proxy", "http://q:2"}}), "http://q:2");
  EXPECT_EQ(proxy("http://a.example.com", {}), "");
  EXPECT_EQ(proxy("https://localhost:8443", {}), "");
  EXPECT_EQ(proxy("https://127.0.0.1", {}), "");
  for (const char* entry : {"*", "example.com", ".example.com", "x, a.example.com", "*.example.com",
                            "A.EXAMPLE.COM", "example.com:443"}) {
    EXPECT_EQ(proxy("https://a.example.com", {{"NO_PROXY", entry}}), "") << entry;
  }
  for (const char* entry :
       {"10.1.2.3", "10.0.0.0/8", "x,10.1.2.0/23", "0.0.0.0/0", "10.1.2.3:443"}) {
    EXPECT_EQ(proxy("https://10.1.2.3", {{"NO_PROXY", entry}}), "") << entry;
  }
  for (const char* entry : {"10.1.2.4", "10.1.2.0/31", "11.0.0.0/8", "10.0.0.0/x", "10.0.0.0/33",
                            "fd00::/8", "10.1.2.3:80"}) {
    EXPECT_EQ(proxy("https://10.1.2.3", {{"NO_PROXY", entry}}), "http://p:1") << entry;
  }
  for (const char* entry : {"fd00::1", "[fd00::1]", "fd00::/8"}) {
    EXPECT_EQ(proxy("https://[fd00::1]", {{"NO_PROXY", entry}}), "") << entry;
  }
  EXPECT_EQ(proxy("https://[fe00::1]", {{"NO_PROXY", "fd00::/8"}}), "http://p:1");
  EXPECT_EQ(proxy("https://a.example.com", {{"NO_PROXY", "0.0.0.0/0"}}), "http://p:1");
  for (const char* entry : {"", "ample.com", "b.example.com", "example.com:80", "example.org"}) {
    EXPECT_EQ(proxy("https://a.example.com", {{"NO_PROXY", entry}}), "http://p:1") << entry;
  }
}

}  // namespace
}  // namespace flowferry::aws
