// flowferry: carries Amazon Connect contact flows from one instance to another.

#include <clocale>
#include <cstdio>
#include <exception>
#include <type_traits>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_status.h"

namespace {

int run(const flowferry::cli::Arguments& arguments) {
  using namespace flowferry::cli;
  Context context(arguments.common);
  return std::visit(
      [&](const auto& command) -> int {
        using T = std::decay_t<decltype(command)>;
        if constexpr (std::is_same_v<T, MigrateArguments>) return run_migrate(command, context);
        if constexpr (std::is_same_v<T, PlanArguments>) return run_plan(command, context);
        if constexpr (std::is_same_v<T, PullArguments>) return run_pull(command, context);
        if constexpr (std::is_same_v<T, InventoryArguments>) return run_inventory(command, context);
        if constexpr (std::is_same_v<T, ApplyArguments>) return run_apply(command, context);
        if constexpr (std::is_same_v<T, ResumeArguments>) return run_resume(command, context);
        if constexpr (std::is_same_v<T, UndoArguments>) return run_undo(command, context);
        if constexpr (std::is_same_v<T, RunsArguments>) return run_runs(command, context);
        if constexpr (std::is_same_v<T, VerifyArguments>) return run_verify(command, context);
        if constexpr (std::is_same_v<T, DiffArguments>) return run_diff(command, context);
        if constexpr (std::is_same_v<T, RehearseArguments>) return run_rehearse(command, context);
        if constexpr (std::is_same_v<T, RefsArguments>) return run_refs(command, context);
        if constexpr (std::is_same_v<T, GraphArguments>) return run_graph(command, context);
        if constexpr (std::is_same_v<T, LintArguments>) return run_lint(command, context);
        if constexpr (std::is_same_v<T, ConfigArguments>) return run_config(command, context);
        if constexpr (std::is_same_v<T, DoctorArguments>) return run_doctor(command, context);
        if constexpr (std::is_same_v<T, SimulatorArguments>) return run_simulator(command, context);
      },
      arguments.command);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto parsed = flowferry::cli::parse_arguments(argc, argv);
    if (!parsed.arguments) return parsed.status;
    return run(*parsed.arguments);
  } catch (const std::exception& e) {
    std::fprintf(stderr,
                 "Error: flowferry met something it does not expect: %s\n"
                 "  This is a bug. Please report it with the command line and the version "
                 "(flowferry --version).\n",
                 e.what());
    return flowferry::cli::k_error;
  }
}
