#include "flow/comparison_words.h"

#include <utility>

#include "base/text.h"

namespace flowferry::flow {
namespace {

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

std::string way_words(const Branch& branch) {
  switch (branch.kind) {
    case Branch::Kind::next:
      return "next";
    case Branch::Kind::error:
      return "on " + (branch.label.empty() ? "an error without type" : branch.label);
    case Branch::Kind::condition:
      return "if " + (branch.label.empty() ? "a condition that is not given" : branch.label);
  }
  return {};
}

Line value_line(const ValueChange& change) {
  return {change.path, value_words(change.left), value_words(change.right)};
}

}  // namespace

std::string resource_words(const ResourceName& resource) {
  std::string out = std::string(label(resource.kind)) + " " + quoted(resource.name);
  if (!resource.qualifier.empty()) out += " (" + resource.qualifier + ")";
  return out;
}

std::string value_words(const SideValue& value) {
  if (!value.present) return {};
  if (value.resource) return resource_words(*value.resource);
  return value.is_text ? quoted(value.value) : value.value;
}

std::string block_words(const BlockName& block) {
  if (block.type.empty()) return quoted(block.identifier) + " (no such block)";
  if (block.named) return quoted(block.identifier) + " (" + block_title(block.type) + ")";
  return block_title(block.type) + " " + block.identifier.substr(0, 8);
}

std::string target_words(const Branch& branch) {
  return branch.target ? block_words(*branch.target) : "nowhere";
}

Line branch_line(const BranchChange& change) {
  Line out;
  if (change.left && change.right && change.left->label != change.right->label) {
    out.place = "condition";
    out.left = change.left->label + ", to " + target_words(*change.left);
    out.right = change.right->label + ", to " + target_words(*change.right);
    return out;
  }
  out.place = way_words(change.left ? *change.left : *change.right);
  if (change.left) out.left = target_words(*change.left);
  if (change.right) out.right = target_words(*change.right);
  return out;
}

std::vector<BlockLine> block_lines(const BlockDifference& block) {
  std::vector<BlockLine> out;
  for (const ValueChange& change : block.parameters) out.push_back({value_line(change), false});
  for (const BranchChange& change : block.branches) out.push_back({branch_line(change), false});
  if (!block.order_left.empty()) {
    out.push_back(
        {{"order of conditions", join(block.order_left, "; "), join(block.order_right, "; ")},
         false});
  }
  for (const ValueChange& change : block.notes) {
    Line line = value_line(change);
    line.place = "note " + line.place;
    out.push_back({std::move(line), true});
  }
  return out;
}

std::vector<PlacedLine> listed(const Comparison& comparison, std::size_t most) {
  std::vector<PlacedLine> out;
  const auto add = [&](Line line, const BlockName* block = nullptr, bool note = false) {
    if (out.size() >= most) return;
    PlacedLine placed{std::move(line), {}, {}, note};
    if (block != nullptr) {
      placed.action = block->identifier;
      placed.type = block->type;
    }
    out.push_back(std::move(placed));
  };
  if (comparison.start) {
    add({"StartAction", comparison.start->left ? target_words(*comparison.start->left) : "",
         comparison.start->right ? target_words(*comparison.start->right) : ""});
  }
  for (const auto* changes : {&comparison.other, &comparison.settings, &comparison.metadata}) {
    const bool note = changes == &comparison.metadata;
    for (const ValueChange& change : *changes) add(value_line(change), nullptr, note);
  }
  for (const BlockDifference& block : comparison.blocks) {
    const BlockName& name = block.left ? *block.left : *block.right;
    if (!block.left || !block.right) {
      const std::string words = block_words(name);
      add({"", block.left ? words : "", block.right ? words : ""}, &name);
      continue;
    }
    std::size_t parameters = block.parameters.size();  // They come first.
    for (BlockLine& line : block_lines(block)) {
      const bool note = line.note;
      const bool parameter = parameters > 0;
      if (parameter) --parameters;
      const bool of_block = line.place == "Type" || line.place.starts_with("Transitions");
      if (parameter && !of_block) line.place = "Parameters." + line.place;
      add(std::move(line), &name, note);
    }
  }
  for (const Moved& moved : comparison.moved) {
    add({moved.block ? "place in the designer" : "place of the entry point", moved.left,
         moved.right},
        moved.block ? &*moved.block : nullptr, true);
  }
  for (const Renewed& renewed : comparison.renewed)
    add({"identifier", renewed.left, renewed.right}, nullptr, true);
  if (comparison.internals > 0) add({"what the designer keeps for itself", "", ""}, nullptr, true);
  if (comparison.rest) add({"a member that is given twice", "", ""});
  return out;
}

}  // namespace flowferry::flow
