// aws/credentials.h
//
// Where the keys come from. Every source is a CredentialsProvider.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"

namespace flowferry::aws {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;          ///< Empty for long-lived keys.
  std::optional<SystemTime> expires;  ///< Nothing: never.
  std::string source;                 ///< For people, without secrets: "environment variables".
};

class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;
  /// Credentials that are good now; refreshes before they expire. Errors: credentials, with the
  /// source (file, line, variable) and what to do.
  virtual Task<Result<Credentials>> get() = 0;
  /// The service said that these, which get() returned, have expired: they are not to be returned
  /// again. Harmless when they were renewed meanwhile.
  virtual void invalidate(const Credentials& expired) { static_cast<void>(expired); }
};

}  // namespace flowferry::aws
