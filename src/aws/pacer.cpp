#include "aws/pacer.h"

#include <algorithm>
#include <coroutine>
#include <optional>
#include <utility>

namespace flowferry::aws {

/// One call that waits; it stands in its coroutine's frame.
struct Pacer::Turn {
  explicit Turn(Line& its_line);
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  Line& line;
  Event come;
  SteadyTime granted{};
};

struct Pacer::Line {
  Line(Quota quota, SteadyTime start) : bucket(quota, start) {}
  /// Its try, if it was one, has ended.
  void ends_try(SteadyTime sent) {
    if (trying == sent) trying.reset();
  }

  TokenBucket bucket;
  std::deque<Turn*> waiting;
  std::optional<SteadyTime> trying;  ///< A call that may be refused was let go then.
  bool letting_go = false;
  bool watched = false;
  std::optional<Task<void>> watcher;
};

Pacer::Turn::Turn(Line& its_line) : line(its_line) {
  line.waiting.push_back(this);
}

Pacer::Turn::~Turn() {
  if (!come.is_set()) std::erase(line.waiting, this);
}

Pacer::Pacer(net::Transport& transport, Quota fallback, std::map<std::string, Quota> quotas)
    : transport_(transport),
      start_(transport.now()),
      fallback_(fallback),
      quotas_(std::move(quotas)) {}

Pacer::~Pacer() = default;

Pacer::Line& Pacer::line(const BucketKey& key) {
  auto& place = lines_[key];
  if (!place) {
    const auto named = quotas_.find(key.operation);
    place = std::make_unique<Line>(named == quotas_.end() ? fallback_ : named->second, start_);
  }
  return *place;
}

Task<SteadyTime> Pacer::wait(BucketKey key) {
  Line& own = line(key);
  const SteadyTime now = transport_.now();
  if (own.bucket.quota().rate <= 0 || transport_.cancelled()) co_return now;
  if (own.waiting.empty() && !own.letting_go && next_at(own, now) <= now) {
    co_return let_go(own, now);
  }
  Turn turn(own);
  let_go_waiting(own);
  if (!turn.come.is_set()) co_await turn.come;
  co_return turn.granted;
}

/// When the next call may go, unless an answer comes before.
SteadyTime Pacer::next_at(Line& line, SteadyTime now) {
  if (transport_.cancelled()) return now;
  const SteadyTime ready = line.bucket.ready_at(now);
  return ready <= now && line.trying ? line.bucket.certain_at(now) : ready;
}

SteadyTime Pacer::let_go(Line& line, SteadyTime now) {
  if (line.bucket.certain_at(now) > now) line.trying = now;
  line.bucket.take(now);
  return now;
}

// Lets the waiting calls go, one by one, each when its token is really there: a program that was
// held up for seconds must not send at once all that it had meant to send meanwhile.
void Pacer::let_go_waiting(Line& line) {
  if (line.letting_go) return;
  line.letting_go = true;
  while (!line.waiting.empty()) {
    const SteadyTime now = transport_.now();
    if (next_at(line, now) > now) break;
    Turn& next = *line.waiting.front();
    line.waiting.pop_front();
    next.granted = let_go(line, now);
    next.come.set();  // Runs until that call waits for something else.
  }
  line.letting_go = false;
  if (line.waiting.empty() || line.watched) return;
  line.watched = true;
  line.watcher.emplace(watch(line));
  line.watcher->await_suspend(std::noop_coroutine());
}

Task<void> Pacer::watch(Line& line) {
  while (!line.waiting.empty()) {
    const SteadyTime now = transport_.now();
    const SteadyTime next = next_at(line, now);
    if (next > now) co_await transport_.sleep_until(next);
    let_go_waiting(line);
  }
  line.watched = false;
}

void Pacer::give_back(const BucketKey& key, SteadyTime sent) {
  Line& own = line(key);
  own.bucket.put_back(sent, transport_.now());
  own.ends_try(sent);
  let_go_waiting(own);
}

void Pacer::throttled(const BucketKey& key, SteadyTime sent) {
  Line& own = line(key);
  own.bucket.throttled(sent, transport_.now());
  own.ends_try(sent);
  let_go_waiting(own);
}

void Pacer::succeeded(const BucketKey& key, SteadyTime sent) {
  Line& own = line(key);
  own.bucket.succeeded(sent, transport_.now());
  own.ends_try(sent);
  let_go_waiting(own);
}

void Pacer::lost(const BucketKey& key, SteadyTime sent) {
  Line& own = line(key);
  own.ends_try(sent);
  let_go_waiting(own);
}

double Pacer::seconds_left() {
  const SteadyTime now = transport_.now();
  double longest = 0;
  for (const auto& [key, line] : lines_) {
    if (line->waiting.empty()) continue;
    const double first = std::chrono::duration<double>(line->bucket.ready_at(now) - now).count();
    const auto others = static_cast<double>(line->waiting.size() - 1);
    longest = std::max(longest, first + others / line->bucket.rate());
  }
  return longest;
}

double Pacer::rate(const BucketKey& key) {
  return line(key).bucket.rate();
}

}  // namespace flowferry::aws
