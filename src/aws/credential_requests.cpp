#include "aws/credential_requests.h"

#include <algorithm>
#include <utility>

#include "aws/error.h"
#include "aws/signer.h"
#include "aws/time.h"

namespace flowferry::aws {
namespace {

constexpr auto k_tolerated_skew = std::chrono::minutes(4);
constexpr auto k_first_delay = std::chrono::milliseconds(500);

std::optional<std::chrono::seconds> skew_of(const net::HttpResponse& response,
                                            SystemTime signed_at) {
  if (response.status < 400 || response.status >= 500) return std::nullopt;
  if (response.body.find("Signature") == std::string::npos &&
      response.body.find("RequestExpired") == std::string::npos) {
    return std::nullopt;
  }
  const auto date = net::find_header(response.headers, "Date");
  const auto time = date ? parse_http_date(*date) : std::nullopt;
  if (!time) return std::nullopt;
  const auto off = std::chrono::round<std::chrono::seconds>(*time - signed_at);
  if (off < k_tolerated_skew && off > -k_tolerated_skew) return std::nullopt;
  return off;
}

}  // namespace

Task<Result<net::HttpResponse>> send_for_credentials(CredentialRequest request,
                                                     Surroundings surroundings) {
  std::vector<std::string> secrets = request.secrets;
  if (request.sign_with) {
    secrets.push_back(request.sign_with->secret_access_key);
    secrets.push_back(request.sign_with->session_token);
  }
  std::chrono::seconds skew{0};
  bool corrected = false;
  for (int attempt = 1;; ++attempt) {
    net::HttpRequest signed_request = request.request;
    const SystemTime time = surroundings.clock.now() + skew;
    if (request.sign_with) {
      const SigningScope scope{request.region, request.service, time};
      sign(signed_request, *request.sign_with, scope);
    }
    net::TransferOptions transfer = request.transfer;
    Result<net::HttpResponse> response =
        co_await surroundings.transport.send(std::move(signed_request), std::move(transfer));
    if (response && response->status >= 300) wipe(*response, secrets);
    if (response && request.sign_with && !corrected) {
      if (const auto off = skew_of(*response, time)) {
        skew = *off;
        corrected = true;
        continue;
      }
    }
    const bool failed = response ? response->status >= 500 || response->status == 429
                                 : failure_of(response.error()) != Failure::final;
    if (!failed || attempt >= request.attempts) co_return response;
    const auto delay = k_first_delay * (1 << std::min(attempt - 1, 4));
    co_await surroundings.transport.sleep_until(surroundings.transport.now() + delay);
    if (surroundings.transport.cancelled()) co_return response;
  }
}

}  // namespace flowferry::aws
