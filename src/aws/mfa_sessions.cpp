#include "aws/mfa_sessions.h"

#include "aws/credential_documents.h"
#include "aws/credential_requests.h"
#include "aws/error.h"
#include "aws/refreshing_credentials.h"
#include "aws/sts_requests.h"
#include "base/text.h"

namespace flowferry::aws {
namespace {

constexpr char k_no_session[] = "no session is given for these keys";
constexpr auto k_code_lives = std::chrono::minutes(1);

Result<std::string> ask(const std::string& serial, const Surroundings& surroundings,
                        const std::string& where) {
  if (!surroundings.ask_mfa) {
    return fail(credentials_problem(
        "the role wants a code of the MFA device " + printable(serial) +
            ", and there is nobody to ask",
        "run it on a terminal, or get credentials first with \"aws sts assume-role\" or "
        "\"aws sts get-session-token\" and set them in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY "
        "and AWS_SESSION_TOKEN",
        where));
  }
  auto code = surroundings.ask_mfa(serial);
  if (!code) return fail(std::move(code).error().about(where));
  return std::string(trim(*code));
}

/// GetSessionToken, with a new code each time.
class SessionOfUser final : public CredentialsSource {
 public:
  SessionOfUser(std::string serial, Credentials keys, ServiceEndpoint sts, std::string region,
                Surroundings surroundings, std::string where, std::optional<std::string>& unused)
      : serial_(std::move(serial)),
        keys_(std::move(keys)),
        sts_(std::move(sts)),
        region_(std::move(region)),
        surroundings_(std::move(surroundings)),
        where_(std::move(where)),
        unused_(unused) {}

  Task<Result<Credentials>> fetch() override {
    const Result<std::string> code = ask(serial_, surroundings_, where_);
    if (!code) co_return fail(code.error());
    StsForm form("GetSessionToken");
    form.add("SerialNumber", serial_).add("TokenCode", *code);
    CredentialRequest request;
    request.request = form.to_request(sts_);
    request.transfer = sts_.transfer;
    request.sign_with = keys_;
    request.secrets = {*code};
    request.region = region_;
    const Result<net::HttpResponse> response =
        co_await send_for_credentials(std::move(request), surroundings_);
    if (!response) co_return fail(response.error());
    if (response->status == 200) {
      co_return credentials_from_sts(response->body,
                                     "MFA device " + printable(serial_) + " with " + keys_.source);
    }
    Error error = sts_error(*response);
    redact(error, keys_);
    error.subject = where_;
    if (is_wrong_code(error)) {
      error = wrong_code(std::move(error), serial_);
    } else if (response->status < 500) {
      unused_ = *code;
      error.code = k_no_session;
    }
    co_return fail(std::move(error));
  }

 private:
  std::string serial_;
  Credentials keys_;
  ServiceEndpoint sts_;
  std::string region_;
  Surroundings surroundings_;
  std::string where_;
  std::optional<std::string>& unused_;
};

}  // namespace

struct MfaSession::Opened {
  RefreshingCredentials provider;
  Clock& clock;
};

MfaSession::MfaSession() = default;
MfaSession::~MfaSession() = default;

Task<Result<std::optional<Credentials>>> MfaSession::open(std::string serial, Credentials keys,
                                                          ServiceEndpoint sts, std::string region,
                                                          Surroundings surroundings,
                                                          std::string where) {
  if (refused_) co_return std::optional<Credentials>();
  if (!opened_) {
    Clock& clock = surroundings.clock;
    surroundings.mfa.reset();  // It owns this session: each would keep the other for ever.
    auto source = std::make_unique<SessionOfUser>(std::move(serial), std::move(keys),
                                                  std::move(sts), std::move(region),
                                                  std::move(surroundings), std::move(where), code_);
    opened_ =
        std::make_unique<Opened>(Opened{RefreshingCredentials(std::move(source), clock), clock});
  }
  const Result<Credentials> session = co_await opened_->provider.get();
  const SteadyTime now = opened_->clock.steady();
  if (session) co_return std::optional<Credentials>(*session);
  if (session.error().code != k_no_session) co_return fail(session.error());
  refused_ = true;
  used_ = false;
  asked_at_ = now;
  co_return std::optional<Credentials>();
}

Result<MfaSession::Code> MfaSession::code(const std::string& serial,
                                          const Surroundings& surroundings,
                                          const std::string& where) {
  const SteadyTime now = surroundings.clock.steady();
  if (code_ && now - asked_at_ < k_code_lives) return Code{*code_, std::exchange(used_, true)};
  auto asked = ask(serial, surroundings, where);
  if (!asked) return fail(std::move(asked).error());
  code_ = *asked;
  used_ = true;
  asked_at_ = now;
  return Code{std::move(*asked), false};
}

std::shared_ptr<MfaSession> MfaSessions::of(const std::string& serial,
                                            const std::string& access_key_id) {
  auto& found = sessions_[{serial, access_key_id}];
  if (!found) found = std::make_shared<MfaSession>();
  return found;
}

bool is_wrong_code(const Error& error) {
  return error.message.find("MultiFactorAuthentication") != std::string::npos;
}

Error wrong_code(Error error, const std::string& serial) {
  error.message =
      "the code of the MFA device " + printable(serial) + " is refused: " + error.message;
  error.hint =
      "wait for the device's next code and run it again; check mfa_serial, and the device's clock";
  return error;
}

}  // namespace flowferry::aws
