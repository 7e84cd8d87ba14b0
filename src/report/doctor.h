// report/doctor.h
//
// What `doctor` found, as text for people and as JSON for machines (docs/formats.md, "Doctor").
#pragma once

#include <string>
#include <vector>

#include "aws/service.h"
#include "base/json/value.h"
#include "pipeline/doctor.h"
#include "report/style.h"

namespace flowferry::report {

/// One environment: what works, what is missing and what to do about it. `policies`: with the IAM
/// policies.
std::string diagnosis_text(const pipeline::Diagnosis& diagnosis, bool policies, const Style& style);

json::Value doctor_json(const std::vector<pipeline::Diagnosis>& diagnoses,
                        const aws::CallStatistics& statistics, double seconds);

}  // namespace flowferry::report
