// aws/service.h
//
// One AWS service in one Region with one set of credentials: signs, paces, repeats, counts.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "aws/credentials.h"
#include "aws/pacer.h"
#include "aws/retry.h"
#include "base/clock.h"
#include "base/json/tokens.h"
#include "base/random.h"
#include "base/result.h"
#include "base/task.h"
#include "net/transport.h"

namespace flowferry::aws {

/// One API call, not yet signed.
struct Call {
  std::string operation;  ///< "DescribeContactFlow": bucket, statistics, messages.
  std::string method;
  std::string target;  ///< Encoded path and query, as it goes on the wire.
  std::string body;    ///< JSON; empty: no body.
  Repeatable repeatable = Repeatable::yes;
  /// The turn that was taken for it before, with Service::turn(); its first attempt waits for none.
  std::optional<SteadyTime> turn;
};

/// A 200 answer.
struct Answer {
  std::string body;
  json::Tokens tokens;  ///< Of `body`, which is one JSON value; none when the body is empty.
  std::string request_id;
};

/// What was sent, per operation. Shared by the services of a run.
struct CallStatistics {
  std::map<std::string, std::int64_t> calls;  ///< HTTP requests sent, repetitions included.
  std::int64_t throttled = 0;                 ///< Answers that said "too fast".
  std::int64_t repeated = 0;                  ///< Requests that were repetitions.
};

struct ServiceConfig {
  std::string signing_name;  ///< "connect", "lex".
  std::string region;
  std::string account;  ///< For the bucket's key; "" while not known.
  std::string origin;  ///< "https://connect.us-east-1.amazonaws.com" or a custom endpoint, no path.
  std::string user_agent;
  RetryPolicy retry;
  net::TransferOptions transfer;
};

/// Not thread-safe; all of one event loop. What is passed by reference must outlive it.
class Service {
 public:
  Service(ServiceConfig config, net::Transport& transport, CredentialsProvider& credentials,
          Pacer& pacer, CallStatistics& statistics, Clock& clock, Random& random);

  /// Sends the call and repeats it as the policy allows. Expired credentials are renewed once, a
  /// clock that is off is corrected once by the answer's Date. The error has code, request id, HTTP
  /// status and all `problems` of the answer as details; `outcome_unknown` when any of the attempts
  /// may have had an effect. Errors: see connect/client.h.
  Task<Result<Answer>> send(Call call);

  /// Waits for the turn of a call that is not known yet: what it says depends on something that has
  /// to be looked at as late as can be. Returns what belongs into Call::turn.
  Task<SteadyTime> turn(std::string operation);
  /// The call for which the turn was taken is not made.
  void give_back(const std::string& operation, SteadyTime turn);

  const ServiceConfig& config() const { return config_; }
  void set_account(std::string account) { config_.account = std::move(account); }

 private:
  /// One attempt, and what is needed to make the next one better.
  struct Attempt {
    Result<Answer> answer;
    Credentials signed_with;
    SystemTime signed_at{};
    std::optional<SystemTime> service_time;  ///< The answer's Date.
  };
  Task<Attempt> attempt(const Call& call, std::optional<SteadyTime> turn);
  BucketKey bucket(const std::string& operation) const;
  void read_answer(net::HttpResponse response, const Call& call, const BucketKey& key,
                   SteadyTime sent, Attempt& attempt);
  bool correct_clock(const Attempt& attempt);

  ServiceConfig config_;
  net::Transport& transport_;
  CredentialsProvider& credentials_;
  Pacer& pacer_;
  CallStatistics& statistics_;
  Clock& clock_;
  Random& random_;
  RetryAllowance allowance_;
  std::chrono::seconds skew_{0};  ///< What is added to this machine's clock.
};

}  // namespace flowferry::aws
