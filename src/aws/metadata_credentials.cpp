#include "aws/metadata_credentials.h"

#include <charconv>
#include <utility>

#include "aws/credential_documents.h"
#include "aws/credential_requests.h"
#include "base/files.h"
#include "base/text.h"
#include "net/url.h"

namespace flowferry::aws {
namespace {

constexpr std::string_view k_container_address = "169.254.170.2";
constexpr char k_role_path[] = "/latest/meta-data/iam/security-credentials/";

/// Plain http only to where it cannot leave the machine: loopback, ECS, EKS (SDKs and Tools
/// Reference Guide, "Container credential provider").
bool may_be_plain(std::string_view host) {
  return net::is_loopback(host) || host == k_container_address || host == "169.254.170.23" ||
         host == "[fd00:ec2::23]";
}

/// The variable, or else the profile's setting of that name in lower case without "AWS_".
std::optional<std::string> said(const Environment& environment, const FileSection* profile,
                                std::string_view variable) {
  if (auto value = environment.get(variable)) return value;
  const FileSetting* setting =
      profile == nullptr ? nullptr : profile->find(ascii_lower(variable.substr(4)));
  return setting == nullptr ? std::nullopt : std::optional(setting->value);
}

std::string instance_endpoint(const Environment& environment, const FileSection* profile) {
  if (const auto given = said(environment, profile, "AWS_EC2_METADATA_SERVICE_ENDPOINT")) {
    return *given;
  }
  const std::string mode = ascii_lower(
      said(environment, profile, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or(""));
  return mode == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}

/// A whole number from 1 to 60; what is absent or anything else counts as 1.
int small_number(const Environment& environment, const FileSection* profile,
                 std::string_view variable) {
  const std::string text = said(environment, profile, variable).value_or("");
  int number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = problem == std::errc() && end == text.data() + text.size();
  return good && number >= 1 && number <= 60 ? number : 1;
}

}  // namespace

ContainerCredentials::ContainerCredentials(Environment environment, Surroundings surroundings)
    : environment_(std::move(environment)), surroundings_(std::move(surroundings)) {}

bool ContainerCredentials::is_configured(const Environment& environment) {
  return environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") ||
         environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

Result<net::HttpRequest> ContainerCredentials::request() const {
  net::HttpRequest request;
  request.method = "GET";
  if (const auto relative = environment_.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    request.origin = "http://" + std::string(k_container_address);
    request.target = *relative;
  } else {
    const std::string variable = "variable AWS_CONTAINER_CREDENTIALS_FULL_URI";
    const std::string full = environment_.get("AWS_CONTAINER_CREDENTIALS_FULL_URI").value_or("");
    const std::size_t query = full.find_first_of("?#");
    const auto endpoint = net::parse_endpoint(std::string_view(full).substr(0, query));
    if (!endpoint) {
      return fail(credentials_problem(endpoint.error().message, endpoint.error().hint, variable));
    }
    if (endpoint->scheme == "http" && !may_be_plain(endpoint->host)) {
      return fail(credentials_problem(
          "plain http is allowed to this machine and its container agent only, not to " +
              endpoint->host,
          "use https://", variable));
    }
    request.origin = endpoint->origin();
    request.target = endpoint->path.empty() ? "/" : endpoint->path;
    if (query != std::string::npos && full[query] == '?') request.target += full.substr(query);
  }
  if (!request.target.starts_with('/')) request.target.insert(0, 1, '/');
  request.headers = {{"Accept", "application/json"}};
  if (const auto file = environment_.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    const auto token = read_file(*file);
    if (!token) {
      return fail(
          credentials_problem("the container's token cannot be read: " + token.error().message,
                              "check the file", "variable AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"));
    }
    request.headers.emplace_back("Authorization", trim(*token));
  } else if (const auto token = environment_.get("AWS_CONTAINER_AUTHORIZATION_TOKEN")) {
    request.headers.emplace_back("Authorization", *token);
  }
  return request;
}

Task<Result<Credentials>> ContainerCredentials::fetch() {
  Result<net::HttpRequest> asked = request();
  if (!asked) co_return fail(std::move(asked).error());
  const std::string variable = environment_.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
                                   ? "variable AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
                                   : "variable AWS_CONTAINER_CREDENTIALS_FULL_URI";
  const std::string source = "container credentials of " + asked->origin + " (" + variable + ")";
  CredentialRequest wrapped;
  if (const auto token = net::find_header(asked->headers, "Authorization")) {
    wrapped.secrets = {std::string(*token)};
  }
  wrapped.request = std::move(*asked);
  wrapped.transfer.connect_timeout = std::chrono::seconds(2);
  wrapped.transfer.timeout = std::chrono::seconds(5);
  const Result<net::HttpResponse> response =
      co_await send_for_credentials(std::move(wrapped), surroundings_);
  if (!response) {
    Error error = response.error();
    error.subject = variable;
    co_return fail(std::move(error).during("getting the container's credentials"));
  }
  if (response->status != 200) {
    co_return fail(credentials_problem(
        "the container's endpoint answers with status " + std::to_string(response->status),
        response->status >= 500 ? "try again, and check the container agent"
                                : "check the task's role, and AWS_CONTAINER_AUTHORIZATION_TOKEN",
        source));
  }
  co_return credentials_from_json(response->body, source);
}

InstanceCredentials::InstanceCredentials(const Environment& environment, const FileSection* profile,
                                         Surroundings surroundings,
                                         std::function<Error(std::string)> nothing_there)
    : endpoint_(instance_endpoint(environment, profile)),
      timeout_(small_number(environment, profile, "AWS_METADATA_SERVICE_TIMEOUT")),
      attempts_(small_number(environment, profile, "AWS_METADATA_SERVICE_NUM_ATTEMPTS")),
      surroundings_(std::move(surroundings)),
      nothing_there_(std::move(nothing_there)) {
  while (endpoint_.ends_with('/')) endpoint_.pop_back();
}

bool InstanceCredentials::is_disabled(const Environment& environment) {
  return ascii_lower(environment.get("AWS_EC2_METADATA_DISABLED").value_or("")) == "true";
}

Task<Result<std::string>> InstanceCredentials::get(std::string method, std::string target,
                                                   net::Header header) {
  CredentialRequest request;
  request.request = {method, endpoint_, target, {header}, {}};
  // On other machines nobody answers, and nobody wants to wait for it.
  request.transfer.connect_timeout = timeout_;
  request.transfer.timeout = 2 * timeout_;
  request.attempts = attempts_;
  const Result<net::HttpResponse> response =
      co_await send_for_credentials(std::move(request), surroundings_);
  if (!response) {
    if (response.error().kind == ErrorKind::cancelled || !nothing_there_) {
      co_return fail(response.error());
    }
    co_return fail(nothing_there_(response.error().message));
  }
  if (response->status == 200) co_return response->body;
  const std::string why = "the EC2 instance metadata answers with status " +
                          std::to_string(response->status) + " to " + target;
  if (nothing_there_) co_return fail(nothing_there_(why));
  co_return fail(credentials_problem(why, "give the instance a role", endpoint_));
}

Task<Result<Credentials>> InstanceCredentials::fetch() {
  net::Header lifetime{"x-aws-ec2-metadata-token-ttl-seconds", "21600"};
  const Result<std::string> token = co_await get("PUT", "/latest/api/token", std::move(lifetime));
  if (!token) co_return fail(token.error());
  const net::Header session{"x-aws-ec2-metadata-token", std::string(trim(*token))};
  const Result<std::string> roles = co_await get("GET", k_role_path, session);
  if (!roles) co_return fail(roles.error());
  const std::string role(trim(std::string_view(*roles).substr(0, roles->find('\n'))));
  const Result<std::string> keys =
      co_await get("GET", k_role_path + net::percent_encode(role), session);
  if (!keys) co_return fail(keys.error());
  co_return credentials_from_json(*keys, "EC2 instance role " + printable(role));
}

}  // namespace flowferry::aws
