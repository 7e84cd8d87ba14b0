// The admin endpoint: /_simulator/, unsigned, for tests and scripts (docs/simulator.md).
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "simulator/endpoint.h"
#include "simulator/request_target.h"

namespace flowferry::simulator {
namespace {

net::ServerResponse reply(int status, std::string body) {
  net::ServerResponse response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}

net::ServerResponse reply_error(int status, const Error& error) {
  js::array details;
  for (const std::string& detail : error.details) details.push_back(js::string(detail));
  return reply(status, js::serialize(js::object{{"error", error.message},
                                                {"hint", error.hint},
                                                {"details", std::move(details)}}) +
                           "\n");
}

js::object counts(const std::map<std::string, std::int64_t>& map) {
  js::object out;
  for (const auto& [name, count] : map) out[name] = count;
  return out;
}

std::string text_in(const js::object& object, std::string_view name) {
  const js::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<double> number_in(const js::object& object, std::string_view name) {
  const js::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

Result<js::value> parse_body(std::string_view body) {
  if (trim(body).empty()) return js::value(js::object());
  boost::system::error_code error;
  js::value value = js::parse(js::string_view(body.data(), body.size()), error);
  if (error) return fail(ErrorKind::malformed, "the body is not JSON: " + error.message());
  return value;
}

js::object switch_json(const Switches& switches) {
  js::object out;
  for (const SwitchRow& row : switch_table()) out[row.name] = switches.get(row.id);
  return out;
}

}  // namespace

js::object Endpoint::log_json() const {
  js::array mistakes;
  for (const std::string& mistake : counters_.mistakes) mistakes.push_back(js::string(mistake));
  return js::object{{"calls", counts(counters_.calls)},
                    {"throttled", counts(counters_.throttled)},
                    {"faults", counts(counters_.faults)},
                    {"unknownMembers", counts(counters_.unknown)},
                    {"writes", counters_.writes},
                    {"refusedSignatures", counters_.refused_signatures},
                    {"held", counters_.held},
                    {"mistakes", std::move(mistakes)}};
}

net::ServerResponse Endpoint::answer_admin(const net::ServerRequest& request) {
  // A page in somebody's browser must not reach this.
  if (net::find_header(request.headers, "origin"))
    return reply(403, "{\"error\":\"not for web pages\"}\n");
  const auto target = parse_target(request.target);
  if (!target || target->path.size() != 2)
    return reply(404, "{\"error\":\"see docs/simulator.md\"}\n");
  const std::string& what = target->path[1];
  if (request.method == "GET") {
    if (what == "dump") {
      const bool times =
          std::find(target->query.begin(), target->query.end(),
                    std::pair<std::string, std::string>("times", "no")) == target->query.end();
      return reply(200, dump(times));
    }
    if (what == "log") return reply(200, js::serialize(log_json()) + "\n");
    if (what == "switches") return reply(200, js::serialize(switch_json(switches_)) + "\n");
    return reply(404, "{\"error\":\"GET dump, log or switches\"}\n");
  }
  auto body = parse_body(request.body);
  if (!body) return reply_error(400, body.error());
  if (body->is_array() && what == "script")
    body = js::value(js::object{{"changes", std::move(*body)}});
  if (!body->is_object()) return reply(400, "{\"error\":\"the body must be a JSON object\"}\n");
  auto done = admin_post(what, body->get_object());
  if (!done) return reply_error(400, done.error());
  return reply(200, js::serialize(*done) + "\n");
}

Result<js::value> Endpoint::admin_post(std::string_view path, const js::object& body) {
  if (path == "faults") {
    auto faults = read_faults(body);
    if (!faults) return fail(std::move(faults).error());
    faults_ = FaultPlan(std::move(*faults));
    return js::value(js::object{{"faults", body}});
  }
  if (path == "switches") {
    for (const auto& entry : body) {
      if (!entry.value().is_string())
        return fail(ErrorKind::usage, "values of switches are strings");
      auto done = switches_.set(std::string(entry.key()), std::string(entry.value().get_string()));
      if (!done) return fail(std::move(done).error());
    }
    return js::value(switch_json(switches_));
  }
  if (path == "script") {
    const js::value* changes = body.if_contains("changes");
    if (!changes || !changes->is_array())
      return fail(ErrorKind::usage, "a script is a list of changes");
    script_.clear();
    for (const js::value& change : changes->get_array()) {
      if (!change.is_object()) return fail(ErrorKind::usage, "a change is an object");
      const js::value* after = change.get_object().if_contains("after_write");
      if (!after || !after->is_int64())
        return fail(ErrorKind::usage, "a change needs after_write, a whole number");
      script_.push_back({after->get_int64(), change.get_object()});
    }
    return js::value(js::object{{"changes", static_cast<std::int64_t>(script_.size())}});
  }
  if (path == "quota") {
    const auto rate = number_in(body, "rate");
    const auto burst = number_in(body, "burst");
    if (!rate || !burst || *rate <= 0 || *burst < 1)
      return fail(ErrorKind::usage, "a quota is a rate above 0 and a burst of at least 1");
    throttle_.set(*rate, *burst);
    return js::value(js::object{{"rate", *rate}, {"burst", *burst}});
  }
  if (path == "call") return run_change(body);
  if (path == "reset") {
    auto done = reload();
    if (!done) return fail(std::move(done).error());
    counters_ = Counters();
    throttle_.clear();
    script_.clear();
    faults_ = FaultPlan(options_.faults);
    random_ = SeededRandom(options_.seed);
    return js::value(js::object{{"reset", true}});
  }
  return fail(ErrorKind::usage, "POST faults, switches, script, quota, call or reset");
}

/// Somebody else's change: an operation without signature, rate or faults; or other switches.
Result<js::value> Endpoint::run_change(const js::object& what) {
  if (const js::value* switches = what.if_contains("switches"); switches && switches->is_object()) {
    return admin_post("switches", switches->get_object());
  }
  const Operation* operation = connect_->operation(text_in(what, "operation"));
  if (!operation)
    return fail(ErrorKind::usage, "there is no operation \"" + text_in(what, "operation") + "\"");
  const js::value* input = what.if_contains("input");
  if (!input || !input->is_object())
    return fail(ErrorKind::usage, "a call needs an input, an object");
  const InstanceState* instance = state_.instance(text_in(input->get_object(), "InstanceId"));
  Caller caller{text_in(what, "account"), text_in(what, "region"), "connect", ""};
  if (instance && caller.account.empty()) caller.account = instance->account;
  if (instance && caller.region.empty()) caller.region = instance->region;
  Outcome outcome = call_handler(*operation, caller, input->get_object());
  if (!outcome) {
    return fail(ErrorKind::service, outcome.error().code + ": " + outcome.error().message + ' ' +
                                        join(outcome.error().problems, "; "));
  }
  return js::value(std::move(*outcome));
}

}  // namespace flowferry::simulator
