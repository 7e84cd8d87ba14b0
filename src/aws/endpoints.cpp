#include "aws/endpoints.h"

#include <array>

#include "base/text.h"
#include "net/url.h"

namespace flowferry::aws {
namespace {

struct Rule {
  std::string_view region_prefix;
  Partition partition;
};

constexpr Partition k_aws{"aws", "amazonaws.com", "api.aws"};
constexpr std::array k_rules = {
    Rule{"cn-", {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"}},
    Rule{"us-gov-", {"aws-us-gov", "amazonaws.com", "api.aws"}},
    Rule{"eusc-", {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu"}},
    Rule{"us-iso-", {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov"}},
    Rule{"us-isob-", {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud"}},
    Rule{"eu-isoe-", {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"}},
    Rule{"us-isof-", {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov"}},
};

tl::unexpected<Error> config_error(std::string message, std::string hint, std::string_view source) {
  Error error;
  error.kind = ErrorKind::config;
  error.message = std::move(message);
  error.subject = source;
  error.hint = std::move(hint);
  return fail(std::move(error));
}

}  // namespace

const Partition& partition_of(std::string_view region) {
  for (const Rule& rule : k_rules) {
    if (region.starts_with(rule.region_prefix)) return rule.partition;
  }
  return k_aws;
}

Result<void> check_region(std::string_view region, std::string_view source) {
  const bool clean =
      !region.empty() && region.size() < 64 && region.front() != '-' && region.back() != '-' &&
      region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
  if (clean) return {};
  return config_error("\"" + printable(region) + "\" is no Region",
                      "write it as in us-east-1 or ap-northeast-1", source);
}

std::string service_origin(std::string_view prefix, std::string_view region, Variant variant) {
  const Partition& partition = partition_of(region);
  std::string host(prefix);
  // In GovCloud the normal host is the FIPS host, but for Lex.
  const bool plain_is_fips =
      prefix != "models-v2-lex" && partition.name == "aws-us-gov" && !variant.dual_stack;
  if (variant.fips && !plain_is_fips) host += "-fips";
  host += "." + std::string(region) + ".";
  host += variant.dual_stack ? partition.dual_stack_suffix : partition.dns_suffix;
  return "https://" + host;
}

Result<std::string> custom_origin(std::string_view url, std::string_view source) {
  const auto endpoint = net::parse_endpoint(url);
  if (!endpoint) {
    return config_error(endpoint.error().message, endpoint.error().hint, source);
  }
  if (!endpoint->path.empty() && endpoint->path != "/") {
    return config_error("the endpoint \"" + printable(url) + "\" has a path",
                        "leave out what follows the host and port", source);
  }
  if (endpoint->scheme == "http" && !net::is_loopback(endpoint->host)) {
    return config_error("plain http is allowed to this machine only, not to " + endpoint->host,
                        "use https://", source);
  }
  return endpoint->origin();
}

}  // namespace flowferry::aws
