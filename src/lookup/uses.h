// lookup/uses.h
//
// Where a resource is used: in which flow, in which block, in which parameter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lookup/survey.h"

namespace flowferry::lookup {

/// One place which names the resource.
struct Use {
  const SurveyedFlow* flow = nullptr;
  const flow::Reference* reference = nullptr;
};

struct ResourceUses {
  NamedResource resource;
  std::vector<Use> uses;   ///< By flow, in document order. What the service runs.
  std::vector<Use> notes;  ///< The designer's copies in the metadata, which decide nothing.
};

struct UsesQuery {
  std::string pattern;               ///< A name, an id, an ARN, or a name with `*`, `?`, `[...]`.
  std::optional<ResourceKind> kind;  ///< Only resources of this kind.
};

struct UsesAnswer {
  std::vector<ResourceUses> resources;  ///< By kind, name and id. Empty: there is no such resource.
  std::vector<std::string> closest;     ///< Then the nearest names, best first.

  bool any_used() const;
};

/// Finds what `query.pattern` means (an exact name, id or ARN, with or without qualifier; only if
/// there is none, a name pattern) among the resources that the inventories of `snapshot` list and
/// the flows of `survey` mention, and where each is used.
UsesAnswer find_uses(const Snapshot& snapshot, const Survey& survey, const UsesQuery& query);

}  // namespace flowferry::lookup
