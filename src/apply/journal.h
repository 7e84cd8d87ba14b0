// apply/journal.h
//
// The durable record of runs: intents, results, the content there was before. One SQLite file (WAL,
// synchronous=FULL), readable by a person with sqlite3; schema version 2 (docs/formats.md):
//
//   meta(key, value)           schema_version
//   runs(id, ...)              who, what, when, how it ended
//   plan_parts(run, part, ...) what a run is to do: the plan file's text, in pieces
//   operations(run, seq, ...)  each write call: intent before it, outcome after it
//   results(run, node, ...)    what each flow or module became, as read back
//   locks(target, ...)         which run is writing to a target right now
//
// An unknown version is refused, never changed; version 1, which has each plan as one row of a
// table `plans`, is read, and gets the new table when it is opened for a new run. Every row but
// locks has a checksum, because SQLite notices damage to its pages but not to the text in them. No
// credential ever gets in here.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sink.h"
#include "model/resource.h"

struct sqlite3;

namespace flowferry::apply {

enum class RunState { running, done, failed, interrupted };
enum class OperationState {
  planned,
  started,  ///< The intent is recorded; whether the call happened is not known: "unknown" to a
            ///< reader.
  done,
  failed,
  skipped,  ///< Not tried, because what it depends on failed.
};
std::string_view to_string(RunState state);
std::string_view to_string(OperationState state);

struct RunRecord {
  std::string id;
  std::string command;  ///< "migrate", "apply", "undo".
  std::string of_run;   ///< Of an undo: the run it takes back.
  RunState state = RunState::running;
  std::string from;  ///< Environment names.
  std::string to;
  std::string source_arn;
  std::string target_arn;
  std::string digest;   ///< Of the plan.
  std::string plan;     ///< The plan file's text (plan/plan_file.h); only read by run().
  std::string version;  ///< Of flowferry.
  std::string user;
  std::string host;
  std::int64_t pid = 0;
  std::string process_start;  ///< As in LockRecord.
  std::string started;        ///< ISO 8601.
  std::string finished;       ///< Empty while it runs.
  std::string error;          ///< Why it ended early; or empty.
};

struct OperationRecord {
  std::size_t sequence =
      0;  ///< Index into the plan's operations; above them: helpers such as publish-stub.
  std::string type;
  std::string kind;
  std::string name;
  std::string flow_type;
  std::string target_id;
  std::string target_arn;
  OperationState state = OperationState::planned;
  /// flow_to_json() of what there was before this run's first write; on the first operation of a
  /// flow or module only.
  std::string before;
  std::string content;  ///< What was sent; empty for operations without content.
  std::string client_token;
  std::string request_id;
  std::string error;
  std::string started;
  std::string finished;
};

/// What a node of the plan became.
struct NodeResult {
  std::size_t node = 0;
  std::string target_id;
  std::string target_arn;
  std::string mark;  ///< plan::change_mark() as read back after the run; empty: not read back.
};

/// Who writes to a target.
struct LockRecord {
  std::string target_arn;
  std::string run;
  std::string host;
  std::int64_t pid = 0;
  std::string process_start;  ///< So that a reused pid is not taken for the old process.
  std::string since;
};

/// The run among `runs` that took run `id` back, wholly or but for what it left; or null.
const RunRecord* taken_back_by(const std::vector<RunRecord>& runs, const std::string& id);

/// Not thread-safe. Writes collect in one transaction until commit(); a crash before it loses them.
class Journal {
 public:
  /// Opens or makes the file and its folder. Errors: io (not writable, full, locked by another
  /// program), malformed (damaged, not a journal), refused (another schema version).
  static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& path);
  /// Opens an existing file for reading; nothing is made. Errors: not_found and as open().
  static Result<std::unique_ptr<Journal>> open_existing(const std::filesystem::path& path);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  const std::filesystem::path& path() const { return path_; }

  // Writing. Errors: io.
  Result<void> put_run(const RunRecord& run);  ///< Without its plan.
  /// The plan file's text of a run that was put and has none yet: what `write` gives, in rows of 1
  /// MB. SQLite keeps no value above 1 GB, and copies each while it writes it.
  Result<void> put_plan(const std::string& run, const TextWriter& write);
  Result<void> put_operation(const std::string& run, const OperationRecord& operation);
  Result<void> put_result(const std::string& run, const NodeResult& result);
  Result<void> commit();
  /// Moves what is committed from the write-ahead log into the file itself, so that the log can be
  /// lost without it. Does nothing where a reader is in the way.
  void checkpoint();
  /// Makes the write-ahead log `bytes` long (16 MB at most: then it starts over at its beginning).
  /// To write over what is there is durable many times sooner than to make a file longer, which
  /// the file system has to note as well. Without effect on what the journal says; does nothing
  /// where there is no room.
  void reserve(std::size_t bytes);

  // Reading. Errors: io, malformed.
  Result<std::vector<RunRecord>> runs();  ///< Newest first, without plans.
  Result<std::optional<RunRecord>> run(const std::string& id);
  /// Contents that were sent are large: of operations on aliases they are small, and say what was
  /// done.
  enum class Contents { all, of_aliases };
  Result<std::vector<OperationRecord>> operations(const std::string& run,
                                                  Contents contents = Contents::all);
  Result<std::vector<NodeResult>> results(const std::string& run);

  /// Takes the lock of a target for `lock.run` in one atomic step, unless a living process holds
  /// it: returns the holder then. `alive` tells whether a holder's process still runs.
  Result<std::optional<LockRecord>> take_lock(const LockRecord& lock,
                                              bool (*alive)(const LockRecord& holder));
  Result<void> release_lock(const std::string& target_arn, const std::string& run);

 private:
  Journal(sqlite3* database, std::filesystem::path path);
  static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& path, bool create);
  Result<void> begin();
  Result<void> use_log();
  Result<void> execute(const char* sql);
  Result<bool> is_new(bool may_be_new);
  Result<void> set_up(bool create);
  Result<void> examine();
  Result<bool> has_table(const char* name);
  Result<std::string> plan_text(const std::string& run);

  sqlite3* database_;
  std::filesystem::path path_;
  bool in_transaction_ = false;
};

/// A flow or module as JSON text, and back: all members of model/resource.h's Flow.
std::string flow_to_json(const Flow& flow);
Result<Flow> flow_from_json(std::string_view text);

}  // namespace flowferry::apply
