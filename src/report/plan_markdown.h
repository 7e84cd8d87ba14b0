// report/plan_markdown.h
//
// A plan as a comment of a pull request (GitHub, GitLab: Markdown with HTML's folds).
#pragma once

#include <string>

#include "plan/cost.h"
#include "plan/plan.h"

namespace flowferry::report {

/// What is created, updated and deleted as a table, with the reasons; problems and warnings by
/// flow; what is skipped, folded. Names are text, whatever characters they have. At most about
/// 60,000 characters (a comment of GitHub takes 65,536): of more, it says how many lines are left
/// out.
std::string plan_markdown(const plan::Plan& plan, const plan::Cost& cost);

}  // namespace flowferry::report
