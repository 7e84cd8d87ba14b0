// pipeline/target_lock.h
//
// One run at a time writes to a target. The lock stands in the journal; and, because every working
// folder has a journal of its own, also in a file that all runs of one user on one machine share.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "apply/journal.h"
#include "base/clock.h"
#include "base/result.h"

namespace flowferry::pipeline {

struct TargetLockRequest {
  std::string target_arn;
  std::string origin;  ///< The endpoint: a simulated instance is not the real one.
  std::string run;
  bool take_over = false;  ///< The journal's lock of another host: the user says that it is gone.
  /// A command as it is to be typed, for messages; null: as it is.
  std::function<std::string(std::string command)> typed;
  std::filesystem::path folder;  ///< Of the shared files; empty: only the journal counts.
};

/// Holds the lock of a target as long as it lives. `journal` must outlive it.
class TargetLock {
 public:
  explicit TargetLock(apply::Journal& journal) : journal_(journal) {}
  ~TargetLock();
  TargetLock(const TargetLock&) = delete;
  TargetLock& operator=(const TargetLock&) = delete;

  /// The lock of a dead process is taken over. Where no shared file can be made, the journal's lock
  /// is all there is. Errors: refused, with who holds it and since when; io (the journal).
  Result<void> take(const TargetLockRequest& request, Clock& clock);

 private:
  Result<void> take_file(const TargetLockRequest& request, const apply::LockRecord& lock);

  apply::Journal& journal_;
  std::string target_;
  std::string run_;
  bool held_ = false;
  int file_ = -1;
};

}  // namespace flowferry::pipeline
