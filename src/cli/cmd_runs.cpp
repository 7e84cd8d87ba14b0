#include <algorithm>

#include "apply/journal.h"
#include "apply/sent_marks.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "pipeline/applying.h"
#include "pipeline/process.h"
#include "plan/plan_file.h"
#include "report/runs.h"

namespace flowferry::cli {
namespace {

/// Whether what the run did is undone: an undo that was taken back itself does not count.
bool is_undone(const std::vector<apply::RunRecord>& runs, std::string id) {
  bool undone = false;
  for (std::size_t depth = 0; depth < runs.size(); ++depth) {
    const apply::RunRecord* undo = apply::taken_back_by(runs, id);
    if (undo == nullptr) break;
    undone = !undone;
    id = undo->id;
  }
  return undone;
}

report::RunFacts facts_of(const apply::RunRecord& run, const std::vector<apply::RunRecord>& runs,
                          const Context& context) {
  const apply::RunRecord* undo = apply::taken_back_by(runs, run.id);
  const bool taken_back = undo != nullptr;
  report::RunFacts facts;
  if (taken_back) facts.taken_back_by = undo->id;
  facts.resume_command = context.typed("flowferry resume " + run.id);
  facts.undo_command = context.typed("flowferry undo " + run.id);
  facts.undone = is_undone(runs, run.id);
  facts.alive = run.state == apply::RunState::running && !pipeline::can_resume(run);
  facts.can_resume = pipeline::can_resume(run) && pipeline::closed_by(runs, run) == nullptr;
  facts.can_undo = !facts.alive && !taken_back;
  return facts;
}

/// The operations of a run as a reader is to see them: intents of which certainly nothing was sent
/// are no riddles.
Result<std::vector<apply::OperationRecord>> operations_of(const apply::RunRecord& run,
                                                          apply::Journal& journal) {
  auto operations = journal.operations(run.id, apply::Journal::Contents::of_aliases);
  if (!operations) return operations;
  const bool riddles = std::any_of(operations->begin(), operations->end(),
                                   [](const apply::OperationRecord& operation) {
                                     return operation.state == apply::OperationState::started;
                                   });
  if (!riddles) return operations;
  const auto plan = plan::read_plan(run.plan);
  if (plan) apply::forget_unsent(journal.path(), run.id, plan->operations.size(), *operations);
  return operations;
}

int show_run(const std::string& id, apply::Journal& journal, Context& context) {
  auto run = journal.run(id);
  if (!run) return context.fail_with(run.error(), {.command = "runs"});
  if (!*run) {
    Error error;
    error.kind = ErrorKind::not_found;
    error.message = "the journal has no run \"" + id + "\"";
    error.hint = "look at them with " + context.typed("flowferry runs");
    return context.fail_with(error, {.command = "runs"});
  }
  auto operations = operations_of(**run, journal);
  if (!operations) return context.fail_with(operations.error(), {.command = "runs"});
  auto runs = journal.runs();
  if (!runs) return context.fail_with(runs.error(), {.command = "runs"});
  const report::RunFacts facts = facts_of(**run, *runs, context);
  if (!context.common().json) {
    context.print(report::run_text(**run, facts, *operations, context.out_style()));
    return k_ok;
  }
  json::Value out = report::run_json(**run, facts);
  json::Value list = json::Value::array();
  for (const auto& operation : *operations) list.push(report::operation_json(operation));
  out.set("operations", std::move(list));
  context.print(out.dump_pretty() + "\n");
  return k_ok;
}

int show_runs(const std::vector<apply::RunRecord>& runs, const std::vector<report::RunFacts>& facts,
              Context& context) {
  if (!context.common().json) {
    context.print(report::runs_text(runs, facts, context.out_style()));
    return k_ok;
  }
  json::Value list = json::Value::array();
  for (std::size_t i = 0; i < runs.size(); ++i) list.push(report::run_json(runs[i], facts[i]));
  context.print(json::Value::object({{"runs", std::move(list)}}).dump_pretty() + "\n");
  return k_ok;
}

}  // namespace

int run_runs(const RunsArguments& arguments, Context& context) {
  std::error_code ignored;
  const bool named = !context.common().journal.empty() || !arguments.show.empty();
  if (!named && !std::filesystem::exists(context.journal(), ignored)) {
    return show_runs({}, {}, context);  // Nothing was run in this folder yet.
  }
  auto journal = apply::Journal::open_existing(context.journal());
  if (!journal) return context.fail_with(journal.error(), {.command = "runs"});
  if (!arguments.show.empty()) return show_run(arguments.show, **journal, context);
  auto runs = (*journal)->runs();
  if (!runs) return context.fail_with(runs.error(), {.command = "runs"});
  std::vector<report::RunFacts> facts;
  for (const auto& run : *runs) facts.push_back(facts_of(run, *runs, context));
  return show_runs(*runs, facts, context);
}

}  // namespace flowferry::cli
