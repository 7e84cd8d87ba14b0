// flow/comparison_words.h
//
// What a comparison found, in words.
#pragma once

#include <string>
#include <vector>

#include "flow/comparison.h"

namespace flowferry::flow {

/// `queue "Sales"`, `flow module "Greet" (live)`.
std::string resource_words(const ResourceName& resource);

/// A text in quotes, a reference by kind and name, anything else as JSON; empty where there is
/// none.
std::string value_words(const SideValue& value);

/// `"Greet" (Play prompt)`; `Play prompt 3f9c1a2b` where nobody chose a name.
std::string block_words(const BlockName& block);

/// The block that a branch leads to, or "nowhere".
std::string target_words(const Branch& branch);

/// One place that differs, on one line. Empty: there is nothing on that side.
struct Line {
  std::string place;
  std::string left;
  std::string right;
};

/// "on NoMatchingError", from which block to which; a condition that is another.
Line branch_line(const BranchChange& change);

/// The lines of a block, its notes ("note promptName") last. Of a block that one side has: all that
/// it has.
struct BlockLine : Line {
  bool note = false;  ///< Of the designer.
};
std::vector<BlockLine> block_lines(const BlockDifference& block);

/// One line with the block that it is about.
struct PlacedLine : Line {
  std::string action;  ///< Identifier of the block, on the left where it has one; or empty.
  std::string type;
  bool note = false;  ///< Of the designer: no part of what the flow does.
};

/// All that differs as a flat list, the layout included: something for each comparison that is not
/// the same. Places are paths within the block where it has one: "Parameters.QueueId". At most
/// `most`. A block that one side has is one line.
std::vector<PlacedLine> listed(const Comparison& comparison, std::size_t most = 100);

}  // namespace flowferry::flow
