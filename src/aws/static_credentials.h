// aws/static_credentials.h
//
// Keys that are written down: in variables, in a profile.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "aws/config_files.h"
#include "aws/credentials.h"
#include "aws/environment.h"

namespace flowferry::aws {

/// The same keys for ever.
class StaticCredentials final : public CredentialsProvider {
 public:
  explicit StaticCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  Task<Result<Credentials>> get() override { co_return credentials_; }

 private:
  Credentials credentials_;
};

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. Nothing when neither key is set.
/// Errors: credentials, when one is missing.
Result<std::optional<Credentials>> credentials_from_variables(const Environment& environment);

/// aws_access_key_id, aws_secret_access_key, aws_session_token of a profile; likewise.
Result<std::optional<Credentials>> credentials_from_profile(const std::string& name,
                                                            const FileSection& profile);

}  // namespace flowferry::aws
