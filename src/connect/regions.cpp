#include "connect/regions.h"

#include <algorithm>

namespace flowferry::connect {

const std::vector<std::string_view>& known_regions() {
  static const std::vector<std::string_view> k_regions = {
      "af-south-1",     "ap-northeast-1", "ap-northeast-2", "ap-southeast-1",
      "ap-southeast-2", "ca-central-1",   "eu-central-1",   "eu-west-2",
      "us-east-1",      "us-west-2",      "us-gov-west-1"};
  return k_regions;
}

bool is_known_region(std::string_view region) {
  const auto& regions = known_regions();
  return std::find(regions.begin(), regions.end(), region) != regions.end();
}

}  // namespace flowferry::connect
