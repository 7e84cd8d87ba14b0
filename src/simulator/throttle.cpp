#include "simulator/throttle.h"

#include <algorithm>

namespace flowferry::simulator {
namespace {

struct Factors {
  double rate, burst;
};

/// Documented rates other than 2 a second with a bucket of 5.
Factors factors_of(std::string_view operation) {
  if (operation == "ListIntegrationAssociations") return {12.5, 10};
  if (operation.find("EvaluationForm") != std::string_view::npos) return {1.5, 1};
  return {1, 1};
}

}  // namespace

bool Throttle::allow(const std::string& account, const std::string& region,
                     const std::string& operation, SteadyTime now, bool charge_refused) {
  const Factors factors = factors_of(operation);
  const double most = burst_ * factors.burst;
  auto [it, fresh] = buckets_.try_emplace({account, region, operation}, Bucket{most, now});
  Bucket& bucket = it->second;
  const double passed = std::chrono::duration<double>(now - bucket.last).count();
  bucket.tokens = std::min(most, bucket.tokens + passed * rate_ * factors.rate);
  bucket.last = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return true;
  }
  if (charge_refused) bucket.tokens = 0;
  return false;
}

}  // namespace flowferry::simulator
