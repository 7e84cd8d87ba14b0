#include "report/plan_markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.h"
#include "report/content_summary.h"
#include "report/escape.h"
#include "report/style.h"

namespace flowferry::report {
namespace {

using plan::Action;
using plan::Node;

/// Of a comment of GitHub's 65,536, with room for what stands around it.
constexpr std::size_t k_room = 60000;

/// Adds whole lines as long as there is room, and counts the others.
class Page {
 public:
  void add(const std::string& line) {
    text_ += line;
    taken_ += count_code_points(line);
  }
  void add_if_room(const std::string& line) {
    if (taken_ + count_code_points(line) > k_room)
      ++left_out_;
    else
      add(line);
  }
  std::string end() {
    if (left_out_ > 0)
      text_ += fmt::format("\n… and {} more, which `flowferry plan` shows.\n",
                           counted(left_out_, "line"));
    return std::move(text_);
  }

 private:
  std::string text_;
  std::size_t taken_ = 0;
  std::size_t left_out_ = 0;
};

std::string code(std::string_view text) {
  return "<code>" + markdown_escaped(text) + "</code>";
}

std::string type_of(const Node& node) {
  return node.kind == ResourceKind::flow_module ? "flow module" : node.type;
}

/// `summary`: of its content.
std::string row(const plan::Plan& plan, const Node& node, const std::string& summary) {
  std::string sign = "✏️ update", reason = markdown_escaped(reason_with(node, summary));
  if (node.action == Action::create) sign = node.stub ? "➕ create (stub first)" : "➕ create";
  if (node.action == Action::remove) sign = "➖ delete";
  if (node.stub && !node.circle.empty()) {
    reason = "opens the circle ";
    for (const std::size_t member : node.circle) reason += code(plan.nodes[member].name) + " → ";
    reason += code(plan.nodes[node.circle.front()].name);
  }
  for (const plan::Change& change : node.changes) {
    if (change.what != "content" && change.what != "settings")
      reason += fmt::format("; {}: {} → {}", markdown_escaped(change.what),
                            change.from.empty() ? "none" : code(change.from),
                            change.to.empty() ? "none" : code(change.to));
  }
  std::string name = code(node.name);
  if (!node.source_name.empty() && node.source_name != node.name)
    name += " (in the source " + code(node.source_name) + ")";
  return fmt::format("| {} | {} | {} | {} |\n", sign, markdown_escaped(type_of(node)), name,
                     reason);
}

std::string flow_of(const Finding& finding) {
  if (finding.where.name.empty()) return "In general";
  const auto kind = kind_from_string(finding.where.kind);
  return std::string(kind ? label(*kind) : "flow") + " " + code(finding.where.name);
}

std::string finding_line(const Finding& finding) {
  std::string out = "- " + flow_of(finding);
  if (!finding.where.action.empty()) {
    out += ", block " + code(finding.where.action);
    if (!finding.where.action_type.empty())
      out += " (" + markdown_escaped(finding.where.action_type) + ")";
  }
  if (!finding.where.parameter.empty()) out += ", " + code(finding.where.parameter);
  out += ": " + markdown_escaped(finding.text) + " <sub>" + markdown_escaped(finding.id) + "</sub>";
  if (!finding.closest.empty()) {
    std::vector<std::string> names;
    for (const std::string& name : finding.closest) names.push_back(code(name));
    out += "; closest in the target: " + join(names, ", ");
  }
  if (!finding.help.empty()) out += "; what to do: " + markdown_escaped(finding.help);
  return out + "\n";
}

void add_findings(Page& page, const plan::Plan& plan, Severity severity) {
  for (const Finding& finding : plan.findings) {
    if (finding.severity == severity) page.add_if_room(finding_line(finding));
  }
}

std::size_t count(const plan::Plan& plan, Severity severity) {
  return static_cast<std::size_t>(
      std::count_if(plan.findings.begin(), plan.findings.end(),
                    [&](const Finding& f) { return f.severity == severity; }));
}

std::size_t count(const plan::Plan& plan, Action action) {
  return static_cast<std::size_t>(
      std::count_if(plan.nodes.begin(), plan.nodes.end(),
                    [&](const Node& node) { return node.action == action; }));
}

void add_skipped(Page& page, const plan::Plan& plan) {
  const std::size_t skipped = count(plan, Action::skip);
  if (skipped == 0) return;
  page.add(fmt::format("\n<details><summary>{} skipped</summary>\n\n", skipped));
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const Node& node : plan.nodes) {
    if (node.action == Action::skip) by_reason[node.reason].push_back(code(node.name));
  }
  for (const auto& [reason, names] : by_reason)
    page.add_if_room("- " + markdown_escaped(reason) + ": " + join(names, ", ") + "\n");
  page.add("\n</details>\n");
}

}  // namespace

std::string plan_markdown(const plan::Plan& plan, const plan::Cost& cost) {
  Page page;
  const std::size_t problems = count(plan, Severity::error);
  page.add(fmt::format("### flowferry plan: {} → {}\n\n", code(plan.from), code(plan.to)));
  page.add(fmt::format("**{} to create, {} to update", count(plan, Action::create),
                       count(plan, Action::update)));
  if (const std::size_t removals = count(plan, Action::remove); removals > 0)
    page.add(fmt::format(", {} to delete", removals));
  page.add(fmt::format("**, {} unchanged, {} skipped; {}.\n", count(plan, Action::unchanged),
                       count(plan, Action::skip), counted(problems, "problem")));
  if (problems > 0) {
    page.add("\n**Nothing will be written before these are solved:**\n\n");
    add_findings(page, plan, Severity::error);
  }
  bool any = false;
  const std::vector<std::string> summaries = content_summaries(plan);
  for (const Action action : {Action::create, Action::update, Action::remove}) {
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
      const Node& node = plan.nodes[n];
      if (node.action != action) continue;
      if (!any) page.add("\n| | Type | Name | Why |\n| --- | --- | --- | --- |\n");
      any = true;
      page.add_if_room(row(plan, node, summaries[n]));
    }
  }
  if (const std::size_t warnings = count(plan, Severity::warning); warnings > 0) {
    page.add(fmt::format("\n<details><summary>{}</summary>\n\n", counted(warnings, "warning")));
    add_findings(page, plan, Severity::warning);
    page.add("\n</details>\n");
  }
  add_skipped(page, plan);
  if (!cost.calls.empty() && cost.floor_seconds > 0)
    page.add(fmt::format("\nIt takes at least {} at the service's quotas.\n",
                         duration_text(cost.floor_seconds)));
  return page.end();
}

}  // namespace flowferry::report
