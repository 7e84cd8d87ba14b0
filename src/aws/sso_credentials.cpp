#include "aws/sso_credentials.h"

#include <openssl/evp.h>

#include <utility>

#include "aws/credential_documents.h"
#include "aws/credential_requests.h"
#include "aws/error.h"
#include "aws/time.h"
#include "base/files.h"
#include "base/json/value.h"
#include "base/text.h"
#include "net/url.h"

namespace flowferry::aws {
namespace {

constexpr auto k_renewed_before = std::chrono::minutes(15);  // As the AWS CLI does.

std::string sha1_hex(std::string_view bytes) {
  static constexpr char k_digits[] = "0123456789abcdef";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_sha1(), nullptr);
  std::string out;
  for (unsigned i = 0; i < length; ++i) {
    out += k_digits[digest[i] >> 4];
    out += k_digits[digest[i] & 15];
  }
  return out;
}

}  // namespace

std::string sso_cache_file(const SsoRequest& request) {
  const std::string& key = request.session.empty() ? request.start_url : request.session;
  return request.cache_folder + "/" + sha1_hex(key) + ".json";
}

SsoCredentials::SsoCredentials(SsoRequest request, Surroundings surroundings)
    : request_(std::move(request)), surroundings_(std::move(surroundings)) {}

Error SsoCredentials::login_needed(std::string why) const {
  const std::string command = "aws sso login --profile " + printable(request_.profile);
  return credentials_problem(std::move(why), "run: " + command, request_.where);
}

struct SsoCredentials::Token {
  std::string access;
  SystemTime expires;
  json::Value file;  ///< All that the cache holds.

  bool is_renewable(SystemTime now) const {
    const auto registered = parse_iso8601(file["registrationExpiresAt"].as_string());
    return registered && *registered > now && !file["refreshToken"].as_string().empty() &&
           !file["clientId"].as_string().empty() && !file["clientSecret"].as_string().empty();
  }
};

Result<SsoCredentials::Token> SsoCredentials::read_token() const {
  const std::string path = sso_cache_file(request_);
  const auto text = read_file(path);
  if (!text) return fail(login_needed("there is no single sign-on token (" + path + ")"));
  const auto parsed = json::parse(*text);
  Token token;
  if (parsed && parsed->is_object()) token.file = *parsed;
  token.access = token.file["accessToken"].as_string();
  const auto expires = parse_iso8601(token.file["expiresAt"].as_string());
  if (token.access.empty() || !expires) {
    return fail(login_needed("the single sign-on token in " + path + " cannot be read"));
  }
  token.expires = *expires;
  return token;
}

Task<Result<SsoCredentials::Token>> SsoCredentials::renew(Token token) {
  CredentialRequest request;
  request.request = {"POST", request_.oidc.origin, "/token", {}, {}};
  request.request.headers.emplace_back("Content-Type", "application/json");
  request.request.body = json::Value::object({{"clientId", token.file["clientId"]},
                                              {"clientSecret", token.file["clientSecret"]},
                                              {"grantType", "refresh_token"},
                                              {"refreshToken", token.file["refreshToken"]}})
                             .dump();
  request.transfer = request_.oidc.transfer;
  request.secrets = {token.file["clientSecret"].as_string(),
                     token.file["refreshToken"].as_string()};
  const Result<net::HttpResponse> response =
      co_await send_for_credentials(std::move(request), surroundings_);
  if (!response) co_return fail(response.error());
  const auto parsed = json::parse(response->body);
  const json::Value answer = parsed ? *parsed : json::Value();
  const auto seconds = answer["expiresIn"].as_int();
  if (response->status != 200 || answer["accessToken"].as_string().empty() || !seconds) {
    // Its own form of errors (RFC 6749), of which the code is one word.
    std::string code = answer["error"].as_string();
    if (code.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string::npos) code.clear();
    Error error = login_needed("the single sign-on token cannot be renewed: status " +
                               std::to_string(response->status) + (code.empty() ? "" : " ") + code);
    error.request_id = request_id_of(*response);
    error.http_status = response->status;
    co_return fail(std::move(error));
  }
  token.access = answer["accessToken"].as_string();
  token.expires = surroundings_.clock.now() + std::chrono::seconds(*seconds);
  token.file.set("accessToken", token.access);
  token.file.set("expiresAt", iso8601(token.expires));
  if (!answer["refreshToken"].as_string().empty()) {
    token.file.set("refreshToken", answer["refreshToken"].as_string());
  }
  // The old refresh token is spent: without the new one the next program has to ask for a login,
  // and that is all that a full disk does here.
  static_cast<void>(write_file(sso_cache_file(request_), token.file.dump(), 0600));
  co_return token;
}

/// A token that is good for a while; `refused`: the portal did not take the one in the cache.
Task<Result<SsoCredentials::Token>> SsoCredentials::good_token(bool refused) {
  Result<Token> token = read_token();
  if (!token) co_return token;
  const SystemTime now = surroundings_.clock.now();
  const bool good = token->expires > now && !refused;
  if (good && (request_.session.empty() || token->expires > now + k_renewed_before)) {
    co_return token;
  }
  if (!request_.session.empty() && token->is_renewable(now)) {
    Result<Token> renewed = co_await renew(*token);
    if (renewed || !good) co_return renewed;
    co_return token;
  }
  if (good) co_return token;
  co_return fail(
      login_needed(refused ? std::string("the single sign-on token is no longer accepted")
                           : "the single sign-on token expired at " + iso8601(token->expires)));
}

Task<Result<net::HttpResponse>> SsoCredentials::ask_portal(std::string token) {
  net::Target target("/federation/credentials");
  target.query("role_name", request_.role_name).query("account_id", request_.account_id);
  CredentialRequest request;
  request.request = {"GET", request_.portal.origin, target.text(), {}, {}};
  request.secrets = {token};
  request.request.headers.emplace_back("x-amz-sso_bearer_token", std::move(token));
  request.transfer = request_.portal.transfer;
  co_return co_await send_for_credentials(std::move(request), surroundings_);
}

Task<Result<Credentials>> SsoCredentials::fetch() {
  Result<Token> token = co_await good_token(false);
  if (!token) co_return fail(token.error());
  Result<net::HttpResponse> response = co_await ask_portal(token->access);
  if (response && response->status == 401) {
    token = co_await good_token(true);
    if (!token) {
      Error error = std::move(token).error();
      if (error.request_id.empty()) error.request_id = request_id_of(*response);
      co_return fail(std::move(error));
    }
    response = co_await ask_portal(token->access);
  }
  if (!response) {
    Error error = response.error();
    co_return fail(std::move(error).during("getting the keys of a role by single sign-on"));
  }
  if (response->status == 401) {
    Error error = login_needed("the single sign-on token is no longer accepted");
    error.request_id = request_id_of(*response);
    co_return fail(std::move(error));
  }
  if (response->status != 200) {
    Error error = read_error(*response, {"sso", "GetRoleCredentials", {}});
    error.kind = ErrorKind::credentials;
    error.subject = request_.where;
    error.hint = response->status >= 500
                     ? "try again; if it stays, tell support the request id"
                     : "check sso_account_id and sso_role_name: is the role assigned to you there?";
    co_return fail(std::move(error).during("getting the keys of a role by single sign-on"));
  }
  const auto parsed = json::parse(response->body);
  const json::Value keys = parsed ? (*parsed)["roleCredentials"] : json::Value();
  Credentials out;
  out.access_key_id = keys["accessKeyId"].as_string();
  out.secret_access_key = keys["secretAccessKey"].as_string();
  out.session_token = keys["sessionToken"].as_string();
  out.source = "single sign-on, role " + printable(request_.role_name) + " in account " +
               printable(request_.account_id) + " (" + request_.where + ")";
  if (const auto expiration = keys["expiration"].as_int()) {
    out.expires = SystemTime(std::chrono::milliseconds(*expiration));
  }
  if (out.access_key_id.empty() || out.secret_access_key.empty()) {
    co_return fail(credentials_problem("what single sign-on answered holds no keys",
                                       "check the endpoint of the single sign-on portal",
                                       request_.where));
  }
  co_return out;
}

}  // namespace flowferry::aws
