// flow/scope.h
//
// Whose references are looked for, when a snapshot says what its ids are.
#pragma once

#include <optional>
#include <string_view>

#include "flow/references.h"
#include "model/snapshot.h"

namespace flowferry::flow {

/// The kind of a bare id in a free place, as far as the inventories tell: only ids of the
/// instance's own resources are unmistakable, and a phone number that is listed there.
std::optional<ResourceKind> known_kind(const Snapshot& snapshot, std::string_view id);

/// A scope for documents of `snapshot`, which must outlive it, with known_kind().
Scope scope_of(const Snapshot& snapshot);

}  // namespace flowferry::flow
