#include "report/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "plan/cost.h"

namespace flowferry::report {
namespace {
constexpr std::chrono::milliseconds k_redraw{100};
}

std::string slow_text(const net::EventLoop::Slow& slow) {
  const auto seconds = [](std::chrono::milliseconds time) {
    return std::chrono::round<std::chrono::seconds>(time).count();
  };
  return fmt::format(
      "Waiting for {}: no answer for {} s to {}; an attempt is given up after {} s.\n",
      printable(slow.origin), seconds(slow.waited), counted(slow.requests, "request"),
      seconds(slow.timeout));
}

ProgressLine::ProgressLine(std::FILE* out, Style style, Clock& clock, bool quiet)
    : out_(out), style_(style), clock_(clock), quiet_(quiet) {}

ProgressLine::~ProgressLine() {
  clear();
}

void ProgressLine::begin(std::string_view stage, std::size_t total) {
  stage_ = stage;
  total_ = total;
  done_ = before_ = 0;
  last_.clear();
  started_ = clock_.steady();
  if (!quiet_ && !style_.terminal) fmt::print(out_, "{} ...\n", stage_);
  draw(true);
}

void ProgressLine::expect(std::size_t total) {
  total_ = total;
  draw(false);
}

void ProgressLine::advance(std::size_t n) {
  done_ += n;
  draw(false);
}

void ProgressLine::end() {
  clear();
  if (quiet_ || stage_.empty()) return;
  const double seconds = std::chrono::duration<double>(clock_.steady() - started_).count();
  const std::string count = total_ > 0 ? fmt::format("{} of {}, ", done_, total_) : "";
  if (style_.terminal) {
    fmt::print(out_, "{} {} ({}{})\n", tinted(style_, Tone::good, "✓"), stage_, count,
               duration_text(seconds));
  } else {
    fmt::print(out_, "{}: done ({}{})\n", stage_, count, duration_text(seconds));
  }
  std::fflush(out_);
  stage_.clear();
}

void ProgressLine::run_started(const plan::Plan& plan, std::size_t total, std::size_t done) {
  plan_ = &plan;
  const char* what = rehearsing_ ? "Rehearsing on a copy of" : "Writing to";
  begin(fmt::format("{} \"{}\"", what, printable(plan.to)), total);
  calls_left_ = plan::cost_of(plan, [](const std::string&) { return plan::Pace{}; }).calls;
  looked_.assign(plan.nodes.size(), 0);
  if (total > 0) {
    // Which of them an earlier attempt did is not known here: as many of each sort.
    for (auto& [operation, calls] : calls_left_) {
      calls -= calls * static_cast<std::int64_t>(done) / static_cast<std::int64_t>(total);
    }
  }
  done_ = before_ = done;
  draw(true);
}

void ProgressLine::operation_started(std::size_t operation) {
  if (plan_ == nullptr) return;
  const plan::Operation& o = plan_->operations[operation];
  last_ = fmt::format("{} {}", to_string(o.type), printable(plan_->nodes[o.node].name));
  draw(false);
}

void ProgressLine::operation_finished(std::size_t operation, apply::OperationState state,
                                      const Error* error) {
  ++done_;
  if (plan_ != nullptr) {
    const plan::Operation& o = plan_->operations[operation];
    const plan::Node& node = plan_->nodes[o.node];
    done_with(plan::api_operation(o.type, node.kind));
    if (node.action != plan::Action::create && looked_[o.node] == 0) {
      looked_[o.node] = 1;
      done_with(plan::describe_operation(node.kind));
    }
  }
  if (plan_ != nullptr && !quiet_) {
    const plan::Operation& o = plan_->operations[operation];
    const std::string what =
        fmt::format("{} {} \"{}\"", to_string(o.type), label(plan_->nodes[o.node].kind),
                    printable(plan_->nodes[o.node].name));
    if (error != nullptr) {
      clear();
      fmt::print(out_, "{} {}: {}\n", tinted(style_, Tone::bad, "✗"), what,
                 printable(error->message));
    } else if (!style_.terminal) {
      fmt::print(out_, "[{}/{}] {}: {}\n", done_, total_, what, to_string(state));
      std::fflush(out_);
    }
  }
  draw(false);
}

void ProgressLine::done_with(const std::string& operation) {
  auto& left = calls_left_[operation];
  left = std::max<std::int64_t>(0, left - 1);
}

/// Of the stage. Nothing: the buckets do not say.
std::optional<double> ProgressLine::seconds_left() const {
  double longest = 0;
  if (plan_ != nullptr && forecast_.rate) {
    for (const auto& [operation, calls] : calls_left_) {
      const double rate = forecast_.rate(plan_->to, operation);
      if (rate > 0) longest = std::max(longest, static_cast<double>(calls) / rate);
    }
  } else if (forecast_.seconds_queued) {
    longest = forecast_.seconds_queued();
  }
  if (longest <= 0) return std::nullopt;
  return longest;
}

void ProgressLine::node_verified(std::size_t node, bool agrees) {
  if (plan_ != nullptr) done_with(plan::describe_operation(plan_->nodes[node].kind));
  if (agrees || plan_ == nullptr || quiet_) return;
  clear();
  fmt::print(out_, "{} read back, and it differs: \"{}\"\n", tinted(style_, Tone::bad, "✗"),
             printable(plan_->nodes[node].name));
}

void ProgressLine::run_finished() {
  end();
  plan_ = nullptr;
}

void ProgressLine::draw(bool force) {
  if (quiet_ || !style_.terminal || stage_.empty()) return;
  const SteadyTime now = clock_.steady();
  if (!force && now - drawn_ < k_redraw) return;
  drawn_ = now;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  std::string line = stage_;
  if (total_ > 0) {
    line += fmt::format("  {}/{}", done_, total_);
    const std::size_t fresh = done_ - before_;
    if (seconds > 0.5 && fresh > 0) {
      const double rate = static_cast<double>(fresh) / seconds;
      line += fmt::format("  {:.1f}/s", rate);
      const double average = static_cast<double>(total_ - done_) / rate;
      if (done_ < total_) {
        line += fmt::format("  {} left", duration_text(seconds_left().value_or(average)));
      }
    }
  }
  if (!last_.empty()) line += "  " + last_;
  fmt::print(out_, "\r\x1b[2K{}", ellipsize(line, style_.width > 1 ? style_.width - 1 : 1));
  std::fflush(out_);
  shown_ = true;
}

void ProgressLine::clear() {
  if (!shown_) return;
  fmt::print(out_, "\r\x1b[2K");
  std::fflush(out_);
  shown_ = false;
}

}  // namespace flowferry::report
