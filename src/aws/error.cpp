#include "aws/error.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/json/value.h"
#include "base/text.h"
#include "net/url.h"

namespace flowferry::aws {
namespace {

constexpr std::size_t k_longest_page = 160;

struct Meaning {
  std::string_view code;
  ErrorKind kind;
};

using K = ErrorKind;
// Codes go before the status: some services send the same code with 400 and with 429.
constexpr std::array k_meanings = {
    Meaning{"TooManyRequestsException", K::throttled},
    Meaning{"ThrottlingException", K::throttled},
    Meaning{"Throttling", K::throttled},
    Meaning{"ThrottledException", K::throttled},
    Meaning{"RequestThrottled", K::throttled},
    Meaning{"RequestThrottledException", K::throttled},
    Meaning{"RequestLimitExceeded", K::throttled},
    Meaning{"BandwidthLimitExceeded", K::throttled},
    Meaning{"ProvisionedThroughputExceededException", K::throttled},
    Meaning{"TransactionInProgressException", K::throttled},
    Meaning{"SlowDown", K::throttled},
    Meaning{"EC2ThrottledException", K::throttled},
    // A quota of resources, though the SDKs' retry lists have the code (connect-api.md 1.6).
    Meaning{"LimitExceededException", K::quota},
    Meaning{"ServiceQuotaExceededException", K::quota},
    Meaning{"ResourceNotFoundException", K::not_found},
    Meaning{"ContactFlowNotPublishedException", K::not_found},
    Meaning{"DuplicateResourceException", K::conflict},
    Meaning{"ConflictException", K::conflict},
    Meaning{"ResourceConflictException", K::conflict},
    Meaning{"ConditionalOperationFailedException", K::conflict},
    Meaning{"IdempotencyException", K::conflict},
    Meaning{"ResourceInUseException", K::conflict},
    Meaning{"AccessDeniedException", K::denied},
    Meaning{"AccessDenied", K::denied},
    Meaning{"UnauthorizedException", K::denied},
    Meaning{"NotAuthorized", K::denied},
    Meaning{"OptInRequired", K::denied},
    Meaning{"UnrecognizedClientException", K::credentials},
    Meaning{"InvalidClientTokenId", K::credentials},
    Meaning{"InvalidAccessKeyId", K::credentials},
    Meaning{"ExpiredTokenException", K::credentials},
    Meaning{"ExpiredToken", K::credentials},
    Meaning{"TokenRefreshRequired", K::credentials},
    Meaning{"IncompleteSignature", K::credentials},
    Meaning{"IncompleteSignatureException", K::credentials},
    Meaning{"InvalidSignatureException", K::credentials},
    Meaning{"SignatureDoesNotMatch", K::credentials},
    Meaning{"MissingAuthenticationToken", K::credentials},
    Meaning{"MissingAuthenticationTokenException", K::credentials},
    Meaning{"RequestExpired", K::credentials},
    Meaning{"RequestTimeTooSkewed", K::credentials},
};

ErrorKind kind_of(std::string_view code, int status, bool has_code) {
  for (const Meaning& meaning : k_meanings) {
    if (code == meaning.code) return meaning.kind;
  }
  switch (status) {
    case 401:
    case 403:
      return K::denied;
    case 402:
      return K::quota;
    case 409:
      return K::conflict;
    case 429:
      return K::throttled;
    // A page of some other server at a wrong endpoint is no word about a resource.
    case 404:
      return has_code ? K::not_found : K::service;
    default:
      return K::service;
  }
}

std::string hint_for(const Error& error, const RefusedCall& call) {
  const std::string_view code = error.code;
  switch (error.kind) {
    case K::denied:
      if (code == "OptInRequired") return "enable the service or the Region for this account";
      return fmt::format("allow the IAM action {}:{} to this user or role", call.service,
                         call.operation);
    case K::credentials:
      if (code == "UnrecognizedClientException" || code == "InvalidClientTokenId" ||
          code == "InvalidAccessKeyId") {
        return "the service does not know this access key: check the profile, that the key is "
               "active and that it is of this partition; temporary keys need their session token";
      }
      if (code.find("Expired") != std::string_view::npos && code != "RequestExpired") {
        return "get new credentials (aws sso login, or assume the role again) and run it again";
      }
      if (code == "RequestExpired" || code == "RequestTimeTooSkewed") {
        return "set this machine's clock";
      }
      if (code.find("Signature") != std::string_view::npos) {
        return fmt::format(
            "check the secret access key, this machine's clock, and that the "
            "endpoint is of Region {}",
            call.region);
      }
      return "check the credentials";
    case K::quota:
      return "ask for a higher quota in Service Quotas, or remove what is not needed";
    case K::throttled:
      return "try again later, or set lower rates in the configuration";
    case K::service:
      if (error.http_status >= 500) return "try again; if it stays, tell support the request id";
      if (error.http_status >= 300 && error.http_status < 400) {
        return "the endpoint redirects: check its address and Region";
      }
      if (code == std::to_string(error.http_status)) return "check the endpoint";
      if (code.find("ContactFlow") != std::string_view::npos) {
        return "correct the content in the source, or create in the target what it refers to";
      }
      if (code.starts_with("Invalid") || code.ends_with("ValidationException") ||
          code == "ValidationError") {
        return "correct what the service names; if nothing is wrong with that, report it with the "
               "request id";
      }
      return "see what the service says; if it stays, tell support the request id";
    case K::not_found:
      return "it does not exist there, or no longer: check instance and Region, and run it again";
    case K::conflict:
      if (code == "DuplicateResourceException") {
        return "something has this name already: run it again, so that it is seen, or rename it";
      }
      return "somebody else changes it, or it is in use: look at it, then run it again";
    default:
      return {};
  }
}

const json::Value* member(const json::Value& body, std::string_view lower_name) {
  for (const auto& [name, value] : body.members()) {
    if (ascii_lower(name) == lower_name) return &value;
  }
  return nullptr;
}

std::string text_member(const json::Value& body, std::string_view lower_name) {
  const json::Value* value = member(body, lower_name);
  return value != nullptr ? value->as_string() : std::string();
}

/// "aws.connect#InvalidContactFlowException:http://…" is InvalidContactFlowException.
std::string clean_code(std::string_view code) {
  code = trim(code.substr(0, code.find(':')));
  const std::size_t hash = code.rfind('#');
  if (hash != std::string_view::npos) code.remove_prefix(hash + 1);
  return printable(code);
}

std::string code_in(const net::HttpResponse& response, const json::Value& body) {
  if (const auto header = net::find_header(response.headers, "x-amzn-ErrorType")) {
    const std::string code = clean_code(*header);
    if (!code.empty()) return code;
  }
  for (const std::string_view name : {"code", "__type"}) {
    const std::string code = clean_code(text_member(body, name));
    if (!code.empty()) return code;
  }
  return {};
}

void add_problems(Error& error, const json::Value& body) {
  for (const std::string_view name : {"problems", "problemdetails"}) {
    const json::Value* list = member(body, name);
    if (list == nullptr) continue;
    for (const json::Value& problem : list->items()) {
      std::string text =
          problem.is_string() ? problem.as_string() : text_member(problem, "message");
      if (text.empty()) continue;
      const bool known =
          std::find(error.details.begin(), error.details.end(), text) != error.details.end();
      if (!known) error.details.push_back(std::move(text));  // The service says some things twice.
    }
  }
  for (const std::string_view name : {"reason", "resourcetype", "resourceid"}) {
    const json::Value* value = member(body, name);
    if (value == nullptr || value->is_null()) continue;
    error.details.push_back(
        fmt::format("{}: {}", name, value->is_string() ? value->as_string() : value->dump()));
  }
  const json::Value* properties = member(body, "propertylist");
  if (properties == nullptr) return;
  for (const json::Value& property : properties->items()) {
    error.details.push_back(text_member(property, "propertypath") + ": " +
                            text_member(property, "message"));
  }
}

/// What a page that is not JSON says, for people: without tags, short.
std::string gist(std::string_view page) {
  std::string text;
  bool in_tag = false;
  for (const char c : page.substr(0, 4096)) {
    if (c == '<') in_tag = true;
    const bool space = in_tag || c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!space) {
      text += c;
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
    if (c == '>') in_tag = false;
  }
  return ellipsize(printable(trim(text)), k_longest_page);
}

/// A service that could not verify a signature repeats all that was signed: that ends here.
void cut_canonical_string(std::string& message) {
  const std::size_t at = message.find("The Canonical String");
  if (at != std::string::npos) message.resize(at);
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.pop_back();
}

constexpr std::size_t k_shortest_secret = 6;  // The code of an MFA device.

void replace_all(std::string& text, std::string_view secret) {
  if (secret.size() < k_shortest_secret) return;
  for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos;) {
    text.replace(at, secret.size(), "***");
  }
}

}  // namespace

std::string whose(const Credentials& credentials) {
  return "the credentials are those of " + credentials.source;
}

std::string request_id_of(const net::HttpResponse& response) {
  for (const std::string_view name : {"x-amzn-RequestId", "x-amz-request-id"}) {
    if (const auto id = net::find_header(response.headers, name)) return printable(*id);
  }
  return {};
}

Error read_error(const net::HttpResponse& response, const RefusedCall& call) {
  Error error;
  error.http_status = response.status;
  error.request_id = request_id_of(response);
  error.outcome_unknown = response.status >= 500;
  auto parsed = json::parse(response.body);
  const bool is_json = parsed && parsed->is_object();
  const json::Value body = is_json ? std::move(*parsed) : json::Value();
  error.code = code_in(response, body);
  const bool has_code = !error.code.empty();
  error.kind = kind_of(error.code, response.status, has_code);
  error.message = text_member(body, "message");
  cut_canonical_string(error.message);
  add_problems(error, body);
  if (!is_json && error.message.empty()) error.message = gist(response.body);
  if (error.message.empty()) {
    error.message = has_code ? "the service refused it: " + error.code
                             : fmt::format("the service answered with status {}", response.status);
  }
  if (!has_code) error.code = std::to_string(response.status);
  error.hint = hint_for(error, call);
  return error;
}

void wipe(net::HttpResponse& answer, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    std::string escaped;  // "/" may be "\\/" in JSON.
    for (const char c : secret) escaped += c == '/' ? "\\/" : std::string(1, c);
    for (const std::string& form : {secret, net::percent_encode(secret), escaped}) {
      replace_all(answer.body, form);
      for (auto& [name, value] : answer.headers) replace_all(value, form);
    }
  }
}

void redact(Error& error, const Credentials& credentials) {
  const auto clean = [&credentials](std::string& text) {
    replace_all(text, credentials.secret_access_key);
    replace_all(text, credentials.session_token);
  };
  clean(error.message);
  clean(error.hint);
  for (std::string& detail : error.details) clean(detail);
}

}  // namespace flowferry::aws
