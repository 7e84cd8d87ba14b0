#include "report/content_summary.h"

#include <algorithm>

#include "base/parallel.h"
#include "base/text.h"
#include "report/style.h"

namespace flowferry::report {

std::vector<std::string> content_summary(const flow::Comparison& content) {
  std::vector<std::string> parts;
  std::size_t added = 0, removed = 0, changed = 0, rewired = 0, notes = 0;
  for (const flow::BlockDifference& block : content.blocks) {
    if (!block.left) {
      ++added;
    } else if (!block.right) {
      ++removed;
    } else if (!block.parameters.empty()) {
      ++changed;
    } else if (!block.branches.empty() || !block.order_left.empty()) {
      ++rewired;
    } else {
      ++notes;
    }
  }
  std::vector<std::string> counts;
  const auto add = [&](std::size_t n, const char* what) {
    if (n == 0) return;
    counts.push_back((counts.empty() ? counted(n, "block") : std::to_string(n)) + " " + what);
  };
  add(changed, "changed");
  add(rewired, "re-wired");
  add(added, "added");
  add(removed, "removed");
  if (!counts.empty()) parts.push_back(join(counts, ", "));
  if (content.start) parts.emplace_back("another first block");
  if (!content.settings.empty()) parts.emplace_back("settings in the content");
  if (!content.other.empty()) parts.emplace_back("other members");
  if (notes > 0 || !content.metadata.empty()) parts.emplace_back("notes of the designer");
  if (content.rest) parts.emplace_back("a member that is given twice");
  if (content.shows()) return parts;
  if (!content.renewed.empty()) {
    parts.push_back(counted(content.renewed.size(), "identifier") + " renewed, nothing else");
  } else {
    parts.emplace_back("layout only");
  }
  return parts;
}

namespace {

std::string summary_of(const plan::Node& node) {
  const bool content =
      std::any_of(node.changes.begin(), node.changes.end(),
                  [](const plan::Change& change) { return change.what == "content"; });
  if (node.action != plan::Action::update || !content || !node.seen) return {};
  // What does not exist yet has no ARN: any that the target cannot have will do.
  const std::string filled = node.content.fill([](std::size_t n) {
    const std::string id = "to-be-created-" + std::to_string(n);
    return plan::Content::Identity{id, "arn:" + id};
  });
  const auto left = flow::Document::parse(node.seen->content);
  const auto right = flow::Document::parse(filled);
  if (!left || !right) return {};
  return join(content_summary(flow::compare(*left, *right)), ", ");
}

}  // namespace

std::vector<std::string> content_summaries(const plan::Plan& plan) {
  std::vector<std::string> out(plan.nodes.size());
  parallel_for(out.size(), [&](std::size_t n) { out[n] = summary_of(plan.nodes[n]); });
  return out;
}

std::string reason_with(const plan::Node& node, const std::string& summary) {
  if (summary.empty()) return node.reason;
  return node.reason + (node.reason.ends_with("content differs") ? ": " : "; content: ") + summary;
}

}  // namespace flowferry::report
