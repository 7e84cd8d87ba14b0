// aws/credential_chain.h
//
// Which source the credentials come from: the standard chain of the official tools, in their order.
//   1. the variables AWS_ACCESS_KEY_ID ... (unless a profile was named in flowferry.yaml)
//   2. of the profile: a role to assume; a web identity (also by variables); single sign-on; keys;
//      a process
//   3. the container's endpoint; the EC2 instance's metadata
// A role that flowferry.yaml names is assumed with what is found there.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "aws/config_files.h"
#include "aws/credentials.h"
#include "aws/environment.h"
#include "aws/settings.h"
#include "base/result.h"

namespace flowferry::aws {

struct ChainRequest {
  std::string profile;
  bool profile_is_explicit = false;  ///< Named in flowferry.yaml: variables with keys do not count.
  std::string role_arn;              ///< Of flowferry.yaml.
  std::string external_id;
  std::string where;  ///< Of flowferry.yaml, for messages.
  std::string region;
  ServiceEndpoint sts;
  /// The single sign-on portal of a Region, and what renews its tokens.
  using EndpointOf =
      std::function<Result<ServiceEndpoint>(const std::string& region, const std::string& where)>;
  EndpointOf sso_portal;
  EndpointOf sso_oidc;
};

/// Looks only at what is written; sources that need the network are asked when credentials are
/// first wanted. Errors: credentials (nothing found, half of something), config.
Result<std::unique_ptr<CredentialsProvider>> build_credential_chain(const ChainRequest& request,
                                                                    const ConfigFiles& files,
                                                                    const Environment& environment,
                                                                    Surroundings surroundings);

}  // namespace flowferry::aws
