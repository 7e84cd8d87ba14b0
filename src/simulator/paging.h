// simulator/paging.h
//
// Pages of lists, and the opaque tokens between them (connect-api.md 2.1 and row 18 of part 5).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "simulator/call.h"

namespace flowferry::simulator {

/// Gives the next item behind a position, with its own position; nothing at the end. Positions rise.
using ItemSource = std::function<std::optional<std::pair<std::uint64_t, js::value>>(std::uint64_t after)>;

/// One page: {`member`: [...], NextToken: ...}. Reads MaxResults and NextToken (or maxResults and
/// nextToken) of the call. A token belongs to its query and dies after 24 hours. Errors: InvalidToken
/// (400) for a dead one, InvalidParameterException for one that is damaged or of another query.
Outcome page_of(Call& call, std::string_view member, const ItemSource& source);

/// The rows of a table that can be seen now and that `accept` takes, shown by `show`.
template <class T>
ItemSource rows_of(const Call& call, const Table<T>& table, std::function<bool(const T&)> accept,
                   std::function<js::value(const T&)> show) {
  return [&table, accept = std::move(accept), show = std::move(show),
          now = call.now](std::uint64_t after) -> std::optional<std::pair<std::uint64_t, js::value>> {
    for (auto it = table.rows().upper_bound(after); it != table.rows().end(); ++it) {
      const T& row = *it->second;
      if (row.visibility.seen_at(now) && (!accept || accept(row))) return {{it->first, show(row)}};
    }
    return std::nullopt;
  };
}

/// The items of an array.
ItemSource items_of(js::array items);

}  // namespace flowferry::simulator
