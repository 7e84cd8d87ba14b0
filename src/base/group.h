// base/group.h
//
// Tasks side by side, of which more are added while it is being found out which are needed.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/task.h"

namespace flowferry {

/// Runs all tasks side by side. Errors: of those that failed the first in the order of `tasks`.
inline Task<Result<bool>> gather_results(std::vector<Task<Result<bool>>> tasks) {
  auto results = co_await gather(std::move(tasks));
  for (auto& result : results) {
    if (!result) co_return fail(std::move(result).error());
  }
  co_return true;
}

/// Has to be awaited before it goes, if anything was added.
class Group {
 public:
  Group() = default;
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  /// Whether a task of this name was added.
  bool contains(const std::string& name) const { return errors_.contains(name); }

  /// Starts `task`, whose name is new.
  void add(const std::string& name, Task<Result<bool>> task) {
    errors_.emplace(name, std::nullopt);
    ++under_way_;
    start(run(name, std::move(task)));
  }

  /// Waits until nothing is under way, what the tasks add included; only one at a time may wait.
  /// Errors: of those that failed so far the one whose name comes first, so that it does not depend
  /// on who was faster.
  Task<Result<bool>> wait() {
    if (under_way_ > 0) {
      Event done;
      done_ = &done;
      co_await done;
      done_ = nullptr;
    }
    for (const auto& [name, error] : errors_) {
      if (error) co_return fail(*error);
    }
    co_return true;
  }

 private:
  Task<void> run(std::string name, Task<Result<bool>> task) {
    auto result = co_await task;
    if (!result) errors_.at(name) = std::move(result).error();
    // The last thing that it does: whoever waits may let the group go then.
    if (--under_way_ == 0 && done_ != nullptr) done_->set();
  }

  std::map<std::string, std::optional<Error>> errors_;  ///< By name; nothing: no error so far.
  std::size_t under_way_ = 0;
  Event* done_ = nullptr;  ///< Of who waits.
};

}  // namespace flowferry
