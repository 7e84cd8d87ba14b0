// flow/scope.h
//
// Whose references are looked for, when a snapshot says what its ids are.
#pragma once

#include "flow/references.h"
#include "model/snapshot.h"

namespace flowferry::flow {

/// A scope for documents of `snapshot`, which must outlive it: bare ids in free places are known by
/// its inventories, a phone number by being listed there.
Scope scope_of(const Snapshot& snapshot);

}  // namespace flowferry::flow
