#include "aws/sts_requests.h"

#include <utility>

#include "aws/credential_documents.h"
#include "aws/credential_requests.h"
#include "aws/error.h"
#include "base/text.h"
#include "net/url.h"

namespace flowferry::aws {

StsForm::StsForm(std::string_view action) {
  add("Action", action).add("Version", "2011-06-15");
}

StsForm& StsForm::add(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  if (!text_.empty()) text_ += '&';
  text_ += std::string(name) + "=" + net::percent_encode(value);
  return *this;
}

net::HttpRequest StsForm::to_request(const ServiceEndpoint& sts) const {
  net::HttpRequest request;
  request.method = "POST";
  request.origin = sts.origin;
  request.target = "/";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = text_;
  return request;
}

Error sts_error(const net::HttpResponse& response) {
  Error error;
  error.kind = ErrorKind::credentials;
  error.http_status = response.status;
  error.code = printable(xml_text(response.body, "Code"));
  error.request_id = printable(xml_text(response.body, "RequestId"));
  if (error.request_id.empty()) error.request_id = request_id_of(response);
  error.message = printable(xml_text(response.body, "Message"));
  if (error.message.empty()) error.message = "status " + std::to_string(response.status);
  return error;
}

Task<Result<CallerIdentity>> caller_identity(CredentialsProvider& credentials, ServiceEndpoint sts,
                                             std::string region, Surroundings surroundings) {
  for (bool renewed = false;; renewed = true) {
    const Result<Credentials> keys = co_await credentials.get();
    if (!keys) co_return fail(keys.error());
    CredentialRequest request;
    request.request = StsForm("GetCallerIdentity").to_request(sts);
    request.transfer = sts.transfer;
    request.sign_with = *keys;
    request.region = region;
    const Result<net::HttpResponse> response =
        co_await send_for_credentials(std::move(request), surroundings);
    if (!response) {
      Error error = response.error();
      co_return fail(std::move(error).during("asking STS whose credentials these are"));
    }
    if (response->status == 200) {
      CallerIdentity out{xml_text(response->body, "Account"), xml_text(response->body, "Arn"),
                         xml_text(response->body, "UserId")};
      if (!out.account.empty()) co_return out;
      co_return fail(ErrorKind::malformed, "what STS answers to GetCallerIdentity names no account",
                     "check that the endpoint is the service's");
    }
    Error error = sts_error(*response);
    redact(error, *keys);
    if (error.code.starts_with("ExpiredToken") && !renewed) {
      credentials.invalidate(*keys);
      continue;
    }
    error.message = "STS does not accept the credentials: " + error.message;
    error.subject = keys->source;
    error.hint = error.code.starts_with("ExpiredToken")
                     ? "get new credentials (aws sso login, or assume the role again)"
                     : "check the access key, its secret and session token, and that it is active";
    if (response->status >= 500) {
      error.kind = ErrorKind::service;
      error.hint = "try again; if it stays, tell support the request id";
    }
    co_return fail(std::move(error).during("GetCallerIdentity"));
  }
}

}  // namespace flowferry::aws
