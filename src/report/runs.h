// report/runs.h
//
// The journal for people and machines.
#pragma once

#include <string>
#include <vector>

#include "apply/journal.h"
#include "base/json/value.h"
#include "report/style.h"

namespace flowferry::report {

/// What can be done about a run now.
struct RunFacts {
  bool can_resume = false;
  bool can_undo = false;
  std::string resume_command;  ///< As it is to be typed.
  std::string undo_command;
  bool alive = false;         ///< Its process still runs.
  std::string taken_back_by;  ///< The run that took it back; or empty.
  bool undone = false;        ///< And that one was not taken back itself.
};

/// How a run stands, in a word: "done", "failed", "interrupted", "running", "killed",
/// "undone".
std::string state_word(const apply::RunRecord& run, const RunFacts& facts);

std::string runs_text(const std::vector<apply::RunRecord>& runs, const std::vector<RunFacts>& facts,
                      const Style& style);
std::string run_text(const apply::RunRecord& run, const RunFacts& facts,
                     const std::vector<apply::OperationRecord>& operations, const Style& style);

json::Value run_json(const apply::RunRecord& run, const RunFacts& facts);
/// `state`: as in the journal, but "unknown" for started and "not-sent" for planned.
json::Value operation_json(const apply::OperationRecord& operation);

}  // namespace flowferry::report
