// cli/arguments.h
//
// The command line as values. Parsing (and all help texts) stands in arguments.cpp alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace flowferry::cli {

/// Options that every command takes.
struct CommonArguments {
  std::string config;          ///< --config; empty: flowferry.yaml, if it is there.
  std::string journal;         ///< --journal; empty: .flowferry/journal.db.
  double connect_timeout = 0;  ///< --connect-timeout, in seconds; 0: as configured.
  double read_timeout = 0;     ///< --read-timeout, likewise.
  bool json = false;
  bool quiet = false;
  bool no_color = false;
};

struct PlanArguments {
  std::string from;
  std::string to;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  bool with_dependencies = false;
  bool accept_renames = false;
  bool ignore_limits = false;
  std::string module_versions;  ///< "keep", "follow"; empty: as the configuration says.
  std::string output;           ///< plan -o
  std::string format;           ///< plan --format: text, markdown, json; empty: text.
};

struct MigrateArguments {
  PlanArguments plan;
  bool dry_run = false;
  bool yes = false;
  bool rehearse = false;
  bool new_run = false;  ///< Do not offer to resume an unfinished run.
};

struct ApplyArguments {
  std::string file;
  bool yes = false;
  bool ignore_limits = false;
};

struct ResumeArguments {
  std::string run;
  bool yes = false;
  std::vector<std::string> overwrite;  ///< Patterns of names: what somebody changed is overwritten.
  std::vector<std::string> leave;      ///< Patterns of names: it is left.
  bool take_over = false;              ///< The run's machine is gone.
};

struct UndoArguments {
  std::string run;
  bool dry_run = false;
  bool yes = false;
  bool wait = false;  ///< Until it is known what became of the last calls.
  bool force = false;
};

struct RunsArguments {
  std::string show;  ///< runs show RUN
};

struct VerifyArguments {
  PlanArguments plan;
  std::string run;
};

struct DiffArguments {
  std::string left;
  std::string right;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::string format;  ///< text, markdown, json, html
  std::string output;  ///< A file; empty: standard output.
  bool layout = false;
  bool no_mapping = false;
  std::string module_versions;  ///< As in PlanArguments.
};

struct RehearseArguments {
  PlanArguments plan;
};

struct RefsArguments {
  std::vector<std::string> words;  ///< [ENV] NAME
  std::string kind;
  bool notes = false;
};

struct GraphArguments {
  std::string environment;
  std::string flow;    ///< Empty: the graph of all.
  std::string format;  ///< Empty: by the output's name.
  std::string output;
  std::vector<std::string> roots;
  std::size_t depth = 0;
  bool reverse = false;
  bool resources = false;
  bool all = false;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
};

struct LintArguments {
  std::string environment;  ///< Or a folder; empty with `rules`.
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::string format = "text";    ///< text, json, sarif, junit, markdown
  std::string output;             ///< -o
  std::string fail_on = "error";  ///< error, warning, info, never
  std::vector<std::string> only;  ///< --rule
  bool rules = false;             ///< Print the rules instead.
};

struct PullArguments {
  std::string environment;
  std::string folder;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  bool prune = false;
};

struct InventoryArguments {
  std::string environment;
  std::vector<std::string> kinds;
};

struct ConfigArguments {
  bool schema = false;  ///< config schema; else config check
};

struct DoctorArguments {
  std::vector<std::string> environments;  ///< Empty: all that are instances.
  bool no_policies = false;
};

struct SimulatorArguments {
  std::string world;
  std::uint16_t port = 0;
  double rate = 2;
  double burst = 5;
  bool no_throttle = false;
  std::int64_t latency_ms = 0;
  std::uint64_t seed = 1;
  std::vector<std::string> switches;  ///< name=value
};

using Command =
    std::variant<MigrateArguments, PlanArguments, ApplyArguments, ResumeArguments, UndoArguments,
                 RunsArguments, VerifyArguments, RehearseArguments, RefsArguments, GraphArguments,
                 LintArguments, DiffArguments, PullArguments, InventoryArguments, ConfigArguments,
                 DoctorArguments, SimulatorArguments>;

struct Arguments {
  CommonArguments common;
  Command command;
};

/// Reads the command line. Prints help, the version or what is wrong (with --json also as the
/// document of docs/formats.md), and returns the exit status then.
struct ParseOutcome {
  std::optional<Arguments> arguments;
  int status = 0;
};
ParseOutcome parse_arguments(int argc, char** argv);

}  // namespace flowferry::cli
