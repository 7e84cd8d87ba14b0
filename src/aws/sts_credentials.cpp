#include "aws/sts_credentials.h"

#include <utility>

#include "aws/credential_documents.h"
#include "aws/credential_requests.h"
#include "aws/error.h"
#include "aws/mfa_sessions.h"
#include "aws/sts_requests.h"
#include "base/files.h"
#include "base/text.h"

namespace flowferry::aws {
namespace {

/// STS allows letters, digits and "=,.@-_", 2 to 64 of them.
std::string session_name(const RoleRequest& role, Clock& clock) {
  if (!role.session_name.empty()) return role.session_name;
  const auto since = clock.now().time_since_epoch();
  return "flowferry-" +
         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(since).count());
}

std::string hint_for(std::string_view code, const RoleRequest& role) {
  if (code == "AccessDenied") {
    return "the role must trust whoever assumes it, and they need sts:AssumeRole on " +
           printable(role.role_arn) +
           (role.external_id.empty() ? "; some roles want an external_id" : "");
  }
  if (code == "ExpiredTokenException" || code == "ExpiredToken") {
    return "renew the credentials that the role is assumed with";
  }
  if (code == "ValidationError") return "check role_arn, role_session_name and duration_seconds";
  if (code == "RegionDisabledException") return "enable STS in this Region, or take another one";
  return "check the credentials that the role is assumed with";
}

Result<Credentials> read_answer(const net::HttpResponse& response, const RoleRequest& role,
                                const Credentials* signed_with) {
  const std::string source = "role " + printable(role.role_arn) + " (" + role.where + ")";
  if (response.status >= 200 && response.status < 300) {
    return credentials_from_sts(response.body, source);
  }
  Error error = sts_error(response);
  error.subject = role.where;
  if (is_wrong_code(error)) return fail(wrong_code(std::move(error), role.mfa_serial));
  error.message = "the role " + printable(role.role_arn) + " cannot be assumed: " + error.message;
  error.hint = hint_for(error.code, role);
  if (response.status >= 500) error.hint = "try again; if it stays, tell support the request id";
  if (signed_with != nullptr) {
    redact(error, *signed_with);
    if (!signed_with->source.empty()) error.details.push_back(whose(*signed_with));
  }
  return fail(std::move(error));
}

Error of_role(Error error, const RoleRequest& role) {
  return std::move(error).during("assuming the role " + printable(role.role_arn));
}

}  // namespace

AssumedRole::AssumedRole(RoleRequest role, std::unique_ptr<CredentialsProvider> base,
                         ServiceEndpoint sts, std::string region, Surroundings surroundings)
    : role_(std::move(role)),
      base_(std::move(base)),
      sts_(std::move(sts)),
      region_(std::move(region)),
      surroundings_(std::move(surroundings)) {}

Task<Result<Credentials>> AssumedRole::fetch() {
  for (int renewed = 0;;) {
    const Result<Credentials> keys = co_await base_->get();
    if (!keys) co_return fail(of_role(keys.error(), role_));
    std::shared_ptr<MfaSession> device;
    if (!role_.mfa_serial.empty()) {
      device = surroundings_.mfa->of(role_.mfa_serial, keys->access_key_id);
    }
    std::optional<Credentials> session;
    if (device && keys->session_token.empty()) {
      auto opened =
          co_await device->open(role_.mfa_serial, *keys, sts_, region_, surroundings_, role_.where);
      if (!opened) co_return fail(of_role(std::move(opened).error(), role_));
      session = std::move(*opened);
    }
    StsForm form("AssumeRole");
    form.add("RoleArn", role_.role_arn)
        .add("RoleSessionName", session_name(role_, surroundings_.clock))
        .add("ExternalId", role_.external_id)
        .add("DurationSeconds", role_.duration_seconds);
    bool code_used_before = false;
    std::string code_given;
    if (device && !session) {
      auto code = device->code(role_.mfa_serial, surroundings_, role_.where);
      if (!code) co_return fail(of_role(std::move(code).error(), role_));
      form.add("SerialNumber", role_.mfa_serial).add("TokenCode", code->text);
      code_used_before = code->used_before;
      code_given = code->text;
    }
    CredentialRequest request;
    request.request = form.to_request(sts_);
    request.transfer = sts_.transfer;
    request.secrets = {role_.external_id, code_given};
    request.sign_with = session ? *session : *keys;
    request.region = region_;
    const Result<net::HttpResponse> response =
        co_await send_for_credentials(std::move(request), surroundings_);
    if (!response) co_return fail(of_role(response.error(), role_));
    Result<Credentials> out = read_answer(*response, role_, session ? &*session : &*keys);
    if (out) co_return out;
    if (device && is_wrong_code(out.error())) {
      device->forget_code();
      if (code_used_before) continue;
    }
    if (!out.error().code.starts_with("ExpiredToken") || renewed++ > 0) co_return out;
    base_->invalidate(*keys);
  }
}

WebIdentity::WebIdentity(RoleRequest role, std::string token_file, ServiceEndpoint sts,
                         Surroundings surroundings)
    : role_(std::move(role)),
      token_file_(std::move(token_file)),
      sts_(std::move(sts)),
      surroundings_(std::move(surroundings)) {}

Task<Result<Credentials>> WebIdentity::fetch() {
  const Result<std::string> token = read_file(token_file_);
  if (!token) {
    co_return fail(credentials_problem(
        "the web identity token cannot be read: " + token.error().message,
        "check web_identity_token_file or AWS_WEB_IDENTITY_TOKEN_FILE", role_.where));
  }
  StsForm form("AssumeRoleWithWebIdentity");
  form.add("RoleArn", role_.role_arn)
      .add("RoleSessionName", session_name(role_, surroundings_.clock))
      .add("DurationSeconds", role_.duration_seconds)
      .add("WebIdentityToken", trim(*token));
  CredentialRequest request;
  request.request = form.to_request(sts_);
  request.transfer = sts_.transfer;
  request.secrets = {std::string(trim(*token))};
  const Result<net::HttpResponse> response =
      co_await send_for_credentials(std::move(request), surroundings_);
  if (!response) co_return fail(of_role(response.error(), role_));
  Credentials secret;  // The token must not come back in a message either.
  secret.session_token = trim(*token);
  co_return read_answer(*response, role_, &secret);
}

}  // namespace flowferry::aws
