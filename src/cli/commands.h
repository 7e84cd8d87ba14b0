// cli/commands.h
//
// One function a command: arguments to options, one call, exit status.
#pragma once

#include "cli/arguments.h"
#include "cli/context.h"

namespace flowferry::cli {

int run_migrate(const MigrateArguments& arguments, Context& context);
int run_inventory(const InventoryArguments& arguments, Context& context);
int run_pull(const PullArguments& arguments, Context& context);
int run_plan(const PlanArguments& arguments, Context& context);
int run_apply(const ApplyArguments& arguments, Context& context);
int run_resume(const ResumeArguments& arguments, Context& context);
int run_undo(const UndoArguments& arguments, Context& context);
int run_runs(const RunsArguments& arguments, Context& context);
int run_verify(const VerifyArguments& arguments, Context& context);
int run_rehearse(const RehearseArguments& arguments, Context& context);
int run_refs(const RefsArguments& arguments, Context& context);
int run_graph(const GraphArguments& arguments, Context& context);
int run_lint(const LintArguments& arguments, Context& context);
int run_config(const ConfigArguments& arguments, Context& context);
int run_diff(const DiffArguments& arguments, Context& context);
int run_doctor(const DoctorArguments& arguments, Context& context);
int run_simulator(const SimulatorArguments& arguments, Context& context);

}  // namespace flowferry::cli
