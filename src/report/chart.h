// report/chart.h
//
// One flow with its blocks and branches, for people and machines (docs/formats.md, "Flow chart").
#pragma once

#include <string>

#include "base/json/value.h"
#include "lookup/flow_chart.h"
#include "report/picture/diagram.h"
#include "report/style.h"

namespace flowferry::report {

/// Block after block, in the order in which the start leads to them, each with its branches.
std::string chart_text(const lookup::FlowChart& chart, const Flow& flow, const Style& style);

json::Value chart_json(const lookup::FlowChart& chart, const Flow& flow,
                       const std::string& environment);

/// Blocks with a row for each branch, at their places in the designer where all of them have one.
Diagram chart_diagram(const lookup::FlowChart& chart, const Flow& flow);

}  // namespace flowferry::report
