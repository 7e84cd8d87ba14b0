// aws/credential_requests.h
//
// The few requests that fetch credentials, or ask about them: not paced, repeated a few times,
// signed where they are made with other credentials.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/credentials.h"
#include "aws/settings.h"
#include "net/transport.h"

namespace flowferry::aws {

struct CredentialRequest {
  net::HttpRequest request;
  net::TransferOptions transfer;
  std::optional<Credentials> sign_with;  ///< Nothing: not signed.
  std::string region;
  std::string service = "sts";  ///< Signing name.
  /// What the request holds besides those keys that nobody may read in a refusal.
  std::vector<std::string> secrets = {};
  int attempts = 3;
};

/// The first answer that is neither 5xx nor 429, or the last one. A clock that is off is corrected
/// once, by the answer's Date. A refusal comes without the secrets of its request.
/// Errors: network, cancelled.
Task<Result<net::HttpResponse>> send_for_credentials(CredentialRequest request,
                                                     Surroundings surroundings);

}  // namespace flowferry::aws
