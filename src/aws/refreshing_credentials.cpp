#include "aws/refreshing_credentials.h"

#include <utility>

namespace flowferry::aws {
namespace {

constexpr auto k_ahead = std::chrono::minutes(5);
constexpr auto k_at_least = std::chrono::seconds(30);
constexpr auto k_fresh = std::chrono::minutes(1);

}  // namespace

RefreshingCredentials::RefreshingCredentials(std::unique_ptr<CredentialsSource> source,
                                             Clock& clock)
    : source_(std::move(source)), clock_(clock) {}

bool RefreshingCredentials::is_good_for(std::chrono::seconds time) {
  if (!cached_) return false;
  // With a clock that is ahead everything seems to have expired when it comes.
  if (clock_.steady() - fetched_at_ < k_fresh) return true;
  return !cached_->expires || *cached_->expires > clock_.now() + time;
}

Task<Result<Credentials>> RefreshingCredentials::get() {
  if (is_good_for(k_ahead)) co_return *cached_;
  if (fetched_) {
    const std::shared_ptr<Event> pending = fetched_;
    co_await *pending;
  } else {
    const auto done = std::make_shared<Event>();
    fetched_ = done;
    Result<Credentials> fresh = co_await source_->fetch();
    problem_.reset();
    if (fresh) {
      cached_ = std::move(*fresh);
      fetched_at_ = clock_.steady();
    } else {
      problem_ = std::move(fresh).error();
    }
    fetched_.reset();
    done->set();
  }
  // A role may be allowed for less than what is wanted here: what was just fetched is taken as it
  // is.
  if (!problem_ && cached_) co_return *cached_;
  if (is_good_for(k_at_least)) co_return *cached_;
  if (!problem_)
    co_return fail(ErrorKind::credentials, "the credentials expired while they were fetched");
  co_return fail(*problem_);
}

void RefreshingCredentials::invalidate(const Credentials& expired) {
  if (!cached_ || cached_->access_key_id != expired.access_key_id ||
      cached_->session_token != expired.session_token) {
    return;
  }
  cached_.reset();
  source_->invalidate();
}

}  // namespace flowferry::aws
