// aws/endpoints.h
//
// Hosts by the published rules (connect-api.md 1.1; botocore: endpoint-rule-set-1.json,
// partitions).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace flowferry::aws {

struct Partition {
  std::string_view name;  ///< "aws", "aws-cn", "aws-us-gov", "aws-eusc" ...
  std::string_view dns_suffix;
  std::string_view dual_stack_suffix;
};

/// By the Region's name; one of no known partition is taken for "aws".
const Partition& partition_of(std::string_view region);

/// Errors: config, when `region` is no name that can stand in a host; `source` says where it came
/// from.
Result<void> check_region(std::string_view region, std::string_view source);

struct Variant {
  bool fips = false;
  bool dual_stack = false;
};

/// "https://connect.us-east-1.amazonaws.com"; `prefix` is the service's: "connect",
/// "models-v2-lex".
std::string service_origin(std::string_view prefix, std::string_view region, Variant variant);

/// What a custom endpoint of a configuration comes to: scheme, host, port. Errors: config (not a
/// URL, a path, plain http to another machine), naming `source`.
Result<std::string> custom_origin(std::string_view url, std::string_view source);

}  // namespace flowferry::aws
