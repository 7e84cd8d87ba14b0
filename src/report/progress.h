// report/progress.h
//
// Shows how far stages and runs have come: a line that redraws itself on a terminal (what stage,
// how many of how many, rate, time left), plain lines in a pipe.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apply/events.h"
#include "base/clock.h"
#include "base/progress.h"
#include "net/event_loop.h"
#include "report/style.h"

namespace flowferry::report {

/// What the buckets say about the time to come. Both may be empty: then the average so far counts.
struct Forecast {
  std::function<double()> seconds_queued;  ///< Until all waiting calls are sent; 0: none waits.
  /// Of an API operation in an environment, now; 0: it is not paced.
  std::function<double(const std::string& environment, const std::string& operation)> rate;
};

/// One line about requests that have been waited for long.
std::string slow_text(const net::EventLoop::Slow& slow);

/// Writes to `out` (stderr). Not thread-safe.
class ProgressLine final : public Progress, public apply::Observer {
 public:
  ProgressLine(std::FILE* out, Style style, Clock& clock, bool quiet);
  ~ProgressLine() override;

  /// Whom to ask for the time left. What it refers to must outlive the last stage, or another (or
  /// none) must be set before.
  void set_forecast(Forecast forecast) { forecast_ = std::move(forecast); }

  /// Whether the runs that follow write to a simulated copy only.
  void set_rehearsing(bool rehearsing) { rehearsing_ = rehearsing; }

  void begin(std::string_view stage, std::size_t total) override;
  void expect(std::size_t total) override;
  void advance(std::size_t n) override;
  void end() override;
  /// Takes the line away, for something else that is written there; the next step draws it again.
  void give_way() { clear(); }

  void run_started(const plan::Plan& plan, std::size_t total, std::size_t done) override;
  void operation_started(std::size_t operation) override;
  void operation_finished(std::size_t operation, apply::OperationState state,
                          const Error* error) override;
  void node_verified(std::size_t node, bool agrees) override;
  void run_finished() override;

 private:
  void draw(bool force);
  void clear();
  void done_with(const std::string& operation);
  std::optional<double> seconds_left() const;

  std::FILE* out_;
  Style style_;
  Clock& clock_;
  bool quiet_;
  Forecast forecast_;
  bool rehearsing_ = false;
  const plan::Plan* plan_ = nullptr;
  std::map<std::string, std::int64_t> calls_left_;  ///< Of the run, by API operation.
  std::vector<char> looked_;  ///< Per node: its look before the first change is over.
  std::string stage_;
  std::string last_;  ///< What is under way, for the line's end.
  std::size_t total_ = 0;
  std::size_t done_ = 0;
  std::size_t before_ = 0;  ///< Done by an earlier attempt.
  SteadyTime started_{};
  SteadyTime drawn_{};
  bool shown_ = false;
};

}  // namespace flowferry::report
