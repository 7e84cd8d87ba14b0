// aws/settings.h
//
// From what a person wrote (flowferry.yaml, variables, the shared files of the AWS tools) to what
// the calls need: credentials, Region, endpoints, certificates, proxy. In the order of precedence
// of the official tools; every error names its source and the remedy.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "aws/config_files.h"
#include "aws/credentials.h"
#include "aws/endpoints.h"
#include "aws/environment.h"
#include "aws/retry.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "net/transport.h"

namespace flowferry::aws {

/// What one environment of flowferry.yaml says; empty: not said.
struct SettingsRequest {
  std::string profile;
  std::string region;
  std::string endpoint_url;  ///< For every service that is called.
  std::string role_arn;      ///< To assume, with the credentials that are found.
  std::string external_id;   ///< For that role.
  std::string where;         ///< For messages: "environment \"dev\" (flowferry.yaml:3)".
  std::chrono::milliseconds connect_timeout{0};  ///< 0: 5 s.
  std::chrono::milliseconds read_timeout{0};     ///< For a whole answer; 0: 60 s.
};

class MfaSessions;  // aws/mfa_sessions.h

/// What getting credentials may need. The references must outlive the settings.
struct Surroundings {
  net::Transport& transport;
  Clock& clock;
  Random& random;
  /// Asks a person for the code of an MFA device. Absent: there is nobody to ask.
  std::function<Result<std::string>(const std::string& serial)> ask_mfa;
  /// What codes opened, shared by all environments of a program; absent: these settings' own.
  std::shared_ptr<MfaSessions> mfa;
};

/// Where one service is reached, and how.
struct ServiceEndpoint {
  std::string origin;             ///< "https://connect.us-east-1.amazonaws.com"
  net::TransferOptions transfer;  ///< Certificates, and the proxy for this host.
};

struct Settings {
  std::string profile;  ///< "default" when none was named.
  std::string region;
  std::string partition;  ///< Of the Region: "aws".
  ServiceEndpoint connect;
  ServiceEndpoint lex;  ///< Lex Models V2; its signing name is "lex".
  ServiceEndpoint sts;
  ServiceEndpoint quotas;  ///< Service Quotas; its signing name is "servicequotas".
  RetryPolicy retry;
  std::unique_ptr<CredentialsProvider> credentials;
};

/// Errors: config, credentials, io.
Result<Settings> resolve_settings(SettingsRequest request, const Environment& environment,
                                  Surroundings surroundings);

struct Proxy {
  std::string url;    ///< Empty: none.
  std::string where;  ///< "variable HTTPS_PROXY"
};

/// The proxy for `origin` by HTTPS_PROXY, HTTP_PROXY and NO_PROXY (also in lower case). This
/// machine is never reached by way of a proxy.
Proxy proxy_for(std::string_view origin, const Environment& environment);

}  // namespace flowferry::aws
