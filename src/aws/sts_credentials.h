// aws/sts_credentials.h
//
// Roles: AssumeRole with other credentials, AssumeRoleWithWebIdentity with a token in a file (AWS
// Security Token Service API Reference, version 2011-06-15, query protocol).
#pragma once

#include <memory>
#include <string>

#include "aws/refreshing_credentials.h"
#include "aws/settings.h"

namespace flowferry::aws {

/// What a profile, or flowferry.yaml, says of a role. Empty: not said.
struct RoleRequest {
  std::string role_arn;
  std::string session_name;
  std::string external_id;
  std::string mfa_serial;
  std::string duration_seconds;  ///< A number, checked by who read it.
  std::string where;             ///< File and line, or variable: for messages.
};

/// Assumes a role with the credentials of `base`.
class AssumedRole final : public CredentialsSource {
 public:
  AssumedRole(RoleRequest role, std::unique_ptr<CredentialsProvider> base, ServiceEndpoint sts,
              std::string region, Surroundings surroundings);
  Task<Result<Credentials>> fetch() override;

 private:
  RoleRequest role_;
  std::unique_ptr<CredentialsProvider> base_;
  ServiceEndpoint sts_;
  std::string region_;
  Surroundings surroundings_;
};

/// Assumes a role with the token in a file, which somebody else keeps fresh.
class WebIdentity final : public CredentialsSource {
 public:
  WebIdentity(RoleRequest role, std::string token_file, ServiceEndpoint sts,
              Surroundings surroundings);
  Task<Result<Credentials>> fetch() override;

 private:
  RoleRequest role_;
  std::string token_file_;
  ServiceEndpoint sts_;
  Surroundings surroundings_;
};

}  // namespace flowferry::aws
