// flow/lint/rule.h
//
// The rules of `flowferry lint`: what each is called, how grave it is, why, and what to do. The
// documentation (docs/lint.md) and the output formats are made from this list.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/findings.h"

namespace flowferry::flow::lint {

enum class Family {
  refused,    ///< What the service refuses when the flow is published.
  regretted,  ///< What is published, and regretted later.
};

/// What has to be known to check a rule.
enum class Needs {
  document,     ///< The flow alone.
  environment,  ///< The other flows and the resources of its environment.
};

struct Rule {
  std::string_view id;  ///< Stable, kebab-case.
  /// Of its gravest finding. A finding may be less grave where the evidence is weaker; the
  /// explanation says so.
  Severity severity;
  Family family;
  Needs needs;
  std::string_view title;        ///< One line.
  std::string_view explanation;  ///< Why it matters.
  std::string_view remedy;       ///< What to do.
};

/// All rules: the refused ones first, each family by id.
const std::vector<Rule>& rules();

/// Null: there is no rule of this id.
const Rule* find_rule(std::string_view id);

/// The ids in the order of rules().
std::vector<std::string> rule_ids();

std::string_view to_string(Family family);  ///< "publishing", "practice"

}  // namespace flowferry::flow::lint
