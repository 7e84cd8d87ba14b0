// report/diff_text.h
//
// The forms of a comparison of two environments (docs/formats.md, "Comparisons").
#pragma once

#include <cstddef>
#include <string>

#include "base/json/value.h"
#include "report/diff_view.h"
#include "report/style.h"

namespace flowferry::report {

/// For a terminal: `-` only left, `+` only right, `~` both. Names are shown with control characters
/// escaped; long values around the part that differs.
std::string diff_text(const DiffView& view, const Style& style);

/// Only the flows of it.
std::string diff_flows_text(const DiffView& view, const Style& style);

/// What GitHub takes in a comment.
inline constexpr std::size_t k_comment_limit = 65'536;

/// Markdown for a comment on a pull request: a table, and a fold with the details of each flow. At
/// most `limit` UTF-16 units: what does not fit is left out, flow by flow, and counted.
std::string diff_markdown(const DiffView& view, std::size_t limit = k_comment_limit);

/// One HTML document without scripts that loads nothing: old and new side by side.
std::string diff_html(const DiffView& view);

/// The JSON document: docs/schemas/diff.schema.json.
json::Value diff_json(const plan::EnvironmentComparison& comparison);

}  // namespace flowferry::report
