// flow/difference.h
//
// What differs between two flow documents, by meaning: blocks are matched by their identifiers,
// members by their names; white space and order of members do not count.
#pragma once

#include <string>
#include <vector>

#include "flow/document.h"

namespace flowferry::flow {

/// One place that differs. Values are JSON texts, cut where they are long; empty: absent on that
/// side.
struct Difference {
  std::string action;  ///< Identifier of the block; empty outside of blocks.
  std::string type;    ///< Its type.
  std::string
      path;  ///< "Parameters.QueueId", "Transitions.NextAction", "StartAction", "Metadata" ...
  std::string left;
  std::string right;
};

/// At most `most` differences, in the order of `left`; blocks that only `right` has come last.
/// Differences in `Metadata` (positions, display names) are one entry each block.
std::vector<Difference> differences(const Document& left, const Document& right,
                                    std::size_t most = 100);

}  // namespace flowferry::flow
