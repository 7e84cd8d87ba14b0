#include "flow/lint/settings.h"

#include "base/text.h"

namespace flowferry::flow::lint {
namespace {

bool fits(const Exception& exception, const Finding& finding) {
  if (!exception.rule.empty() && exception.rule != finding.id) return false;
  if (!exception.flow.empty() && !matches_pattern(exception.flow, finding.where.name)) return false;
  return exception.block.empty() || matches_pattern(exception.block, finding.where.action);
}

}  // namespace

Findings apply(const Settings& settings, Findings findings, std::vector<std::size_t>& used) {
  used.resize(settings.except.size());
  Findings out;
  out.reserve(findings.size());
  for (Finding& finding : findings) {
    if (settings.off.count(finding.id) > 0) continue;
    bool excepted = false;
    for (std::size_t i = 0; i < settings.except.size(); ++i) {
      if (!fits(settings.except[i], finding)) continue;
      ++used[i];
      excepted = true;
    }
    if (excepted) continue;
    if (const auto severity = settings.severity.find(finding.id);
        severity != settings.severity.end()) {
      finding.severity = severity->second;
    }
    out.push_back(std::move(finding));
  }
  return out;
}

}  // namespace flowferry::flow::lint
