#include "simulator/other_services.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <map>
#include <utility>

#include "base/text.h"
#include "simulator/request_target.h"

namespace flowferry::simulator {
namespace {

namespace js = boost::json;

constexpr std::string_view k_namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string element(std::string_view name, const std::string& inner) {
  return "<" + std::string(name) + ">" + inner + "</" + std::string(name) + ">";
}

net::ServerResponse xml(int status, const std::string& name, const std::string& inner) {
  net::ServerResponse response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "text/xml");
  response.body =
      "<" + name + " xmlns=\"" + std::string(k_namespace) + "\">" + inner + "</" + name + ">\n";
  return response;
}

net::ServerResponse success(const std::string& action, const std::string& result) {
  return xml(200, action + "Response",
             element(action + "Result", result) +
                 element("ResponseMetadata", element("RequestId", "simulated")));
}

/// The fields of a form body; malformed pairs are left out.
std::map<std::string, std::string> form_of(const std::string& body) {
  std::map<std::string, std::string> out;
  for (std::string_view pair : split(body, '&')) {
    std::string plain(pair);
    for (char& c : plain) {
      if (c == '+') c = ' ';
    }
    const std::size_t equals = plain.find('=');
    if (equals == std::string::npos) continue;
    auto name = percent_decode(std::string_view(plain).substr(0, equals));
    auto value = percent_decode(std::string_view(plain).substr(equals + 1));
    if (name && value) out.insert_or_assign(std::move(*name), std::move(*value));
  }
  return out;
}

net::ServerResponse assume_role(const Caller& caller, std::map<std::string, std::string> form,
                                const IssueKeys& issue) {
  const std::string& arn = form["RoleArn"];
  const std::string& session = form["RoleSessionName"];
  const auto parts = split(arn, ':');
  const bool is_role =
      parts.size() == 6 && parts[0] == "arn" && parts[2] == "iam" && parts[5].starts_with("role/");
  std::int64_t seconds = 3600;
  if (const std::string& asked = form["DurationSeconds"]; !asked.empty()) {
    const auto [end, problem] = std::from_chars(asked.data(), asked.data() + asked.size(), seconds);
    if (problem != std::errc() || *end != '\0' || seconds < 900 || seconds > 43'200) {
      return sts_failure("ValidationError", "durationSeconds must be from 900 to 43200", 400);
    }
  }
  if (!is_role || session.size() < 2 || session.size() > 64) {
    return sts_failure("ValidationError", "roleArn or roleSessionName is not valid", 400);
  }
  const std::string account(parts[4]);
  const std::string role(parts[5].substr(parts[5].rfind('/') + 1));
  const auto keys = issue(account, role + "/" + session, seconds);
  if (!keys) {
    return sts_failure("AccessDenied",
                       "User: arn:aws:iam::" + caller.account +
                           ":user/simulated is not authorized to perform: sts:AssumeRole on "
                           "resource: " +
                           arn,
                       403);
  }
  const std::string user =
      element("Arn", escaped("arn:" + std::string(parts[1]) + ":sts::" + account +
                             ":assumed-role/" + role + "/" + session)) +
      element("AssumedRoleId", escaped("AROASIMULATED:" + session));
  return success(
      "AssumeRole",
      element("AssumedRoleUser", user) +
          element("Credentials", element("AccessKeyId", keys->access_key_id) +
                                     element("SecretAccessKey", escaped(keys->secret_access_key)) +
                                     element("SessionToken", escaped(keys->session_token)) +
                                     element("Expiration", iso8601(keys->expires))));
}

/// Quota codes of Amazon Connect (connect-api.md 3.1, 3.2).
struct Quota {
  std::string_view code;
  std::string_view name;
};
constexpr std::array k_rates = {
    Quota{"L-A218697D", "Rate of CreateContactFlow API requests"},
    Quota{"L-41C7214A", "Rate of DescribeContactFlow API requests"},
    Quota{"L-4641705A", "Rate of ListContactFlows API requests"},
    Quota{"L-4C062DDC", "Rate of UpdateContactFlowContent API requests"},
    Quota{"L-96329A5A", "Rate of UpdateContactFlowMetadata API requests"},
    Quota{"L-BBBDDEDC", "Rate of DeleteContactFlow API requests"},
    Quota{"L-89B2A386", "Rate of ListContactFlowModules API requests"},
    Quota{"L-56B34560", "Rate of DescribeContactFlowModule API requests"},
    Quota{"L-DA469EE8", "Rate of CreateContactFlowModule API requests"},
    Quota{"L-C260F37F", "Rate of UpdateContactFlowModuleContent API requests"},
    Quota{"L-80204DDC", "Rate of UpdateContactFlowModuleMetadata API requests"},
    Quota{"L-19D865C6", "Rate of DeleteContactFlowModule API requests"},
    Quota{"L-EA358306", "Rate of TagResource API requests"},
    Quota{"L-26D9F60B", "Rate of UntagResource API requests"},
};

js::object quota(std::string_view code, std::string_view name, double value) {
  return js::object{{"ServiceCode", "connect"}, {"ServiceName", "Amazon Connect"},
                    {"QuotaCode", code},        {"QuotaName", name},
                    {"Value", value},           {"Unit", "None"},
                    {"Adjustable", true},       {"GlobalQuota", false}};
}

net::ServerResponse json(int status, const js::object& body) {
  net::ServerResponse response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "application/x-amz-json-1.1");
  response.body = js::serialize(body);
  return response;
}

}  // namespace

bool is_query_protocol(const net::ServerRequest& request) {
  const auto type = net::find_header(request.headers, "content-type");
  return type && type->starts_with("application/x-www-form-urlencoded");
}

net::ServerResponse sts_failure(const std::string& code_of_others, const std::string& message,
                                int status) {
  std::string code = code_of_others;
  for (const auto& [theirs, sts] :
       {std::pair("UnrecognizedClientException", "InvalidClientTokenId"),
        std::pair("InvalidSignatureException", "SignatureDoesNotMatch"),
        std::pair("ExpiredTokenException", "ExpiredToken")}) {
    if (code == theirs) code = sts;
  }
  return xml(status, "ErrorResponse",
             element("Error", element("Type", "Sender") + element("Code", code) +
                                  element("Message", escaped(message))) +
                 element("RequestId", "simulated"));
}

net::ServerResponse answer_sts(const net::ServerRequest& request, const Caller& caller,
                               const IssueKeys& issue) {
  std::map<std::string, std::string> form = form_of(request.body);
  const std::string action = form["Action"];
  if (action == "GetCallerIdentity") {
    const std::string arn = caller.role.empty()
                                ? "arn:aws:iam::" + caller.account + ":user/simulated"
                                : "arn:aws:sts::" + caller.account + ":assumed-role/" + caller.role;
    return success(action, element("Arn", escaped(arn)) +
                               element("UserId", escaped(caller.access_key_id)) +
                               element("Account", caller.account));
  }
  if (action == "AssumeRole") return assume_role(caller, std::move(form), issue);
  return sts_failure("InvalidAction",
                     "the simulator's STS has GetCallerIdentity and AssumeRole, not " + action,
                     400);
}

net::ServerResponse answer_service_quotas(const net::ServerRequest& request,
                                          const QuotaValues& values) {
  const auto target = net::find_header(request.headers, "x-amz-target").value_or("");
  if (!target.ends_with(".ListServiceQuotas")) {
    return json(400, {{"__type", "UnknownOperationException"},
                      {"message", "the simulator's Service Quotas has ListServiceQuotas only"}});
  }
  boost::system::error_code problem;
  const js::value body = js::parse(request.body, problem);
  const js::value* service =
      !problem && body.is_object() ? body.get_object().if_contains("ServiceCode") : nullptr;
  if (service == nullptr || !service->is_string() || service->get_string() != "connect") {
    return json(400, {{"__type", "NoSuchResourceException"},
                      {"message", "the simulator knows the quotas of connect only"}});
  }
  js::array list;
  for (const Quota& rate : k_rates) list.push_back(quota(rate.code, rate.name, values.rate));
  list.push_back(
      quota("L-22922690", "Contact flows per instance", static_cast<double>(values.flows)));
  list.push_back(quota("L-19755C7E", "Modules per instance", static_cast<double>(values.modules)));
  return json(200, {{"Quotas", std::move(list)}});
}

}  // namespace flowferry::simulator
