// mapping/rule_unused.h
//
// The finding of a rule that is of no use, wherever that comes out.
#pragma once

#include <string>

#include "base/findings.h"
#include "mapping/rules.h"

namespace flowferry::mapping {

/// A warning "rule-unused" at `line` of the configuration that `rules` come from.
Finding rule_unused(const Rules& rules, std::size_t line, std::string text, std::string help);

}  // namespace flowferry::mapping
