#include "cli/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <string_view>

#include "base/text.h"
#include "cli/arguments_bundles.h"
#include "cli/arguments_diff.h"
#include "cli/arguments_lint.h"
#include "cli/arguments_lookups.h"
#include "cli/completion.h"
#include "cli/exit_status.h"
#include "cli/manual.h"
#include "cli/options.h"
#include "report/json.h"
#include "simulator/switches.h"

namespace flowferry::cli {
namespace {

constexpr const char* k_about =
    "flowferry carries Amazon Connect contact flows and flow modules from one instance to "
    "another:\n"
    "it reads the source, finds every reference, resolves each by name in the target, works out "
    "the\n"
    "order, and creates or updates the flows there.";

void add_journal(CLI::App& app, CommonArguments& common) {
  app.add_option("--journal", common.journal, "Journal file (default: .flowferry/journal.db)")
      ->type_name("FILE");
}

void add_plan_options(CLI::App& app, PlanArguments& plan, bool required = true) {
  app.add_option("--from", plan.from, "Environment to read")->type_name("ENV")->required(required);
  app.add_option("--to", plan.to, "Environment to bring to the same state")
      ->type_name("ENV")
      ->required(required);
  add_selection(app, plan.include, plan.exclude,
                "Only flows and modules that match: a name with * ? [..], regex:^VIP, "
                "type:CUSTOMER_QUEUE, kind:flow-module, state:SAVED, tag:team=sales; may be "
                "repeated");
  app.add_flag("--with-dependencies", plan.with_dependencies,
               "Also the flows and modules that those refer to, and so on");
  app.add_flag(
      "--accept-renames", plan.accept_renames,
      "Take what looks like a flow under a former name for it, and rename it in the target");
  add_module_versions(app, plan.module_versions);
  app.add_flag("--ignore-limits", plan.ignore_limits,
               "Plan also what goes over the figures under limits: in the configuration");
}

bool wants_json(int argc, char** argv) {
  return std::any_of(argv + 1, argv + argc,
                     [](const char* word) { return std::string_view(word) == "--json"; });
}

/// Says what is wrong with a command line that cannot be read, with --json also as a document.
void print_usage_error(const CLI::App& app, int argc, char** argv, const std::string& what) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  report::Summary summary;
  for (int i = 1; i < argc && summary.command.empty(); ++i) {
    if (std::find(names.begin(), names.end(), argv[i]) != names.end()) summary.command = argv[i];
  }
  Error error;
  error.kind = ErrorKind::usage;
  error.message = what;
  if (!summary.command.empty()) {
    error.hint = "flowferry " + summary.command + " --help";
  } else {
    error.hint = "flowferry --help lists the commands";
    if (argc == 1) error.message = "a command is missing";
    if (argc > 1 && argv[1][0] != '-') {
      error.message = "there is no command \"" + std::string(argv[1]) + "\"";
      const auto near = closest_names(argv[1], names, 1);
      if (!near.empty()) error.hint = "did you mean \"" + near.front() + "\"? " + error.hint;
    }
  }
  std::cerr << "Error: " << printable(error.message) << "\n  What to do: " << printable(error.hint)
            << "\n";
  if (!wants_json(argc, argv)) return;
  summary.error = std::move(error);
  std::cout << report::summary_json(summary).dump_pretty() << "\n";
}

}  // namespace

ParseOutcome parse_arguments(int argc, char** argv) {
  CLI::App app(k_about, "flowferry");
  app.set_version_flag("--version", std::string("flowferry ") + FLOWFERRY_VERSION);
  app.set_help_all_flag("--help-all", "Print the help of every command");
  app.require_subcommand(1);
  set_help_form(app);
  examples(app,
           "  flowferry simulator --world examples/sakura-travel/world.yaml\n"
           "  flowferry plan --from dev --to prod\n"
           "  flowferry migrate --from dev --to prod\n"
           "\nExit status: 0 done or nothing to do, 1 an error, 2 changes pending (plan, "
           "--dry-run, verify, diff) or findings (lint).");

  Arguments out;
  CommonArguments& common = out.common;

  MigrateArguments migrate;
  CLI::App* migrate_app =
      app.add_subcommand("migrate", "Read both environments, plan, ask, write, read back");
  add_plan_options(*migrate_app, migrate.plan);
  migrate_app->add_flag("--dry-run", migrate.dry_run,
                        "Stop after the plan: status 2 if changes are pending");
  migrate_app->add_flag("-y,--yes", migrate.yes, "Do not ask before writing");
  migrate_app->add_flag(
      "--rehearse", migrate.rehearse,
      "First carry the plan out on a simulated copy of the target; go on only if that works");
  migrate_app->add_flag("--new-run", migrate.new_run,
                        "Leave an unfinished run behind instead of stopping at it");
  add_common(*migrate_app, common);
  add_journal(*migrate_app, common);
  examples(*migrate_app,
           "  flowferry migrate --from dev --to prod\n"
           "  flowferry migrate --from dev --to prod --include 'VIP*' --include "
           "'type:CUSTOMER_QUEUE' --yes\n"
           "  flowferry migrate --from dev --to prod --dry-run --json");

  PlanArguments plan;
  CLI::App* plan_app =
      app.add_subcommand("plan", "Read both environments and show what migrate would do");
  add_plan_options(*plan_app, plan);
  add_output(*plan_app, plan.output, "Write the plan to this file, for flowferry apply");
  add_format(*plan_app, plan.format, {"text", "json", "markdown"}, common);
  add_common(*plan_app, common);
  add_journal(*plan_app, common);
  examples(
      *plan_app,
      "  flowferry plan --from dev --to prod\n"
      "  flowferry plan --from dev --to prod -o release.plan && flowferry apply release.plan\n"
      "  flowferry plan --from ./connect --to prod -o release.plan --format markdown > plan.md");

  ApplyArguments apply;
  CLI::App* apply_app =
      app.add_subcommand("apply", "Carry out a plan that flowferry plan -o wrote");
  apply_app->add_option("PLAN", apply.file, "The plan's file")->required()->type_name("FILE");
  apply_app->add_flag("-y,--yes", apply.yes, "Do not ask before writing");
  apply_app->add_flag("--ignore-limits", apply.ignore_limits,
                      "Write also what goes over the figures under limits: in the configuration");
  add_common(*apply_app, common);
  add_journal(*apply_app, common);
  examples(*apply_app,
           "  flowferry apply release.plan\n  flowferry apply release.plan --yes --json");

  ResumeArguments resume;
  CLI::App* resume_app =
      app.add_subcommand("resume", "Go on with a run that was interrupted or failed");
  resume_app
      ->add_option("RUN", resume.run, "The run's id (default: the newest that can be resumed)")
      ->type_name("RUN");
  resume_app->add_flag("-y,--yes", resume.yes,
                       "Do not ask about what somebody changed: it fails as told");
  add_repeated(*resume_app, "--overwrite", resume.overwrite,
               "Write what the plan wants over what somebody changed or made meanwhile, of flows "
               "and modules with this name or pattern; what was there is kept in the journal; "
               "may be repeated",
               "NAME");
  add_repeated(*resume_app, "--leave", resume.leave,
               "Leave what somebody changed or made meanwhile; may be repeated", "NAME");
  resume_app->add_flag("--take-over", resume.take_over,
                       "The machine or container that made the run is gone: take its lock");
  add_common(*resume_app, common);
  add_journal(*resume_app, common);
  examples(*resume_app,
           "  flowferry resume\n  flowferry resume 20260115T120000Z-3f9a21 --leave 'Main menu'");

  UndoArguments undo;
  CLI::App* undo_app = app.add_subcommand(
      "undo", "Take a run back: former contents restored, created flows deleted");
  undo_app->add_option("RUN", undo.run, "The run's id (default: the newest)")->type_name("RUN");
  undo_app->add_flag("--dry-run", undo.dry_run, "Only show what would be done");
  undo_app->add_flag("-y,--yes", undo.yes, "Do not ask before writing");
  undo_app->add_flag(
      "--wait", undo.wait,
      "Wait until it is known what became of the run's last calls (two minutes at most)");
  undo_app->add_flag("--force", undo.force, "Also take back what somebody changed after the run");
  add_common(*undo_app, common);
  add_journal(*undo_app, common);
  examples(*undo_app, "  flowferry undo --dry-run\n  flowferry undo 20260115T120000Z-3f9a21");

  RunsArguments runs;
  CLI::App* runs_app = app.add_subcommand("runs", "What was done, when, by whom, and how it ended");
  add_common(*runs_app, common);
  add_journal(*runs_app, common);
  CLI::App* show_app = runs_app->add_subcommand("show", "One run with all its operations");
  show_app->add_option("RUN", runs.show, "The run's id")->required()->type_name("RUN");
  add_common(*show_app, common);
  add_journal(*show_app, common);
  examples(*runs_app, "  flowferry runs\n  flowferry runs show 20260115T120000Z-3f9a21 --json");

  VerifyArguments verify;
  CLI::App* verify_app = app.add_subcommand(
      "verify", "Compare a target with a source by meaning: status 2 if they differ");
  add_plan_options(*verify_app, verify.plan, false);
  verify_app
      ->add_option("--run", verify.run,
                   "Only what this run wrote, in the environments it was made with")
      ->type_name("RUN");
  add_common(*verify_app, common);
  add_journal(*verify_app, common);
  examples(
      *verify_app,
      "  flowferry verify --from dev --to prod\n  flowferry verify --run 20260115T120000Z-3f9a21");

  RehearseArguments rehearse;
  CLI::App* rehearse_app =
      app.add_subcommand("rehearse", "Carry the migration out on a simulated copy of the target");
  add_plan_options(*rehearse_app, rehearse.plan);
  add_common(*rehearse_app, common);
  add_journal(*rehearse_app, common);
  examples(*rehearse_app, "  flowferry rehearse --from dev --to prod");

  LookupCommands lookups;
  lookups.add_to(app, common);
  LintCommand lint;
  lint.add_to(app, common);
  DiffCommand diff;
  diff.add_to(app, common);
  BundleCommands bundles;
  bundles.add_to(app, common);
  CLI::App* config_app = app.add_subcommand("config", "Check flowferry.yaml, or print its schema");
  config_app->require_subcommand(1);
  CLI::App* check_app =
      config_app->add_subcommand("check", "Read the configuration and show what it says");
  add_common(*check_app, common);
  examples(*check_app,
           "  flowferry config check\n  flowferry config check --config other.yaml --json");
  CLI::App* schema_app =
      config_app->add_subcommand("schema", "Print the JSON Schema of flowferry.yaml, for editors");
  // It prints nothing else; who gives --json to every command shall not stumble here.
  schema_app->add_flag("--json", common.json, "Print one JSON document on standard output");
  examples(*schema_app, "  flowferry config schema > flowferry.schema.json");
  examples(*config_app,
           "  flowferry config check\n"
           "  flowferry config schema > flowferry.schema.json\n"
           "\nWith a YAML language server, write as the first line of flowferry.yaml:\n"
           "  # yaml-language-server: $schema=flowferry.schema.json");

  DoctorArguments doctor;
  CLI::App* doctor_app = app.add_subcommand(
      "doctor",
      "Credentials, instance, permissions, quotas: what works, what is missing, IAM policies");
  add_repeated(*doctor_app, "--env", doctor.environments,
               "Environment to look at; may be repeated (default: all that are instances)", "ENV");
  doctor_app->add_flag("--no-policies", doctor.no_policies,
                       "Do not print the smallest IAM policy of each command");
  add_common(*doctor_app, common);
  examples(*doctor_app,
           "  flowferry doctor\n  flowferry doctor --env prod --no-policies\n"
           "  flowferry doctor --json | jq '.environments[0].policies[1].policy'\n"
           "\nOnly harmless calls are made. Exit status: 0 nothing that is needed is missing, 1 "
           "something is.");

  SimulatorArguments simulator;
  CLI::App* simulator_app =
      app.add_subcommand("simulator", "Run a simulated Amazon Connect endpoint on loopback");
  simulator_app
      ->add_option("--world", simulator.world, "World file: accounts, instances, resources, flows")
      ->required()
      ->type_name("FILE");
  simulator_app->add_option("--port", simulator.port, "Port on 127.0.0.1 (default: a free one)")
      ->type_name("N");
  simulator_app
      ->add_option("--rate", simulator.rate, "Requests a second per account, Region and operation")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  simulator_app->add_option("--burst", simulator.burst, "Size of each bucket")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  simulator_app->add_flag("--no-throttle", simulator.no_throttle, "Refuse no request for its rate");
  simulator_app->add_option("--latency-ms", simulator.latency_ms, "Answer so much later")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  simulator_app->add_option("--seed", simulator.seed, "Of ids and times")->capture_default_str();
  add_repeated(*simulator_app, "--switch", simulator.switches,
               "Behaviour, as name=value (docs/simulator.md); may be repeated", "NAME=VALUE");
  examples(
      *simulator_app,
      "  flowferry simulator --world examples/sakura-travel/world.yaml\n"
      "  flowferry simulator --world world.yaml --port 4566 --rate 20 --burst 20 --latency-ms 30\n"
      "\nSwitches (their meaning stands in docs/simulator.md):\n" +
          simulator::switch_help());

  verify_app->callback([&verify] {
    if (!verify.run.empty()) return;
    if (verify.plan.from.empty()) throw CLI::RequiredError("--from (or --run)");
    if (verify.plan.to.empty()) throw CLI::RequiredError("--to (or --run)");
  });

  std::string shell;
  CLI::App* completion_app =
      app.add_subcommand("completion", "Print a script that lets a shell complete flowferry");
  completion_app->add_option("SHELL", shell, "bash, zsh or fish")
      ->type_name("SHELL")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  examples(
      *completion_app,
      "  source <(flowferry completion bash)                               # in ~/.bashrc\n"
      "  flowferry completion zsh > ~/.zfunc/_flowferry                    # a folder of fpath\n"
      "  flowferry completion fish > ~/.config/fish/completions/flowferry.fish");

  // For the shells' scripts and the build; nobody types them.
  if (argc > 1 && std::string_view(argv[1]) == "__complete") {
    std::cout << completion_lines(complete(app, {argv + 2, argv + argc}));
    return {std::nullopt, k_ok};
  }
  if (argc > 1 && std::string_view(argv[1]) == "__manual") {
    std::cout << manual_page(app);
    return {std::nullopt, k_ok};
  }

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return {std::nullopt, app.exit(e)};
  } catch (const CLI::ParseError& e) {
    print_usage_error(app, argc, argv, e.what());
    return {std::nullopt, k_error};
  }

  if (completion_app->parsed()) {
    std::cout << completion_script(shell);
    return {std::nullopt, k_ok};
  }
  if (migrate_app->parsed())
    out.command = migrate;
  else if (plan_app->parsed()) {
    common.json = common.json || plan.format == "json";
    out.command = plan;
  } else if (apply_app->parsed())
    out.command = apply;
  else if (resume_app->parsed())
    out.command = resume;
  else if (undo_app->parsed())
    out.command = undo;
  else if (runs_app->parsed())
    out.command = runs;
  else if (verify_app->parsed())
    out.command = verify;
  else if (rehearse_app->parsed())
    out.command = rehearse;
  else if (doctor_app->parsed())
    out.command = doctor;
  else if (lookups.take(out) || lint.take(out) || diff.take(out) || bundles.take(out))
    return {std::move(out), k_ok};
  else if (config_app->parsed())
    out.command = ConfigArguments{schema_app->parsed()};
  else
    out.command = simulator;
  return {std::move(out), k_ok};
}

}  // namespace flowferry::cli
