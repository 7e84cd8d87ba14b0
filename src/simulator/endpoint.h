// simulator/endpoint.h
//
// The way of one request: signature, operation, faults, rate, input, handler, answer. In this order
// the service refuses, too.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/random.h"
#include "simulator/call.h"
#include "simulator/fault_plan.h"
#include "simulator/other_services.h"
#include "simulator/simulator.h"
#include "simulator/throttle.h"

namespace flowferry::simulator {

/// What was asked so far.
struct Counters {
  std::map<std::string, std::int64_t> calls;      ///< By operation, refused ones included.
  std::map<std::string, std::int64_t> throttled;  ///< By operation.
  std::map<std::string, std::int64_t> faults;     ///< By kind.
  std::map<std::string, std::int64_t> unknown;    ///< "Operation: body Member".
  std::int64_t writes = 0;
  std::int64_t refused_signatures = 0;
  std::int64_t held = 0;             ///< Writes that are held now or were.
  std::deque<std::string> mistakes;  ///< Answers of ours that the description forbids.
};

/// A change by somebody else: done when so many writes were processed.
struct ScriptedChange {
  std::int64_t after_write = 0;
  js::object what;  ///< {"operation", "account", "region", "input"} or {"switches": {...}}
};

/// The service's clock: the machine's, or ahead of it.
class ServiceClock final : public Clock {
 public:
  ServiceClock(Clock& machine, const Switches& switches) : machine_(machine), switches_(switches) {}
  SystemTime now() override {
    return machine_.now() + std::chrono::seconds(switches_.number(Switch::clock_ahead));
  }
  SteadyTime steady() override { return machine_.steady(); }

 private:
  Clock& machine_;
  const Switches& switches_;
};

class Endpoint final : public Simulator {
 public:
  Endpoint(Options options, Clock& clock);
  /// Makes the endpoint usable: switches, descriptions, handlers, and the world.
  Result<void> prepare(const WorldFile& world);

  net::ServerResponse handle(net::ServerRequest request) override;
  std::vector<Account> accounts() const override;
  std::vector<InstanceLine> instances() const override;
  std::string dump(bool times) const override;

 private:
  Result<void> build(const WorldFile& world);
  /// Reads the world file again. Errors: usage where there is none.
  Result<void> reload();

  // One API call (endpoint.cpp).
  net::ServerResponse answer_call(const net::ServerRequest& request);
  net::ServerResponse answer_operation(const net::ServerRequest& request, const Caller& caller,
                                       const ServiceDescription& service);
  /// STS and Service Quotas; nothing: it is another service.
  std::optional<net::ServerResponse> answer_other(const net::ServerRequest& request,
                                                  const Caller& caller);
  std::optional<RoleKeys> issue_keys(const std::string& account, const std::string& role,
                                     std::int64_t seconds);
  std::optional<ApiError> refuse_early(const Operation& operation, const Caller& caller,
                                       Fault fault);
  Outcome process(const Operation& operation, const Caller& caller, js::object input);
  Outcome call_handler(const Operation& operation, const Caller& caller, js::object input);
  std::optional<ApiError> note_unknown(const Operation& operation,
                                       const std::vector<std::string>& unknown);
  void note_mistake(const Operation& operation, const std::string& what);
  void check_error(const Operation& operation, const ServiceDescription& service,
                   const ApiError& error);
  net::ServerResponse success(const Operation& operation, js::object answer);
  net::ServerResponse failure(const ApiError& error, const ServiceDescription* service);
  net::ServerResponse fault_answer(int status);
  bool throttled(const Operation& operation, const Caller& caller);
  void run_script();
  void finish(net::ServerResponse& response);
  double now();

  // The admin endpoint (admin.cpp).
  net::ServerResponse answer_admin(const net::ServerRequest& request);
  Result<js::value> admin_post(std::string_view path, const js::object& body);
  Result<js::value> run_change(const js::object& what);
  js::object log_json() const;

  std::filesystem::path world_;  ///< Empty for a world made in memory.
  Options options_;
  Switches switches_;
  ServiceClock clock_;
  std::unique_ptr<ServiceDescription> connect_, lex_;
  Handlers connect_handlers_, lex_handlers_;
  State state_;
  std::map<std::string, Keys, std::less<>> keys_;  ///< By access key id.
  SignatureVerifier verifier_;
  Throttle throttle_;
  FaultPlan faults_;
  SeededRandom random_;
  Counters counters_;
  std::vector<ScriptedChange> script_;
  /// Set by process() for the answer under way: the connection is to be reset, or held.
  std::optional<Verdict> verdict_;
  bool hold_ = false;
};

}  // namespace flowferry::simulator
