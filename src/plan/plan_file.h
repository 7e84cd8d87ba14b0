// plan/plan_file.h
//
// A plan as a JSON document, to be reviewed, kept and applied later. Format version 1
// (docs/formats.md):
//
//   { "format": "flowferry-plan", "version": 1, "flowferry": "0.1.0", "from": …, "to": …,
//   "created": …,
//     "source": {instance}, "target": {instance}, "digest": …, "fewest_stubs": …, "nodes": [...],
//     "operations": [...], "findings": [...], "checksum": SHA-256 of all members before it }
//
// A hole in a content is an object {"node": n, "as": "arn"|"id", "qualifier": …} between strings.
// The checksum tells damage, not forgery: who can write the file can write the target.
#pragma once

#include <string>
#include <string_view>

#include "base/json/value.h"
#include "base/result.h"
#include "base/sink.h"
#include "plan/plan.h"

namespace flowferry::plan {

inline constexpr std::string_view k_plan_format = "flowferry-plan";
inline constexpr int k_plan_version = 1;

/// The file's text, ending in a line feed, in pieces of about 64 kB or one node: it is never whole
/// in memory. Errors: the sink's.
Result<void> write_plan(const Plan& plan, const Sink& sink);
/// The whole of it, for small plans.
std::string write_plan(const Plan& plan);

/// Errors: malformed (damaged, not a plan, cut off), refused (another version), each with a hint.
/// Beside the text only the plan itself takes memory.
Result<Plan> read_plan(std::string_view text);

/// A finding as JSON: id, severity, kind, name (of the flow), where {...}, text, help, resource
/// {...}.
json::Value to_json(const Finding& finding);
std::string_view to_string(Severity severity);

}  // namespace flowferry::plan
