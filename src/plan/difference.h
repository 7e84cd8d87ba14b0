// plan/difference.h
//
// What of a flow or module the target has otherwise, and so what an update has to change.
#pragma once

#include <string>

#include "base/findings.h"
#include "model/resource.h"
#include "model/snapshot.h"
#include "plan/plan.h"

namespace flowferry::plan {

/// Tags that people set: without those of AWS ("aws:...").
Tags own_tags(const Tags& tags);

/// "team=sales, stage=prod".
std::string tags_text(const Tags& tags);

/// Whether two contracts of modules mean the same; an empty one is one without members.
bool same_settings(const std::string& a, const std::string& b);

/// Whether `version`, of the module of `source` with this id, has what that module is carried with:
/// its published content and contract.
bool is_current_version(const Snapshot& source, const std::string& module, const Flow& version);

/// Decides what becomes of `node`, whose wanted name, content, description, status and settings are
/// set: its action, reason, changes, the tags to set, and for an update the mark of what is
/// `there`. `flow` is the source's. Adds what cannot be changed to `findings`.
void compare(const Flow& flow, const Flow& there, Node& node, Findings& findings);

}  // namespace flowferry::plan
