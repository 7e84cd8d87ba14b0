#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "aws/credential_documents.h"
#include "aws/mfa_sessions.h"
#include "aws/process_credentials.h"
#include "aws/refreshing_credentials.h"
#include "aws/settings.h"
#include "aws/sso_credentials.h"
#include "base/files.h"
#include "net/event_loop.h"
#include "net/url.h"
#include "support/fake_transport.h"
#include "support/raw_server.h"

namespace flowferry::aws {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::string sts_answer(std::string_view id, std::string_view expiration) {
  return "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>" + std::string(id) +
         "</AccessKeyId><SecretAccessKey>role&amp;secret</SecretAccessKey><SessionToken>role-token"
         "</SessionToken><Expiration>" +
         std::string(expiration) +
         "</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
}

std::string sts_error(std::string_view code, std::string_view message) {
  return "<ErrorResponse><Error><Type>Sender</Type><Code>" + std::string(code) +
         "</Code><Message>" + std::string(message) +
         "</Message></Error><RequestId>sts-request</RequestId></ErrorResponse>";
}

/// The fields of a form body.
std::map<std::string, std::string> form(const std::string& body) {
  std::map<std::string, std::string> out;
  std::size_t at = 0;
  while (at < body.size()) {
    const std::size_t end = std::min(body.find('&', at), body.size());
    const std::string pair = body.substr(at, end - at);
    const std::size_t equals = pair.find('=');
    out[pair.substr(0, equals)] = net::percent_decode(pair.substr(equals + 1));
    at = end + 1;
  }
  return out;
}

class ChainTest : public testing::Test {
 protected:
  ChainTest() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::path(testing::TempDir()) /
             ("credential_chain_test." + std::to_string(getpid())) / info->name();
    variables["HOME"] = folder.string();
    variables["PATH"] = "/usr/bin:/bin";
    request.region = "us-east-1";
    request.where = "environment \"dev\" (flowferry.yaml:3)";
    transport.handler = [this](const net::HttpRequest& asked) { return handler(asked); };
  }
  ~ChainTest() override {
    if (!HasFailure()) std::filesystem::remove_all(folder.parent_path());
  }
  void config(std::string_view text) { ASSERT_TRUE(write_file(folder / ".aws/config", text)); }
  void sso_token(const std::string& session, std::string_view text) {
    SsoRequest sso;
    sso.session = session;
    sso.cache_folder = (folder / ".aws/sso/cache").string();
    ASSERT_TRUE(write_file(sso_cache_file(sso), text));
  }
  Result<Settings> resolve() {
    return resolve_settings(request, Environment(variables),
                            {transport, transport.clock, random, ask_mfa, mfa});
  }
  Result<Credentials> keys() {
    auto settings = resolve();
    if (!settings) return fail(settings.error());
    kept = std::move(settings->credentials);
    return transport.run(kept->get());
  }
  Error problem() {
    auto found = keys();
    EXPECT_FALSE(found);
    return found ? Error{} : found.error();
  }
  std::string header(std::size_t index, std::string_view name) {
    return std::string(net::find_header(transport.requests.at(index).headers, name).value_or(""));
  }

  std::filesystem::path folder;
  std::map<std::string, std::string> variables;
  SettingsRequest request;
  test::FakeTransport transport;
  SeededRandom random{1};
  std::function<Result<std::string>(const std::string&)> ask_mfa;
  std::shared_ptr<MfaSessions> mfa;
  std::function<Result<net::HttpResponse>(const net::HttpRequest&)> handler;
  std::unique_ptr<CredentialsProvider> kept;
};

constexpr char k_chained[] =
    "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = base-secret\n"
    "[profile middle]\nrole_arn = arn:aws:iam::1:role/middle\nsource_profile = base\n"
    "[profile top]\nrole_arn = arn:aws:iam::2:role/top\nsource_profile = middle\n"
    "external_id = ex/1\nrole_session_name = me\nduration_seconds = 1800\n";

TEST_F(ChainTest, AssumesRolesInAChain) {
  config(k_chained);
  request.profile = "top";
  handler = [](const net::HttpRequest& asked) -> Result<net::HttpResponse> {
    const bool middle = form(asked.body)["RoleArn"].ends_with("middle");
    return net::HttpResponse{
        200, {}, sts_answer(middle ? "ASIAMIDDLE" : "ASIATOP", "2026-01-15T13:00:00Z")};
  };
  const auto found = keys();
  ASSERT_TRUE(found) << one_line(found.error());
  EXPECT_EQ(found->access_key_id, "ASIATOP");
  EXPECT_EQ(found->secret_access_key, "role&secret");
  EXPECT_EQ(found->session_token, "role-token");
  EXPECT_THAT(found->source, AllOf(HasSubstr("role/top"), HasSubstr("config:8")));
  ASSERT_EQ(transport.requests.size(), 2u);
  EXPECT_EQ(transport.requests[0].origin, "https://sts.us-east-1.amazonaws.com");
  EXPECT_THAT(header(0, "Authorization"), HasSubstr("Credential=AKIDBASE/20260115/us-east-1/sts/"));
  EXPECT_THAT(header(1, "Authorization"), HasSubstr("Credential=ASIAMIDDLE/"));
  EXPECT_EQ(header(1, "X-Amz-Security-Token"), "role-token");
  auto fields = form(transport.requests[1].body);
  EXPECT_EQ(fields["Action"], "AssumeRole");
  EXPECT_EQ(fields["Version"], "2011-06-15");
  EXPECT_EQ(fields["ExternalId"], "ex/1");
  EXPECT_EQ(fields["RoleSessionName"], "me");
  EXPECT_EQ(fields["DurationSeconds"], "1800");
  EXPECT_THAT(form(transport.requests[0].body)["RoleSessionName"], HasSubstr("flowferry-"));
}

TEST_F(ChainTest, RefreshesARoleBeforeItExpiresAndOnlyThen) {
  config(k_chained);
  request.profile = "middle";
  int given = 0;
  handler = [&](const net::HttpRequest&) -> Result<net::HttpResponse> {
    const SystemTime expires = transport.clock.now() + 15min;
    return net::HttpResponse{
        200, {}, sts_answer("ASIA" + std::to_string(++given), iso8601(expires))};
  };
  EXPECT_EQ(keys()->access_key_id, "ASIA1");
  transport.advance(9min);
  EXPECT_EQ(transport.run(kept->get())->access_key_id, "ASIA1");
  transport.advance(2min);
  EXPECT_EQ(transport.run(kept->get())->access_key_id, "ASIA2");
  handler = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return net::HttpResponse{500, {}, "down"};
  };
  transport.advance(12min);
  EXPECT_EQ(transport.run(kept->get())->access_key_id, "ASIA2") << "still good for three minutes";
  transport.advance(3min);
  EXPECT_FALSE(transport.run(kept->get()));
}

TEST_F(ChainTest, ARoleThatCannotBeAssumedSaysWhyAndWhere) {
  config(k_chained);
  request.profile = "middle";
  handler = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return net::HttpResponse{
        403, {}, sts_error("AccessDenied", "User: x is not authorized &lt;1&gt;")};
  };
  const Error error = problem();
  EXPECT_EQ(error.kind, ErrorKind::credentials);
  EXPECT_EQ(error.code, "AccessDenied");
  EXPECT_EQ(error.request_id, "sts-request");
  EXPECT_THAT(error.subject, HasSubstr("config:5"));
  EXPECT_THAT(error.message, AllOf(HasSubstr("role/middle"), HasSubstr("not authorized <1>")));
  EXPECT_THAT(error.hint, HasSubstr("sts:AssumeRole"));
}

TEST_F(ChainTest, ConfigurationErrorsOfRolesNameFileAndLine) {
  const auto subject_of = [&](std::string_view text) {
    config(text);
    request.profile = "a";
    const Error error = problem();
    EXPECT_EQ(error.kind, ErrorKind::config) << text;
    EXPECT_FALSE(error.hint.empty()) << text;
    return error.message + " @" + error.subject.substr(error.subject.rfind('/') + 1);
  };
  EXPECT_THAT(
      subject_of("[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = s\n"
                 "source_profile = a\n"),
      AllOf(HasSubstr("a → b → a"), HasSubstr("@config:6")));
  EXPECT_THAT(subject_of("[profile a]\nrole_arn = r\nsource_profile = gone\n"),
              AllOf(HasSubstr("\"gone\""), HasSubstr("@config:3")));
  EXPECT_THAT(subject_of("[profile a]\nrole_arn = r\n"), HasSubstr("@config:2"));
  EXPECT_THAT(subject_of("[profile a]\nrole_arn = r\nsource_profile = a\n"),
              HasSubstr("@config:3"));
  EXPECT_THAT(subject_of("[profile a]\nrole_arn = r\nsource_profile = b\ncredential_source = "
                         "Environment\n"),
              HasSubstr("@config:2"));
  EXPECT_THAT(subject_of("[profile a]\nrole_arn = r\ncredential_source = Magic\n"),
              HasSubstr("@config:3"));
  EXPECT_THAT(subject_of("[profile a]\nrole_arn = r\nsource_profile = a\nduration_seconds = 5\n"
                         "aws_access_key_id = K\naws_secret_access_key = S\n"),
              HasSubstr("@config:4"));
  EXPECT_THAT(
      subject_of("[profile a]\nsso_account_id = 1\nsso_role_name = r\nsso_session = gone\n"),
      HasSubstr("@config:4"));
  EXPECT_THAT(subject_of("[profile a]\nsso_account_id = 1\n"), HasSubstr("sso_role_name"));
}

TEST_F(ChainTest, AProfileMayAssumeItsRoleWithItsOwnKeys) {
  config(
      "[profile a]\nrole_arn = r\nsource_profile = a\naws_access_key_id = OWN\n"
      "aws_secret_access_key = s\n");
  request.profile = "a";
  handler = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return net::HttpResponse{200, {}, sts_answer("ASIA", "2026-01-15T13:00:00Z")};
  };
  ASSERT_TRUE(keys());
  EXPECT_THAT(header(0, "Authorization"), HasSubstr("Credential=OWN/"));
}

TEST_F(ChainTest, KeysAndTokenComeFromOneFile) {
  config(
      "[default]\naws_access_key_id = OLD\naws_secret_access_key = old\n"
      "aws_session_token = stale\n");
  const auto credentials = [this](std::string_view text) {
    ASSERT_TRUE(write_file(folder / ".aws/credentials", text));
  };
  credentials("[default]\naws_access_key_id = NEW\naws_secret_access_key = new\n");
  auto found = keys();
  ASSERT_TRUE(found) << one_line(found.error());
  EXPECT_EQ(found->access_key_id, "NEW");
  EXPECT_EQ(found->session_token, "");
  credentials("[default]\naws_access_key_id = NEW\n");
  const Error half = problem();
  EXPECT_THAT(half.message, HasSubstr(".aws/credentials:2"));
  EXPECT_THAT(half.subject, HasSubstr(".aws/config:3"));
}

TEST_F(ChainTest, KeysOfTheCredentialsFileGoBeforeAProcessAndThoseOfTheConfigFileAfterIt) {
  const std::string own = "aws_access_key_id = OWN\naws_secret_access_key = s\n";
  const std::string process =
      "credential_process = /bin/echo '{\"Version\":1,\"AccessKeyId\":\"PRINTED\","
      "\"SecretAccessKey\":\"s\"}'\n";
  config("[default]\n" + own + process);
  auto found = keys();
  ASSERT_TRUE(found) << one_line(found.error());
  EXPECT_EQ(found->access_key_id, "PRINTED");
  config("[default]\n" + process);
  ASSERT_TRUE(write_file(folder / ".aws/credentials", "[default]\n" + own));
  found = keys();
  ASSERT_TRUE(found) << one_line(found.error());
  EXPECT_EQ(found->access_key_id, "OWN");
}

TEST_F(ChainTest, AProfileAndItsSessionMustAgree) {
  config(
      "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n"
      "sso_region = eu-west-1\n"
      "[sso-session corp]\nsso_region = us-west-2\nsso_start_url = https://corp\n");
  const Error differ = problem();
  EXPECT_EQ(differ.kind, ErrorKind::config);
  EXPECT_THAT(differ.subject, HasSubstr(".aws/config:5"));
  EXPECT_THAT(differ.message, HasSubstr(".aws/config:7"));
}

TEST_F(ChainTest, ARoleOfTheConfigurationIsAssumedOnTop) {
  variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  variables["AWS_SECRET_ACCESS_KEY"] = "s";
  request.role_arn = "arn:aws:iam::9:role/ferry";
  request.external_id = "42";
  handler = [](const net::HttpRequest& asked) -> Result<net::HttpResponse> {
    EXPECT_EQ(form(asked.body)["ExternalId"], "42");
    return net::HttpResponse{200, {}, sts_answer("ASIA", "2026-01-15T13:00:00Z")};
  };
  const auto found = keys();
  ASSERT_TRUE(found);
  EXPECT_THAT(found->source, HasSubstr("flowferry.yaml:3"));
  EXPECT_THAT(header(0, "Authorization"), HasSubstr("Credential=AKIDENV/"));
}

constexpr char k_with_mfa[] =
    "[profile me]\naws_access_key_id = AKIDME\naws_secret_access_key = s\n"
    "[profile a]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = me\n"
    "mfa_serial = arn:aws:iam::1:mfa/me\n"
    "[profile b]\nrole_arn = arn:aws:iam::2:role/b\nsource_profile = me\n"
    "mfa_serial = arn:aws:iam::1:mfa/me\n";

/// STS as far as devices go: a code is good once.
struct MfaTest : ChainTest {
  MfaTest() {
    config(k_with_mfa);
    mfa = std::make_shared<MfaSessions>();
    ask_mfa = [this](const std::string& serial) -> Result<std::string> {
      EXPECT_EQ(serial, "arn:aws:iam::1:mfa/me");
      return std::to_string(111111 * ++asked) + "\n";
    };
    handler = [this](const net::HttpRequest& request_in) { return answer(request_in); };
  }
  Result<net::HttpResponse> answer(const net::HttpRequest& asked_for) {
    auto fields = form(asked_for.body);
    const std::string authorization(
        net::find_header(asked_for.headers, "Authorization").value_or(""));
    const bool with_session = authorization.find("Credential=ASIASESSION/") != std::string::npos;
    if (fields["Action"] == "GetSessionToken" && !gives_sessions) {
      return net::HttpResponse{403, {}, sts_error("AccessDenied", "Cannot call GetSessionToken")};
    }
    if (with_session) {
      EXPECT_FALSE(fields.contains("SerialNumber"));
    } else if (fields["SerialNumber"] != "arn:aws:iam::1:mfa/me" || wrong ||
               !used.insert(fields["TokenCode"]).second) {
      return net::HttpResponse{403,
                               {},
                               sts_error("AccessDenied",
                                         "MultiFactorAuthentication failed with invalid MFA one "
                                         "time pass code. ")};
    }
    const bool session = fields["Action"] == "GetSessionToken";
    const std::string role = fields["RoleArn"].substr(fields["RoleArn"].size() - (session ? 0 : 1));
    return net::HttpResponse{200,
                             {},
                             sts_answer(session ? "ASIASESSION" : "ASIA" + role,
                                        session ? "2026-01-16T00:00:00Z" : "2026-01-15T13:00:00Z")};
  }
  Result<Credentials> of(const std::string& profile) {
    request.profile = profile;
    return keys();
  }

  int asked = 0;
  bool gives_sessions = true;
  bool wrong = false;
  std::set<std::string> used;
};

TEST_F(MfaTest, OneCodeServesAllRolesAndTheirRenewal) {
  const auto a = of("a");
  ASSERT_TRUE(a) << one_line(a.error());
  EXPECT_EQ(a->access_key_id, "ASIAa");
  const auto provider = std::move(kept);
  EXPECT_EQ(of("b")->access_key_id, "ASIAb");
  transport.advance(56min);
  EXPECT_TRUE(transport.run(provider->get()));
  EXPECT_EQ(transport.requests.size(), 4u);
  EXPECT_EQ(asked, 1);
}

TEST_F(MfaTest, SessionsEndWithTheLastWhoUsesThem) {
  ASSERT_TRUE(of("a"));
  const std::weak_ptr<MfaSessions> sessions = mfa;
  mfa.reset();
  EXPECT_FALSE(sessions.expired());
  kept.reset();
  EXPECT_TRUE(sessions.expired());
}

TEST_F(MfaTest, WithoutASessionTheCodeGoesWithTheRole) {
  gives_sessions = false;
  EXPECT_TRUE(of("a"));
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(form(transport.requests.back().body)["TokenCode"], "111111");
  EXPECT_TRUE(of("b")) << "a code that was used before is asked for anew";
  EXPECT_EQ(asked, 2);
  transport.advance(56min);
  EXPECT_TRUE(transport.run(kept->get()));
  EXPECT_EQ(asked, 3);
}

TEST_F(MfaTest, TemporaryKeysAskForNoSession) {
  config(std::string(k_with_mfa) + "[profile me]\naws_session_token = t\n");
  EXPECT_TRUE(of("a"));
  EXPECT_EQ(transport.requests.size(), 1u);
}

TEST_F(MfaTest, AWrongCodeIsAnErrorThatNamesDeviceAndPlace) {
  wrong = true;
  for (const bool sessions : {true, false}) {
    gives_sessions = sessions;
    const Error error = [this] {
      request.profile = "a";
      return problem();
    }();
    EXPECT_THAT(error.message, AllOf(HasSubstr("mfa/me"), HasSubstr("invalid MFA one time")));
    EXPECT_THAT(error.subject, HasSubstr("config:5"));
    EXPECT_EQ(error.request_id, "sts-request");
    EXPECT_THAT(error.hint, HasSubstr("next code"));
    EXPECT_THAT(one_line(error), Not(HasSubstr("111111")));
  }
  EXPECT_EQ(asked, 2) << "once for each, and no guessing on";
}

TEST_F(MfaTest, WithNobodyToAskItSaysSo) {
  ask_mfa = nullptr;
  request.profile = "a";
  const Error error = problem();
  EXPECT_THAT(error.message, AllOf(HasSubstr("mfa/me"), HasSubstr("nobody to ask")));
  EXPECT_THAT(error.hint, HasSubstr("terminal"));
  EXPECT_TRUE(transport.requests.empty());
}

TEST_F(ChainTest, CorrectsAClockThatIsOffWhenARoleIsAssumed) {
  config(k_chained);
  request.profile = "middle";
  transport.clock_error = 2h;
  handler = [&](const net::HttpRequest& asked) -> Result<net::HttpResponse> {
    const net::Headers date = {{"Date", "Thu, 15 Jan 2026 12:00:00 GMT"}};
    if (*net::find_header(asked.headers, "X-Amz-Date") != "20260115T120000Z") {
      return net::HttpResponse{403, date, sts_error("SignatureDoesNotMatch", "Signature expired")};
    }
    return net::HttpResponse{200, date, sts_answer("ASIA", "2026-01-15T23:00:00Z")};
  };
  EXPECT_TRUE(keys());
  EXPECT_EQ(transport.requests.size(), 2u);
}

TEST_F(ChainTest, TheTokenOfAWebIdentityIsReadAnewEachTime) {
  ASSERT_TRUE(write_file(folder / "token", "jwt-1\n"));
  variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = (folder / "token").string();
  EXPECT_EQ(problem().subject, "variable AWS_ROLE_ARN");
  variables["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/web";
  std::string seen;
  handler = [&](const net::HttpRequest& asked) -> Result<net::HttpResponse> {
    auto fields = form(asked.body);
    EXPECT_EQ(fields["Action"], "AssumeRoleWithWebIdentity");
    EXPECT_FALSE(net::find_header(asked.headers, "Authorization"));
    seen += fields["WebIdentityToken"] + ";";
    return net::HttpResponse{200, {}, sts_answer("ASIA", "2026-01-15T12:01:00Z")};
  };
  EXPECT_TRUE(keys());
  ASSERT_TRUE(write_file(folder / "token", "jwt-2"));
  transport.advance(61s);
  EXPECT_TRUE(transport.run(kept->get()));
  EXPECT_EQ(seen, "jwt-1;jwt-2;");
  handler = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return net::HttpResponse{400, {}, sts_error("InvalidIdentityToken", "bad: jwt-2-long-enough")};
  };
  ASSERT_TRUE(write_file(folder / "token", "jwt-2-long-enough"));
  EXPECT_THAT(one_line(problem()), Not(HasSubstr("jwt-2-long-enough")));
  std::filesystem::remove(folder / "token");
  EXPECT_THAT(problem().hint, HasSubstr("AWS_WEB_IDENTITY_TOKEN_FILE"));
}

TEST_F(ChainTest, SingleSignOnExchangesTheTokenOfItsCache) {
  config(
      "[profile a]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
      "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = "
      "https://corp.awsapps.com/start\n");
  request.profile = "a";
  EXPECT_EQ(problem().hint, "run: aws sso login --profile a");
  sso_token("corp", R"({"accessToken":"sso-token","expiresAt":"2026-01-15T12:30:00Z"})");
  handler = [](const net::HttpRequest& asked) -> Result<net::HttpResponse> {
    EXPECT_EQ(asked.origin, "https://portal.sso.eu-west-1.amazonaws.com");
    EXPECT_EQ(asked.target, "/federation/credentials?role_name=Admin&account_id=111122223333");
    EXPECT_EQ(net::find_header(asked.headers, "x-amz-sso_bearer_token"), "sso-token");
    return net::HttpResponse{200,
                             {},
                             R"({"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s",
                                 "sessionToken":"t","expiration":1768480200000}})"};
  };
  const auto found = keys();
  ASSERT_TRUE(found) << one_line(found.error());
  EXPECT_EQ(found->access_key_id, "ASIASSO");
  EXPECT_EQ(iso8601(*found->expires), "2026-01-15T12:30:00Z");
  transport.advance(31min);
  EXPECT_THAT(problem().message, HasSubstr("expired at 2026-01-15T12:30:00Z"));
}

TEST_F(ChainTest, TheTokenOfASessionIsRenewedBeforeItExpires) {
  config(
      "[profile a]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
      "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = "
      "https://corp.awsapps.com/start\n");
  request.profile = "a";
  constexpr char k_token[] =
      R"({"startUrl":"https://corp.awsapps.com/start","accessToken":"old-token",)"
      R"("expiresAt":"2026-01-15T12:10:00Z","clientId":"id","clientSecret":"client-secret",)"
      R"("registrationExpiresAt":"2026-04-01T00:00:00Z","refreshToken":"refresh-1"})";
  sso_token("corp", k_token);
  std::string tokens;
  bool renews = true;
  handler = [&](const net::HttpRequest& asked) -> Result<net::HttpResponse> {
    if (asked.target == "/token") {
      EXPECT_EQ(asked.origin, "https://oidc.eu-west-1.amazonaws.com");
      EXPECT_EQ(asked.body, R"({"clientId":"id","clientSecret":"client-secret",)"
                            R"("grantType":"refresh_token","refreshToken":"refresh-1"})");
      if (!renews) return net::HttpResponse{400, {}, R"({"error":"invalid_grant"})"};
      return net::HttpResponse{
          200, {}, R"({"accessToken":"new-token","expiresIn":3600,"refreshToken":"refresh-2"})"};
    }
    tokens += std::string(*net::find_header(asked.headers, "x-amz-sso_bearer_token")) + ";";
    return net::HttpResponse{200,
                             {},
                             R"({"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s",
                                 "sessionToken":"t","expiration":1768480200000}})"};
  };
  EXPECT_TRUE(keys());
  EXPECT_TRUE(keys()) << "and the cache has the new one";
  EXPECT_EQ(tokens, "new-token;new-token;");
  EXPECT_EQ(transport.requests.size(), 3u);

  renews = false;
  tokens.clear();
  sso_token("corp", k_token);
  EXPECT_TRUE(keys()) << "it is still good for ten minutes";
  EXPECT_EQ(tokens, "old-token;");
  transport.advance(11min);
  const Error error = problem();
  EXPECT_THAT(error.message, HasSubstr("invalid_grant"));
  EXPECT_EQ(error.hint, "run: aws sso login --profile a");
}

TEST_F(ChainTest, DamagedOrRefusedSingleSignOnSaysWhatToRun) {
  config(
      "[profile a]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n"
      "sso_account_id = 1\nsso_role_name = r\n");
  request.profile = "a";
  for (const char* text :
       {"", "{", "[]", R"({"accessToken":"x"})", R"({"accessToken":"x","expiresAt":"soon"})"}) {
    sso_token("https://corp.awsapps.com/start", text);
    EXPECT_THAT(problem().hint, HasSubstr("aws sso login")) << text;
  }
  sso_token("https://corp.awsapps.com/start",
            R"({"accessToken":"sso-secret-token","expiresAt":"2026-01-15T12:30:00UTC"})");
  handler = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return net::HttpResponse{401, {}, R"({"message":"Session token not found or invalid"})"};
  };
  EXPECT_THAT(problem().hint, HasSubstr("aws sso login"));
  handler = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return net::HttpResponse{403, {}, R"({"message":"No access for sso-secret-token"})"};
  };
  const Error error = problem();
  EXPECT_THAT(error.hint, HasSubstr("sso_role_name"));
  EXPECT_THAT(one_line(error), Not(HasSubstr("sso-secret-token")));
}

TEST_F(ChainTest, TheContainersEndpointGivesKeys) {
  variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/abc?x=1";
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Basic x";
  handler = [](const net::HttpRequest& asked) -> Result<net::HttpResponse> {
    EXPECT_EQ(asked.origin + asked.target, "http://169.254.170.2/v2/credentials/abc?x=1");
    EXPECT_EQ(net::find_header(asked.headers, "Authorization"), "Basic x");
    return net::HttpResponse{200, {}, R"({"AccessKeyId":"ASIAECS","SecretAccessKey":"s","Token":"t",
                                          "Expiration":"2026-01-15T18:00:00Z"})"};
  };
  const auto found = keys();
  ASSERT_TRUE(found) << one_line(found.error());
  EXPECT_EQ(found->session_token, "t");
  variables.erase("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://evil.example/keys";
  EXPECT_EQ(problem().subject, "variable AWS_CONTAINER_CREDENTIALS_FULL_URI");
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = (folder / "gone").string();
  EXPECT_THAT(problem().subject, HasSubstr("TOKEN_FILE"));
}

TEST_F(ChainTest, TheInstancesRoleGivesKeysWithASessionToken) {
  handler = [](const net::HttpRequest& asked) -> Result<net::HttpResponse> {
    EXPECT_EQ(asked.origin, "http://169.254.169.254");
    if (asked.method == "PUT") {
      EXPECT_EQ(asked.target, "/latest/api/token");
      EXPECT_EQ(net::find_header(asked.headers, "x-aws-ec2-metadata-token-ttl-seconds"), "21600");
      return net::HttpResponse{200, {}, "imds-token"};
    }
    EXPECT_EQ(net::find_header(asked.headers, "x-aws-ec2-metadata-token"), "imds-token");
    if (asked.target.ends_with("/security-credentials/"))
      return net::HttpResponse{200, {}, "role\n"};
    EXPECT_THAT(asked.target, testing::EndsWith("/security-credentials/role"));
    return net::HttpResponse{200, {}, R"({"Code":"Success","AccessKeyId":"ASIAEC2",
        "SecretAccessKey":"s","Token":"t","Expiration":"2026-01-15T18:00:00Z"})"};
  };
  const auto found = keys();
  ASSERT_TRUE(found) << one_line(found.error());
  EXPECT_EQ(found->access_key_id, "ASIAEC2");
  EXPECT_EQ(found->source, "EC2 instance role role");
}

TEST_F(ChainTest, AProfileMaySayWhereTheInstancesMetadataAre) {
  config("[default]\nec2_metadata_service_endpoint = http://127.0.0.1:9\n");
  handler = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return net::HttpResponse{404, {}, {}};
  };
  problem();
  EXPECT_EQ(transport.requests.at(0).origin, "http://127.0.0.1:9");
  config("[default]\nec2_metadata_service_endpoint_mode = IPv6\n");
  problem();
  EXPECT_EQ(transport.requests.at(1).origin, "http://[fd00:ec2::254]");
}

TEST_F(ChainTest, WhereNobodyAnswersTheErrorListsAllThatWasTried) {
  handler = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
    Error error;
    error.kind = ErrorKind::network;
    error.message = "no connection to http://169.254.169.254 within 1 s";
    return fail(error);
  };
  const Error error = problem();
  EXPECT_EQ(error.kind, ErrorKind::credentials);
  EXPECT_EQ(error.message, "no credentials were found");
  EXPECT_THAT(error.details, Contains(HasSubstr("AWS_ACCESS_KEY_ID is not set")));
  EXPECT_THAT(error.details, Contains(HasSubstr("169.254.169.254")));
  EXPECT_EQ(transport.requests.size(), 1u);
}

TEST_F(ChainTest, CredentialSourcesServeARole) {
  config("[profile a]\nrole_arn = r\ncredential_source = Environment\n");
  request.profile = "a";
  EXPECT_THAT(problem().subject, HasSubstr("config:3"));
  variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  variables["AWS_SECRET_ACCESS_KEY"] = "s";
  handler = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return net::HttpResponse{200, {}, sts_answer("ASIA", "2026-01-15T13:00:00Z")};
  };
  EXPECT_EQ(keys()->access_key_id, "ASIA");
  config("[profile a]\nrole_arn = r\ncredential_source = EcsContainer\n");
  EXPECT_THAT(problem().subject, HasSubstr("config:3"));
}

/// With real processes and real time.
class ProcessTest : public ChainTest {
 protected:
  Result<Credentials> run(std::string command, std::chrono::milliseconds timeout = 10s) {
    ProcessCredentials process(std::move(command), "config:2", Environment(variables),
                               {loop, system_clock(), random, {}}, timeout);
    return loop.run(process.fetch());
  }
  std::string script(std::string_view text) {
    const auto path = folder / "with space/print keys";
    EXPECT_TRUE(write_file(path, "#!/bin/sh\n" + std::string(text), 0755));
    return "\"" + path.string() + "\"";
  }
  net::EventLoop loop;
};

TEST_F(ProcessTest, TakesWhatTheCommandPrints) {
  variables["MARK"] = "from-the-environment";
  const auto found =
      run(script("echo \"{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"$1\\\","
                 "\\\"SecretAccessKey\\\":\\\"$MARK\\\",\\\"SessionToken\\\":\\\"t\\\","
                 "\\\"Expiration\\\":\\\"2099-01-01T00:00:00Z\\\"}\"\n") +
          " 'AKID$HOME'");
  ASSERT_TRUE(found) << one_line(found.error());
  EXPECT_EQ(found->access_key_id, "AKID$HOME") << "no shell reads the command";
  EXPECT_EQ(found->secret_access_key, "from-the-environment");
  EXPECT_TRUE(found->expires);
}

TEST_F(ProcessTest, RubbishFailureAndSilenceAreErrorsWithoutTheOutput) {
  for (const char* text :
       {"echo hunter2", "echo '{\"Version\":1}'", "echo '{\"Version\":2}'", "true",
        "echo '{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b c\"}'",
        "echo '{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\","
        "\"Expiration\":\"hunter2\"}'"}) {
    const auto found = run(script(text));
    ASSERT_FALSE(found) << text;
    EXPECT_EQ(found.error().kind, ErrorKind::credentials);
    EXPECT_EQ(found.error().subject, "config:2");
    EXPECT_THAT(one_line(found.error()), Not(HasSubstr("hunter2")));
  }
  const auto failed =
      run(script("echo hunter2; echo 'Login expired' >&2; exit 3") + " secret-argument");
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, AllOf(HasSubstr("status 3"), HasSubstr("Login expired")));
  EXPECT_THAT(one_line(failed.error()), Not(HasSubstr("secret-argument")));
  EXPECT_THAT(run("/nowhere/at-all").error().message, HasSubstr("cannot be started"));
  EXPECT_THAT(run("'unclosed").error().hint, HasSubstr("quotes"));
  EXPECT_THAT(run(script("kill -9 $$")).error().message, HasSubstr("signal 9"));
}

TEST_F(ProcessTest, OneThatHangsIsKilledWithAllThatItStarted) {
  const auto begin = std::chrono::steady_clock::now();
  const auto found = run(script("sleep 300 & sleep 300"), 200ms);
  ASSERT_FALSE(found);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  EXPECT_THAT(found.error().message, HasSubstr("has not ended"));
  EXPECT_FALSE(run(script("yes"), 30s)) << "prints without end";
}

TEST(SplitCommand, FollowsTheRulesOfQuoting) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(split_command("a  b\tc"), (Words{"a", "b", "c"}));
  EXPECT_EQ(split_command(R"("a b" 'c "d' e\ f "g\"h" "i\j" '')"),
            (Words{"a b", "c \"d", "e f", "g\"h", "i\\j", ""}));
  EXPECT_FALSE(split_command(""));
  EXPECT_FALSE(split_command("''"));
  EXPECT_FALSE(split_command("\"a"));
}

/// Counts how often it is asked; slow.
class SlowSource final : public CredentialsSource {
 public:
  explicit SlowSource(test::FakeTransport& transport) : transport_(transport) {}
  Task<Result<Credentials>> fetch() override {
    ++fetched;
    co_await transport_.sleep_until(transport_.now() + 3s);
    Credentials keys;
    keys.access_key_id = "K" + std::to_string(fetched);
    keys.expires = transport_.clock.now() + 1h;
    co_return keys;
  }
  static inline int fetched = 0;

 private:
  test::FakeTransport& transport_;
};

TEST(RefreshingCredentials, ManyWhoAskAtOnceWaitForOneAnswer) {
  test::FakeTransport transport;
  SlowSource::fetched = 0;
  RefreshingCredentials provider(std::make_unique<SlowSource>(transport), transport.clock);
  std::vector<Task<Result<Credentials>>> tasks;
  for (int i = 0; i < 50; ++i) tasks.push_back(provider.get());
  for (const auto& keys : transport.run(gather(std::move(tasks))))
    EXPECT_EQ(keys->access_key_id, "K1");
  EXPECT_EQ(SlowSource::fetched, 1);
}

TEST(RefreshingCredentials, AClockThatIsAheadDoesNotMakeEveryCallFetchAnew) {
  test::FakeTransport transport;
  SlowSource::fetched = 0;
  RefreshingCredentials provider(std::make_unique<SlowSource>(transport), transport.clock);
  ASSERT_TRUE(transport.run(provider.get()));
  transport.clock_error = 5h;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(transport.run(provider.get()));
  EXPECT_EQ(SlowSource::fetched, 1);
}

TEST(RefreshingCredentials, InvalidatingForgetsOnlyWhatWasMeant) {
  test::FakeTransport transport;
  SlowSource::fetched = 0;
  RefreshingCredentials provider(std::make_unique<SlowSource>(transport), transport.clock);
  const Credentials first = *transport.run(provider.get());
  provider.invalidate(first);
  const Credentials second = *transport.run(provider.get());
  EXPECT_EQ(second.access_key_id, "K2");
  provider.invalidate(first);  // A late word about the old ones.
  EXPECT_EQ(transport.run(provider.get())->access_key_id, "K2");
}

TEST(CredentialDocuments, SurviveAnything) {
  for (const char* text : {"", "{}", "[]", "<AccessKeyId>", "<AccessKeyId></AccessKeyId>",
                           "{\"AccessKeyId\":3}", "\xff"}) {
    EXPECT_FALSE(credentials_from_json(text, "x")) << text;
    EXPECT_FALSE(credentials_from_sts(text, "x")) << text;
  }
  EXPECT_EQ(xml_text("<a>&lt;&amp;&quot;&apos;&gt;&x;</a>", "a"), "<&\"'>&x;");
}

// Over real sockets: STS and the metadata service of one instance on loopback.
TEST_F(ChainTest, WorksOverARealConnection) {
  test::RawServer server([](const std::string& asked) -> test::Step {
    if (asked.starts_with("PUT /latest/api/token")) return {test::http_answer(200, "tok")};
    if (asked.starts_with("GET /latest/meta-data/iam/security-credentials/ ")) {
      return {test::http_answer(200, "my-role")};
    }
    if (asked.starts_with("GET ")) {
      return {test::http_answer(200, R"({"AccessKeyId":"ASIAEC2","SecretAccessKey":"s","Token":"t",
                                         "Expiration":"2099-01-15T18:00:00Z"})")};
    }
    static int calls = 0;
    if (++calls == 1) return {"", true, true};  // The connection is lost once.
    return {test::http_answer(200, sts_answer("ASIAROLE", "2099-01-15T13:00:00Z"))};
  });
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server.origin() + "/";
  variables["AWS_ENDPOINT_URL_STS"] = server.origin();
  request.role_arn = "arn:aws:iam::1:role/ferry";
  net::EventLoop loop;
  auto settings =
      resolve_settings(request, Environment(variables), {loop, system_clock(), random, {}});
  ASSERT_TRUE(settings) << one_line(settings.error());
  const auto found = loop.run(settings->credentials->get());
  ASSERT_TRUE(found) << one_line(found.error());
  EXPECT_EQ(found->access_key_id, "ASIAROLE");
}

}  // namespace
}  // namespace flowferry::aws
