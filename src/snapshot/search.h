// snapshot/search.h
//
// Reading many flows with few calls: a page of a search has 100 records. Whether they come with
// their content is not established (connect-api.md 6.1), so the first page decides.
#pragma once

#include <vector>

#include "snapshot/capture.h"

namespace flowferry::snapshot {

/// So many flows or modules to be read are worth a page that may be in vain.
inline constexpr std::size_t k_worth_a_search = 20;

/// Searches the kinds of which more than k_worth_a_search of `wanted` are unread, unless most of
/// the pages would be about others, and puts what comes whole into the snapshot. One of them is
/// described as well, and where the two do not say the same nothing of the search is taken. Never
/// fails: what is missing afterwards has to be described.
Task<void> search_flows(Environment& environment, const std::vector<FlowKey>& wanted,
                        Progress& progress);

}  // namespace flowferry::snapshot
