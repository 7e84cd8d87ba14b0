// cli/rehearsing.h
//
// A rehearsal as migrate --rehearse and rehearse share it: the simulator put into the pipeline.
#pragma once

#include "cli/context.h"
#include "pipeline/rehearsing.h"

namespace flowferry::cli {

/// Rehearses `plan` and tells how it went. Errors: see pipeline/rehearsing.h.
Result<pipeline::Rehearsal> rehearse_plan(const plan::Plan& plan,
                                          const pipeline::PlanOptions& options,
                                          pipeline::Session& session, double seconds,
                                          Context& context);

}  // namespace flowferry::cli
