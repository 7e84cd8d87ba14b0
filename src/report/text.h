// report/text.h
//
// Plans, outcomes, findings and errors as text for people. Names are data: control characters are
// shown escaped.
#pragma once

#include <string>

#include "apply/executor.h"
#include "base/findings.h"
#include "base/result.h"
#include "plan/cost.h"
#include "plan/plan.h"
#include "report/style.h"

namespace flowferry::report {

/// An error: what failed, where, what the service said, what to do. Several lines, ends in a line
/// feed.
std::string error_text(const Error& error, const Style& style);

/// A plan as a table that a person can decide on: creates, updates with the reason, stubs with the
/// circle that they open, unchanged, skipped, problems; then the totals and what it will cost.
std::string plan_text(const plan::Plan& plan, const plan::Cost& cost, const Style& style);

/// All findings of `severity`, grouped by flow.
std::string findings_text(const Findings& findings, Severity severity, const Style& style);

/// What a run did: a table of what was written, failures with their root causes first, and whether
/// the target was read back and agrees. `go_on`: the command that goes on with a run that is not
/// complete; empty: there is none.
std::string outcome_text(const plan::Plan& plan, const apply::RunOutcome& outcome,
                         const std::string& run, const std::string& go_on, double seconds,
                         const Style& style);

}  // namespace flowferry::report
