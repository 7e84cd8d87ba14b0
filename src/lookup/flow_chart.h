// lookup/flow_chart.h
//
// One flow as a chart: its blocks, and which branch leads where.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/document.h"
#include "lookup/survey.h"

namespace flowferry::lookup {

struct ChartBranch {
  enum class Kind { next, condition, error };
  Kind kind = Kind::next;
  std::string label;              ///< "Next", "Equals 1", "NoMatchingError".
  std::string to;                 ///< Identifier as written.
  std::optional<std::size_t> at;  ///< Index of that block; nothing: there is no such block.
};

struct ChartBlock {
  struct Position {
    double x = 0, y = 0;
  };
  std::string identifier;
  std::string type;       ///< Action type.
  bool friendly = false;  ///< Somebody gave the identifier as a name.
  std::string says;       ///< The text that it plays or sends; or empty.
  /// What it names: resources in document order, each once.
  std::vector<NamedResource> resources;
  std::vector<ChartBranch> branches;  ///< Next, conditions in their order, errors.
  std::optional<Position> position;   ///< In the designer.
  bool reached = false;               ///< The start leads to it.
};

struct FlowChart {
  std::vector<ChartBlock> blocks;    ///< In document order.
  std::optional<std::size_t> start;  ///< Nothing: StartAction names no block.
  std::optional<ChartBlock::Position> entry;
};

/// The chart of a flow of `snapshot`. Errors: malformed, where its content is no flow document.
Result<FlowChart> flow_chart(const Snapshot& snapshot, const SurveyedFlow& flow);

}  // namespace flowferry::lookup
