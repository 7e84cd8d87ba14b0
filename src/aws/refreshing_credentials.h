// aws/refreshing_credentials.h
//
// Credentials that have to be fetched, and fetched again before they expire.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aws/credentials.h"
#include "base/clock.h"
#include "base/task.h"

namespace flowferry::aws {

/// Where temporary credentials are fetched: STS, single sign-on, a process, an endpoint.
class CredentialsSource {
 public:
  virtual ~CredentialsSource() = default;
  /// Fetches new ones. Errors: credentials, network, cancelled ... with source and remedy.
  virtual Task<Result<Credentials>> fetch() = 0;
  /// The service said that what fetch() returned has expired.
  virtual void invalidate() {}
};

/// Keeps what a source gave until five minutes before it expires. Whoever asks while it is fetched
/// waits for the same answer. When fetching fails, what there is serves as long as it is good.
class RefreshingCredentials final : public CredentialsProvider {
 public:
  RefreshingCredentials(std::unique_ptr<CredentialsSource> source, Clock& clock);

  Task<Result<Credentials>> get() override;
  void invalidate(const Credentials& expired) override;

 private:
  bool is_good_for(std::chrono::seconds time);

  std::unique_ptr<CredentialsSource> source_;
  Clock& clock_;
  std::optional<Credentials> cached_;
  SteadyTime fetched_at_{};
  std::shared_ptr<Event> fetched_;  ///< While somebody fetches.
  std::optional<Error> problem_;    ///< Of the last fetch.
};

}  // namespace flowferry::aws
