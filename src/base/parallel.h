// base/parallel.h
//
// Work on many independent things, on all processors.
#pragma once

#include <cstddef>
#include <functional>

namespace flowferry {

/// Calls `body(0)` ... `body(count - 1)`, each once, in any order, from several threads at a time;
/// returns when all have returned. `body` may write only what belongs to its index. An exception of
/// one is thrown on here, after the others under way have ended; what has not begun by then is left
/// out. Signals stay with the threads that there were before.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

}  // namespace flowferry
