#include "report/json.h"

#include <cmath>
#include <vector>

#include "plan/plan_file.h"
#include "report/content_summary.h"
#include "report/failures.h"
#include "report/parts.h"

namespace flowferry::report {

using json::Value;
using plan::Action;

namespace {

void put(Value& into, const char* name, const std::string& value) {
  if (!value.empty()) into.set(name, value);
}

void put(Value& into, const char* name, const std::vector<std::string>& list) {
  if (!list.empty()) into.set(name, Value::array(list));
}

/// `summary`: of its content.
Value node_entry(const plan::Node& node, const apply::NodeOutcome* outcome,
                 const std::string& summary = {}) {
  Value out = Value::object({{"kind", to_string(node.kind)}, {"name", node.name}});
  put(out, "type", node.type);
  put(out, "arn", outcome != nullptr && !outcome->arn.empty() ? outcome->arn : node.target_arn);
  put(out, "source_arn", node.source_arn);
  put(out, "reason", node.reason);
  if (!node.changes.empty()) {
    Value changes = Value::array();
    for (const plan::Change& change : node.changes) {
      Value entry = Value::object({{"what", change.what}});
      if (change.what != "content") {
        entry.set("from", change.from);
        entry.set("to", change.to);
      } else {
        put(entry, "summary", summary);
      }
      changes.push(std::move(entry));
    }
    out.set("changes", std::move(changes));
  }
  if (outcome != nullptr) out.set("verified", outcome->verified);
  return out;
}

Value problem_entry(const Finding& finding) {
  Value out = plan::to_json(finding);
  if (!finding.arn.empty()) out.set("arn", finding.arn);
  return out;
}

Value failure_entry(const plan::Plan& plan, const plan::Operation& operation, const Error& error) {
  const plan::Node& node = plan.nodes[operation.node];
  Value out = Value::object({{"id", "operation-failed"},
                             {"severity", "error"},
                             {"kind", to_string(node.kind)},
                             {"name", node.name},
                             {"operation", to_string(operation.type)},
                             {"reason", one_line(error)}});
  put(out, "type", node.type);
  put(out, "arn", node.target_arn);
  out.set("error", error_json(error));
  return out;
}

/// Why the command failed as a whole: itself, or the run that it made was stopped.
std::vector<const Error*> failures_of_the_whole(const Summary& summary) {
  std::vector<const Error*> out;
  if (summary.error) out.push_back(&*summary.error);
  if (summary.outcome == nullptr) return out;
  if (summary.outcome->stopped) out.push_back(&*summary.outcome->stopped);
  if (summary.outcome->journal_error) out.push_back(&*summary.outcome->journal_error);
  return out;
}

}  // namespace

Value error_json(const Error& error) {
  Value out = Value::object({{"kind", to_string(error.kind)}, {"message", error.message}});
  put(out, "subject", error.subject);
  put(out, "hint", error.hint);
  put(out, "code", error.code);
  put(out, "request_id", error.request_id);
  if (error.http_status != 0) out.set("http_status", error.http_status);
  if (!error.details.empty()) out.set("details", Value::array(error.details));
  if (!error.while_doing.empty()) out.set("while", Value::array(error.while_doing));
  return out;
}

void add_statistics(Value& out, const Summary& summary) {
  Value calls = Value::object();
  std::int64_t throttled = 0;
  if (summary.statistics != nullptr) {
    for (const auto& [operation, count] : summary.statistics->calls) calls.set(operation, count);
    throttled = summary.statistics->throttled;
  }
  out.set("calls", std::move(calls)).set("throttled", throttled);
  out.set("seconds", std::round(summary.seconds * 1000) / 1000);
}

void add_findings(Value& out, const Findings& findings) {
  Value problems = Value::array();
  Value warnings = Value::array();
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::error) problems.push(problem_entry(finding));
    if (finding.severity == Severity::warning) warnings.push(problem_entry(finding));
  }
  out.set("problems", std::move(problems)).set("warnings", std::move(warnings));
}

Value summary_json(const Summary& summary) {
  Value out = Value::object({{"flowferry", FLOWFERRY_VERSION}, {"command", summary.command}});
  out.set("run", summary.run.empty() ? Value() : Value(summary.run));
  Value created = Value::array(), updated = Value::array(), stubbed = Value::array();
  Value unchanged = Value::array(), skipped = Value::array(), deleted = Value::array();
  Value problems = Value::array(), warnings = Value::array();
  if (summary.plan != nullptr) {
    const plan::Plan& plan = *summary.plan;
    out.set("from", plan.from).set("to", plan.to).set("digest", plan.digest);
    const std::vector<std::string> summaries = content_summaries(plan);
    const std::vector<Parts> parts = summary.outcome == nullptr
                                         ? std::vector<Parts>(plan.nodes.size())
                                         : parts_of(plan, *summary.outcome);
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
      const plan::Node& node = plan.nodes[n];
      const apply::NodeOutcome* outcome =
          summary.outcome == nullptr ? nullptr : &summary.outcome->nodes[n];
      // After a run only what was really done counts as created or updated.
      const bool happened = outcome == nullptr || outcome->touched;
      Value entry = node_entry(node, happened ? outcome : nullptr, summaries[n]);
      if (outcome != nullptr && happened) {
        put(entry, "not_written", parts[n].not_written);
        put(entry, "not_known", parts[n].not_known);
      }
      switch (node.action) {
        case Action::create:
          if (!happened) break;
          if (node.stub) {
            Value circle = Value::array();
            for (const std::size_t member : node.circle) circle.push(plan.nodes[member].name);
            Value stub = entry;
            stub.set("circle", std::move(circle));
            stubbed.push(std::move(stub));
          }
          created.push(std::move(entry));
          break;
        case Action::update:
          if (happened) updated.push(std::move(entry));
          break;
        case Action::unchanged:
          unchanged.push(std::move(entry));
          break;
        case Action::skip:
          skipped.push(std::move(entry));
          break;
        case Action::remove:
          if (happened) deleted.push(std::move(entry));
          break;
      }
    }
    for (const Finding& finding : plan.findings) {
      if (finding.severity == Severity::error) problems.push(problem_entry(finding));
      if (finding.severity == Severity::warning) warnings.push(problem_entry(finding));
    }
    if (summary.outcome != nullptr) {
      for (const std::size_t n : left_nodes(plan, *summary.outcome)) {
        Value entry = node_entry(plan.nodes[n], nullptr);
        entry.set("reason", "left as it is in the target, as decided");
        skipped.push(std::move(entry));
      }
      for (const RootCause& cause : root_causes(plan, *summary.outcome)) {
        const plan::Operation& operation = plan.operations[cause.operation];
        const Error& error = *summary.outcome->operations[cause.operation].error;
        Value entry = failure_entry(plan, operation, explained(plan, operation, error));
        Value not_tried = Value::array();
        for (const std::size_t node : cause.not_tried) {
          not_tried.push(Value::object(
              {{"kind", to_string(plan.nodes[node].kind)}, {"name", plan.nodes[node].name}}));
        }
        entry.set("not_tried", std::move(not_tried));
        problems.push(std::move(entry));
      }
      for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
        const apply::NodeOutcome& node = summary.outcome->nodes[n];
        if (!node.touched || node.verified || node.difference.empty()) continue;
        Value entry = node_entry(plan.nodes[n], &node);
        entry.set("id", "read-back-differs")
            .set("severity", "error")
            .set("reason", node.difference);
        if (!node.places.empty()) entry.set("details", Value::array(node.places));
        problems.push(std::move(entry));
      }
    }
  }
  for (const Error* error : failures_of_the_whole(summary)) {
    Value entry = error_json(*error);
    entry.set("id", "command-failed").set("severity", "error").set("reason", one_line(*error));
    entry.set("name", error->subject);
    problems.push(std::move(entry));
    if (out.find("error") == nullptr) out.set("error", error_json(*error));
  }
  out.set("created", std::move(created)).set("updated", std::move(updated));
  out.set("stubbed", std::move(stubbed)).set("unchanged", std::move(unchanged));
  out.set("skipped", std::move(skipped)).set("deleted", std::move(deleted));
  out.set("problems", std::move(problems)).set("warnings", std::move(warnings));
  if (summary.plan != nullptr) {
    out.set("fewest_stubs", summary.plan->fewest_stubs);
    out.set("pending", static_cast<std::uint64_t>(
                           summary.outcome == nullptr ? summary.plan->operations.size() : 0));
  }
  if (summary.outcome != nullptr) out.set("complete", summary.outcome->complete());
  if (summary.cost) {
    Value calls = Value::object();
    for (const auto& [operation, count] : summary.cost->calls) calls.set(operation, count);
    Value cost = Value::object();
    cost.set("calls", std::move(calls));
    cost.set("seconds", std::round(summary.cost->floor_seconds * 1000) / 1000);
    cost.set("narrow", summary.cost->narrow.empty() ? Value() : Value(summary.cost->narrow));
    cost.set("assumed", summary.cost->assumed);
    out.set("cost", std::move(cost));
  }
  add_statistics(out, summary);
  return out;
}

}  // namespace flowferry::report
