// apply/sent_marks.h
//
// Which of the operations whose intents are in the journal were sent. An intent goes to disk with
// the result of what it waited for, so that a kill leaves intents behind of which nothing was sent;
// without a word about that, each of them has to be waited for until it could be seen.
//
// A file beside the journal, "JOURNAL-sent-RUN": a head of three lines (format, boot id, run), then
// a byte for each operation of the plan, '1' once its call is about to be made. It is written
// without waiting for the disk, because it is only to outlive the process: it counts as long as the
// machine has not been started anew (the boot id of proc_sys_kernel(5)). Where it is missing or
// says something else, every intent without a result may have been sent.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "apply/journal.h"

namespace flowferry::apply {

/// Of one run that is being carried out. The file is gone when the run ends in any order.
class SentMarks {
 public:
  /// Goes on with the marks of an earlier attempt, or makes new ones for `operations` operations,
  /// in which everything that `earlier` has as started counts as sent. null: no file can be made.
  static std::unique_ptr<SentMarks> open(const std::filesystem::path& journal,
                                         const std::string& run, std::size_t operations,
                                         const std::vector<OperationRecord>& earlier);
  ~SentMarks();
  SentMarks(const SentMarks&) = delete;
  SentMarks& operator=(const SentMarks&) = delete;

  /// To be called before the call of `operation` is made.
  void mark(std::size_t operation);

 private:
  SentMarks(std::filesystem::path path, int file, std::size_t head);

  std::filesystem::path path_;
  int file_;
  std::size_t head_;
};

/// Makes "planned" of each record that is "started" and was certainly not sent. `operations`: how
/// many the plan has; records above are left.
void forget_unsent(const std::filesystem::path& journal, const std::string& run,
                   std::size_t operations, std::vector<OperationRecord>& records);

/// Removes the marks of a run that nobody will go on with.
void remove_marks(const std::filesystem::path& journal, const std::string& run);

}  // namespace flowferry::apply
