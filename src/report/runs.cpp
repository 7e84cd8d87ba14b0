#include "report/runs.h"

#include <fmt/format.h>

#include <map>

#include "base/text.h"

namespace flowferry::report {

std::string state_word(const apply::RunRecord& run, const RunFacts& facts) {
  if (facts.undone) return "undone";
  if (run.state == apply::RunState::running && !facts.alive) return "killed";
  return std::string(to_string(run.state));
}

namespace {

Tone tone_of(const std::string& state) {
  if (state == "done" || state == "undone") return Tone::good;
  return state == "running" ? Tone::change : Tone::bad;
}

std::string next_steps(const RunFacts& facts) {
  std::vector<std::string> out;
  if (facts.can_resume) out.push_back(facts.resume_command);
  if (facts.can_undo) out.push_back(facts.undo_command);
  return join(out, ", or ");
}

/// For a reader an operation whose intent has no result is "unknown", and one whose intent was
/// recorded and whose call was not made "not-sent".
std::string_view state_of(const apply::OperationRecord& operation) {
  switch (operation.state) {
    case apply::OperationState::started:
      return "unknown";
    case apply::OperationState::planned:
      return "not-sent";
    default:
      return to_string(operation.state);
  }
}

}  // namespace

std::string runs_text(const std::vector<apply::RunRecord>& runs, const std::vector<RunFacts>& facts,
                      const Style& style) {
  if (runs.empty()) return "There are no runs yet.\n";
  std::string out;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const apply::RunRecord& run = runs[i];
    const std::string state = state_word(run, facts[i]);
    std::string relation;
    if (!run.of_run.empty()) relation = "  (takes back " + run.of_run + ")";
    if (!facts[i].taken_back_by.empty()) {
      relation += "  (taken back by " + facts[i].taken_back_by + ")";
    }
    out += fmt::format("{}  {}  {} {} → {}  by {} on {}{}\n", run.id,
                       tinted(style, tone_of(state), fitted(state, 11)), fitted(run.command, 8),
                       printable(run.from), printable(run.to), printable(run.user),
                       printable(run.host), relation);
    if (facts[i].can_resume) out += "    go on: " + next_steps(facts[i]) + "\n";
  }
  return out;
}

std::string run_text(const apply::RunRecord& run, const RunFacts& facts,
                     const std::vector<apply::OperationRecord>& operations, const Style& style) {
  const std::string state = state_word(run, facts);
  std::string out = fmt::format("Run {}: {}\n", run.id, tinted(style, tone_of(state), state));
  const auto line = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += fmt::format("  {:<10} {}\n", name, printable(value));
  };
  line("command", run.command);
  line("takes back", run.of_run);
  line("taken back", facts.taken_back_by.empty() ? "" : "by " + facts.taken_back_by);
  line("from", run.from + "  " + run.source_arn);
  line("to", run.to + "  " + run.target_arn);
  line("by", run.user + " on " + run.host);
  line("started", run.started);
  line("finished", run.finished);
  line("plan", run.digest);
  line("flowferry", run.version);
  line("error", run.error);
  line("next", next_steps(facts));
  out += "\n";
  for (const apply::OperationRecord& operation : operations) {
    const std::string word(state_of(operation));
    out += fmt::format("  {:>4}  {}  {}  {}  {}", operation.sequence,
                       tinted(style, word == "done" ? Tone::good : Tone::bad, fitted(word, 8)),
                       fitted(operation.type, 15), fitted(operation.kind, 12),
                       "\"" + printable(operation.name) + "\"");
    if (!operation.finished.empty()) out += "  " + operation.finished;
    if (!operation.request_id.empty()) out += "  " + printable(operation.request_id);
    out += "\n";
    if (!operation.error.empty()) out += "        " + printable(operation.error) + "\n";
  }
  return out;
}

json::Value run_json(const apply::RunRecord& run, const RunFacts& facts) {
  return json::Value::object(
      {{"run", run.id},
       {"command", run.command},
       {"of_run", run.of_run.empty() ? json::Value() : json::Value(run.of_run)},
       {"taken_back_by",
        facts.taken_back_by.empty() ? json::Value() : json::Value(facts.taken_back_by)},
       {"state", state_word(run, facts)},
       {"from", run.from},
       {"to", run.to},
       {"source", run.source_arn},
       {"target", run.target_arn},
       {"digest", run.digest},
       {"flowferry", run.version},
       {"user", run.user},
       {"host", run.host},
       {"started", run.started},
       {"finished", run.finished.empty() ? json::Value() : json::Value(run.finished)},
       {"error", run.error.empty() ? json::Value() : json::Value(run.error)},
       {"can_resume", facts.can_resume},
       {"can_undo", facts.can_undo}});
}

json::Value operation_json(const apply::OperationRecord& operation) {
  return json::Value::object({{"sequence", static_cast<std::uint64_t>(operation.sequence)},
                              {"type", operation.type},
                              {"kind", operation.kind},
                              {"name", operation.name},
                              {"flow_type", operation.flow_type},
                              {"arn", operation.target_arn},
                              {"state", state_of(operation)},
                              {"request_id", operation.request_id},
                              {"error", operation.error},
                              {"started", operation.started},
                              {"finished", operation.finished}});
}

}  // namespace flowferry::report
