// flow/problems.h
//
// The service's own problems, told in terms of the flow: which block
// `Actions[3].Parameters.QueueId` is.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "flow/document.h"

namespace flowferry::flow {

/// Index among the actions of the block that a problem of the service is about; nothing where it
/// names none, or one that the document does not have.
std::optional<std::size_t> block_of_problem(const Document& document, std::string_view problem);

/// `problem` as the service wrote it, with the block it is about behind it where it names one by
/// its index:
/// `... Path: Actions[3].Parameters.QueueId (block "3f1c...", UpdateContactTargetQueue, at x 620, y
/// 20)`. Unchanged where it names none, or one that the document does not have.
std::string explain_problem(const Document& document, std::string_view problem);

}  // namespace flowferry::flow
