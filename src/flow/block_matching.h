// flow/block_matching.h
//
// Which block of one document is which of another: by identifier; and where identifiers were
// renewed (the designer does so when a flow is copied or imported), by what a block does and by
// what it is connected to. Internal to flow/.
#pragma once

#include <cstdint>
#include <vector>

#include "flow/block_graph.h"

namespace flowferry::flow {

struct BlockMatching {
  std::vector<std::uint32_t> right_of;  ///< By left block: the right one, or k_none.
  std::vector<std::uint32_t> left_of;   ///< By right block: the left one, or k_none.
};

/// Matches each block with at most one. Equal documents but for identifiers match as a whole. Time
/// is near-linear in blocks and branches.
BlockMatching match_blocks(const BlockGraph& left, const BlockGraph& right);

}  // namespace flowferry::flow
