// base/sink.h
//
// Large texts on their way from who makes them to who keeps them, without ever being whole in
// memory.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace flowferry {

/// Takes a text piece by piece. After an error nothing more is to be given to it.
using Sink = std::function<Result<void>(std::string_view piece)>;

/// Gives a whole text to a sink, and returns the sink's error where it has one.
using TextWriter = std::function<Result<void>(const Sink& sink)>;

}  // namespace flowferry
