// apply/events.h
//
// What the executor tells while it works. Reports implement it; the executor prints nothing.
#pragma once

#include <string>

#include "apply/journal.h"
#include "base/result.h"
#include "plan/plan.h"

namespace flowferry::apply {

class Observer {
 public:
  virtual ~Observer() = default;
  /// `total` operations are to be made, `done` of them were made by an earlier attempt.
  virtual void run_started(const plan::Plan& plan, std::size_t total, std::size_t done) = 0;
  virtual void operation_started(std::size_t operation) = 0;
  /// `error` is null unless `state` is failed.
  virtual void operation_finished(std::size_t operation, OperationState state,
                                  const Error* error) = 0;
  /// A flow or module was read back after its last operation.
  virtual void node_verified(std::size_t node, bool agrees) = 0;
  virtual void run_finished() = 0;
};

class NoObserver final : public Observer {
 public:
  void run_started(const plan::Plan&, std::size_t, std::size_t) override {}
  void operation_started(std::size_t) override {}
  void operation_finished(std::size_t, OperationState, const Error*) override {}
  void node_verified(std::size_t, bool) override {}
  void run_finished() override {}
};

}  // namespace flowferry::apply
