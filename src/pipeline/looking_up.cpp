#include "pipeline/looking_up.h"

#include <set>

namespace flowferry::pipeline {
namespace {

void append(Findings& to, const Findings& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

Task<Result<UsesFound>> look_up_uses(Session& session, std::string environment,
                                     lookup::UsesQuery query, Progress& progress) {
  UsesFound out;
  ReadOptions options;
  options.environment = std::move(environment);
  options.everything = true;
  auto read = co_await read_environment(session, std::move(options), progress, out.findings);
  if (!read) co_return fail(std::move(read).error());
  snapshot::Environment& reading = read->environment->reading;
  out.survey = lookup::survey(reading.snapshot);
  append(out.findings, out.survey.findings);
  out.answer = lookup::find_uses(reading.snapshot, out.survey, query);
  if (!out.answer.resources.empty() || reading.client == nullptr) co_return out;

  std::set<ResourceKind> kinds;
  for (const ResourceKind kind : all_kinds()) {
    const bool asked = !query.kind || *query.kind == kind;
    if (asked && has_lookup(kind) && reading.snapshot.inventory(kind) == nullptr)
      kinds.insert(kind);
  }
  progress.begin("Looking up resources by name", kinds.size());
  auto listed = co_await snapshot::list_kinds(reading, std::move(kinds), progress);
  if (!listed) co_return fail(std::move(listed).error());
  progress.end();
  out.answer = lookup::find_uses(reading.snapshot, out.survey, query);
  co_return out;
}

Task<Result<GraphFound>> look_up_graph(Session& session, GraphRequest request, Progress& progress) {
  GraphFound out;
  auto read = co_await read_environment(session, std::move(request.read), progress, out.findings);
  if (!read) co_return fail(std::move(read).error());
  const Snapshot& snapshot = read->snapshot();
  out.instance = snapshot.instance;
  const lookup::Survey survey = lookup::survey(snapshot);
  append(out.findings, survey.findings);
  auto graph = lookup::reference_graph(snapshot, survey, request.graph);
  if (!graph) co_return fail(std::move(graph).error());
  out.graph = std::move(*graph);
  co_return out;
}

}  // namespace flowferry::pipeline
