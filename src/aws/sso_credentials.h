// aws/sso_credentials.h
//
// Single sign-on: the token that "aws sso login" left in its cache, exchanged for the keys of a
// role (AWS SSO Portal API Reference, GetRoleCredentials).
#pragma once

#include <string>

#include "aws/refreshing_credentials.h"
#include "aws/settings.h"

namespace flowferry::aws {

/// From a profile and its sso-session.
struct SsoRequest {
  std::string session;  ///< Name of the sso-session; empty in the older form.
  std::string start_url;
  std::string account_id;
  std::string role_name;
  std::string profile;  ///< For the command that renews the token.
  std::string where;
  std::string cache_folder;  ///< "~/.aws/sso/cache", expanded.
  ServiceEndpoint portal;
};

class SsoCredentials final : public CredentialsSource {
 public:
  SsoCredentials(SsoRequest request, Surroundings surroundings);
  Task<Result<Credentials>> fetch() override;

 private:
  Result<std::string> read_token() const;
  Error login_needed(std::string why) const;

  SsoRequest request_;
  Surroundings surroundings_;
};

/// The file that holds the token: SHA-1 of the session's name, or of the start URL, in hexadecimal.
std::string sso_cache_file(const SsoRequest& request);

}  // namespace flowferry::aws
