// pipeline/config_lint.h
//
// The section `lint` of flowferry.yaml (docs/lint.md). Faults as in yaml_values.h. Internal to
// pipeline/.
#pragma once

#include <yaml-cpp/yaml.h>

#include "flow/lint/settings.h"
#include "pipeline/config_shape.h"

namespace flowferry::pipeline {

/// Rules switched off, their severities, exceptions. Ids of rules that there are not are faults
/// which name the nearest.
flow::lint::Settings read_lint(const YAML::Node& node, const Shape& shape);

}  // namespace flowferry::pipeline
