#include "apply/run_log.h"

#include <utility>

namespace flowferry::apply {

namespace {
/// How long a record waits for company. Nothing beside a call's time.
constexpr std::chrono::milliseconds k_gathering{1};
}  // namespace

RunLog::RunLog(Journal& journal, net::Transport& transport, std::string run)
    : journal_(journal), transport_(transport), run_(std::move(run)) {}

bool RunLog::take(const Result<void>& result) {
  if (!result && !error_) error_ = result.error();
  return result.has_value();
}

Task<Result<void>> RunLog::keep(const OperationRecord& operation) {
  if (!error_) take(journal_.put_operation(run_, operation));
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
  co_await transport_.sleep_until(transport_.now() + k_gathering);
  auto current = std::exchange(batch_, std::make_shared<Batch>());
  flush();
  current->done.set();
}

void RunLog::note(const NodeResult& result) {
  if (!error_) take(journal_.put_result(run_, result));
  schedule();
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
  if (!error_) take(journal_.commit());
}

}  // namespace flowferry::apply
