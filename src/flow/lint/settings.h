// flow/lint/settings.h
//
// Which findings count, and how much: the section `lint` of flowferry.yaml as a value.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/findings.h"

namespace flowferry::flow::lint {

/// Findings that are agreed to. All that is not empty has to fit.
struct Exception {
  std::string rule;   ///< An id.
  std::string flow;   ///< Pattern for the flow's name (`*`, `?`, `[...]`).
  std::string block;  ///< Pattern for the block's identifier.
  std::string reason;
  std::size_t line = 0;  ///< In the configuration, for messages.
};

struct Settings {
  std::set<std::string> off;                 ///< Rules that are not looked at.
  std::map<std::string, Severity> severity;  ///< By rule, for all of its findings.
  std::vector<Exception> except;
};

/// `findings` with the settings applied; how many each exception took away goes to `used`, which is
/// made as long as `settings.except`.
Findings apply(const Settings& settings, Findings findings, std::vector<std::size_t>& used);

}  // namespace flowferry::flow::lint
