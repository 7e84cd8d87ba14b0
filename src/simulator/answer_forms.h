// simulator/answer_forms.h
//
// The same answer in the forms that the service has been seen to give: optional members there or
// not, times as numbers or text, members that no model knows (connect-api.md 4.1; rows 20 and 33 of
// part 5).
#pragma once

#include "simulator/api_error.h"

namespace flowferry::simulator {

/// Rewrites `answer`, which handlers give with all its members, as the switches say.
void apply_forms(js::object& answer, const Shape& shape, const Switches& switches);

}  // namespace flowferry::simulator
