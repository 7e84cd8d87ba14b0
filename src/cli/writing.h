// cli/writing.h
//
// What the commands that write to a target have in common: showing a plan, asking, carrying it out,
// telling how it ended.
#pragma once

#include <optional>
#include <string>

#include "cli/arguments.h"
#include "cli/context.h"
#include "mapping/rules.h"
#include "pipeline/applying.h"
#include "pipeline/reading.h"
#include "pipeline/session.h"
#include "plan/cost.h"
#include "plan/plan.h"

namespace flowferry::cli {

plan::Cost cost_of(const plan::Plan& plan, pipeline::Session& session);

/// Prints the plan for people (standard output; with --json nothing).
void show_plan(const plan::Plan& plan, pipeline::Session& session, const Context& context);

/// The end of a command that only planned: prints the JSON document if asked, and returns 0
/// (nothing to do), 2 (changes pending) or 1 (problems).
int end_of_planning(const std::string& command, const plan::Plan& plan, pipeline::Session& session,
                    double seconds, Context& context);

/// Options of a run, for the journal.
pipeline::ApplyOptions apply_options(const std::string& command, const Context& context);

/// Prints how a run ended, and returns the exit status.
int end_of_run(const std::string& command, const plan::Plan& plan, pipeline::Session& session,
               const Result<pipeline::ApplyResult>& result, double seconds, Context& context);

/// Shows the plan, asks unless `yes`, applies it, tells how it ended. Returns the exit status.
int carry_out(const std::string& command, const plan::Plan& plan, pipeline::Session& session,
              pipeline::ApplyOptions options, bool yes, SteadyTime started, Context& context);

double seconds_since(SteadyTime started);

/// What the command line says of a plan.
pipeline::PlanOptions options_of(const PlanArguments& arguments, const Context& context);

/// What --module-versions says; nothing: it is not given.
std::optional<mapping::ModuleVersions> module_versions_of(const std::string& word);

}  // namespace flowferry::cli
