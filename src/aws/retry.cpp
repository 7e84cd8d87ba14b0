#include "aws/retry.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "net/transport.h"

namespace flowferry::aws {
namespace {

constexpr int k_allowance = 500;
constexpr double k_longest_delay = 20;

Failure failure_of_network(const Error& error) {
  using namespace net::failure;
  if (error.code == k_timeout) return Failure::timeout;
  // Neither a certificate nor an address gets better by itself within seconds.
  if (error.code == k_tls || error.code == k_bad_request || error.code == k_too_large) {
    return Failure::final;
  }
  return Failure::transient;
}

Failure failure_of_credentials(std::string_view code) {
  if (code == "ExpiredTokenException" || code == "ExpiredToken" || code == "TokenRefreshRequired") {
    return Failure::expired;
  }
  if (code == "RequestExpired" || code == "RequestTimeTooSkewed" ||
      code == "InvalidSignatureException" || code == "SignatureDoesNotMatch") {
    return Failure::clock;
  }
  return Failure::final;
}

Failure failure_of_service(const Error& error) {
  const std::string_view code = error.code;
  if (code == "RequestTimeout" || code == "RequestTimeoutException") return Failure::timeout;
  if (code == "PriorRequestNotComplete" || code == "InternalServiceException" ||
      code == "InternalFailure" || code == "ServiceUnavailable" ||
      code == "ServiceUnavailableException") {
    return Failure::transient;
  }
  const int status = error.http_status;
  const bool failing = status == 500 || status == 502 || status == 503 || status == 504;
  return failing ? Failure::transient : Failure::final;
}

}  // namespace

Failure failure_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::throttled:
      return Failure::throttled;
    case ErrorKind::network:
      return failure_of_network(error);
    case ErrorKind::malformed:
      return Failure::transient;
    case ErrorKind::credentials:
      return failure_of_credentials(error.code);
    case ErrorKind::service:
      return failure_of_service(error);
    default:
      return Failure::final;
  }
}

Decision decide(const Error& error, const Failures& failures, Repeatable repeatable,
                const RetryPolicy& policy, double random) {
  const Failure failure = failure_of(error);
  int count = 0;
  int most = 0;
  switch (failure) {
    case Failure::throttled:
      count = failures.throttled;
      most = policy.max_throttled_attempts;
      break;
    case Failure::transient:
    case Failure::timeout:
      if (repeatable == Repeatable::no && error.outcome_unknown) return {};
      count = failures.other;
      most = policy.max_attempts;
      break;
    default:
      return {};
  }
  if (count >= most) return {};
  const double seconds = std::min(k_longest_delay, std::pow(2.0, std::max(0, count - 1)));
  return {true, std::chrono::milliseconds(static_cast<std::int64_t>(random * seconds * 1000))};
}

int RetryAllowance::take(Failure failure) {
  if (failure == Failure::throttled) return 0;
  const int cost = failure == Failure::timeout ? 10 : 5;
  if (left_ < cost) return -1;
  left_ -= cost;
  return cost;
}

void RetryAllowance::give_back(int taken) {
  left_ = std::min(k_allowance, left_ + std::max(1, taken));
}

}  // namespace flowferry::aws
