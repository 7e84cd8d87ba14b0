// What this program makes of variables and of the shared files of the AWS tools, for a script that
// compares it with botocore: one JSON object a line on stdin, one on stdout. A request is
//   {"variables": {...}, "profile": "", "region": ""}    settings, keys, and what was asked for
//   them
//   {"proxy_for": ORIGIN, "variables": {...}}
//   {"endpoint": HOST PREFIX, "region": "", "fips": bool, "dual_stack": bool}
// Nothing is sent: STS, the single sign-on portal, containers and the metadata of an instance are
// played by answers that name what was asked for.
#include <iostream>
#include <map>
#include <string>

#include "aws/endpoints.h"
#include "aws/settings.h"
#include "base/json/value.h"
#include "net/url.h"
#include "support/fake_transport.h"

using namespace flowferry;

namespace {

constexpr char k_expiry[] = "2099-01-01T00:00:00Z";

std::string form_value(const std::string& text, const std::string& name) {
  const std::string sought = "&" + name + "=";
  const std::size_t at = ("&" + text).find(sought);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + sought.size() - 1;
  return net::percent_decode(text.substr(begin, text.find('&', begin) - begin));
}

std::string keys_document(const std::string& name) {
  return json::Value::object({{"Code", "Success"},
                              {"AccessKeyId", "ASIA-" + name},
                              {"SecretAccessKey", "secret-of-" + name},
                              {"Token", "token-of-" + name},
                              {"Expiration", k_expiry}})
      .dump();
}

net::HttpResponse answer_to(const net::HttpRequest& request) {
  net::HttpResponse out;
  out.status = 200;
  const std::string action = form_value(request.body, "Action");
  if (!action.empty()) {
    const std::string arn = form_value(request.body, "RoleArn");
    const std::string name = arn.substr(arn.rfind('/') + 1);
    out.body = "<" + action + "Response><" + action + "Result><Credentials><AccessKeyId>ASIA-" +
               name + "</AccessKeyId><SecretAccessKey>secret-of-" + name +
               "</SecretAccessKey><SessionToken>token-of-" + name + "</SessionToken><Expiration>" +
               k_expiry + "</Expiration></Credentials></" + action + "Result></" + action +
               "Response>";
  } else if (request.target.starts_with("/federation/credentials")) {
    const std::string query = request.target.substr(request.target.find('?') + 1);
    const std::string name = form_value(query, "role_name");
    out.body =
        json::Value::object({{"roleCredentials",
                              json::Value::object({{"accessKeyId", "ASIA-" + name},
                                                   {"secretAccessKey", "secret-of-" + name},
                                                   {"sessionToken", "token-of-" + name},
                                                   {"expiration", std::int64_t{4070908800000}}})}})
            .dump();
  } else if (request.target == "/latest/api/token") {
    out.body = "metadata-token";
  } else if (request.target == "/latest/meta-data/iam/security-credentials/") {
    out.body = "instance-role";
  } else if (request.target.starts_with("/latest/meta-data/iam/security-credentials/")) {
    out.body = keys_document("instance-role");
  } else {
    out.body = keys_document("container");
  }
  return out;
}

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + from.size();
  return text.substr(begin, text.find(to, begin) - begin);
}

json::Value seen(const net::HttpRequest& request) {
  const auto header = [&](const char* name) {
    return std::string(net::find_header(request.headers, name).value_or(""));
  };
  json::Value out = json::Value::object();
  out.set("url", request.method + " " + request.origin + request.target);
  json::Value form = json::Value::object();
  for (const char* name : {"Action", "RoleArn", "RoleSessionName", "ExternalId", "DurationSeconds",
                           "WebIdentityToken"}) {
    const std::string value = form_value(request.body, name);
    if (!value.empty()) form.set(name, value);
  }
  out.set("form", std::move(form));
  // Credential=KEY/DAY/REGION/SERVICE/aws4_request
  const std::string scope = between(header("Authorization"), "Credential=", ",");
  const std::string key = scope.substr(0, scope.find('/'));
  const std::string rest = scope.empty() ? "" : scope.substr(key.size() + 10);
  out.set("key", key);
  out.set("region", rest.substr(0, rest.find('/')));
  out.set("token", header("X-Amz-Security-Token"));
  out.set("bearer", header("x-amz-sso_bearer_token"));
  out.set("metadata_token", header("x-aws-ec2-metadata-token"));
  out.set("authorization", scope.empty() ? header("Authorization") : "");
  return out;
}

json::Value failed(const Error& error) {
  return json::Value::object({{"error", one_line(error)}});
}

json::Value settings_of(const json::Value& in, const aws::Environment& environment) {
  test::FakeTransport transport;
  transport.handler = [](const net::HttpRequest& request) { return answer_to(request); };
  SeededRandom random(1);
  aws::SettingsRequest request;
  request.profile = in["profile"].as_string_or("");
  request.region = in["region"].as_string_or("");
  request.where = "flowferry.yaml:1";
  auto settings =
      aws::resolve_settings(request, environment, {transport, transport.clock, random, {}, {}});
  if (!settings) return failed(settings.error());
  const auto keys = transport.run(settings->credentials->get());
  if (!keys) return failed(keys.error());
  json::Value requests = json::Value::array();
  for (const auto& sent : transport.requests) requests.push(seen(sent));
  return json::Value::object({{"region", settings->region},
                              {"connect", settings->connect.origin},
                              {"lex", settings->lex.origin},
                              {"sts", settings->sts.origin},
                              {"quotas", settings->quotas.origin},
                              {"ca_bundle", settings->connect.transfer.ca_bundle},
                              {"attempts", settings->retry.max_attempts},
                              {"key", keys->access_key_id},
                              {"secret", keys->secret_access_key},
                              {"token", keys->session_token},
                              {"requests", std::move(requests)}});
}

json::Value answer_line(const json::Value& in) {
  std::map<std::string, std::string> variables;
  for (const auto& [name, value] : in["variables"].members()) variables[name] = value.as_string();
  const aws::Environment environment(std::move(variables));
  if (const auto origin = in["proxy_for"].as_string_or(""); !origin.empty()) {
    return json::Value::object({{"proxy", aws::proxy_for(origin, environment).url}});
  }
  if (const auto prefix = in["endpoint"].as_string_or(""); !prefix.empty()) {
    const aws::Variant variant{in["fips"].as_bool(), in["dual_stack"].as_bool()};
    return json::Value::object(
        {{"origin", aws::service_origin(prefix, in["region"].as_string(), variant)}});
  }
  return settings_of(in, environment);
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto in = json::parse(line);
    if (!in) return 1;
    std::cout << answer_line(*in).dump() << "\n";
  }
  return 0;
}
