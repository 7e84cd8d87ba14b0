// report/failures.h
#pragma once

#include "base/result.h"
#include "plan/plan.h"

namespace flowferry::report {

/// The error of an operation with the service's problems told in terms of the flow's blocks
/// (flow/problems.h).
Error explained(const plan::Plan& plan, const plan::Operation& operation, Error error);

}  // namespace flowferry::report
