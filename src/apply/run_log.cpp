#include "apply/run_log.h"

#include <utility>

namespace flowferry::apply {

namespace {
/// A result of a reading waits for a commit that is made anyway, unless none was made for so long.
/// To lose it costs one more reading.
constexpr std::chrono::milliseconds k_results_wait{250};
}  // namespace

RunLog::RunLog(Journal& journal, net::Transport& transport, std::string run)
    : journal_(journal), transport_(transport), run_(std::move(run)) {}

bool RunLog::take(const Result<void>& result) {
  if (!result && !error_) error_ = result.error();
  return result.has_value();
}

Task<Result<void>> RunLog::keep(const OperationRecord& operation) {
  note(operation);
  co_return co_await noted();
}

Task<Result<void>> RunLog::noted() {
  if (error_) co_return fail(*error_);
  auto mine = batch_;
  schedule();
  co_await mine->done;
  if (error_) co_return fail(*error_);
  co_return Result<void>();
}

void RunLog::schedule() {
  if (batch_->scheduled) return;
  batch_->scheduled = true;
  start(commit_soon());
}

Task<void> RunLog::commit_soon() {
  // Whoever is ready now has its record in this commit, and so has whoever becomes ready by one of
  // those: the intent of a caller goes with the result of what it waited for.
  co_await transport_.turn();
  co_await transport_.turn();
  auto current = std::exchange(batch_, std::make_shared<Batch>());
  flush();
  current->done.set();
}

void RunLog::note(const NodeResult& result) {
  const SteadyTime now = transport_.now();
  if (results_.empty()) results_since_ = now;
  results_.push_back(result);
  if (now - results_since_ >= k_results_wait) schedule();
}

void RunLog::note(const OperationRecord& operation) {
  if (!error_) take(journal_.put_operation(run_, operation));
  schedule();
}

Task<void> RunLog::close() {
  auto mine = batch_;
  if (mine->scheduled) co_await mine->done;
  flush();
}

void RunLog::flush() {
  for (const NodeResult& result : std::exchange(results_, {})) {
    if (!error_) take(journal_.put_result(run_, result));
  }
  if (!error_) take(journal_.commit());
}

}  // namespace flowferry::apply
