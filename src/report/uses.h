// report/uses.h
//
// Where a resource is used, for people and machines (docs/formats.md, "Uses").
#pragma once

#include <string>

#include "base/json/value.h"
#include "lookup/uses.h"
#include "report/style.h"

namespace flowferry::report {

/// By resource, flow and block; `notes`: also the designer's copies in the metadata.
std::string uses_text(const lookup::UsesAnswer& answer, bool notes, const Style& style);

/// `resources` with their uses; each has `in_metadata`, and those in metadata are there only with
/// `notes`.
json::Value uses_json(const lookup::UsesAnswer& answer, bool notes);

}  // namespace flowferry::report
