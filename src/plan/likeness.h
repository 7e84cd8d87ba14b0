// plan/likeness.h
//
// Which of some flows are so much alike that one must have been renamed to the other.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "flow/document.h"

namespace flowferry::plan {

/// A flow without a counterpart of its name.
struct Nameless {
  std::string group;  ///< Kind and type: only flows of the same group are compared.
  const flow::Document* document = nullptr;
};

/// Pairs (index into `left`, index into `right`), each flow in at most one, the most alike first:
/// more than half of their blocks do the same, and some of these have parameters. Blocks that very
/// many flows have decide nothing. Near-linear in the number of blocks.
std::vector<std::pair<std::size_t, std::size_t>> find_renamed(const std::vector<Nameless>& left,
                                                              const std::vector<Nameless>& right);

}  // namespace flowferry::plan
