// simulator/fault_plan.h
//
// Decides, from a seed, which calls go wrong and how.
#pragma once

#include <boost/json.hpp>

#include "base/random.h"
#include "base/result.h"
#include "simulator/simulator.h"

namespace flowferry::simulator {

enum class Fault {
  none,
  error_500,
  error_503,
  throttled,
  reset_before,
  reset_after,
  cut_body,
  slow
};

class FaultPlan {
 public:
  explicit FaultPlan(Faults faults) : faults_(std::move(faults)), random_(faults_.seed) {}

  /// What happens to the next call.
  Fault next(std::string_view operation, bool writes);
  const Faults& faults() const { return faults_; }

 private:
  Faults faults_;
  SeededRandom random_;
};

/// Faults from JSON: members named as those of Faults, `slow_ms` for slow_by, `hold_moment`
/// "before" or "after"; absent ones are 0. Errors: usage, naming the member.
Result<Faults> read_faults(const boost::json::object& json);

}  // namespace flowferry::simulator
