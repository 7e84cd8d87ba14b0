// simulator/signature.h
//
// Verifies AWS Signature Version 4 of a request (connect-api.md 1.3), with a path that is encoded
// once more than it was sent. Written from the rules alone: it shares no code with the signer.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "net/server.h"
#include "simulator/api_error.h"

namespace flowferry::simulator {

/// The keys of one account.
struct Keys {
  std::string account;
  std::string secret;
  std::string session_token;  ///< Empty: none.
  std::string role;           ///< Of keys that AssumeRole gave: "role/session".
  std::optional<SystemTime> expires;
};

/// Whom a request comes from, and for which service.
struct Caller {
  std::string account;
  std::string region;
  std::string service;
  std::string access_key_id;
  std::string role;  ///< "role/session" of an assumed one; or empty.
};

/// What the Authorization header says, not yet believed.
struct Claim {
  std::string access_key_id, date, region, service;
  std::string signed_headers;  ///< "host;x-amz-date"
  std::string signature;
};

class SignatureVerifier {
 public:
  using FindKeys = std::function<const Keys*(std::string_view access_key_id)>;

  SignatureVerifier(FindKeys find_keys, Clock& clock)
      : find_keys_(std::move(find_keys)), clock_(clock) {}

  /// Who signed `request`. Errors (403): MissingAuthenticationTokenException, IncompleteSignature,
  /// UnrecognizedClientException, ExpiredTokenException, InvalidSignatureException; the last with
  /// the canonical request in its message where the signature does not match. Without `verify` only
  /// the account is looked up.
  tl::expected<Caller, ApiError> authenticate(const net::ServerRequest& request, bool verify);

 private:
  std::optional<ApiError> check(const net::ServerRequest& request, const Claim& claim,
                                const Keys& keys);
  const std::string& signing_key(const Claim& claim, const Keys& keys);

  FindKeys find_keys_;
  Clock& clock_;
  std::map<std::string, std::string> signing_keys_;  ///< By key id and scope.
};

/// The canonical request for these signed headers, as the rules say (AWS General Reference).
std::string canonical_request(const net::ServerRequest& request, std::string_view signed_headers);

}  // namespace flowferry::simulator
