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
  SteadyTime looks_again{};  ///< When the watcher does, at the latest.
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

/// When the next call may go, unless an answer comes before; the end of time: not without one.
SteadyTime Pacer::next_at(Line& line, SteadyTime now) {
  if (transport_.cancelled()) return now;
  if (line.bucket.waits_for_answer(now)) return SteadyTime::max();
  const SteadyTime ready = line.bucket.ready_at(now);
  return ready <= now && line.trying ? line.bucket.certain_at(now) : ready;
}

SteadyTime Pacer::let_go(Line& line, SteadyTime now) {
  line.bucket.expect(fastest_);
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
  if (line.waiting.empty()) return;
  // An answer may have brought the next one's time nearer.
  const SteadyTime next = next_at(line, transport_.now());
  if (line.watched && line.looks_again <= next) return;
  line.watched = true;
  line.looks_again = next;
  line.watcher.emplace(watch(line));
  line.watcher->await_suspend(std::noop_coroutine());
}

Task<void> Pacer::watch(Line& line) {
  while (!line.waiting.empty()) {
    const SteadyTime now = transport_.now();
    const SteadyTime next = next_at(line, now);
    line.looks_again = next;
    if (next > now) co_await transport_.sleep_until(next);
    line.looks_again = {};  // At once: nobody else is to watch meanwhile.
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

void Pacer::note_answer(SteadyTime sent, SteadyTime now) {
  const double took = std::chrono::duration<double>(now - sent).count();
  if (fastest_ == 0 || took < fastest_) fastest_ = took;
}

void Pacer::throttled(const BucketKey& key, SteadyTime sent) {
  Line& own = line(key);
  const SteadyTime now = transport_.now();
  note_answer(sent, now);
  own.bucket.throttled(sent, now);
  own.ends_try(sent);
  let_go_waiting(own);
}

void Pacer::succeeded(const BucketKey& key, SteadyTime sent) {
  Line& own = line(key);
  const SteadyTime now = transport_.now();
  note_answer(sent, now);
  own.bucket.succeeded(sent, now);
  own.ends_try(sent);
  let_go_waiting(own);
}

void Pacer::lost(const BucketKey& key, SteadyTime sent) {
  Line& own = line(key);
  own.bucket.lost(sent, transport_.now());
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
