#include "apply/journal.h"

#include <sqlite3.h>

#include <utility>

#include "base/json/value.h"

namespace flowferry::apply {
namespace {

constexpr int k_schema_version = 1;
constexpr int k_application_id = 0x666C6679;  // "flfy", seen by file(1)

constexpr const char* k_schema = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs(
  id TEXT PRIMARY KEY, command TEXT NOT NULL, of_run TEXT NOT NULL, state TEXT NOT NULL,
  from_environment TEXT NOT NULL, to_environment TEXT NOT NULL,
  source_arn TEXT NOT NULL, target_arn TEXT NOT NULL, digest TEXT NOT NULL, plan TEXT NOT NULL,
  version TEXT NOT NULL, user TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
  started TEXT NOT NULL, finished TEXT NOT NULL, error TEXT NOT NULL);
CREATE TABLE operations(
  run TEXT NOT NULL REFERENCES runs(id), seq INTEGER NOT NULL, type TEXT NOT NULL, kind TEXT NOT NULL,
  name TEXT NOT NULL, flow_type TEXT NOT NULL, target_id TEXT NOT NULL, target_arn TEXT NOT NULL,
  state TEXT NOT NULL, before TEXT NOT NULL, content TEXT NOT NULL, client_token TEXT NOT NULL,
  request_id TEXT NOT NULL, error TEXT NOT NULL, started TEXT NOT NULL, finished TEXT NOT NULL,
  PRIMARY KEY(run, seq));
CREATE TABLE results(
  run TEXT NOT NULL REFERENCES runs(id), node INTEGER NOT NULL, target_id TEXT NOT NULL,
  target_arn TEXT NOT NULL, mark TEXT NOT NULL, PRIMARY KEY(run, node));
CREATE TABLE locks(
  target TEXT PRIMARY KEY, run TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
  process_start TEXT NOT NULL, since TEXT NOT NULL);
)sql";

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

/// A prepared statement; freed at the end of its scope.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql) {
    code_ = sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  bool ok() const { return code_ == SQLITE_OK; }
  Statement& bind(const std::string& text) {
    sqlite3_bind_text64(statement_, ++bound_, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    return *this;
  }
  Statement& bind(std::string_view text) {
    sqlite3_bind_text64(statement_, ++bound_, text.data(), text.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
    return *this;
  }
  Statement& bind(std::int64_t number) {
    sqlite3_bind_int64(statement_, ++bound_, number);
    return *this;
  }
  int step() { return code_ = sqlite3_step(statement_); }
  std::string text(int column) const {
    const void* bytes = sqlite3_column_text(statement_, column);
    if (bytes == nullptr) return {};
    return std::string(static_cast<const char*>(bytes),
                       static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
  }
  std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }

 private:
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_OK;
  int bound_ = 0;
};

tl::unexpected<Error> trouble(sqlite3* database, const std::filesystem::path& path) {
  const int code = database == nullptr ? SQLITE_CANTOPEN : sqlite3_errcode(database);
  Error error;
  error.kind = ErrorKind::io;
  error.subject = path.string();
  error.message = std::string("the journal cannot be used: ") +
                  (database == nullptr ? "out of memory" : sqlite3_errmsg(database));
  error.hint = "nothing is written to a target without a journal";
  switch (code & 0xFF) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      error.kind = ErrorKind::malformed;
      error.message =
          std::string("the journal is damaged or not a journal: ") + sqlite3_errmsg(database);
      error.hint = "keep the file for inspection (sqlite3 " + path.filename().string() +
                   " \".recover\"), move it away, or choose another with --journal";
      break;
    case SQLITE_FULL:
      error.hint += ": free some space, then flowferry resume";
      break;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      error.hint += ": make the folder writable, or choose another place with --journal";
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      error.hint = "another program has the journal open: wait for it, or close it";
      break;
    default:
      break;
  }
  return tl::unexpected<Error>(std::move(error));
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

Journal::Journal(sqlite3* database, std::filesystem::path path)
    : database_(database), path_(std::move(path)) {}

Journal::~Journal() {
  if (in_transaction_) sqlite3_exec(database_, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close_v2(database_);
}

Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& path) {
  return open(path, true);
}

Result<std::unique_ptr<Journal>> Journal::open_existing(const std::filesystem::path& path) {
  std::error_code code;
  if (!std::filesystem::exists(path, code)) {
    Error error;
    error.kind = ErrorKind::not_found;
    error.message = "there is no journal here";
    error.subject = path.string();
    error.hint =
        "run flowferry in the folder where the run was made, or name the journal with --journal";
    return tl::unexpected<Error>(std::move(error));
  }
  return open(path, false);
}

Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& path, bool create) {
  if (create && path.has_parent_path()) {
    std::error_code code;
    std::filesystem::create_directories(path.parent_path(), code);
    if (code) {
      Error error;
      error.kind = ErrorKind::io;
      error.message = "the journal's folder cannot be made: " + code.message();
      error.subject = path.parent_path().string();
      error.hint =
          "nothing is written to a target without a journal: choose another place with --journal";
      return tl::unexpected<Error>(std::move(error));
    }
  }
  sqlite3* database = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0) | SQLITE_OPEN_NOMUTEX;
  const int opened = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  auto journal = std::unique_ptr<Journal>(new Journal(database, path));
  if (opened != SQLITE_OK) return trouble(database, path);
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, 5000);
  for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
                             "PRAGMA foreign_keys=ON", "PRAGMA cell_size_check=ON"}) {
    if (auto done = journal->execute(pragma); !done) return fail(std::move(done).error());
  }
  // A write lock from here on, so that two first starts cannot both make the schema.
  if (auto done = journal->execute("BEGIN IMMEDIATE"); !done) return fail(std::move(done).error());
  journal->in_transaction_ = true;
  bool fresh = false;
  {
    Statement tables(database, "SELECT count(*) FROM sqlite_master");
    if (!tables.ok() || tables.step() != SQLITE_ROW) return trouble(database, path);
    fresh = tables.number(0) == 0;
  }
  if (fresh) {
    const std::string setup = std::string(k_schema) + "INSERT INTO meta VALUES('schema_version','" +
                              std::to_string(k_schema_version) + "');" +
                              "PRAGMA application_id=" + std::to_string(k_application_id) + ";";
    if (auto done = journal->execute(setup.c_str()); !done) return fail(std::move(done).error());
  } else {
    Statement version(database, "SELECT value FROM meta WHERE key='schema_version'");
    const bool known = version.ok() && version.step() == SQLITE_ROW;
    if (!known || version.text(0) != std::to_string(k_schema_version)) {
      const std::string found = known ? "schema version " + version.text(0) : "no schema version";
      Error error;
      error.kind = known ? ErrorKind::refused : ErrorKind::malformed;
      error.subject = path.string();
      error.message = "the journal has " + found + ", and this flowferry knows version " +
                      std::to_string(k_schema_version) + "; it is left as it is";
      error.hint = "use the flowferry that wrote it, or choose another journal with --journal";
      return tl::unexpected<Error>(std::move(error));
    }
  }
  if (auto done = journal->commit(); !done) return fail(std::move(done).error());
  {
    Statement check(database, "PRAGMA quick_check(1)");
    if (!check.ok() || check.step() != SQLITE_ROW) return trouble(database, path);
    if (check.text(0) != "ok") {
      Error error;
      error.kind = ErrorKind::malformed;
      error.subject = path.string();
      error.message = "the journal is damaged: " + check.text(0);
      error.hint = "keep the file for inspection, and choose another with --journal";
      return tl::unexpected<Error>(std::move(error));
    }
  }
  return journal;
}

Result<void> Journal::execute(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return trouble(database_, path_);
  }
  return {};
}

Result<void> Journal::begin() {
  if (in_transaction_) return {};
  auto done = execute("BEGIN IMMEDIATE");
  in_transaction_ = done.has_value();
  return done;
}

Result<void> Journal::commit() {
  if (!in_transaction_) return {};
  if (sqlite3_exec(database_, "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK) {
    auto error = trouble(database_, path_);
    sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
    in_transaction_ = false;
    return error;
  }
  in_transaction_ = false;
  return {};
}

Result<void> Journal::put_run(const RunRecord& run) {
  if (auto ready = begin(); !ready) return ready;
  Statement statement(
      database_,
      "INSERT INTO runs VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET "
      "state=excluded.state, pid=excluded.pid, host=excluded.host, finished=excluded.finished, "
      "error=excluded.error");
  if (!statement.ok()) return trouble(database_, path_);
  statement.bind(run.id)
      .bind(run.command)
      .bind(run.of_run)
      .bind(to_string(run.state))
      .bind(run.from)
      .bind(run.to)
      .bind(run.source_arn)
      .bind(run.target_arn)
      .bind(run.digest)
      .bind(run.plan)
      .bind(run.version)
      .bind(run.user)
      .bind(run.host)
      .bind(run.pid)
      .bind(run.started)
      .bind(run.finished)
      .bind(run.error);
  if (statement.step() != SQLITE_DONE) return trouble(database_, path_);
  return {};
}

Result<void> Journal::put_operation(const std::string& run, const OperationRecord& operation) {
  if (auto ready = begin(); !ready) return ready;
  Statement statement(database_,
                      "INSERT OR REPLACE INTO operations VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  if (!statement.ok()) return trouble(database_, path_);
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
      .bind(operation.finished);
  if (statement.step() != SQLITE_DONE) return trouble(database_, path_);
  return {};
}

Result<void> Journal::put_result(const std::string& run, const NodeResult& result) {
  if (auto ready = begin(); !ready) return ready;
  Statement statement(database_, "INSERT OR REPLACE INTO results VALUES(?,?,?,?,?)");
  if (!statement.ok()) return trouble(database_, path_);
  statement.bind(run)
      .bind(static_cast<std::int64_t>(result.node))
      .bind(result.target_id)
      .bind(result.target_arn)
      .bind(result.mark);
  if (statement.step() != SQLITE_DONE) return trouble(database_, path_);
  return {};
}

namespace {

constexpr const char* k_run_columns =
    "id, command, of_run, state, from_environment, to_environment, source_arn, target_arn, digest, "
    "version, user, host, pid, started, finished, error";

Result<RunRecord> run_of(const Statement& row, const std::filesystem::path& path) {
  RunRecord run;
  run.id = row.text(0);
  run.command = row.text(1);
  run.of_run = row.text(2);
  const auto state = state_of(k_run_states, row.text(3));
  if (!state) {
    return fail(Error{ErrorKind::malformed,
                      "the journal has a run in the unknown state \"" + row.text(3) + "\"",
                      path.string(),
                      {},
                      {},
                      {},
                      {},
                      {},
                      0,
                      false});
  }
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
  run.started = row.text(13);
  run.finished = row.text(14);
  run.error = row.text(15);
  return run;
}

}  // namespace

Result<std::vector<RunRecord>> Journal::runs() {
  Statement statement(database_, (std::string("SELECT ") + k_run_columns +
                                  " FROM runs ORDER BY started DESC, rowid DESC")
                                     .c_str());
  if (!statement.ok()) return trouble(database_, path_);
  std::vector<RunRecord> out;
  int code = 0;
  while ((code = statement.step()) == SQLITE_ROW) {
    auto run = run_of(statement, path_);
    if (!run) return fail(std::move(run).error());
    out.push_back(std::move(*run));
  }
  if (code != SQLITE_DONE) return trouble(database_, path_);
  return out;
}

Result<std::optional<RunRecord>> Journal::run(const std::string& id) {
  Statement statement(
      database_,
      (std::string("SELECT ") + k_run_columns + ", plan FROM runs WHERE id = ?").c_str());
  if (!statement.ok()) return trouble(database_, path_);
  statement.bind(id);
  const int code = statement.step();
  if (code == SQLITE_DONE) return std::optional<RunRecord>();
  if (code != SQLITE_ROW) return trouble(database_, path_);
  auto run = run_of(statement, path_);
  if (!run) return fail(std::move(run).error());
  run->plan = statement.text(16);
  return std::optional<RunRecord>(std::move(*run));
}

Result<std::vector<OperationRecord>> Journal::operations(const std::string& run) {
  Statement statement(
      database_,
      "SELECT seq, type, kind, name, flow_type, target_id, target_arn, state, before, content, "
      "client_token, request_id, error, started, finished FROM operations WHERE run = ? ORDER BY "
      "seq");
  if (!statement.ok()) return trouble(database_, path_);
  statement.bind(run);
  std::vector<OperationRecord> out;
  int code = 0;
  while ((code = statement.step()) == SQLITE_ROW) {
    OperationRecord operation;
    operation.sequence = static_cast<std::size_t>(statement.number(0));
    operation.type = statement.text(1);
    operation.kind = statement.text(2);
    operation.name = statement.text(3);
    operation.flow_type = statement.text(4);
    operation.target_id = statement.text(5);
    operation.target_arn = statement.text(6);
    const auto state = state_of(k_operation_states, statement.text(7));
    if (!state) {
      return fail(
          Error{ErrorKind::malformed,
                "the journal has an operation in the unknown state \"" + statement.text(7) + "\"",
                path_.string(),
                {},
                {},
                {},
                {},
                {},
                0,
                false});
    }
    operation.state = *state;
    operation.before = statement.text(8);
    operation.content = statement.text(9);
    operation.client_token = statement.text(10);
    operation.request_id = statement.text(11);
    operation.error = statement.text(12);
    operation.started = statement.text(13);
    operation.finished = statement.text(14);
    out.push_back(std::move(operation));
  }
  if (code != SQLITE_DONE) return trouble(database_, path_);
  return out;
}

Result<std::vector<NodeResult>> Journal::results(const std::string& run) {
  Statement statement(
      database_,
      "SELECT node, target_id, target_arn, mark FROM results WHERE run = ? ORDER BY node");
  if (!statement.ok()) return trouble(database_, path_);
  statement.bind(run);
  std::vector<NodeResult> out;
  int code = 0;
  while ((code = statement.step()) == SQLITE_ROW) {
    out.push_back(NodeResult{static_cast<std::size_t>(statement.number(0)), statement.text(1),
                             statement.text(2), statement.text(3)});
  }
  if (code != SQLITE_DONE) return trouble(database_, path_);
  return out;
}

Result<std::optional<LockRecord>> Journal::take_lock(const LockRecord& lock,
                                                     bool (*alive)(const LockRecord& holder)) {
  if (auto ready = commit(); !ready) return fail(std::move(ready).error());
  if (auto ready = begin(); !ready) return fail(std::move(ready).error());
  std::optional<LockRecord> holder;
  {
    Statement read(database_,
                   "SELECT run, host, pid, process_start, since FROM locks WHERE target = ?");
    if (!read.ok()) return trouble(database_, path_);
    read.bind(lock.target_arn);
    if (read.step() == SQLITE_ROW) {
      holder = LockRecord{lock.target_arn, read.text(0), read.text(1),
                          read.number(2),  read.text(3), read.text(4)};
    }
  }
  if (holder && alive(*holder)) {
    if (auto done = commit(); !done) return fail(std::move(done).error());
    return holder;
  }
  Statement write(database_, "INSERT OR REPLACE INTO locks VALUES(?,?,?,?,?,?)");
  if (!write.ok()) return trouble(database_, path_);
  write.bind(lock.target_arn)
      .bind(lock.run)
      .bind(lock.host)
      .bind(lock.pid)
      .bind(lock.process_start)
      .bind(lock.since);
  if (write.step() != SQLITE_DONE) return trouble(database_, path_);
  if (auto done = commit(); !done) return fail(std::move(done).error());
  return std::optional<LockRecord>();
}

Result<void> Journal::release_lock(const std::string& target_arn, const std::string& run) {
  if (auto ready = begin(); !ready) return ready;
  {
    Statement statement(database_, "DELETE FROM locks WHERE target = ? AND run = ?");
    if (!statement.ok()) return trouble(database_, path_);
    statement.bind(target_arn).bind(run);
    if (statement.step() != SQLITE_DONE) return trouble(database_, path_);
  }
  return commit();
}

std::string flow_to_json(const Flow& flow) {
  json::Value tags = json::Value::object();
  for (const auto& [key, value] : flow.tags) tags.set(key, value);
  return json::Value::object({{"kind", to_string(flow.kind)},
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
                              {"external_invocation", flow.external_invocation}})
      .dump();
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
  return flow;
}

}  // namespace flowferry::apply
