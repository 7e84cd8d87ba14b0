// flow/lint/links.h
//
// Circles and chains among many flows. No recursion: environments of any size. Internal to
// flow/lint/.
#pragma once

#include <cstddef>
#include <vector>

namespace flowferry::flow::lint {

/// Edges of nodes 0..n-1, each to its targets.
using Links = std::vector<std::vector<std::size_t>>;

/// The sets of nodes that lead to each other and to themselves, each ascending, in the order of
/// their first members.
std::vector<std::vector<std::size_t>> circles(const Links& links);

/// For each node the number of nodes of the longest way from it that comes by no node twice, as far
/// as it leads through no circle (a node of a circle counts 1).
std::vector<std::size_t> chain_lengths(const Links& links);

}  // namespace flowferry::flow::lint
