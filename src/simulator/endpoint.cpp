#include "simulator/endpoint.h"

#include <algorithm>
#include <cmath>
#include <ctime>

#include "base/text.h"
#include "simulator/answer_forms.h"
#include "simulator/dump.h"
#include "simulator/request_reader.h"
#include "simulator/world_builder.h"

namespace flowferry::simulator {
namespace {

// As good as never answered: clients give up long before.
constexpr std::chrono::minutes k_held{30};

constexpr std::size_t k_most_mistakes = 100;

ApiError make_error(std::string code, std::string message, int status) {
  ApiError error;
  error.code = std::move(code);
  error.message = std::move(message);
  error.status = status;
  return error;
}

/// "Tue, 20 Jan 2026 03:04:05 GMT"
std::string http_date(SystemTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  const std::size_t length = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, length};
}

std::string_view fault_name(Fault fault) {
  switch (fault) {
    case Fault::error_500:
      return "error_500";
    case Fault::error_503:
      return "error_503";
    case Fault::throttled:
      return "throttled";
    case Fault::reset_before:
      return "reset_before";
    case Fault::reset_after:
      return "reset_after";
    case Fault::cut_body:
      return "cut_body";
    case Fault::slow:
      return "slow";
    case Fault::none:
      break;
  }
  return "none";
}

net::ServerResponse dropped() {
  net::ServerResponse response;
  response.mishap = net::Mishap::drop;
  return response;
}

}  // namespace

Result<std::unique_ptr<Simulator>> Simulator::load(const std::filesystem::path& world,
                                                   Options options, Clock& clock) {
  auto file = load_world(world);
  if (!file) return fail(std::move(file).error());
  return make(*file, std::move(options), clock);
}

Result<std::unique_ptr<Simulator>> Simulator::make(const WorldFile& world, Options options,
                                                   Clock& clock) {
  auto endpoint = std::make_unique<Endpoint>(std::move(options), clock);
  if (auto done = endpoint->prepare(world); !done) return fail(std::move(done).error());
  return std::unique_ptr<Simulator>(std::move(endpoint));
}

Endpoint::Endpoint(Options options, Clock& clock)
    : options_(std::move(options)),
      clock_(clock, switches_),
      verifier_(
          [this](std::string_view id) -> const Keys* {
            const auto found = keys_.find(id);
            return found == keys_.end() ? nullptr : &found->second;
          },
          clock_),
      throttle_(options_.rate, options_.burst),
      faults_(options_.faults),
      random_(options_.seed) {}

Result<void> Endpoint::prepare(const WorldFile& world) {
  world_ = world.path;
  if (auto done = switches_.set_all(options_.switches); !done) return done;
  auto connect = connect_description();
  if (!connect) return fail(std::move(connect).error());
  auto lex = lex_description();
  if (!lex) return fail(std::move(lex).error());
  connect_ = std::move(*connect);
  lex_ = std::move(*lex);
  add_instance_operations(connect_handlers_);
  add_flow_operations(connect_handlers_);
  add_module_operations(connect_handlers_);
  add_tag_operations(connect_handlers_);
  add_resource_operations(connect_handlers_, *connect_);
  add_view_operations(connect_handlers_);
  add_routing_operations(connect_handlers_);
  add_integration_operations(connect_handlers_);
  add_phone_operations(connect_handlers_);
  add_lex_operations(lex_handlers_);
  return build(world);
}

Result<void> Endpoint::reload() {
  if (world_.empty()) return fail(ErrorKind::usage, "a world made in memory cannot be reset");
  auto file = load_world(world_);
  if (!file) return fail(std::move(file).error());
  return build(*file);
}

Result<void> Endpoint::build(const WorldFile& world) {
  auto state = build_state(world, switches_, options_.seed, now());
  if (!state) return fail(std::move(state).error());
  state_ = std::move(*state);
  keys_.clear();
  for (const AccountState& account : state_.accounts) {
    keys_[account.access_key_id] =
        Keys{account.id, account.secret_access_key, account.session_token};
  }
  return {};
}

double Endpoint::now() {
  const auto since =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now().time_since_epoch());
  return static_cast<double>(since.count()) / 1000;
}

net::ServerResponse Endpoint::handle(net::ServerRequest request) {
  if (request.target.starts_with("/_simulator/")) return answer_admin(request);
  verdict_.reset();
  hold_ = false;
  net::ServerResponse response = answer_call(request);
  finish(response);
  return response;
}

/// Headers and waiting time of every API answer.
void Endpoint::finish(net::ServerResponse& response) {
  response.headers.emplace_back("x-amzn-RequestId", random_.uuid());
  response.headers.emplace_back("Date", http_date(clock_.now()));
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.delay += options_.latency;
  if (hold_) response.delay += k_held;
  if (verdict_ == Verdict::drop) response.mishap = net::Mishap::drop;
}

net::ServerResponse Endpoint::answer_call(const net::ServerRequest& request) {
  auto caller = verifier_.authenticate(request, switches_.is(Switch::signatures, "verify"));
  if (!caller) {
    ++counters_.refused_signatures;
    if (options_.log) {
      options_.log(request.method + ' ' + request.target + ": " + caller.error().code + ": " +
                   caller.error().message);
    }
    if (is_query_protocol(request)) {
      return sts_failure(caller.error().code, caller.error().message, 403);
    }
    return failure(caller.error(), nullptr);
  }
  if (switches_.is(Switch::credentials, "expired")) {
    if (is_query_protocol(request)) {
      return sts_failure("ExpiredToken", "The security token included in the request is expired",
                         403);
    }
    return failure(make_error("ExpiredTokenException",
                              "The security token included in the request is expired", 403),
                   nullptr);
  }
  if (caller->service == "connect") return answer_operation(request, *caller, *connect_);
  if (caller->service == "lex") return answer_operation(request, *caller, *lex_);
  if (auto response = answer_other(request, *caller)) return std::move(*response);
  return failure(make_error("UnknownOperationException",
                            "the simulator has the services connect, lex, sts and servicequotas, "
                            "not " +
                                caller->service,
                            404),
                 nullptr);
}

std::optional<net::ServerResponse> Endpoint::answer_other(const net::ServerRequest& request,
                                                          const Caller& caller) {
  if (caller.service == "sts") {
    return answer_sts(request, caller,
                      [this](const std::string& account, const std::string& role,
                             std::int64_t seconds) { return issue_keys(account, role, seconds); });
  }
  if (caller.service == "servicequotas") {
    return answer_service_quotas(request, {options_.rate, switches_.number(Switch::flow_quota),
                                           switches_.number(Switch::module_quota)});
  }
  return std::nullopt;
}

std::optional<RoleKeys> Endpoint::issue_keys(const std::string& account, const std::string& role,
                                             std::int64_t seconds) {
  const bool known =
      std::any_of(state_.accounts.begin(), state_.accounts.end(),
                  [&](const AccountState& candidate) { return candidate.id == account; });
  if (!known) return std::nullopt;
  static constexpr std::string_view k_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  RoleKeys keys;
  keys.access_key_id = "ASIA";
  while (keys.access_key_id.size() < 20) {
    keys.access_key_id += k_letters[random_.next() % k_letters.size()];
  }
  keys.secret_access_key = "secret/" + random_.uuid();
  keys.session_token = "token/" + random_.uuid() + random_.uuid();
  keys.expires = clock_.now() + std::chrono::seconds(seconds);
  keys_[keys.access_key_id] =
      Keys{account, keys.secret_access_key, keys.session_token, role, keys.expires};
  return keys;
}

net::ServerResponse Endpoint::answer_operation(const net::ServerRequest& request,
                                               const Caller& caller,
                                               const ServiceDescription& service) {
  const auto target = parse_target(request.target);
  const Operation* operation = target ? service.route(request.method, target->path) : nullptr;
  if (!operation) {
    ++counters_.calls["(unknown) " + request.method];
    return failure(
        make_error("UnknownOperationException",
                   "the simulator has no operation at " + request.method + ' ' + request.target,
                   404),
        &service);
  }
  ++counters_.calls[operation->name];
  const Fault fault = faults_.next(operation->name, !operation->reads());
  if (fault != Fault::none) ++counters_.faults[std::string(fault_name(fault))];
  if (fault == Fault::reset_before) return dropped();
  if (fault == Fault::error_500) return fault_answer(500);
  if (fault == Fault::error_503) return fault_answer(503);
  if (auto error = refuse_early(*operation, caller, fault)) {
    net::ServerResponse response = failure(*error, &service);
    const auto seconds = switches_.number(Switch::retry_after);
    if (response.status == 429 && seconds > 0)
      response.headers.emplace_back("Retry-After", std::to_string(seconds));
    return response;
  }
  auto input = read_input(*operation, *target, request.body);
  if (!input) return failure(input.error(), &service);
  if (auto error = note_unknown(*operation, input->unknown)) return failure(*error, &service);
  Outcome outcome = process(*operation, caller, std::move(input->members));
  if (!outcome) check_error(*operation, service, outcome.error());
  net::ServerResponse response =
      outcome ? success(*operation, std::move(*outcome)) : failure(outcome.error(), &service);
  if (fault == Fault::reset_after) response.mishap = net::Mishap::drop;
  if (fault == Fault::cut_body) response.mishap = net::Mishap::cut_body;
  if (fault == Fault::slow) response.delay += faults_.faults().slow_by;
  return response;
}

std::optional<ApiError> Endpoint::refuse_early(const Operation& operation, const Caller& caller,
                                               Fault fault) {
  if (switches_.lists(Switch::deny, operation.name)) {
    return make_error("AccessDeniedException",
                      "User: arn:aws:iam::" + caller.account +
                          ":user/simulated is not authorized to perform: " + caller.service + ':' +
                          operation.name + " on resource: *",
                      403);
  }
  if (fault != Fault::throttled && !throttled(operation, caller)) return std::nullopt;
  ++counters_.throttled[operation.name];
  // Lex says what its description says.
  const std::string code =
      caller.service == "lex" ? "ThrottlingException" : switches_.get(Switch::throttle_code);
  return make_error(code, "Rate exceeded", 429);
}

bool Endpoint::throttled(const Operation& operation, const Caller& caller) {
  if (!options_.throttle) return false;
  return !throttle_.allow(caller.account, caller.region, operation.service + ':' + operation.name,
                          clock_.steady(), switches_.is(Switch::refused_requests, "charged"));
}

std::optional<ApiError> Endpoint::note_unknown(const Operation& operation,
                                               const std::vector<std::string>& unknown) {
  for (const std::string& name : unknown) {
    const std::int64_t count = ++counters_.unknown[operation.name + ": " + name];
    if (count == 1 && options_.log)
      options_.log(operation.name + " has no member: " + name + " (ignored)");
  }
  if (unknown.empty() || switches_.is(Switch::unknown_members, "ignore")) return std::nullopt;
  return make_error("InvalidRequestException", "Unknown members: " + join(unknown, ", "), 400);
}

/// The handler, with what tests and scripts do around writes.
Outcome Endpoint::process(const Operation& operation, const Caller& caller, js::object input) {
  if (operation.reads()) return call_handler(operation, caller, std::move(input));
  const WriteCall write{operation.name, caller.account, caller.region, ++counters_.writes};
  const bool held = faults_.faults().hold_write == write.number;
  if (held) {
    hold_ = true;
    ++counters_.held;
  }
  const auto ask = [&](Moment moment) {
    return options_.on_write ? options_.on_write(write, moment) : Verdict::go_on;
  };
  verdict_ = ask(Moment::before);
  if (verdict_ == Verdict::drop || (held && !faults_.faults().hold_after)) return js::object();
  if (verdict_ == Verdict::fail_500)
    return refuse("InternalServiceException", "Simulated failure before processing");
  Outcome outcome = call_handler(operation, caller, std::move(input));
  run_script();
  verdict_ = ask(Moment::after);
  if (verdict_ == Verdict::fail_500)
    return refuse("InternalServiceException", "Simulated failure after processing");
  return outcome;
}

Outcome Endpoint::call_handler(const Operation& operation, const Caller& caller, js::object input) {
  const bool connect = operation.service == connect_->signing_name();
  const Handlers& handlers = connect ? connect_handlers_ : lex_handlers_;
  const auto handler = handlers.find(operation.name);
  if (handler == handlers.end())
    return refuse("UnknownOperationException", "the simulator does not have this operation");
  Call call{operation, std::move(input), caller, state_, nullptr, switches_, random_, now()};
  if (const auto id = connect ? call.optional_text("InstanceId") : std::nullopt) {
    auto instance = find_instance(call, *id);
    if (!instance) return pass_on(instance);
    call.instance = *instance;
  }
  try {
    return handler->second(call);
  } catch (const std::exception& e) {
    if (options_.log) options_.log(operation.name + ": internal error: " + e.what());
    return refuse("InternalServiceException", "internal error of the simulator");
  }
}

void Endpoint::note_mistake(const Operation& operation, const std::string& what) {
  counters_.mistakes.push_back(operation.name + ": " + what);
  if (counters_.mistakes.size() > k_most_mistakes) counters_.mistakes.pop_front();
  if (options_.log) options_.log("mistake of the simulator: " + counters_.mistakes.back());
}

/// An exception of the description that this operation does not have. AccessDeniedException can
/// come from any operation.
void Endpoint::check_error(const Operation& operation, const ServiceDescription& service,
                           const ApiError& error) {
  if (!service.shape(error.code) || operation.models_error(error.code)) return;
  if (error.code != "AccessDeniedException") note_mistake(operation, "cannot answer " + error.code);
}

net::ServerResponse Endpoint::success(const Operation& operation, js::object answer) {
  for (const std::string& mistake : output_mistakes(operation, answer)) {
    note_mistake(operation, mistake);
  }
  if (operation.output) apply_forms(answer, *operation.output, switches_);
  net::ServerResponse response;
  response.headers.emplace_back("Content-Type", "application/json");
  response.body = js::serialize(answer);
  return response;
}

net::ServerResponse Endpoint::failure(const ApiError& error, const ServiceDescription* service) {
  return render(error, service, switches_);
}

net::ServerResponse Endpoint::fault_answer(int status) {
  const std::string& form = switches_.get(Switch::fault_body);
  if (form == "json") {
    return status == 500
               ? failure(make_error("InternalServiceException", "Simulated failure", 500),
                         connect_.get())
               : failure(make_error("ServiceUnavailable", "Simulated unavailability", 503),
                         nullptr);
  }
  net::ServerResponse response;
  response.status = status;
  if (form == "html") {
    response.headers.emplace_back("Content-Type", "text/html");
    response.body =
        "<html><body><h1>" + std::to_string(status) + " Simulated proxy error</h1></body></html>\n";
  }
  return response;
}

/// Changes by somebody else whose time has come.
void Endpoint::run_script() {
  for (const ScriptedChange& change : script_) {
    if (change.after_write != counters_.writes) continue;
    auto done = run_change(change.what);
    if (!done && options_.log) options_.log("scripted change failed: " + done.error().message);
  }
}

std::vector<Simulator::Account> Endpoint::accounts() const {
  std::vector<Account> out;
  for (const AccountState& account : state_.accounts) {
    out.push_back(
        {account.id, account.access_key_id, account.secret_access_key, account.session_token});
  }
  return out;
}

std::vector<Simulator::InstanceLine> Endpoint::instances() const {
  std::vector<InstanceLine> out;
  for (const auto& instance : state_.instances) {
    out.push_back({instance->alias, instance->id, instance->arn, instance->region,
                   instance->account, instance->flows.count(), instance->modules.count()});
  }
  return out;
}

std::string Endpoint::dump(bool times) const {
  return dump_state(state_, times);
}

}  // namespace flowferry::simulator
