// aws/sso_credentials.h
//
// Single sign-on: the token that "aws sso login" left in its cache, exchanged for the keys of a
// role (AWS SSO Portal API Reference, GetRoleCredentials). The token of an sso-session lives for an
// hour and is renewed as the AWS CLI does it, also in the cache (IAM Identity Center OIDC API
// Reference, CreateToken with grant type refresh_token); the older form's token is not renewable.
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
  std::string region;        ///< Of the portal.
  ServiceEndpoint portal;
  ServiceEndpoint oidc;
};

class SsoCredentials final : public CredentialsSource {
 public:
  SsoCredentials(SsoRequest request, Surroundings surroundings);
  Task<Result<Credentials>> fetch() override;

 private:
  struct Token;
  Result<Token> read_token() const;
  Task<Result<Token>> good_token(bool refused);
  Task<Result<Token>> renew(Token token);
  Task<Result<net::HttpResponse>> ask_portal(std::string token);
  Error login_needed(std::string why) const;

  SsoRequest request_;
  Surroundings surroundings_;
};

/// The file that holds the token: SHA-1 of the session's name, or of the start URL, in hexadecimal.
std::string sso_cache_file(const SsoRequest& request);

}  // namespace flowferry::aws
