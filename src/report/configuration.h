// report/configuration.h
//
// What was understood of flowferry.yaml.
#pragma once

#include <string>

#include "base/json/value.h"
#include "pipeline/config.h"
#include "report/style.h"

namespace flowferry::report {

std::string configuration_text(const pipeline::Config& config, const Style& style);

/// `file`, `environments`, `general`, `pairs`.
json::Value configuration_json(const pipeline::Config& config);

}  // namespace flowferry::report
