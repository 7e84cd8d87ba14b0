// pipeline/looking_up.h
//
// Questions about one environment: it is read as far as they need it, and answered.
#pragma once

#include <string>

#include "base/findings.h"
#include "base/progress.h"
#include "lookup/flow_chart.h"
#include "lookup/reference_graph.h"
#include "lookup/uses.h"
#include "pipeline/environment_reading.h"
#include "pipeline/session.h"

namespace flowferry::pipeline {

struct UsesFound {
  lookup::UsesAnswer answer;
  lookup::Survey survey;  ///< What `answer` points into.
  Findings findings;      ///< Flows that could not be read: they may use it, too.
};

/// Reads all flows and modules of the environment, whatever the configuration selects (but for
/// archived ones), and looks for `query` in them. Where nothing that they mention is meant, every
/// kind is listed, so that an unused resource is found and a wrong name gets its nearest ones.
/// Errors: those of read_environment.
Task<Result<UsesFound>> look_up_uses(Session& session, std::string environment,
                                     lookup::UsesQuery query, Progress& progress);

struct GraphRequest {
  ReadOptions read;
  lookup::GraphOptions graph;
};

struct GraphFound {
  lookup::ReferenceGraph graph;
  Instance instance;
  Findings findings;  ///< Flows that could not be read: their references are not in the graph.
};

/// Errors: those of read_environment and of reference_graph.
Task<Result<GraphFound>> look_up_graph(Session& session, GraphRequest request, Progress& progress);

struct ChartFound {
  lookup::FlowChart chart;
  Flow flow;
  Findings findings;
};

/// The chart of the flow or module with the name `name` (or, if none has, of the one that it
/// matches as a pattern); nothing else is read whole. Errors: those of read_environment and of
/// flow_chart; usage, where several are meant.
Task<Result<ChartFound>> look_up_chart(Session& session, std::string environment, std::string name,
                                       Progress& progress);

}  // namespace flowferry::pipeline
