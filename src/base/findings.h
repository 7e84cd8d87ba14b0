// base/findings.h
//
// What a stage found out about its input: all of it, each with a stable id, a severity and a
// place. An action that failed returns a Result instead (base/result.h).
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace flowferry {

enum class Severity { info, warning, error };

/// Where a finding stands. Members that do not apply are empty.
struct Place {
  std::string kind;         ///< "contact-flow", "flow-module", "file" ...
  std::string name;         ///< The flow's name, or the file's path.
  std::string action;       ///< Identifier of the block in the flow.
  std::string action_type;  ///< Type of that block.
  std::string
      parameter;  ///< Path below the block, such as "QueueId" or "EventHooks.CustomerQueue".
  std::string
      pointer;  ///< JSON pointer into the document, such as "/Actions/3/Parameters/QueueId".
};

struct Finding {
  Severity severity = Severity::error;
  std::string id;  ///< Stable kebab-case word: "unresolved-reference".
  Place where;
  std::string text;        ///< What is the matter, one sentence.
  std::string help;        ///< What to do; may be empty.
  std::string kind;        ///< Kind of the resource it is about, such as "queue"; may be empty.
  std::string name;        ///< Name of that resource in the source; may be empty.
  std::string arn;         ///< Its ARN or id as it stands in the document; may be empty.
  bool in_target = false;  ///< `name` and `arn` are those of the target, not of the source.
  std::vector<std::string> closest;  ///< Nearest names in the target, best first.
};

using Findings = std::vector<Finding>;

inline bool has_errors(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.severity == Severity::error; });
}

}  // namespace flowferry
