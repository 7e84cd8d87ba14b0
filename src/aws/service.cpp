#include "aws/service.h"

#include <fmt/format.h>

#include "aws/error.h"
#include "aws/signer.h"
#include "aws/time.h"
#include "base/text.h"

namespace flowferry::aws {
namespace {

/// Less than this is no reason for a refused signature: services allow for some minutes.
constexpr auto k_tolerated_skew = std::chrono::minutes(4);

Error stopped(const Call& call, bool outcome_unknown) {
  Error error;
  error.kind = ErrorKind::cancelled;
  error.message = "stopped before " + call.operation + " was done";
  error.outcome_unknown = outcome_unknown;
  return error;
}

Error not_json(const net::HttpResponse& response, const Error& why) {
  Error error;
  error.kind = ErrorKind::malformed;
  error.message = "the answer is not JSON: " + why.message;
  error.hint = "check that the endpoint is the service's, and what stands between";
  error.request_id = request_id_of(response);
  error.http_status = response.status;
  error.outcome_unknown = true;  // It was processed; what came of it is lost.
  return error;
}

net::HttpRequest to_request(const Call& call, const ServiceConfig& config) {
  net::HttpRequest request;
  request.method = call.method;
  request.origin = config.origin;
  request.target = call.target;
  request.body = call.body;
  request.headers.emplace_back("User-Agent", config.user_agent);
  if (!call.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  return request;
}

}  // namespace

Service::Service(ServiceConfig config, net::Transport& transport, CredentialsProvider& credentials,
                 Pacer& pacer, CallStatistics& statistics, Clock& clock, Random& random)
    : config_(std::move(config)),
      transport_(transport),
      credentials_(credentials),
      pacer_(pacer),
      statistics_(statistics),
      clock_(clock),
      random_(random) {}

Task<Result<Answer>> Service::send(Call call) {
  Failures failures;
  int taken = 0;
  bool outcome_unknown = false;
  bool renewed = false;
  bool clock_corrected = false;
  for (;;) {
    const auto turn = std::exchange(call.turn, std::nullopt);
    Attempt last = co_await attempt(call, turn);
    if (last.answer) {
      allowance_.give_back(taken);
      co_return std::move(last.answer);
    }
    Error error = std::move(last.answer).error();
    redact(error, last.signed_with);
    outcome_unknown = outcome_unknown || error.outcome_unknown;
    const Failure failure = failure_of(error);
    std::chrono::milliseconds delay{0};
    if (failure == Failure::expired && !renewed) {
      renewed = true;
      credentials_.invalidate(last.signed_with);
    } else if (failure == Failure::clock && !clock_corrected && correct_clock(last)) {
      clock_corrected = true;
    } else {
      ++(failure == Failure::throttled ? failures.throttled : failures.other);
      const Decision decision =
          decide(error, failures, call.repeatable, config_.retry, random_.unit());
      const int cost = decision.repeat ? allowance_.take(failure) : -1;
      if (cost < 0) {
        const bool about_credentials =
            error.kind == ErrorKind::credentials || error.kind == ErrorKind::denied;
        // Writes come by the hundred: it is enough that whatever was read before says it.
        if (about_credentials && call.repeatable == Repeatable::yes &&
            !last.signed_with.source.empty()) {
          error.details.push_back(whose(last.signed_with));
        }
        error.outcome_unknown = outcome_unknown;
        co_return fail(std::move(error).during(call.operation));
      }
      taken += cost;
      delay = decision.delay;
    }
    if (delay.count() > 0) co_await transport_.sleep_until(transport_.now() + delay);
    if (transport_.cancelled()) co_return fail(stopped(call, outcome_unknown));
    ++statistics_.repeated;
  }
}

BucketKey Service::bucket(const std::string& operation) const {
  return {config_.account, config_.region, operation};
}

Task<SteadyTime> Service::turn(std::string operation) {
  co_return co_await pacer_.wait(bucket(operation));
}

void Service::give_back(const std::string& operation, SteadyTime turn) {
  pacer_.give_back(bucket(operation), turn);
}

Task<Service::Attempt> Service::attempt(const Call& call, std::optional<SteadyTime> turn) {
  Attempt attempt;
  // Before the bucket's turn, because getting credentials can take seconds; and again after it,
  // because the turn can take so long that they expire.
  Result<Credentials> credentials = co_await credentials_.get();
  const BucketKey key = bucket(call.operation);
  if (!credentials) {
    if (turn) pacer_.give_back(key, *turn);
    attempt.answer = fail(std::move(credentials).error());
    co_return attempt;
  }
  if (!turn) {
    const SteadyTime granted = co_await pacer_.wait(key);
    turn = granted;
  }
  const SteadyTime sent = *turn;
  if (transport_.cancelled()) {
    pacer_.lost(key, sent);
    attempt.answer = fail(stopped(call, false));
    co_return attempt;
  }
  credentials = co_await credentials_.get();
  if (!credentials) {
    pacer_.lost(key, sent);
    attempt.answer = fail(std::move(credentials).error());
    co_return attempt;
  }
  attempt.signed_with = std::move(*credentials);
  attempt.signed_at = clock_.now() + skew_;
  net::HttpRequest request = to_request(call, config_);
  const SigningScope scope{config_.region, config_.signing_name, attempt.signed_at};
  sign(request, attempt.signed_with, scope);
  net::TransferOptions options = config_.transfer;
  if (call.repeatable == Repeatable::no) options.resend = net::Resend::no;
  ++statistics_.calls[call.operation];
  Result<net::HttpResponse> response =
      co_await transport_.send(std::move(request), std::move(options));
  if (!response) {
    pacer_.lost(key, sent);
    attempt.answer = fail(std::move(response).error());
    co_return attempt;
  }
  read_answer(std::move(*response), call, key, sent, attempt);
  co_return attempt;
}

void Service::read_answer(net::HttpResponse response, const Call& call, const BucketKey& key,
                          SteadyTime sent, Attempt& attempt) {
  if (const auto date = net::find_header(response.headers, "Date")) {
    attempt.service_time = parse_http_date(*date);
  }
  if (response.status < 200 || response.status >= 300) {
    wipe(response, {attempt.signed_with.secret_access_key, attempt.signed_with.session_token});
    const RefusedCall refused{config_.signing_name, call.operation, config_.region};
    Error error = read_error(response, refused);
    if (error.kind == ErrorKind::throttled) {
      ++statistics_.throttled;
      pacer_.throttled(key, sent);
    } else {
      pacer_.succeeded(key, sent);  // It was let through, whatever was the matter with it.
    }
    attempt.answer = fail(std::move(error));
    return;
  }
  pacer_.succeeded(key, sent);
  Answer answer;
  if (!trim(response.body).empty()) {
    auto tokens = json::tokenize(response.body);
    if (!tokens) {
      attempt.answer = fail(not_json(response, tokens.error()));
      return;
    }
    answer.tokens = std::move(*tokens);
  }
  answer.request_id = request_id_of(response);
  answer.body = std::move(response.body);
  attempt.answer = std::move(answer);
}

/// Whether the service's clock is so far from what was signed that it explains a refusal; if so,
/// the next signature is made with the service's time.
bool Service::correct_clock(const Attempt& attempt) {
  if (!attempt.service_time) return false;
  const auto off = *attempt.service_time - attempt.signed_at;
  if (off < k_tolerated_skew && off > -k_tolerated_skew) return false;
  skew_ += std::chrono::round<std::chrono::seconds>(off);
  return true;
}

}  // namespace flowferry::aws
