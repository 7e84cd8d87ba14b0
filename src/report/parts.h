// report/parts.h
//
// What a run wrote of each flow and module, where it did not write all.
#pragma once

#include <string>
#include <vector>

#include "apply/executor.h"
#include "plan/plan.h"

namespace flowferry::report {

/// Of one node, in words: "content", "description", "tags", "alias \"live\"" ... Once each.
struct Parts {
  std::vector<std::string> written;
  std::vector<std::string> not_written;  ///< Failed, or not tried.
  std::vector<std::string> not_known;    ///< Sent, and no answer came.

  bool all() const { return not_written.empty() && not_known.empty(); }
  /// "written: description; not written: content".
  std::string text() const;
};

/// Of each node of `plan`. What the target had already is in none of the lists, nor is what was
/// left because the user decided so.
std::vector<Parts> parts_of(const plan::Plan& plan, const apply::RunOutcome& outcome);

}  // namespace flowferry::report
