// apply/run_log.h
//
// The journal as the executor uses it: what is recorded in one turn of the loop becomes durable
// with one commit.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apply/journal.h"
#include "base/result.h"
#include "base/task.h"
#include "net/transport.h"

namespace flowferry::apply {

/// Of one run. References must outlive it.
class RunLog {
 public:
  RunLog(Journal& journal, net::Transport& transport, std::string run);

  /// Records it, and returns when it is on disk. Errors: io; from then on nothing more is recorded,
  /// and nothing must be sent.
  Task<Result<void>> keep(const OperationRecord& operation);

  /// Records it; it is on disk soon.
  void note(const OperationRecord& operation);
  /// Records it with whatever is recorded next; at the latest close() does.
  void note(const NodeResult& result);
  /// Returns when everything noted so far is on disk. Errors: as keep().
  Task<Result<void>> noted();

  /// Waits for what is being committed, and commits the rest. To be awaited before the log is
  /// destroyed.
  Task<void> close();

  /// Why the journal cannot be written any more.
  const std::optional<Error>& error() const { return error_; }

 private:
  /// Records that become durable together.
  struct Batch {
    Event done;
    bool scheduled = false;
  };
  /// An open transaction keeps other programs out: whatever is recorded is committed soon.
  void schedule();
  Task<void> commit_soon();
  /// Everything noted is on disk, or error() says why not.
  void flush();
  bool take(const Result<void>& result);

  Journal& journal_;
  net::Transport& transport_;
  std::string run_;
  std::shared_ptr<Batch> batch_ = std::make_shared<Batch>();
  std::vector<NodeResult> results_;  ///< Not written yet: no transaction is open for them.
  SteadyTime results_since_{};       ///< Since when.
  std::optional<Error> error_;
};

}  // namespace flowferry::apply
