// aws/service.h
//
// One AWS service in one Region with one set of credentials: signs, paces, repeats, counts.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "aws/credentials.h"
#include "aws/pacer.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/task.h"
#include "net/transport.h"

namespace flowferry::aws {

/// Whether a call may be sent again when its first effect is not known.
enum class Repeatable { no, yes };

/// One API call, not yet signed.
struct Call {
  std::string operation;  ///< "DescribeContactFlow": bucket, statistics, messages.
  std::string method;
  std::string target;  ///< Encoded path and query, as it goes on the wire.
  std::string body;    ///< JSON; empty: no body.
  Repeatable repeatable = Repeatable::yes;
};

/// A 200 answer.
struct Answer {
  std::string body;
  std::string request_id;
};

/// What was sent, per operation. Shared by the services of a run.
struct CallStatistics {
  std::map<std::string, std::int64_t> calls;  ///< HTTP requests sent, repetitions included.
  std::int64_t throttled = 0;                 ///< Answers that said "too fast".
  std::int64_t repeated = 0;                  ///< Requests that were repetitions.
};

/// As AWS_RETRY_MODE=standard (connect-api.md 1.7), with room for a slow service.
struct RetryPolicy {
  int max_attempts = 3;  ///< For errors; throttled answers have attempts of their own.
  int max_throttled_attempts = 10;
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

  /// Sends the call and repeats it as the policy allows. The error has code, request id, HTTP
  /// status and all `problems` of the answer as details. Errors: see connect/client.h.
  Task<Result<Answer>> send(Call call);

  const ServiceConfig& config() const { return config_; }
  void set_account(std::string account) { config_.account = std::move(account); }

 private:
  ServiceConfig config_;
  net::Transport& transport_;
  CredentialsProvider& credentials_;
  Pacer& pacer_;
  CallStatistics& statistics_;
  Clock& clock_;
  Random& random_;
  double retry_tokens_ = 500;
};

}  // namespace flowferry::aws
