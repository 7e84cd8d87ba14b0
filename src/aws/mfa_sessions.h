// aws/mfa_sessions.h
//
// MFA devices, and what their codes opened. A code is good for one call only, so that two roles, or
// a role and its renewal after an hour, would each want one. So where an IAM user's own keys are
// the base, the code opens a session of the user (STS GetSessionToken, 12 hours), and with that
// session every role is assumed: a person is asked once. Where STS gives no such session (the keys
// are temporary ones already), the code goes with AssumeRole itself, as in the AWS CLI.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "aws/credentials.h"
#include "aws/settings.h"

namespace flowferry::aws {

/// One device, used with one access key.
class MfaSession {
 public:
  MfaSession();
  ~MfaSession();

  /// The user's session, opened with a code when there is none; nothing: STS gives none for these
  /// keys, and code() has the code. Whoever asks meanwhile waits for the same answer. Errors:
  /// credentials (nobody to ask, a wrong code), network, cancelled.
  Task<Result<std::optional<Credentials>>> open(std::string serial, Credentials keys,
                                                ServiceEndpoint sts, std::string region,
                                                Surroundings surroundings, std::string where);

  /// A code for AssumeRole: the one that open() could not use, or one that served another role less
  /// than a minute ago, or a new one. Errors: credentials.
  struct Code {
    std::string text;
    bool used_before = false;  ///< So that it may be refused only for that.
  };
  Result<Code> code(const std::string& serial, const Surroundings& surroundings,
                    const std::string& where);
  /// That code was refused: the next one is asked for.
  void forget_code() { code_.reset(); }

 private:
  struct Opened;
  std::unique_ptr<Opened> opened_;
  bool refused_ = false;  ///< STS gives no session for these keys.
  std::optional<std::string> code_;
  bool used_ = false;
  SteadyTime asked_at_{};
};

/// All devices of a program. Not thread-safe.
class MfaSessions {
 public:
  /// For the device `serial` with the access key.
  std::shared_ptr<MfaSession> of(const std::string& serial, const std::string& access_key_id);

 private:
  std::map<std::pair<std::string, std::string>, std::shared_ptr<MfaSession>> sessions_;
};

/// Whether STS refused a code (GetSessionToken and AssumeRole answer AccessDenied with a text that
/// names MultiFactorAuthentication).
bool is_wrong_code(const Error& error);
/// That refusal, for people.
Error wrong_code(Error error, const std::string& serial);

}  // namespace flowferry::aws
