// aws/metadata_credentials.h
//
// Keys that the machine itself has: the container's endpoint (ECS, EKS), the metadata service of an
// EC2 instance (version 2, with a session token).
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "aws/environment.h"
#include "aws/refreshing_credentials.h"
#include "aws/settings.h"

namespace flowferry::aws {

/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, or AWS_CONTAINER_CREDENTIALS_FULL_URI (https, or http to
/// this machine and the known container addresses), with AWS_CONTAINER_AUTHORIZATION_TOKEN or
/// ..._TOKEN_FILE.
class ContainerCredentials final : public CredentialsSource {
 public:
  ContainerCredentials(Environment environment, Surroundings surroundings);
  Task<Result<Credentials>> fetch() override;
  static bool is_configured(const Environment& environment);

 private:
  Result<net::HttpRequest> request() const;
  Environment environment_;
  Surroundings surroundings_;
};

/// The role of the EC2 instance. AWS_EC2_METADATA_SERVICE_ENDPOINT, or with
/// AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE "IPv6" the address of that kind;
/// AWS_METADATA_SERVICE_TIMEOUT in seconds and AWS_METADATA_SERVICE_NUM_ATTEMPTS, both 1 unless
/// set, as in the AWS CLI; each also as a setting of the profile (metadata_service_timeout ...).
class InstanceCredentials final : public CredentialsSource {
 public:
  /// `profile` may be null. `nothing_there`: makes the error for when no metadata service answers;
  /// absent: its own.
  InstanceCredentials(const Environment& environment, const FileSection* profile,
                      Surroundings surroundings,
                      std::function<Error(std::string reason)> nothing_there = {});
  Task<Result<Credentials>> fetch() override;
  /// Whether AWS_EC2_METADATA_DISABLED is "true".
  static bool is_disabled(const Environment& environment);

 private:
  Task<Result<std::string>> get(std::string method, std::string target, net::Header header);
  std::string endpoint_;
  std::chrono::seconds timeout_;
  int attempts_;
  Surroundings surroundings_;
  std::function<Error(std::string)> nothing_there_;
};

}  // namespace flowferry::aws
