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

Result<std::string> SsoCredentials::read_token() const {
  const std::string path = sso_cache_file(request_);
  const auto text = read_file(path);
  if (!text) return fail(login_needed("there is no single sign-on token (" + path + ")"));
  const auto parsed = json::parse(*text);
  const json::Value token = parsed ? *parsed : json::Value();
  const auto expires = parse_iso8601(token["expiresAt"].as_string());
  if (token["accessToken"].as_string().empty() || !expires) {
    return fail(login_needed("the single sign-on token in " + path + " cannot be read"));
  }
  if (*expires <= surroundings_.clock.now()) {
    return fail(login_needed("the single sign-on token expired at " + iso8601(*expires)));
  }
  return token["accessToken"].as_string();
}

Task<Result<Credentials>> SsoCredentials::fetch() {
  const Result<std::string> token = read_token();
  if (!token) co_return fail(token.error());
  net::Target target("/federation/credentials");
  target.query("role_name", request_.role_name).query("account_id", request_.account_id);
  CredentialRequest request;
  request.request = {"GET", request_.portal.origin, target.text(), {}, {}};
  request.request.headers.emplace_back("x-amz-sso_bearer_token", *token);
  request.transfer = request_.portal.transfer;
  const Result<net::HttpResponse> response =
      co_await send_for_credentials(std::move(request), surroundings_);
  if (!response) {
    Error error = response.error();
    co_return fail(std::move(error).during("getting the keys of a role by single sign-on"));
  }
  if (response->status == 401) {
    co_return fail(login_needed("the single sign-on token is no longer accepted"));
  }
  if (response->status != 200) {
    Error error = read_error(*response, {"sso", "GetRoleCredentials", {}});
    Credentials secret;
    secret.session_token = *token;
    redact(error, secret);
    error.kind = ErrorKind::credentials;
    error.subject = request_.where;
    error.hint = "check sso_account_id and sso_role_name: is the role assigned to you there?";
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
    co_return fail(
        credentials_problem("what single sign-on answered holds no keys", {}, request_.where));
  }
  co_return out;
}

}  // namespace flowferry::aws
