#include "report/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/clock.h"
#include "base/text.h"
#include "report/json.h"
#include "report/text.h"

namespace flowferry::report {
namespace {

using json::Value;
using pipeline::Diagnosis;
using pipeline::OperationCheck;
using pipeline::Tried;

std::string row(std::string_view label, const std::string& text) {
  return fmt::format("  {} {}\n", fitted(label, 12), text);
}

/// `text` with every line moved to the right.
std::string indented(const std::string& text, std::size_t columns) {
  std::string out;
  for (std::string_view line : split(text, '\n')) {
    if (!line.empty()) out += std::string(columns, ' ') + std::string(line) + "\n";
  }
  return out;
}

std::string failed_row(std::string_view label, const Error& error, const Style& style) {
  std::string text = error_text(error, style);
  return fmt::format("  {} {}", tinted(style, Tone::bad, fitted(label, 12)),
                     trim(indented(text, 4))) +
         "\n";
}

/// The last four characters, as the AWS CLI shows a key.
std::string masked(const std::string& key_id) {
  if (key_id.size() <= 4) return "****";
  return "****************" + printable(key_id.substr(key_id.size() - 4));
}

std::string credentials_rows(const Diagnosis& d, const Style& style) {
  std::string out;
  if (d.credentials_error) return failed_row("credentials", *d.credentials_error, style);
  if (!d.keys) return out;
  out += row("credentials", printable(d.keys->source) + ", key " + masked(d.keys->access_key_id) +
                                (d.keys->expires ? ", until " + iso8601(*d.keys->expires) : ""));
  if (d.identity_error) return out + failed_row("identity", *d.identity_error, style);
  if (d.identity) {
    out +=
        row("identity", printable(d.identity->arn) + ", account " + printable(d.identity->account));
  }
  return out;
}

std::string instance_rows(const Diagnosis& d, const Style& style) {
  if (d.instance_error) return failed_row("instance", *d.instance_error, style);
  if (!d.instance) return {};
  const Instance& instance = *d.instance;
  const std::string name = instance.alias.empty() ? "(no alias)" : printable(instance.alias);
  return row("instance",
             fmt::format("{}, {}, {}{}", name, printable(instance.id), printable(instance.region),
                         instance.status.empty() ? "" : ", " + printable(instance.status))) +
         row("", printable(instance.arn));
}

std::size_t count_of(const Diagnosis& d, Tried tried) {
  std::size_t count = 0;
  for (const OperationCheck& check : d.operations) count += check.tried == tried ? 1 : 0;
  return count;
}

std::string operations_rows(const Diagnosis& d, const Style& style) {
  if (d.operations.empty()) return {};
  const std::size_t tried = d.operations.size() - count_of(d, Tried::not_tried);
  const std::size_t allowed = count_of(d, Tried::allowed);
  std::string out =
      row("operations", fmt::format("{} of the {} that can be tried are allowed", allowed, tried));
  for (const OperationCheck& check : d.operations) {
    if (check.tried != Tried::denied && check.tried != Tried::failed) continue;
    const bool optional = check.permission->optional;
    out += fmt::format("    {} {}: {}{}\n",
                       tinted(style, optional ? Tone::warn : Tone::bad, optional ? "!" : "✗"),
                       check.permission->action, to_string(check.tried),
                       optional ? " (not needed: without it the same takes more calls)" : "");
    if (check.error) out += indented(error_text(*check.error, style), 6);
  }
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
  for (const OperationCheck& check : d.operations) {
    if (check.tried != Tried::not_tried) continue;
    auto found = std::find_if(reasons.begin(), reasons.end(),
                              [&](const auto& entry) { return entry.first == check.why_not; });
    if (found == reasons.end()) found = reasons.insert(found, {check.why_not, {}});
    found->second.emplace_back(check.permission->operation());
  }
  for (const auto& [why, names] : reasons) {
    out += fmt::format("    {} not tried, because {}: {}\n", tinted(style, Tone::faint, "·"),
                       printable(why), join(names, ", "));
  }
  return out;
}

std::string quotas_rows(const Diagnosis& d) {
  if (d.quotas_error) {
    return row("quotas", "cannot be read: " + printable(one_line(*d.quotas_error))) +
           row("", "(nothing depends on it; IAM action servicequotas:ListServiceQuotas)");
  }
  std::vector<std::string> lines;
  std::map<double, std::vector<std::string>> rates;
  std::vector<std::string> other_rates;
  for (const auto& check : d.quotas) {
    if (check.operation.empty()) {
      lines.push_back(fmt::format("{:g} {}", check.quota.value, printable(check.quota.name)));
      continue;
    }
    rates[check.quota.value].push_back(check.operation);
    if (check.configured > 0 && check.configured != check.quota.value) {
      other_rates.push_back(
          fmt::format("{}: {{ rate: {:g} }}", check.operation, check.quota.value));
    }
  }
  for (const auto& [rate, operations] : rates) {
    lines.push_back(fmt::format("{:g} a second: {}", rate, join(operations, ", ")));
  }
  if (!other_rates.empty()) {
    lines.push_back("flowferry keeps other rates; in the configuration: quotas: { " +
                    join(other_rates, ", ") + " }");
  }
  std::string out;
  for (const std::string& line : lines) out += row(out.empty() ? "quotas" : "", line);
  return out;
}

std::string policies_text(const Diagnosis& d, const Style& style) {
  std::string out;
  for (const auto& policy : d.policies) {
    out += tinted(style, Tone::strong,
                  fmt::format("Smallest IAM policy of \"{}\" for {}:", printable(d.environment),
                              policy.use->commands)) +
           "\n" + policy.policy.dump_pretty() + "\n\n";
  }
  return out;
}

Value instance_json(const Instance& instance) {
  return Value::object({{"id", instance.id},
                        {"arn", instance.arn},
                        {"alias", instance.alias},
                        {"region", instance.region},
                        {"account", instance.account},
                        {"status", instance.status}});
}

Value optional_error(const std::optional<Error>& error) {
  return error ? error_json(*error) : Value();
}

Value credentials_json(const Diagnosis& d) {
  Value out = Value::object();
  out.set("source", d.keys ? Value(d.keys->source) : Value());
  out.set("access_key_id", d.keys ? Value(masked(d.keys->access_key_id)) : Value());
  out.set("expires", d.keys && d.keys->expires ? Value(iso8601(*d.keys->expires)) : Value());
  out.set("error", optional_error(d.credentials_error));
  return out;
}

Value identity_json(const Diagnosis& d) {
  Value out = Value::object();
  out.set("account", d.identity ? Value(d.identity->account) : Value());
  out.set("arn", d.identity ? Value(d.identity->arn) : Value());
  out.set("user_id", d.identity ? Value(d.identity->user_id) : Value());
  out.set("error", optional_error(d.identity_error));
  return out;
}

Value operation_json(const OperationCheck& check) {
  Value roles = Value::array();
  for (const auto& use : pipeline::role_uses()) {
    if (check.permission->needed_for(use.role)) roles.push(use.title);
  }
  return Value::object({{"operation", check.permission->operation()},
                        {"action", check.permission->action},
                        {"needed_for", std::move(roles)},
                        {"optional", check.permission->optional},
                        {"state", to_string(check.tried)},
                        {"reason", check.why_not},
                        {"error", optional_error(check.error)}});
}

Value diagnosis_json(const Diagnosis& d) {
  Value operations = Value::array();
  for (const OperationCheck& check : d.operations) operations.push(operation_json(check));
  Value quotas = Value::array();
  for (const auto& check : d.quotas) {
    quotas.push(Value::object({{"code", check.quota.code},
                               {"name", check.quota.name},
                               {"value", check.quota.value},
                               {"operation", check.operation},
                               {"configured", check.configured},
                               {"adjustable", check.quota.adjustable}}));
  }
  Value policies = Value::array();
  for (const auto& entry : d.policies) {
    policies.push(Value::object(
        {{"role", entry.use->title}, {"commands", entry.use->commands}, {"policy", entry.policy}}));
  }
  Value out = Value::object({{"environment", d.environment},
                             {"place", d.place},
                             {"well", d.is_well()},
                             {"profile", d.profile},
                             {"region", d.region},
                             {"partition", d.partition},
                             {"endpoint", d.endpoint}});
  out.set("error", optional_error(d.settings_error));
  out.set("credentials", credentials_json(d)).set("identity", identity_json(d));
  out.set("instance", d.instance ? instance_json(*d.instance) : Value());
  out.set("instance_error", optional_error(d.instance_error));
  out.set("operations", std::move(operations)).set("quotas", std::move(quotas));
  out.set("quotas_error", optional_error(d.quotas_error));
  out.set("policies", std::move(policies)).set("remarks", Value::array(d.remarks));
  return out;
}

}  // namespace

std::string diagnosis_text(const Diagnosis& d, bool policies, const Style& style) {
  const Tone tone = d.is_well() ? Tone::good : Tone::bad;
  std::string out = fmt::format("{} {}{}\n", tinted(style, tone, d.is_well() ? "✓" : "✗"),
                                tinted(style, Tone::strong, "\"" + printable(d.environment) + "\""),
                                d.place.empty() ? "" : " (" + printable(d.place) + ")");
  if (d.settings_error) return out + failed_row("settings", *d.settings_error, style);
  out += row("settings", fmt::format("profile {}, {}, {}", printable(d.profile),
                                     printable(d.region), printable(d.endpoint)));
  out += credentials_rows(d, style) + instance_rows(d, style);
  for (const std::string& remark : d.remarks) out += row("note", printable(remark));
  out += operations_rows(d, style);
  if (d.instance) out += quotas_rows(d);
  if (policies) out += "\n" + policies_text(d, style);
  return out;
}

Value doctor_json(const std::vector<Diagnosis>& diagnoses, const aws::CallStatistics& statistics,
                  double seconds) {
  Value list = Value::array();
  for (const Diagnosis& diagnosis : diagnoses) list.push(diagnosis_json(diagnosis));
  Value calls = Value::object();
  for (const auto& [operation, count] : statistics.calls) calls.set(operation, count);
  return Value::object({{"flowferry", FLOWFERRY_VERSION},
                        {"command", "doctor"},
                        {"environments", std::move(list)},
                        {"calls", std::move(calls)},
                        {"throttled", statistics.throttled},
                        {"seconds", std::round(seconds * 1000) / 1000}});
}

}  // namespace flowferry::report
