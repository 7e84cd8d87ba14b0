// pipeline/session.h
//
// What the stages share while one command runs: the event loop, the pacing, the statistics, and the
// environments that were opened.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "aws/service.h"
#include "aws/settings.h"
#include "base/clock.h"
#include "base/random.h"
#include "connect/client.h"
#include "net/event_loop.h"
#include "pipeline/config.h"
#include "snapshot/capture.h"

namespace flowferry::pipeline {

/// An environment that was opened: its instance was found and can be asked; or a folder was read,
/// and there is nobody to ask (`client` is null).
struct OpenEnvironment {
  EnvironmentConfig config;
  aws::Settings settings;
  std::unique_ptr<aws::Service> connect;
  std::unique_ptr<aws::Service> lex;
  std::unique_ptr<connect::Client> client;
  snapshot::Environment reading;  ///< `reading.snapshot.instance` is set.
  /// Of a folder: what had to be guessed or passed over, and (by kind and name) the files of flows.
  Findings findings;
  std::map<std::pair<std::string, std::string>, std::string> files;

  const Instance& instance() const { return reading.snapshot.instance; }
};

/// What a session gets of the process and the person around it.
struct Outside {
  Outside(aws::Environment its_variables) : variables(std::move(its_variables)) {}

  aws::Environment variables;
  /// Asks for the code of an MFA device. Absent: there is nobody to ask.
  std::function<Result<std::string>(const std::string& serial)> ask_mfa;
  /// Is told of requests that have been waited for long. Absent: nobody wants to know.
  std::function<void(const net::EventLoop::Slow&)> on_slow;
};

/// One command's session. Not thread-safe.
class Session {
 public:
  /// `clock` and `random` must outlive the session.
  Session(Config config, Outside outside, Clock& clock, Random& random);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  net::EventLoop& loop() { return loop_; }
  aws::CallStatistics& statistics() { return statistics_; }
  const Config& config() const { return config_; }
  Clock& clock() { return clock_; }
  Random& random() { return random_; }
  /// The pace of an operation, as configured.
  aws::Quota quota(const std::string& operation) const;
  /// The rate at which an operation may be called now in an environment that is open, in requests
  /// a second, as far as it was learned; 0: it is not paced.
  double rate(const std::string& environment, const std::string& operation);
  /// In how many seconds all calls that wait for their turn will have been sent; 0: none waits.
  double seconds_queued() { return pacer_->seconds_left(); }

  /// Opens an environment: credentials, Region, endpoint, and the instance by id, ARN or alias
  /// (DescribeInstance, or ListInstances for an alias). A bundle, of the configuration or (where it
  /// has no such environment) the folder `name`, is read as a whole. Errors: config (unknown
  /// environment, no instance or Region named ...), credentials, not_found (no such instance or
  /// folder), malformed (a bundle), and those of the calls.
  Task<Result<OpenEnvironment*>> open(std::string name);
  /// The parts of open(), for whoever wants to know how far it gets. What stands in the files and
  /// variables: settings and services. Errors: config, credentials.
  Result<std::unique_ptr<OpenEnvironment>> prepare(const std::string& name);
  /// The instance. Errors: as open().
  Task<Result<Instance>> find_instance(OpenEnvironment& environment);
  /// What requests beside Amazon Connect's are made with.
  aws::Surroundings surroundings();

  /// Gives back the memory of all contents that were read. What is looked at again is read again.
  void forget_contents();
  /// One that was opened before; null: it was not.
  const OpenEnvironment* opened(const std::string& name) const;

 private:
  Result<OpenEnvironment*> open_folder(const EnvironmentConfig& config);
  Task<Result<Instance>> look_for_instance(OpenEnvironment& environment);
  Task<void> add_whose(OpenEnvironment& environment, Error& error);
  std::string place_of(const EnvironmentConfig& config) const;
  std::unique_ptr<aws::Service> service_of(OpenEnvironment& environment, const char* signing_name,
                                           const aws::ServiceEndpoint& endpoint);
  Result<EnvironmentConfig> named(const std::string& name) const;

  Config config_;
  Outside outside_;
  Clock& clock_;
  Random& random_;
  std::shared_ptr<aws::MfaSessions> mfa_;  ///< Of all environments: who asks once, asks for all.
  net::EventLoop loop_;
  aws::CallStatistics statistics_;
  std::unique_ptr<aws::Pacer> pacer_;
  std::map<std::string, std::unique_ptr<OpenEnvironment>> open_;
};

}  // namespace flowferry::pipeline
