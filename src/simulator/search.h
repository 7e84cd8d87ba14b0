// simulator/search.h
//
// What Search operations filter by: SearchCriteria (name, type, state ..., combined) and SearchFilter
// (tags), evaluated on a resource as the operation would show it.
#pragma once

#include <functional>

#include "simulator/paging.h"

namespace flowferry::simulator {

/// Whether `shown`, with these tags, is what the call's SearchCriteria and SearchFilter ask for.
bool matches_search(const Call& call, const js::object& shown, const Tags& tags);

/// Whether a search condition of any Search operation holds for `shown`. Several members of one
/// condition must all hold.
bool matches_criteria(const js::object& condition, const js::object& shown);

/// A page of the rows that match, and ApproximateTotalCount.
template <class T>
Outcome search_page(Call& call, std::string_view member, const Table<T>& table,
                    std::function<js::object(const T&)> show,
                    std::function<bool(const T&)> accept = nullptr) {
  const bool everything = !call.has("SearchCriteria") && !call.has("SearchFilter");
  const std::function<bool(const T&)> wanted = [&](const T& row) {
    return (!accept || accept(row)) && (everything || matches_search(call, show(row), row.tags));
  };
  Outcome page = page_of(call, member, rows_of<T>(call, table, wanted, [&](const T& row) -> js::value {
                           return show(row);
                         }));
  if (!page) return page;
  std::int64_t total = 0;
  for (const auto& [order, row] : table.rows()) {
    if (row->visibility.seen_at(call.now) && wanted(*row)) ++total;
  }
  (*page)["ApproximateTotalCount"] = total;
  return page;
}

}  // namespace flowferry::simulator
