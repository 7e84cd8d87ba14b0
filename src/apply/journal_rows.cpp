// The journal's rows, written and read.
#include <sqlite3.h>

#include <utility>

#include "apply/journal.h"
#include "apply/statement.h"
#include "base/json/value.h"
#include "plan/plan.h"

namespace flowferry::apply {
namespace {

constexpr std::pair<RunState, std::string_view> k_run_states[] = {
    {RunState::running, "running"},
    {RunState::done, "done"},
    {RunState::failed, "failed"},
    {RunState::interrupted, "interrupted"},
};
constexpr std::pair<OperationState, std::string_view> k_operation_states[] = {
    {OperationState::planned, "planned"}, {OperationState::started, "started"},
    {OperationState::done, "done"},       {OperationState::failed, "failed"},
    {OperationState::skipped, "skipped"},
};

template <class State, std::size_t N>
std::optional<State> state_of(const std::pair<State, std::string_view> (&table)[N],
                              std::string_view word) {
  for (const auto& [state, text] : table) {
    if (text == word) return state;
  }
  return std::nullopt;
}

tl::unexpected<Error> damaged_row(const std::filesystem::path& path, const std::string& which) {
  Error error;
  error.kind = ErrorKind::malformed;
  error.subject = path.string();
  error.message = "the journal is damaged: " + which + " does not agree with its checksum";
  error.hint = "keep the file for inspection, and make a new plan with another --journal";
  return tl::unexpected<Error>(std::move(error));
}

constexpr const char* k_select_runs =
    "SELECT id, command, of_run, state, from_environment, to_environment, source_arn, target_arn, "
    "digest, version, user, host, pid, process_start, started, finished, error, checksum FROM "
    "runs ";
constexpr int k_run_columns = 17;

Result<RunRecord> run_of(const Statement& row, const std::filesystem::path& path) {
  RunRecord run;
  run.id = row.text(0);
  const auto state = state_of(k_run_states, row.text(3));
  if (!row.sealed(k_run_columns) || !state) return damaged_row(path, "run \"" + run.id + "\"");
  run.command = row.text(1);
  run.of_run = row.text(2);
  run.state = *state;
  run.from = row.text(4);
  run.to = row.text(5);
  run.source_arn = row.text(6);
  run.target_arn = row.text(7);
  run.digest = row.text(8);
  run.version = row.text(9);
  run.user = row.text(10);
  run.host = row.text(11);
  run.pid = row.number(12);
  run.process_start = row.text(13);
  run.started = row.text(14);
  run.finished = row.text(15);
  run.error = row.text(16);
  return run;
}

}  // namespace

std::string_view to_string(RunState state) {
  for (const auto& [value, word] : k_run_states) {
    if (value == state) return word;
  }
  return "";
}

std::string_view to_string(OperationState state) {
  for (const auto& [value, word] : k_operation_states) {
    if (value == state) return word;
  }
  return "";
}

const RunRecord* taken_back_by(const std::vector<RunRecord>& runs, const std::string& id) {
  for (const RunRecord& run : runs) {
    if (run.of_run == id && run.state == RunState::done) return &run;
  }
  return nullptr;
}

Result<void> Journal::put_run(const RunRecord& run) {
  if (auto ready = begin(); !ready) return ready;
  Statement statement(
      database_,
      "INSERT INTO runs VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET "
      "state=excluded.state, pid=excluded.pid, process_start=excluded.process_start, "
      "host=excluded.host, finished=excluded.finished, "
      "error=excluded.error, checksum=excluded.checksum");
  if (!statement.ok()) return journal_trouble(database_, path_);
  statement.bind(run.id)
      .bind(run.command)
      .bind(run.of_run)
      .bind(to_string(run.state))
      .bind(run.from)
      .bind(run.to)
      .bind(run.source_arn)
      .bind(run.target_arn)
      .bind(run.digest)
      .bind(run.version)
      .bind(run.user)
      .bind(run.host)
      .bind(run.pid)
      .bind(run.process_start)
      .bind(run.started)
      .bind(run.finished)
      .bind(run.error)
      .bind_seal();
  if (statement.step() != SQLITE_DONE) return journal_trouble(database_, path_);
  return {};
}

Result<void> Journal::put_plan(const std::string& run, const TextWriter& write) {
  constexpr std::size_t k_part = 1 << 20;
  if (auto ready = begin(); !ready) return ready;
  std::string text;
  std::int64_t parts = 0;
  const auto put = [&](std::string_view part, bool last) -> Result<void> {
    Statement statement(database_, "INSERT INTO plan_parts VALUES(?,?,?,?,?)");
    if (!statement.ok()) return journal_trouble(database_, path_);
    statement.bind(run).bind(parts++).bind(part).bind(std::int64_t{last}).bind_seal();
    if (statement.step() != SQLITE_DONE) return journal_trouble(database_, path_);
    return {};
  };
  auto written = write([&](std::string_view piece) -> Result<void> {
    text += piece;
    std::size_t begin = 0;
    while (text.size() - begin > k_part) {
      // Between characters: each row is text of its own.
      std::size_t end = begin + k_part;
      while (end > begin + 1 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
      auto done = put(std::string_view(text).substr(begin, end - begin), false);
      if (!done) return done;
      begin = end;
    }
    text.erase(0, begin);
    return {};
  });
  if (!written) return written;
  return put(text, true);
}

Result<void> Journal::put_operation(const std::string& run, const OperationRecord& operation) {
  if (auto ready = begin(); !ready) return ready;
  Statement statement(
      database_, "INSERT OR REPLACE INTO operations VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  if (!statement.ok()) return journal_trouble(database_, path_);
  statement.bind(run)
      .bind(static_cast<std::int64_t>(operation.sequence))
      .bind(operation.type)
      .bind(operation.kind)
      .bind(operation.name)
      .bind(operation.flow_type)
      .bind(operation.target_id)
      .bind(operation.target_arn)
      .bind(to_string(operation.state))
      .bind(operation.before)
      .bind(operation.content)
      .bind(operation.client_token)
      .bind(operation.request_id)
      .bind(operation.error)
      .bind(operation.started)
      .bind(operation.finished)
      .bind_seal();
  if (statement.step() != SQLITE_DONE) return journal_trouble(database_, path_);
  return {};
}

Result<void> Journal::put_result(const std::string& run, const NodeResult& result) {
  if (auto ready = begin(); !ready) return ready;
  Statement statement(database_, "INSERT OR REPLACE INTO results VALUES(?,?,?,?,?,?)");
  if (!statement.ok()) return journal_trouble(database_, path_);
  statement.bind(run)
      .bind(static_cast<std::int64_t>(result.node))
      .bind(result.target_id)
      .bind(result.target_arn)
      .bind(result.mark)
      .bind_seal();
  if (statement.step() != SQLITE_DONE) return journal_trouble(database_, path_);
  return {};
}

Result<std::vector<RunRecord>> Journal::runs() {
  Statement statement(database_,
                      (std::string(k_select_runs) + "ORDER BY started DESC, rowid DESC").c_str());
  if (!statement.ok()) return journal_trouble(database_, path_);
  std::vector<RunRecord> out;
  int code = 0;
  while ((code = statement.step()) == SQLITE_ROW) {
    auto run = run_of(statement, path_);
    if (!run) return fail(std::move(run).error());
    out.push_back(std::move(*run));
  }
  if (code != SQLITE_DONE) return journal_trouble(database_, path_);
  return out;
}

Result<std::optional<RunRecord>> Journal::run(const std::string& id) {
  Statement statement(database_, (std::string(k_select_runs) + "WHERE id = ?").c_str());
  if (!statement.ok()) return journal_trouble(database_, path_);
  statement.bind(id);
  const int code = statement.step();
  if (code == SQLITE_DONE) return std::optional<RunRecord>();
  if (code != SQLITE_ROW) return journal_trouble(database_, path_);
  auto run = run_of(statement, path_);
  if (!run) return fail(std::move(run).error());
  auto plan = plan_text(id);
  if (!plan) return fail(std::move(plan).error());
  run->plan = std::move(*plan);
  return std::optional<RunRecord>(std::move(*run));
}

Result<std::string> Journal::plan_text(const std::string& run) {
  const auto damaged = [&] { return damaged_row(path_, "the plan of run \"" + run + "\""); };
  const auto in_parts = has_table("plan_parts");
  if (!in_parts) return fail(Error(in_parts.error()));
  std::string out;
  if (*in_parts) {
    Statement part(database_,
                   "SELECT run, part, text, last, checksum FROM plan_parts WHERE run = ? "
                   "ORDER BY part");
    if (!part.ok()) return journal_trouble(database_, path_);
    part.bind(run);
    std::int64_t parts = 0;
    bool last = false;
    int code = 0;
    while ((code = part.step()) == SQLITE_ROW) {
      if (last || part.number(1) != parts++ || !part.sealed(4)) return damaged();
      last = part.number(3) != 0;
      out += part.text(2);
    }
    if (code != SQLITE_DONE) return journal_trouble(database_, path_);
    if (last) return out;
    if (parts > 0) return damaged();
  }
  const auto as_one = has_table("plans");
  if (!as_one) return fail(Error(as_one.error()));
  if (!*as_one) return damaged();
  Statement plan(database_, "SELECT run, plan, checksum FROM plans WHERE run = ?");
  if (!plan.ok()) return journal_trouble(database_, path_);
  plan.bind(run);
  const int found = plan.step();
  if (found != SQLITE_ROW && found != SQLITE_DONE) return journal_trouble(database_, path_);
  if (found == SQLITE_DONE || !plan.sealed(2)) return damaged();
  return plan.text(1);
}

Result<std::vector<OperationRecord>> Journal::operations(const std::string& run,
                                                         Contents contents) {
  Statement statement(
      database_,
      "SELECT run, seq, type, kind, name, flow_type, target_id, target_arn, state, before, "
      "content, client_token, request_id, error, started, finished, checksum FROM operations WHERE "
      "run = ? ORDER BY seq");
  if (!statement.ok()) return journal_trouble(database_, path_);
  statement.bind(run);
  std::vector<OperationRecord> out;
  int code = 0;
  while ((code = statement.step()) == SQLITE_ROW) {
    const auto state = state_of(k_operation_states, statement.text(8));
    if (!statement.sealed(16) || !state) {
      return damaged_row(path_, "operation " + statement.text(1) + " of run \"" + run + "\"");
    }
    OperationRecord operation;
    operation.sequence = static_cast<std::size_t>(statement.number(1));
    operation.type = statement.text(2);
    operation.kind = statement.text(3);
    operation.name = statement.text(4);
    operation.flow_type = statement.text(5);
    operation.target_id = statement.text(6);
    operation.target_arn = statement.text(7);
    operation.state = *state;
    operation.before = statement.text(9);
    const auto type = plan::operation_type_from_string(operation.type);
    if (contents == Contents::all || (type && plan::is_on_alias(*type))) {
      operation.content = statement.text(10);
    }
    operation.client_token = statement.text(11);
    operation.request_id = statement.text(12);
    operation.error = statement.text(13);
    operation.started = statement.text(14);
    operation.finished = statement.text(15);
    out.push_back(std::move(operation));
  }
  if (code != SQLITE_DONE) return journal_trouble(database_, path_);
  return out;
}

Result<std::vector<NodeResult>> Journal::results(const std::string& run) {
  Statement statement(database_,
                      "SELECT run, node, target_id, target_arn, mark, checksum FROM results WHERE "
                      "run = ? ORDER BY node");
  if (!statement.ok()) return journal_trouble(database_, path_);
  statement.bind(run);
  std::vector<NodeResult> out;
  int code = 0;
  while ((code = statement.step()) == SQLITE_ROW) {
    if (!statement.sealed(5)) {
      return damaged_row(path_, "result " + statement.text(1) + " of run \"" + run + "\"");
    }
    out.push_back(NodeResult{static_cast<std::size_t>(statement.number(1)), statement.text(2),
                             statement.text(3), statement.text(4)});
  }
  if (code != SQLITE_DONE) return journal_trouble(database_, path_);
  return out;
}

std::string flow_to_json(const Flow& flow) {
  json::Value tags = json::Value::object();
  for (const auto& [key, value] : flow.tags) tags.set(key, value);
  json::Value out = json::Value::object({{"kind", to_string(flow.kind)},
                                         {"id", flow.id},
                                         {"arn", flow.arn},
                                         {"name", flow.name},
                                         {"type", flow.type},
                                         {"description", flow.description},
                                         {"state", flow.state},
                                         {"status", flow.status},
                                         {"content", flow.content},
                                         {"tags", std::move(tags)},
                                         {"settings", flow.settings},
                                         {"external_invocation", flow.external_invocation}});
  if (flow.draft) out.set("draft", *flow.draft);
  if (flow.draft) out.set("draft_settings", flow.draft_settings);
  return out.dump();
}

Result<Flow> flow_from_json(std::string_view text) {
  auto parsed = json::parse(text);
  if (!parsed) return fail(std::move(parsed).error().during("reading a flow from the journal"));
  const json::Value& value = *parsed;
  const auto kind = kind_from_string(value["kind"].as_string());
  if (!kind) return fail(ErrorKind::malformed, "a flow in the journal has no kind");
  Flow flow;
  flow.kind = *kind;
  flow.id = value["id"].as_string();
  flow.arn = value["arn"].as_string();
  flow.name = value["name"].as_string();
  flow.type = value["type"].as_string();
  flow.description = value["description"].as_string();
  flow.state = value["state"].as_string();
  flow.status = value["status"].as_string();
  flow.content = value["content"].as_string();
  for (const auto& [key, tag] : value["tags"].members()) flow.tags.emplace(key, tag.as_string());
  flow.settings = value["settings"].as_string();
  flow.external_invocation = value["external_invocation"].as_bool();
  if (value.find("draft") != nullptr) flow.draft = value["draft"].as_string();
  flow.draft_settings = value["draft_settings"].as_string();
  return flow;
}

}  // namespace flowferry::apply
