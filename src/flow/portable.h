// flow/portable.h
//
// The portable form of a document: its references written by kind and name instead of by ARN or id
// (flow/portable_marker.h, docs/formats.md), so that it is the same in every environment. There and
// back gives the same bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/findings.h"
#include "base/result.h"
#include "flow/document.h"
#include "flow/portable_names.h"

namespace flowferry::flow {

/// What is to be said of one place of a text.
struct PlacedFinding {
  std::size_t offset;  ///< In the text that was given, in bytes.
  Finding finding;     ///< `where` has the pointer; in to_portable() action and parameter as well.
};

struct Converted {
  std::string text;
  std::vector<Marker> named;  ///< The markers that were written, or read.
  std::vector<PlacedFinding> findings;
};

/// `document` of `names.snapshot()` in portable form; every byte outside of references is copied.
///
/// A reference by name (phone number, email address, Lex V1 bot) stays; a Lex V1 bot's Region
/// becomes `{{region}}` where it is the instance's. Of an ARN without a name (a kind without a
/// look-up, an AWS-managed view, a resource that is gone) partition, Region, account and instance
/// become `{{partition}}` ... and the rest stays; such a bare id stays. What find_references() does
/// not list stays. `{{` that would be read as the beginning of a marker becomes `{{literal}}`.
///
/// Findings: "ref-by-id", of each reference that keeps an id: a warning where its kind has names,
/// else (and in the designer's notes) information.
Converted to_portable(const Document& document, const PortableNames& names);

/// A portable text (any JSON) with each marker replaced by what it stands for in
/// `names.snapshot()`. Errors: malformed, when it is not JSON. Findings (errors), each of a marker
/// that stays as it is: "portable-syntax", "portable-unknown-name".
Result<Converted> from_portable(std::string_view text, const PortableNames& names);

}  // namespace flowferry::flow
