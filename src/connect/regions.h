// connect/regions.h
//
// Where Amazon Connect is known to be (connect-api.md 1.1: botocore, endpoints.json). The service
// comes to new Regions: good for a hint, never for a refusal.
#pragma once

#include <string_view>
#include <vector>

namespace flowferry::connect {

const std::vector<std::string_view>& known_regions();
bool is_known_region(std::string_view region);

}  // namespace flowferry::connect
