// mapping/source_text.h
//
// What a reference says in the instance that its document comes from. Of a bundle, account,
// instance and most ids are made from names: they must not reach a target, and nobody pins them.
#pragma once

#include <optional>
#include <string>

#include "flow/references.h"
#include "model/snapshot.h"

namespace flowferry::mapping {

/// The text of `reference` as the instance has it; of a bundle as the instance had that it was
/// pulled from. Nothing where a bundle does not know it: it has the resource by name only, or says
/// not where it was pulled from.
std::optional<std::string> source_text(const Snapshot& source, const flow::Reference& reference);

}  // namespace flowferry::mapping
