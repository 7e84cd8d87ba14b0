#include "aws/token_bucket.h"

#include <algorithm>
#include <cmath>

namespace flowferry::aws {
namespace {

constexpr std::size_t k_history = 256;
/// Which share of an estimated rate is used: the rest refills the service's bucket, slowly.
constexpr double k_share = 0.95;
/// Which share of the service's bucket is never used.
constexpr double k_margin = 0.1;
/// So much at most one answer raises what is taken for usual.
constexpr double k_slower = 1.02;
/// Tokens after a refusal: below zero, so that the next request comes late rather than early.
constexpr double k_after_refusal = -0.5;
/// A token, as far as sums of fractions can tell.
constexpr double k_one = 1 - 1e-6;
constexpr double k_slowest = 0.1;
constexpr double k_fastest = 10'000;

double seconds(SteadyTime::duration time) {
  return std::chrono::duration<double>(time).count();
}

SteadyTime::duration from_seconds(double time) {
  constexpr double k_never = 1e9;  // What is longer may not fit.
  return std::chrono::ceil<SteadyTime::duration>(
      std::chrono::duration<double>(std::min(time, k_never)));
}

}  // namespace

TokenBucket::TokenBucket(Quota quota, SteadyTime start)
    : quota_(quota), rate_(quota.rate), tokens_(size()), certain_(0), filled_(start) {}

/// Smaller than the service's by a tenth.
double TokenBucket::size() const {
  return std::max(1.0, quota_.burst * (1 - k_margin));
}

/// What ours may hold now. Of the calls under way so many do not count as are there anyway while
/// all come on time, or a long way would hold the calls up for nothing.
double TokenBucket::most() const {
  const auto under_way = static_cast<double>(under_way_.size());
  const double usual = usual_ > 0 ? usual_ : expected_;
  return size() - std::max(0.0, under_way - rate_ * usual);
}

void TokenBucket::arrived(SteadyTime sent) {
  const auto call = std::find(under_way_.begin(), under_way_.end(), sent);
  if (call != under_way_.end()) under_way_.erase(call);
}

void TokenBucket::answered(SteadyTime sent, SteadyTime now) {
  arrived(sent);
  // What takes longer once or twice is late; only what goes on is usual.
  const double took = seconds(now - sent);
  usual_ = usual_ > 0 ? std::min(took, usual_ * k_slower) : took;
}

int TokenBucket::capacity() const {
  return quota_.rate <= 0 ? 0 : static_cast<int>(std::min(size(), 1e6));
}

void TokenBucket::refill(SteadyTime now) {
  if (now <= filled_) return;
  const double more = seconds(now - filled_) * rate_;
  filled_ = now;
  tokens_ = std::min(std::max(tokens_, most()), tokens_ + more);
  certain_ = std::min(tokens_, certain_ + more);
}

SteadyTime TokenBucket::ready_at(SteadyTime now) {
  if (quota_.rate <= 0) return now;
  refill(now);
  return time_of_one(tokens_, now);
}

SteadyTime TokenBucket::certain_at(SteadyTime now) {
  if (quota_.rate <= 0) return now;
  refill(now);
  return time_of_one(certain_, now);
}

bool TokenBucket::waits_for_answer(SteadyTime now) {
  if (quota_.rate <= 0) return false;
  refill(now);
  return tokens_ < k_one && !under_way_.empty() && most() < k_one;
}

SteadyTime TokenBucket::time_of_one(double tokens, SteadyTime now) const {
  if (tokens >= k_one) return now;
  return now + from_seconds((1 - tokens) / rate_);
}

void TokenBucket::take(SteadyTime now) {
  if (quota_.rate <= 0) return;
  refill(now);
  tokens_ -= 1;
  certain_ -= 1;
  under_way_.push_back(now);
  let_through_.push_back(now);
  if (let_through_.size() > k_history) let_through_.pop_front();
}

void TokenBucket::put_back(SteadyTime sent, SteadyTime now) {
  if (quota_.rate <= 0) return;
  refill(now);
  arrived(sent);
  tokens_ = std::min(size(), tokens_ + 1);
  certain_ = std::min(tokens_, certain_ + 1);
  const auto taken = std::find(let_through_.rbegin(), let_through_.rend(), sent);
  if (taken != let_through_.rend()) let_through_.erase(std::next(taken).base());
}

void TokenBucket::lost(SteadyTime sent, SteadyTime now) {
  if (quota_.rate <= 0) return;
  refill(now);
  arrived(sent);
}

/// How much a success raises the rate, in requests a second. With g a success, and rate() successes
/// a second, the rate grows by the share g each second.
double TokenBucket::growth(SteadyTime now) const {
  const bool known = quota_.certainty == Certainty::known;
  if (refusals_ == 0) return known ? 0 : 0.7;  // Doubles each second until it is too much.
  if (rate_ < ceiling_) return known ? 0.05 : 0.25 / std::max(1, refusals_ - 1);
  if (known) return 0.005;
  // Beyond what was found only after a while, and each time after a longer one.
  const double patience = 20.0 * std::pow(2.0, std::min(refusals_, 6) - 1);
  return seconds(now - learned_) < patience ? 0 : 0.03;
}

void TokenBucket::succeeded(SteadyTime sent, SteadyTime now) {
  if (quota_.rate <= 0) return;
  refill(now);
  answered(sent, now);
  if (refusals_ > 0 && sent <= learned_) return;
  // It was let through, so after it nothing was missing; what is under way may have come since.
  certain_ = std::min(tokens_, std::max(certain_, -static_cast<double>(under_way_.size())));
  if (tokens_ >= 1) return;  // The bucket is not what holds the calls up: nothing was tried out.
  const double most = quota_.certainty == Certainty::known ? quota_.rate : k_fastest;
  rate_ = std::min(most, rate_ + growth(now));
}

/// What would be left at the time `refused` in a bucket of this rate and burst that let through the
/// calls it did: it was empty at the refusal before, or full before the first call that we
/// remember.
double TokenBucket::replay(double rate, double burst, SteadyTime refused) const {
  const bool from_refusal =
      refusals_ > 0 && (let_through_.empty() || let_through_.size() < k_history);
  double level = from_refusal ? 0 : burst;
  SteadyTime time = from_refusal ? refused_ : let_through_.empty() ? refused : let_through_.front();
  for (const SteadyTime call : let_through_) {
    if (call >= refused) break;
    if (call <= time && from_refusal) continue;
    level = std::min(burst, level + seconds(call - time) * rate) - 1;
    time = call;
  }
  return std::min(burst, level + seconds(refused - time) * rate);
}

/// The highest rate with which less than one token would have been left at `refused`; nothing when
/// no rate explains the refusal. `burst_time`: how long the bucket takes to fill, or a fixed burst.
double TokenBucket::highest_rate(double burst, double burst_time, SteadyTime refused) const {
  // Between two refusals what was left at the first, somewhere from 0 to 1, counts too.
  const double left_at_most = refusals_ > 0 ? 0.5 : 1;
  const auto explains = [&](double rate) {
    return replay(rate, std::max(1.0, burst + burst_time * rate), refused) < left_at_most;
  };
  double low = 0;
  double high = rate_;
  if (!explains(low)) return 0;
  if (explains(high)) return high;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (explains(middle) ? low : high) = middle;
  }
  return low;
}

TokenBucket::Estimate TokenBucket::estimate(SteadyTime refused) const {
  // Once, somebody else may have emptied the bucket before: of a known rate that says nothing.
  if (refusals_ == 0 && quota_.certainty == Certainty::known) return {rate_ / k_share, rate_};
  Estimate out;
  out.low = out.high = highest_rate(quota_.burst, 0, refused);
  if (quota_.certainty == Certainty::guess) {
    // A raised quota may have raised the burst with it, in the same proportion.
    const double other = highest_rate(0, quota_.burst / quota_.rate, refused);
    if (other > 0) out.low = std::min(out.low, other);
    out.high = std::max(out.high, other);
  }
  if (out.low > 0) return out;
  // Refused before the burst was used up: somebody else had emptied the bucket.
  return {0.7 * rate_, rate_};
}

void TokenBucket::throttled(SteadyTime sent, SteadyTime now) {
  if (quota_.rate <= 0) return;
  refill(now);
  answered(sent, now);
  // It took nothing; what is under way may still take what comes in.
  tokens_ = std::min(tokens_ + 1, k_after_refusal - static_cast<double>(under_way_.size()));
  certain_ = std::min(certain_, tokens_);
  std::erase(let_through_, sent);
  // Whatever left before the last refusal was known tells nothing new.
  if (refusals_ > 0 && sent <= learned_) return;
  const Estimate found = estimate(sent);
  const bool known = quota_.certainty == Certainty::known;
  const double least = known ? quota_.rate / 2 : k_slowest;
  const double most = known ? quota_.rate : k_fastest;
  rate_ = std::clamp(k_share * found.low, least, most);
  ceiling_ = std::clamp(k_share * found.high, least, most);
  ++refusals_;
  learned_ = now;
  refused_ = sent;
}

}  // namespace flowferry::aws
