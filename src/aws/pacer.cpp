#include "aws/pacer.h"

#include <algorithm>
#include <utility>

namespace flowferry::aws {

namespace {
/// What the service's bucket holds when a program starts, it cannot know: another one may have
/// emptied it a moment ago. So the first calls go one by one, and one refusal is enough to learn
/// it.
constexpr int k_careful = 8;
}  // namespace

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
  explicit Line(Quota quota) : bucket(quota), careful(std::min(k_careful, bucket.capacity())) {}
  /// Whether the next call waits for the answer of the one before, whatever the bucket says.
  bool held() const { return careful > 0 && unanswered > 0; }
  void took_one() { ++unanswered; }
  void got_one(bool let_through) {
    if (unanswered > 0) --unanswered;
    careful = let_through ? std::max(0, careful - 1) : 0;
  }

  TokenBucket bucket;
  std::deque<Turn*> waiting;
  bool being_served = false;
  int unanswered = 0;
  int careful;  ///< So many more calls go one by one.
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
  if (own.waiting.empty() && !own.being_served && !own.held() && own.bucket.ready_at(now) <= now) {
    own.bucket.take(now);
    own.took_one();
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
    if (line.held() && !transport_.cancelled()) break;  // The answer goes on here.
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
    line.took_one();
    next.come.set();  // Runs until that call waits for something else.
  }
  line.being_served = false;
}

void Pacer::give_back(const BucketKey& key, SteadyTime sent) {
  Line& own = line(key);
  own.bucket.put_back(sent, transport_.now());
  if (own.unanswered > 0) --own.unanswered;
  go_on(own);
}

void Pacer::throttled(const BucketKey& key, SteadyTime sent) {
  Line& own = line(key);
  own.bucket.throttled(sent, transport_.now());
  own.got_one(false);
  go_on(own);
}

void Pacer::succeeded(const BucketKey& key, SteadyTime sent) {
  Line& own = line(key);
  own.bucket.succeeded(sent, transport_.now());
  own.got_one(true);
  go_on(own);
}

void Pacer::lost(const BucketKey& key) {
  Line& own = line(key);
  if (own.unanswered > 0) --own.unanswered;
  go_on(own);
}

void Pacer::go_on(Line& line) {
  if (!line.waiting.empty() && !line.being_served) start(serve(line));
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
