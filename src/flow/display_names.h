// flow/display_names.h
//
// The names that the designer keeps beside a reference, so that they can follow it.
#pragma once

#include <vector>

#include "flow/document.h"
#include "flow/places.h"
#include "flow/references.h"

namespace flowferry::flow {

/// The tokens that show the name of `reference`, which stands at `steps` (places.h) with `place`.
std::vector<DisplayName> display_names(const Document& document, const Reference& reference,
                                       const TokenPlace& place, const std::vector<Step>& steps);

/// Whether the designer says of the number in the parameter at `steps` that it is one of the
/// instance's.
bool is_claimed_number(const Document& document, const TokenPlace& place,
                       const std::vector<Step>& steps);

}  // namespace flowferry::flow
