#include "pipeline/linting.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "pipeline/environment_reading.h"
#include "snapshot/bundle_reader.h"

namespace flowferry::pipeline {
namespace {

std::vector<LintOutcome::Looked> looked_at(const Snapshot& snapshot) {
  std::vector<LintOutcome::Looked> out;
  for (const auto& [id, flow] : snapshot.flows) {
    out.push_back({std::string(to_string(flow.kind)), flow.name, flow.type});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::tie(a.kind, a.name) < std::tie(b.kind, b.name);
  });
  return out;
}

}  // namespace

Task<Result<LintOutcome>> lint(Session& session, LintOptions options, Progress& progress) {
  LintOutcome out;
  out.environment = options.environment;
  const bool all = options.include.empty() && options.exclude.empty() &&
                   session.config().select.include.empty() &&
                   session.config().select.exclude.empty();
  // Named: GCC 12 destroys such a temporary within co_await twice.
  ReadOptions reading;
  reading.environment = std::move(options.environment);
  reading.include = std::move(options.include);
  reading.exclude = std::move(options.exclude);
  auto read = co_await read_environment(session, std::move(reading), progress, out.findings);
  if (!read) co_return fail(std::move(read).error());

  flow::lint::Options rules;
  rules.settings = session.config().lint;
  rules.only = std::move(options.only);
  // Something that could not be read may be what uses the rest.
  rules.whole = all && !has_errors(out.findings);
  // Exported files are some of the flows, and some of the names.
  const std::string& folder = read->environment->config.bundle;
  if (!folder.empty() && !snapshot::is_bundle(folder)) rules.whole = rules.listed = false;
  Findings found = flow::lint::lint(read->snapshot(), rules);
  out.findings.insert(out.findings.end(), std::make_move_iterator(found.begin()),
                      std::make_move_iterator(found.end()));
  FilePlaces places(read->environment->config.bundle, read->environment->files);
  for (const Finding& finding : out.findings) out.places.push_back(places.find(finding));
  out.looked = looked_at(read->snapshot());
  co_return out;
}

}  // namespace flowferry::pipeline
