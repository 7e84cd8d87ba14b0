// flow/lint/rule_lists.h
//
// The two halves of the list of rules. Internal to flow/lint/.
#pragma once

#include <vector>

#include "flow/lint/rule.h"

namespace flowferry::flow::lint {

/// What publishing refuses. Sources: connect-api.md 4.2 (answers of the service), flow-language.md
/// 1, 2 and 5.1. An error where somebody saw the refusal or the documentation demands it without
/// contradiction; a warning where they disagree.
std::vector<Rule> refused_rules();

/// What people regret (flow-language.md 5.2).
std::vector<Rule> regretted_rules();

}  // namespace flowferry::flow::lint
