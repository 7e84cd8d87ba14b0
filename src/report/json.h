// report/json.h
//
// Plans, outcomes and errors as JSON documents for machines (docs/formats.md, "Results").
#pragma once

#include <optional>
#include <string>

#include "apply/executor.h"
#include "aws/service.h"
#include "base/findings.h"
#include "base/json/value.h"
#include "base/result.h"
#include "plan/cost.h"
#include "plan/plan.h"

namespace flowferry::report {

/// What a command did, or would do.
struct Summary {
  std::string command;  ///< "migrate", "plan", "apply" ...
  std::string run;      ///< Empty where nothing was applied.
  const plan::Plan* plan = nullptr;
  const apply::RunOutcome* outcome = nullptr;  ///< Null: only planned.
  const aws::CallStatistics* statistics = nullptr;
  std::optional<plan::Cost> cost;  ///< What carrying the plan out takes, or took at least.
  double seconds = 0;
  std::optional<Error> error;  ///< Why the command failed as a whole.
};

/// The document of `--json`: run, created, updated, stubbed, unchanged, skipped, problems,
/// warnings, calls, throttled, seconds.
json::Value summary_json(const Summary& summary);

json::Value error_json(const Error& error);

/// Adds what every document ends with: calls, throttled, seconds.
void add_statistics(json::Value& out, const Summary& summary);

/// Adds `problems` and `warnings`: errors and warnings among `findings`.
void add_findings(json::Value& out, const Findings& findings);

}  // namespace flowferry::report
