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
  Content content;   ///< Without texts where there are no holes: then it is `text`.
  std::string text;  ///< The whole content, with something meaningless in each hole.
};

/// `resolutions` are those of `list`, one each. A pending one becomes a hole for the node that its
/// `carried` is the index of. `digest`: SHA-256 of the document in hexadecimal, of which no content
/// can know the own one. `others`: what else changes in the document. Errors: those of
/// flow::rewrite().
Result<Written> write_with_holes(const flow::Document& document, const flow::ReferenceList& list,
                                 const std::vector<mapping::Resolution>& resolutions,
                                 const std::string& digest,
                                 const std::vector<flow::Splice>& others = {});

}  // namespace flowferry::plan
