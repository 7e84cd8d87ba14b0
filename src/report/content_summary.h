// report/content_summary.h
//
// How much of a content differs, in a few words: of a comparison, and of what a plan updates.
#pragma once

#include <string>
#include <vector>

#include "flow/comparison.h"
#include "plan/plan.h"

namespace flowferry::report {

/// "2 blocks changed, 1 re-wired, 1 added", "another first block" ...; from left to right.
std::vector<std::string> content_summary(const flow::Comparison& content);

/// For each node of `plan`: what an update makes of the content that the plan has seen in the
/// target, in the words of content_summary(); empty where the content stays, or was not kept.
std::vector<std::string> content_summaries(const plan::Plan& plan);

/// Why a node is written, with `summary` of its content: "content differs: 2 blocks changed".
std::string reason_with(const plan::Node& node, const std::string& summary);

}  // namespace flowferry::report
