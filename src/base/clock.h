// base/clock.h
//
// Time comes in through this interface, so that tests decide it.
#pragma once

#include <chrono>
#include <string>

namespace flowferry {

using SystemTime = std::chrono::system_clock::time_point;
using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual SystemTime now() = 0;     ///< Wall clock, for signatures and records.
  virtual SteadyTime steady() = 0;  ///< Never goes back, for pacing.
};

/// The machine's clock. One for the process, never destroyed before exit.
Clock& system_clock();

/// "2026-01-15T12:00:00Z" (UTC, whole seconds).
std::string iso8601(SystemTime time);
/// "20260115T120000Z", as in an x-amz-date header.
std::string amz_date(SystemTime time);

}  // namespace flowferry
