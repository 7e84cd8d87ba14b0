// report/graph.h
//
// Who refers to whom, for people and machines: text, JSON (docs/formats.md, "Graph"), and a diagram
// for the pictures.
#pragma once

#include <cstddef>
#include <string>

#include "base/json/value.h"
#include "lookup/reference_graph.h"
#include "report/picture/diagram.h"
#include "report/style.h"

namespace flowferry::report {

/// Of what the graph is.
struct GraphTitle {
  std::string environment;
  Instance instance;
};

struct GraphTextOptions {
  bool tree = false;  ///< From the graph's roots downward, each flow unfolded where it comes first.
  bool reverse = false;   ///< Callers below what they refer to.
  std::size_t depth = 0;  ///< Of a tree; 0: any.
};

/// A list of all flows and modules with what they refer to, or a tree; then circles, and what
/// nothing refers to.
std::string graph_text(const lookup::ReferenceGraph& graph, const GraphTitle& title,
                       const GraphTextOptions& options, const Style& style);

json::Value graph_json(const lookup::ReferenceGraph& graph, const GraphTitle& title);

Diagram graph_diagram(const lookup::ReferenceGraph& graph, const GraphTitle& title);

}  // namespace flowferry::report
