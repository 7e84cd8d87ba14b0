// pipeline/rehearsing.h
//
// A plan carried out on a simulated copy of the target before the real one: by the real executor,
// then planned again. The second plan must be empty.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "apply/executor.h"
#include "aws/credentials.h"
#include "base/progress.h"
#include "pipeline/reading.h"
#include "pipeline/session.h"
#include "plan/plan.h"

namespace flowferry::pipeline {

/// A simulated copy that answers on loopback as long as it lives.
class SimulatedCopy {
 public:
  virtual ~SimulatedCopy() = default;
  virtual std::string origin() const = 0;
  virtual aws::Credentials credentials(const std::string& account) const = 0;
};

/// Makes a copy of both instances as far as they were read. cli/ puts the simulator in here.
using MakeCopy = std::function<Result<std::unique_ptr<SimulatedCopy>>(const Snapshot& source,
                                                                      const Snapshot& target)>;

struct Rehearsal {
  std::string run;  ///< Of the rehearsal's own journal, which is gone.
  apply::RunOutcome outcome;
  plan::Plan second;  ///< What was left to do afterwards.
  bool passed() const { return outcome.complete() && second.empty() && !second.has_problems(); }
};

/// Rehearses `plan`, which make_plan() made with `session` and `options`. The real instances are
/// not asked again, and what `session` read of their contents is given back. Errors: the copy
/// cannot be made, or cannot be planned against.
Result<Rehearsal> rehearse(Session& session, const plan::Plan& plan, const PlanOptions& options,
                           const MakeCopy& make_copy, apply::Observer& observer);

/// What a rehearsal cannot know, for people.
std::vector<std::string> beyond_rehearsal();

}  // namespace flowferry::pipeline
