// plan/hole_writer.h
//
// Rewrites a document to a Content: resolved references replaced, those of flows that do not exist
// yet left as holes.
#pragma once

#include <string>
#include <vector>

#include "flow/document.h"
#include "flow/references.h"
#include "mapping/resolver.h"
#include "plan/plan.h"

namespace flowferry::plan {

struct Written {
  Content content;
  std::string text;  ///< The whole content with something meaningless in each hole.
};

/// `resolutions` are those of `list`, one each. A pending one becomes a hole for the node that its
/// `carried` is the index of. Errors: those of flow::rewrite().
Result<Written> write_with_holes(const flow::Document& document, const flow::ReferenceList& list,
                                 const std::vector<mapping::Resolution>& resolutions);

}  // namespace flowferry::plan
