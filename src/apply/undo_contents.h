// apply/undo_contents.h
//
// Contents of the time before a run, where they name what gets another id when it is created again.
// Internal to undo.cpp.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apply/traces.h"
#include "apply/undo_aliases.h"
#include "plan/plan.h"

namespace flowferry::apply {

constexpr std::size_t k_id_length = 36;  // of a UUID

/// Where a text holds ids: offsets of everything shaped like a UUID, in their order.
std::vector<std::size_t> places_of_ids(const std::string& text);

/// References must outlive it.
class FormerContents {
 public:
  /// `current`: what the target has of each node; `aliases`: read already.
  FormerContents(const std::vector<Trace>& traces, const std::vector<std::optional<Flow>>& current,
                 const AliasUndo& aliases);

  /// `content` with a hole wherever it names a flow, a module or an alias that is to be created
  /// again. The rest of an ARN stays as it is.
  plan::Content with_holes(const std::string& content) const;

 private:
  const std::vector<std::optional<Flow>>& current_;
  const AliasUndo& aliases_;
  std::map<std::string, std::size_t> recreated_;  ///< By former id: nodes.
};

}  // namespace flowferry::apply
