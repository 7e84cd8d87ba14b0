#include "pipeline/looking_up.h"

#include <set>

#include "mapping/flow_pattern.h"

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

namespace {

Error several_are_meant(const std::string& name, const std::vector<lookup::SurveyedFlow>& flows) {
  Error error;
  error.kind = ErrorKind::usage;
  error.message = "more than one flow is meant by \"" + name + "\"";
  for (const lookup::SurveyedFlow& entry : flows) {
    error.details.push_back(std::string(label(entry.flow->kind)) + " \"" + entry.flow->name +
                            "\" " + entry.flow->type);
  }
  error.hint = "name one of them";
  return error;
}

}  // namespace

Task<Result<ChartFound>> look_up_chart(Session& session, std::string environment, std::string name,
                                       Progress& progress) {
  ChartFound out;
  ReadOptions options;
  options.environment = std::move(environment);
  options.everything = true;
  options.include = {mapping::pattern_for_name(name)};
  auto read = co_await read_environment(session, options, progress, out.findings);
  if (!read && read.error().kind == ErrorKind::usage && options.include.front() != name) {
    options.include = {name};
    read = co_await read_environment(session, options, progress, out.findings);
  }
  if (!read) co_return fail(std::move(read).error());
  const Snapshot& snapshot = read->snapshot();
  lookup::Survey survey = lookup::survey(snapshot);
  // A bundle is read whole: of it, too, only what is meant.
  const auto meant = mapping::FlowPattern::make(options.include.front());
  if (!meant) co_return fail(meant.error());
  std::erase_if(survey.flows, [&](const lookup::SurveyedFlow& entry) {
    const Flow& flow = *entry.flow;
    return !meant->matches(
        {flow.kind, flow.name, flow.id, flow.arn, flow.type, flow.state, flow.status}, &flow.tags);
  });
  if (survey.flows.empty()) {
    co_return fail(ErrorKind::not_found, "\"" + name + "\" could not be read",
                   out.findings.empty() ? "" : out.findings.front().text);
  }
  if (survey.flows.size() > 1) co_return fail(several_are_meant(name, survey.flows));
  auto chart = lookup::flow_chart(snapshot, survey.flows.front());
  if (!chart) co_return fail(std::move(chart).error().during("reading \"" + name + "\""));
  out.chart = std::move(*chart);
  out.flow = *survey.flows.front().flow;
  co_return out;
}

}  // namespace flowferry::pipeline
