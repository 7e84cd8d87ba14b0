// pipeline/config_rules.h
//
// The parts of the configuration that stand in general and again for a pair of environments:
// select, mapping, missing, replace, limits, protect. Faults as in yaml_values.h. Internal to
// pipeline/.
#pragma once

#include <yaml-cpp/yaml.h>

#include "pipeline/config.h"
#include "pipeline/config_shape.h"

namespace flowferry::pipeline {

/// What `node`, of the shape `shape`, says of them.
Scope read_scope(const YAML::Node& node, const Shape& shape);

/// `over`, said for a pair, over `general` (docs/formats.md, "Rules for a pair of environments").
Scope merged(Scope general, const Scope& over);

}  // namespace flowferry::pipeline
