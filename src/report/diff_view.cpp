#include "report/diff_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json/value.h"
#include "base/text.h"
#include "flow/comparison_words.h"
#include "plan/alias_changes.h"
#include "report/content_summary.h"
#include "report/style.h"

namespace flowferry::report {
namespace {

using What = plan::FlowDifference::What;

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

DiffLine value_line(const flow::ValueChange& change, bool faint = false) {
  return {change.path, flow::value_words(change.left), flow::value_words(change.right), faint};
}

DiffBlock block_of(const flow::BlockDifference& block) {
  DiffBlock out;
  out.sign = !block.right ? Sign::left_only : !block.left ? Sign::right_only : Sign::changed;
  const flow::BlockName& name = block.right ? *block.right : *block.left;
  out.title = flow::block_words(name);
  if (!name.named) out.identifier = name.identifier;
  for (flow::BlockLine& line : flow::block_lines(block)) {
    out.lines.push_back(
        {std::move(line.place), std::move(line.left), std::move(line.right), line.note});
  }
  return out;
}

std::string blocks(std::size_t n) {
  return counted(n, "block");
}

/// The places where two values differ; a null pointer is a value that is not there.
void differing_places(const json::Value* left, const json::Value* right, const std::string& path,
                      std::vector<DiffLine>& out) {
  const auto both = [&](auto is) { return left && right && (left->*is)() && (right->*is)(); };
  if (both(&json::Value::is_object)) {
    for (const auto& [name, value] : left->members()) {
      differing_places(&value, right->find(name), path + "." + name, out);
    }
    for (const auto& [name, value] : right->members()) {
      if (left->find(name) == nullptr) differing_places(nullptr, &value, path + "." + name, out);
    }
    return;
  }
  if (both(&json::Value::is_array)) {
    const auto item = [](const json::Value& list, std::size_t i) {
      return i < list.items().size() ? &list.items()[i] : nullptr;
    };
    for (std::size_t i = 0; item(*left, i) != nullptr || item(*right, i) != nullptr; ++i) {
      differing_places(item(*left, i), item(*right, i), path + "[" + std::to_string(i) + "]", out);
    }
    return;
  }
  DiffLine line{path, left ? left->dump() : "", right ? right->dump() : "", false};
  if (line.left != line.right) out.push_back(std::move(line));
}

/// A module's contract, place by place. Nothing where it cannot be taken apart.
std::vector<DiffLine> contract_lines(const plan::Change& change) {
  const auto left = json::parse(change.from.empty() ? "{}" : change.from);
  const auto right = json::parse(change.to.empty() ? "{}" : change.to);
  std::vector<DiffLine> out;
  if (left && right) differing_places(&*left, &*right, "settings", out);
  return out;
}

/// Members with one change each, but tags with one line a tag.
void metadata_lines(const std::vector<plan::Change>& changes, const char* remark, bool faint,
                    std::vector<DiffLine>& out) {
  for (const plan::Change& change : changes) {
    const bool plain = change.what != "settings";
    const bool alias = plan::is_of_alias(change);
    if (auto places = plain ? std::vector<DiffLine>() : contract_lines(change); !places.empty()) {
      for (DiffLine& line : places) {
        line.faint = faint;
        out.push_back(std::move(line));
      }
      continue;
    }
    const auto words = [&](const std::string& value) {
      return value.empty() || alias || !plain ? value : quoted(value);
    };
    out.push_back({change.what + remark, words(change.from), words(change.to), faint});
  }
}

void layout_lines(const flow::Comparison& content, DiffFlow& out) {
  for (const flow::Moved& moved : content.moved) {
    const std::string place = "place of " + (moved.block ? flow::block_words(*moved.block)
                                                         : std::string("the entry point"));
    out.lines.push_back({place, moved.left, moved.right, true});
  }
  for (const flow::Renewed& renewed : content.renewed) {
    out.lines.push_back({"identifier", renewed.left, renewed.right, true});
  }
}

void content_of(const flow::Comparison& content, Layout layout, DiffFlow& out) {
  if (content.start) {
    DiffLine line{"begins with", {}, {}, false};
    if (content.start->left) line.left = flow::target_words(*content.start->left);
    if (content.start->right) line.right = flow::target_words(*content.start->right);
    out.lines.push_back(std::move(line));
  }
  for (const auto& change : content.settings) out.lines.push_back(value_line(change));
  for (const auto& change : content.other) out.lines.push_back(value_line(change));
  for (const auto& change : content.metadata) out.lines.push_back(value_line(change, true));
  for (const auto& block : content.blocks) out.blocks.push_back(block_of(block));
  if (layout == Layout::shown) {
    layout_lines(content, out);
    return;
  }
  std::vector<std::string> hidden;
  if (!content.moved.empty()) hidden.push_back(blocks(content.moved.size()) + " moved");
  if (!content.renewed.empty()) {
    hidden.push_back(counted(content.renewed.size(), "identifier") + " renewed");
  }
  if (!hidden.empty()) {
    out.notes.push_back("layout: " + join(hidden, ", ") + " (flowferry diff --layout shows it)");
  } else if (content.internals > 0 && !content.shows()) {
    out.notes.emplace_back("only what the designer keeps for itself differs");
  }
}

DiffFlow flow_of(const plan::FlowDifference& flow, const plan::EnvironmentComparison& all,
                 Layout layout) {
  DiffFlow out;
  out.type = flow.kind == ResourceKind::flow_module ? "flow module" : flow.type;
  out.name = flow.name();
  out.counts = flow.counts();
  const auto only = [&](const std::string& side) {
    out.summary = "only in " + side;
    if (flow.blocks > 0) out.summary += " (" + blocks(flow.blocks) + ")";
  };
  switch (flow.what) {
    case What::left_only:
      out.sign = Sign::left_only;
      only(all.left);
      return out;
    case What::right_only:
      out.sign = Sign::right_only;
      only(all.right);
      return out;
    case What::unclear:
      out.sign = Sign::unclear;
      out.summary = "cannot be compared: " + flow.problem;
      return out;
    default:
      break;
  }
  std::vector<std::string> parts;
  if (flow.what == What::renamed) {
    out.renamed = flow.right_name;
    parts.emplace_back("renamed");
  } else if (flow.left_name != flow.right_name) {
    out.renamed = flow.right_name;
  }
  if (flow.content) {
    for (std::string& part : content_summary(*flow.content)) parts.push_back(std::move(part));
  }
  for (const plan::Change& change : flow.metadata) parts.push_back(change.what);
  if (parts.empty()) {
    for (const plan::Change& change : flow.left_alone) parts.push_back(change.what);
    out.summary = join(parts, "; ") + ", which a migration leaves as it is";
  } else {
    out.summary = join(parts, "; ");
  }
  metadata_lines(flow.metadata, "", false, out.lines);
  metadata_lines(flow.left_alone, " (stays)", true, out.lines);
  if (flow.content) content_of(*flow.content, layout, out);
  return out;
}

std::string where(const Instance& instance) {
  if (!instance.origin.empty()) return instance.origin;
  std::vector<std::string> parts;
  for (const std::string& part : {instance.alias.empty() ? instance.id : instance.alias,
                                  instance.region, "account " + instance.account}) {
    if (!part.empty() && part != "account ") parts.push_back(part);
  }
  return join(parts, ", ");
}

std::string totals_of(const plan::EnvironmentComparison& all) {
  std::size_t changed = 0, renamed = 0, left = 0, right = 0, unclear = 0;
  for (const plan::FlowDifference& flow : all.flows) {
    if (!flow.counts()) continue;
    switch (flow.what) {
      case What::left_only:
        ++left;
        break;
      case What::right_only:
        ++right;
        break;
      case What::renamed:
        ++renamed;
        break;
      case What::unclear:
        ++unclear;
        break;
      case What::changed:
        ++changed;
    }
  }
  std::vector<std::string> parts;
  const auto add = [&](std::size_t n, const std::string& what) {
    if (n > 0) parts.push_back(std::to_string(n) + " " + what);
  };
  add(changed, changed == 1 ? "differs" : "differ");
  add(renamed, "renamed");
  add(left, "only in " + all.left);
  add(right, "only in " + all.right);
  add(unclear, "not comparable");
  const std::string same = std::to_string(all.same) + " the same";
  if (parts.empty()) return "No differences: " + same + ".";
  return "Flows and modules: " + join(parts, ", ") + "; " + same + ".";
}

}  // namespace

DiffView diff_view(const plan::EnvironmentComparison& comparison, Layout layout) {
  DiffView out;
  out.left = comparison.left;
  out.right = comparison.right;
  out.left_where = where(comparison.left_instance);
  out.right_where = where(comparison.right_instance);
  for (const auto& flow : comparison.flows) {
    out.flows.push_back(flow_of(flow, comparison, layout));
  }
  for (const auto& resource : comparison.resources) {
    std::string words = fmt::format("{} \"{}\"", label(resource.kind), resource.name);
    if (!resource.used_by.empty()) {
      std::vector<std::string> users;
      for (const std::string& user : resource.used_by) users.push_back(quoted(user));
      words += ", which " + join(users, ", ") + (users.size() == 1 ? " uses" : " use");
    }
    (resource.on_left ? out.left_resources : out.right_resources).push_back(std::move(words));
  }
  for (const Finding& finding : comparison.warnings) {
    std::string text = finding.where.name.empty() ? "" : quoted(finding.where.name) + ": ";
    out.warnings.push_back(text + finding.text);
  }
  out.totals = totals_of(comparison);
  out.differs = comparison.differs();
  return out;
}

std::pair<std::size_t, std::size_t> common_ends(std::string_view a, std::string_view b) {
  const auto inside = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  std::size_t begin = 0;
  while (begin < a.size() && begin < b.size() && a[begin] == b[begin]) ++begin;
  while (begin > 0 &&
         ((begin < a.size() && inside(a[begin])) || (begin < b.size() && inside(b[begin])))) {
    --begin;
  }
  std::size_t end = 0;
  const std::size_t most = std::min(a.size(), b.size()) - begin;
  while (end < most && a[a.size() - 1 - end] == b[b.size() - 1 - end]) ++end;
  while (end > 0 && inside(a[a.size() - end])) --end;
  return {begin, end};
}

char sign_character(Sign sign) {
  switch (sign) {
    case Sign::left_only:
      return '-';
    case Sign::right_only:
      return '+';
    case Sign::changed:
      return '~';
    case Sign::unclear:
      return '!';
  }
  return ' ';
}

}  // namespace flowferry::report
