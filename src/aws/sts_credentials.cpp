#include "aws/sts_credentials.h"

#include <utility>

#include "aws/credential_documents.h"
#include "aws/credential_requests.h"
#include "aws/error.h"
#include "base/files.h"
#include "base/text.h"
#include "net/url.h"

namespace flowferry::aws {
namespace {

/// A form body: application/x-www-form-urlencoded, with %20 for a space.
class Form {
 public:
  explicit Form(std::string_view action) { add("Action", action).add("Version", "2011-06-15"); }
  Form& add(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    if (!text_.empty()) text_ += '&';
    text_ += std::string(name) + "=" + net::percent_encode(value);
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

net::HttpRequest to_request(const ServiceEndpoint& sts, const Form& form) {
  net::HttpRequest request;
  request.method = "POST";
  request.origin = sts.origin;
  request.target = "/";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = form.text();
  return request;
}

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
  Error error = credentials_problem({}, {}, role.where);
  error.http_status = response.status;
  error.code = printable(xml_text(response.body, "Code"));
  error.request_id = printable(xml_text(response.body, "RequestId"));
  if (error.request_id.empty()) error.request_id = request_id_of(response);
  std::string reason = xml_text(response.body, "Message");
  if (reason.empty()) reason = "status " + std::to_string(response.status);
  error.message =
      "the role " + printable(role.role_arn) + " cannot be assumed: " + printable(reason);
  error.hint = hint_for(error.code, role);
  if (signed_with != nullptr) redact(error, *signed_with);
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
  Form form("AssumeRole");
  form.add("RoleArn", role_.role_arn)
      .add("RoleSessionName", session_name(role_, surroundings_.clock))
      .add("ExternalId", role_.external_id)
      .add("DurationSeconds", role_.duration_seconds)
      .add("SerialNumber", role_.mfa_serial);
  if (!role_.mfa_serial.empty()) {
    if (!surroundings_.ask_mfa) {
      co_return fail(credentials_problem(
          "the role wants a code of the MFA device " + printable(role_.mfa_serial) +
              ", and there is nobody to ask",
          "run it on a terminal, or get credentials with \"aws sts assume-role\"", role_.where));
    }
    const Result<std::string> code = surroundings_.ask_mfa(role_.mfa_serial);
    if (!code) co_return fail(of_role(code.error(), role_));
    form.add("TokenCode", trim(*code));
  }
  for (bool renewed = false;; renewed = true) {
    const Result<Credentials> keys = co_await base_->get();
    if (!keys) co_return fail(of_role(keys.error(), role_));
    CredentialRequest request;
    request.request = to_request(sts_, form);
    request.transfer = sts_.transfer;
    request.sign_with = *keys;
    request.region = region_;
    const Result<net::HttpResponse> response =
        co_await send_for_credentials(std::move(request), surroundings_);
    if (!response) co_return fail(of_role(response.error(), role_));
    Result<Credentials> out = read_answer(*response, role_, &*keys);
    const bool expired = !out && out.error().code.starts_with("ExpiredToken");
    if (!expired || renewed) co_return out;
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
  Form form("AssumeRoleWithWebIdentity");
  form.add("RoleArn", role_.role_arn)
      .add("RoleSessionName", session_name(role_, surroundings_.clock))
      .add("DurationSeconds", role_.duration_seconds)
      .add("WebIdentityToken", trim(*token));
  CredentialRequest request;
  request.request = to_request(sts_, form);
  request.transfer = sts_.transfer;
  const Result<net::HttpResponse> response =
      co_await send_for_credentials(std::move(request), surroundings_);
  if (!response) co_return fail(of_role(response.error(), role_));
  Credentials secret;  // The token must not come back in a message either.
  secret.session_token = trim(*token);
  co_return read_answer(*response, role_, &secret);
}

}  // namespace flowferry::aws
