// aws/signer.h
//
// Signature Version 4 (AWS General Reference, "Create a signed AWS API request"), as botocore makes
// it for services other than S3: the path as sent is encoded once more for the canonical request.
#pragma once

#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "base/clock.h"
#include "net/http.h"

namespace flowferry::aws {

/// For which service and Region, and when.
struct SigningScope {
  std::string_view region;   ///< "us-east-1".
  std::string_view service;  ///< The signing name: "connect", "lex", "sts".
  SystemTime time;           ///< Of the service's clock.
};

/// What is hashed on the way; for tests, and for comparing with what a service says it expected.
struct SigningSteps {
  std::string canonical_request;
  std::string string_to_sign;
  std::string signed_headers;  ///< "host;x-amz-date".
  std::string signature;       ///< Hexadecimal.
};

/// Adds X-Amz-Date, X-Amz-Security-Token (with a session token) and Authorization to `request`,
/// and takes away what it had of them. Signs all headers but User-Agent, Expect and
/// X-Amzn-Trace-Id, and the host of its origin. The body is hashed as it is.
void sign(net::HttpRequest& request, const Credentials& credentials, const SigningScope& scope);

/// The same, without changing the request: `request` has everything but Authorization.
SigningSteps signing_steps(const net::HttpRequest& request, const Credentials& credentials,
                           const SigningScope& scope);

}  // namespace flowferry::aws
