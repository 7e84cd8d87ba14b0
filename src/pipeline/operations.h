// pipeline/operations.h
//
// The API operations that flowferry calls.
#pragma once

#include <string>
#include <vector>

namespace flowferry::pipeline {

/// All that are paced, and so what `quotas` can name.
const std::vector<std::string>& paced_operations();

}  // namespace flowferry::pipeline
