#include "apply/journal.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "apply/statement.h"

namespace flowferry::apply {
namespace {

constexpr int k_schema_version = 2;
constexpr int k_oldest_schema_version = 1;
constexpr int k_application_id = 0x666C6679;  // "flfy", seen by file(1)

constexpr const char* k_schema = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs(
  id TEXT PRIMARY KEY, command TEXT NOT NULL, of_run TEXT NOT NULL, state TEXT NOT NULL,
  from_environment TEXT NOT NULL, to_environment TEXT NOT NULL,
  source_arn TEXT NOT NULL, target_arn TEXT NOT NULL, digest TEXT NOT NULL,
  version TEXT NOT NULL, user TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
  process_start TEXT NOT NULL, started TEXT NOT NULL, finished TEXT NOT NULL, error TEXT NOT NULL, checksum TEXT NOT NULL);
CREATE TABLE operations(
  run TEXT NOT NULL REFERENCES runs(id), seq INTEGER NOT NULL, type TEXT NOT NULL, kind TEXT NOT NULL,
  name TEXT NOT NULL, flow_type TEXT NOT NULL, target_id TEXT NOT NULL, target_arn TEXT NOT NULL,
  state TEXT NOT NULL, before TEXT NOT NULL, content TEXT NOT NULL, client_token TEXT NOT NULL,
  request_id TEXT NOT NULL, error TEXT NOT NULL, started TEXT NOT NULL, finished TEXT NOT NULL,
  checksum TEXT NOT NULL, PRIMARY KEY(run, seq));
CREATE TABLE results(
  run TEXT NOT NULL REFERENCES runs(id), node INTEGER NOT NULL, target_id TEXT NOT NULL,
  target_arn TEXT NOT NULL, mark TEXT NOT NULL, checksum TEXT NOT NULL, PRIMARY KEY(run, node));
CREATE TABLE locks(
  target TEXT PRIMARY KEY, run TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
  process_start TEXT NOT NULL, since TEXT NOT NULL);
)sql";

constexpr const char* k_plan_parts = R"sql(
CREATE TABLE plan_parts(
  run TEXT NOT NULL REFERENCES runs(id), part INTEGER NOT NULL, text TEXT NOT NULL,
  last INTEGER NOT NULL, checksum TEXT NOT NULL, PRIMARY KEY(run, part));
)sql";

tl::unexpected<Error> damaged(const std::filesystem::path& path, const std::string& how) {
  Error error;
  error.kind = ErrorKind::malformed;
  error.subject = path.string();
  error.message = "the journal is damaged: " + how;
  error.hint = "keep the file for inspection (sqlite3 " + path.filename().string() +
               " \".recover\"), and choose another with --journal";
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace

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
  if (opened != SQLITE_OK) return journal_trouble(database, path);
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, 5000);
  // Looked at before anything is set: what is not ours stays as it is, to the byte.
  if (auto known = journal->is_new(create); !known) return fail(std::move(known).error());
  if (auto done = journal->use_log(); !done) return fail(std::move(done).error());
  for (const char* pragma : {"PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON",
                             "PRAGMA cell_size_check=ON", "PRAGMA wal_autocheckpoint=4000"}) {
    if (auto done = journal->execute(pragma); !done) return fail(std::move(done).error());
  }
  // Who only reads takes no write lock: a run may be holding it.
  if (create) {
    if (auto done = journal->set_up(create); !done) return fail(std::move(done).error());
  }
  if (auto done = journal->examine(); !done) return fail(std::move(done).error());
  return journal;
}

/// Whether the file is empty, so that tables may be made in it. Errors: io, malformed (damaged, not
/// a journal; without `may_be_new` also an empty one), refused (another schema version).
Result<bool> Journal::is_new(bool may_be_new) {
  std::int64_t tables = 0;
  {
    Statement count(database_, "SELECT count(*) FROM sqlite_master");
    if (!count.ok() || count.step() != SQLITE_ROW) return journal_trouble(database_, path_);
    tables = count.number(0);
  }
  if (tables == 0 && may_be_new) return true;
  Statement version(database_, "SELECT value FROM meta WHERE key='schema_version'");
  const bool found = version.ok() && version.step() == SQLITE_ROW;
  for (int known = k_oldest_schema_version; found && known <= k_schema_version; ++known) {
    if (version.text(0) == std::to_string(known)) return false;
  }
  const int code = sqlite3_errcode(database_) & 0xFF;
  if (!found && (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)) {
    return journal_trouble(database_, path_);
  }
  Error error;
  error.subject = path_.string();
  if (found) {
    error.kind = ErrorKind::refused;
    error.message = "the journal has schema version " + version.text(0) +
                    ", and this flowferry knows versions up to " +
                    std::to_string(k_schema_version) + "; it is left as it is";
    error.hint = "use the flowferry that wrote it, or choose another journal with --journal";
  } else {
    error.kind = ErrorKind::malformed;
    error.message = "this is not a journal of flowferry; it is left as it is";
    error.hint = "name the journal with --journal";
  }
  return tl::unexpected<Error>(std::move(error));
}

/// Makes the tables in a new file, or what one of version 1 lacks: programs that have that open
/// go on as before.
Result<void> Journal::set_up(bool create) {
  // A write lock from here on, so that two first starts cannot both make the schema.
  if (auto ready = begin(); !ready) return ready;
  const auto fresh = is_new(create);
  if (!fresh) return fail(Error(fresh.error()));
  const std::string version = std::to_string(k_schema_version);
  std::string setup;
  if (*fresh) {
    setup = std::string(k_schema) + k_plan_parts + "INSERT INTO meta VALUES('schema_version','" +
            version + "');" + "PRAGMA application_id=" + std::to_string(k_application_id) + ";";
  } else {
    const auto complete = has_table("plan_parts");
    if (!complete) return fail(Error(complete.error()));
    if (*complete) return {};
    setup = k_plan_parts + ("UPDATE meta SET value='" + version + "' WHERE key='schema_version'");
  }
  if (auto done = execute(setup.c_str()); !done) return done;
  if (auto done = commit(); !done) return done;
  checkpoint();
  return {};
}

Result<bool> Journal::has_table(const char* name) {
  Statement count(database_, "SELECT count(*) FROM sqlite_master WHERE type='table' AND name=?");
  if (!count.ok()) return journal_trouble(database_, path_);
  count.bind(name);
  if (count.step() != SQLITE_ROW) return journal_trouble(database_, path_);
  return count.number(0) > 0;
}

Result<void> Journal::examine() {
  if (auto done = commit(); !done) return done;
  Statement check(database_, "PRAGMA integrity_check(1)");
  if (!check.ok() || check.step() != SQLITE_ROW) return journal_trouble(database_, path_);
  if (check.text(0) != "ok") return damaged(path_, check.text(0));
  return {};
}

/// Two first starts turn the new file to WAL at once: SQLite then refuses one of them instead of
/// letting it wait (no busy handler is asked where waiting could be for ever).
Result<void> Journal::use_log() {
  constexpr int k_most_waits = 250;
  constexpr int k_wait_ms = 20;
  for (int waits = 0;; ++waits) {
    auto done = execute("PRAGMA journal_mode=WAL");
    const bool busy = !done && (sqlite3_errcode(database_) & 0xFF) == SQLITE_BUSY;
    if (!busy || waits == k_most_waits) return done;
    sqlite3_sleep(k_wait_ms);
  }
}

Result<void> Journal::execute(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return journal_trouble(database_, path_);
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
  in_transaction_ = false;
  if (sqlite3_exec(database_, "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK) {
    auto error = journal_trouble(database_, path_);
    sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
    return error;
  }
  return {};
}

void Journal::checkpoint() {
  sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

void Journal::reserve(std::size_t bytes) {
  constexpr std::int64_t k_most = 16 << 20;  // SQLite starts over after 4000 pages of 4 kB.
  constexpr std::int64_t k_piece = 64 << 10;
  const auto wanted = std::min<std::int64_t>(static_cast<std::int64_t>(bytes), k_most);
  // Nobody else writes to the log meanwhile. Zeros behind its last frame are no frames: a frame
  // carries the log's salt and a checksum (sqlite.org/fileformat2.html, 4.1).
  if (!begin()) return;
  sqlite3_file* log = nullptr;
  sqlite3_int64 size = 0;
  if (sqlite3_file_control(database_, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK &&
      log != nullptr && log->pMethods != nullptr &&
      log->pMethods->xFileSize(log, &size) == SQLITE_OK) {
    const std::string zeros(k_piece, '\0');
    int code = SQLITE_OK;
    for (sqlite3_int64 end = size; code == SQLITE_OK && end < wanted; end += k_piece) {
      code = log->pMethods->xWrite(log, zeros.data(), k_piece, end);
    }
    if (code == SQLITE_OK) code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    if (code != SQLITE_OK) log->pMethods->xTruncate(log, size);
  }
  static_cast<void>(commit());  // Of nothing: it gives the write lock back.
}

Result<std::optional<LockRecord>> Journal::take_lock(const LockRecord& lock,
                                                     bool (*alive)(const LockRecord& holder)) {
  if (auto ready = commit(); !ready) return fail(std::move(ready).error());
  if (auto ready = begin(); !ready) return fail(std::move(ready).error());
  std::optional<LockRecord> holder;
  {
    Statement read(database_,
                   "SELECT run, host, pid, process_start, since FROM locks WHERE target = ?");
    if (!read.ok()) return journal_trouble(database_, path_);
    read.bind(lock.target_arn);
    const int code = read.step();
    if (code != SQLITE_ROW && code != SQLITE_DONE) return journal_trouble(database_, path_);
    if (code == SQLITE_ROW) {
      holder = LockRecord{lock.target_arn, read.text(0), read.text(1),
                          read.number(2),  read.text(3), read.text(4)};
    }
  }
  if (holder && alive(*holder)) {
    if (auto done = commit(); !done) return fail(std::move(done).error());
    return holder;
  }
  Statement write(database_, "INSERT OR REPLACE INTO locks VALUES(?,?,?,?,?,?)");
  if (!write.ok()) return journal_trouble(database_, path_);
  write.bind(lock.target_arn)
      .bind(lock.run)
      .bind(lock.host)
      .bind(lock.pid)
      .bind(lock.process_start)
      .bind(lock.since);
  if (write.step() != SQLITE_DONE) return journal_trouble(database_, path_);
  if (auto done = commit(); !done) return fail(std::move(done).error());
  return std::optional<LockRecord>();
}

Result<void> Journal::release_lock(const std::string& target_arn, const std::string& run) {
  if (auto ready = begin(); !ready) return ready;
  {
    Statement statement(database_, "DELETE FROM locks WHERE target = ? AND run = ?");
    if (!statement.ok()) return journal_trouble(database_, path_);
    statement.bind(target_arn).bind(run);
    if (statement.step() != SQLITE_DONE) return journal_trouble(database_, path_);
  }
  return commit();
}

}  // namespace flowferry::apply
