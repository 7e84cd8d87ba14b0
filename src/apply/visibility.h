// apply/visibility.h
//
// How long what was written may not be seen yet. Reads lag writes: normally seconds, at worst
// minutes (connect-api.md 4.9).
#pragma once

#include <chrono>

namespace flowferry::apply {

/// A write of which it is not known whether it happened: so long it is looked for. A create that is
/// repeated after that and had happened after all is refused, because names are unique.
constexpr std::chrono::milliseconds k_unknown_seen{3500};
/// A write that was acknowledged: so long it is waited for.
constexpr std::chrono::milliseconds k_known_seen{20000};
/// What was written before that is seen everywhere.
constexpr std::chrono::minutes k_long_ago{2};

}  // namespace flowferry::apply
