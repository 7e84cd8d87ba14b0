// simulator/stock.h
//
// What every new instance is born with (connect-api.md 4.8): the 20 stock flows, queue, hours,
// profiles, statuses, prompts; and the AWS-managed views, which exist in every instance of a
// Region. Data only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/kind.h"

namespace flowferry::simulator {

struct StockFlow {
  std::string_view name;
  std::string_view type;         ///< ContactFlowType.
  std::string_view description;  ///< May be empty.
  /// With placeholders (simulator/placeholders.h) for what is the instance's own: they name only
  /// stock flows and stock resources. Circular. Publishable in every instance with all stock
  /// resources.
  std::string_view content;
  /// The eight "Default ..." flows can be neither deleted nor archived.
  bool is_default = false;
};

/// In the order in which an instance gets them. All ACTIVE and PUBLISHED.
const std::vector<StockFlow>& stock_flows();

struct StockResource {
  ResourceKind kind;
  std::string_view name;
  std::string_view description;
  std::string_view type;  ///< Agent status: ROUTABLE or OFFLINE; else empty.
};

/// Queue BasicQueue, Basic Hours, Basic Routing Profile, security profiles, agent statuses,
/// prompts.
const std::vector<StockResource>& stock_resources();

/// An AWS-managed view. Its ARN is arn:{partition}:connect:{region}:aws:view/{id}:{version}.
struct ManagedView {
  std::string_view id;    ///< "after-contact-work"
  std::string_view name;  ///< As ListViews gives it; equal to the id (not established).
  std::string_view description;
  std::uint32_t version;
};
const std::vector<ManagedView>& managed_views();

/// The account that AWS's sample Lambda functions belong to: callable by every instance without
/// association.
inline constexpr std::string_view k_sample_lambda_account = "613787477748";

}  // namespace flowferry::simulator
