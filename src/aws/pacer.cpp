#include "aws/pacer.h"

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
  explicit Line(Quota quota) : bucket(quota) {}
  TokenBucket bucket;
  std::deque<Turn*> waiting;
  bool being_served = false;
};

Pacer::Turn::Turn(Line& its_line) : line(its_line) {
  line.waiting.push_back(this);
}

Pacer::Turn::~Turn() {
  if (!come.is_set()) std::erase(line.waiting, this);
}

Pacer::Pacer(net::Transport& transport, Quota fallback, std::map<std::string, Quota> quotas)
    : transport_(transport), fallback_(fallback), quotas_(std::move(quotas)) {}

Pacer::~Pacer() = default;

Pacer::Line& Pacer::line(const BucketKey& key) {
  auto& place = lines_[key];
  if (!place) {
    const auto named = quotas_.find(key.operation);
    place = std::make_unique<Line>(named == quotas_.end() ? fallback_ : named->second);
  }
  return *place;
}

Task<SteadyTime> Pacer::wait(BucketKey key) {
  Line& own = line(key);
  const SteadyTime now = transport_.now();
  if (own.bucket.quota().rate <= 0 || transport_.cancelled()) co_return now;
  if (own.waiting.empty() && !own.being_served && own.bucket.ready_at(now) <= now) {
    own.bucket.take(now);
    co_return now;
  }
  Turn turn(own);
  if (!own.being_served) start(serve(own));
  co_await turn.come;
  co_return turn.granted;
}

// Lets the waiting calls go, one by one, each when its token is really there: a program that was
// held up for seconds must not send at once all that it had meant to send meanwhile.
Task<void> Pacer::serve(Line& line) {
  line.being_served = true;
  while (!line.waiting.empty()) {
    const SteadyTime ready = line.bucket.ready_at(transport_.now());
    if (ready > transport_.now() && !transport_.cancelled()) {
      co_await transport_.sleep_until(ready);
      continue;
    }
    if (line.waiting.empty()) break;
    Turn& next = *line.waiting.front();
    line.waiting.pop_front();
    next.granted = transport_.now();
    line.bucket.take(next.granted);
    next.come.set();  // Runs until that call waits for something else.
  }
  line.being_served = false;
}

void Pacer::give_back(const BucketKey& key, SteadyTime sent) {
  line(key).bucket.put_back(sent, transport_.now());
}

void Pacer::throttled(const BucketKey& key, SteadyTime sent) {
  line(key).bucket.throttled(sent, transport_.now());
}

void Pacer::succeeded(const BucketKey& key, SteadyTime sent) {
  line(key).bucket.succeeded(sent, transport_.now());
}

double Pacer::rate(const BucketKey& key) {
  return line(key).bucket.rate();
}

}  // namespace flowferry::aws
