// aws/sts_requests.h
//
// The Security Token Service's wire form: form bodies out, XML back (AWS Security Token Service API
// Reference, version 2011-06-15, query protocol).
#pragma once

#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "aws/settings.h"
#include "base/result.h"
#include "net/http.h"

namespace flowferry::aws {

/// A form body: application/x-www-form-urlencoded, with %20 for a space.
class StsForm {
 public:
  explicit StsForm(std::string_view action);
  /// A member; an empty value is left out.
  StsForm& add(std::string_view name, std::string_view value);
  /// The request that carries it, not signed.
  net::HttpRequest to_request(const ServiceEndpoint& sts) const;

 private:
  std::string text_;
};

/// What STS refused: code, request id, status, and its message in `message`; no hint, no subject.
Error sts_error(const net::HttpResponse& response);

/// Whose credentials some are.
struct CallerIdentity {
  std::string account;
  std::string arn;
  std::string user_id;
};

/// GetCallerIdentity, which needs no permission. Errors: credentials, network, service ... with the
/// request id.
Task<Result<CallerIdentity>> caller_identity(CredentialsProvider& credentials, ServiceEndpoint sts,
                                             std::string region, Surroundings surroundings);

}  // namespace flowferry::aws
