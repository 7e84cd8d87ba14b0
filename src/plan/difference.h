// plan/difference.h
//
// What of a flow or module the target has otherwise, and so what an update has to change.
#pragma once

#include <string>

#include "base/findings.h"
#include "flow/module_version.h"
#include "model/resource.h"
#include "model/snapshot.h"
#include "plan/plan.h"

namespace flowferry::plan {

/// Tags that people set: without those of AWS ("aws:...").
Tags own_tags(const Tags& tags);

/// "team=sales, stage=prod".
std::string tags_text(const Tags& tags);

using flow::is_current_version;
using flow::same_settings;

/// Decides what becomes of `node`, whose wanted name, content, description, status and settings are
/// set: its action, reason, changes, the tags to set, and for an update the mark of what is
/// `there`. `flow` is the source's. Adds what cannot be changed to `findings`.
void compare(const Flow& flow, const Flow& there, Node& node, Findings& findings);

}  // namespace flowferry::plan
