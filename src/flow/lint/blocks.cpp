#include "flow/lint/blocks.h"

#include <algorithm>

#include "base/text.h"

namespace flowferry::flow::lint {

using json::k_none;
using json::Kind;

Blocks::Blocks(const Document& document) : document_(document) {
  const auto& actions = document.actions();
  blocks_.resize(actions.size());
  by_identifier_.reserve(actions.size());
  for (std::uint32_t i = 0; i < actions.size(); ++i) {
    by_identifier_.emplace_back(actions[i].identifier, i);
  }
  // Of blocks with one identifier the first counts.
  std::sort(by_identifier_.begin(), by_identifier_.end());
  for (std::uint32_t i = 0; i < actions.size(); ++i) {
    blocks_[i].action = &actions[i];
    blocks_[i].spec = find_action_spec(actions[i].type);
    read_branches(blocks_[i]);
  }
  const std::uint32_t start = document.member(0, "StartAction");
  if (start != k_none) start_ = find(start);
  if (start_ == k_no_block) return;
  const auto reachable = reached({start_}, [](const Block&, const Branch&) { return true; });
  for (std::size_t i = 0; i < blocks_.size(); ++i) blocks_[i].reachable = reachable[i] != 0;
}

std::uint32_t Blocks::find(std::uint32_t node) const {
  if (document_.node(node).kind != Kind::string) return k_no_block;
  const std::string identifier = document_.text(node);
  const auto at = std::lower_bound(
      by_identifier_.begin(), by_identifier_.end(), identifier,
      [](const auto& entry, const std::string& name) { return entry.first < name; });
  return at == by_identifier_.end() || at->first != identifier ? k_no_block : at->second;
}

void Blocks::read_branches(Block& block) {
  const auto text = [&](std::uint32_t object, std::string_view name) {
    const std::uint32_t node = document_.member(object, name);
    return node != k_none && document_.node(node).kind == Kind::string ? document_.text(node)
                                                                       : std::string();
  };
  const std::uint32_t transitions = document_.member(block.action->node, "Transitions");
  if (transitions == k_none || document_.node(transitions).kind != Kind::object) return;
  block.transitions = transitions;
  if (const std::uint32_t next = document_.member(transitions, "NextAction"); next != k_none) {
    Branch branch;
    branch.node = next;
    branch.target = find(next);
    block.branches.push_back(std::move(branch));
  }
  for (const Branch::Kind kind : {Branch::Kind::error, Branch::Kind::condition}) {
    const bool is_error = kind == Branch::Kind::error;
    const std::uint32_t list = document_.member(transitions, is_error ? "Errors" : "Conditions");
    if (list == k_none || document_.node(list).kind != Kind::array) continue;
    for (std::uint32_t i = list + 1; i < document_.node(list).next; i = document_.node(i).next) {
      Branch branch;
      branch.kind = kind;
      branch.node = i;
      if (const std::uint32_t next = document_.member(i, "NextAction"); next != k_none) {
        branch.target = find(next);
      }
      if (is_error) {
        branch.error = text(i, "ErrorType");
      } else {
        const std::uint32_t condition = document_.member(i, "Condition");
        branch.operation = text(condition, "Operator");
        const std::uint32_t operands = document_.member(condition, "Operands");
        if (operands != k_none && document_.node(operands).kind == Kind::array) {
          for (std::uint32_t o = operands + 1; o < document_.node(operands).next;
               o = document_.node(o).next) {
            branch.operands.push_back(o);
          }
        }
      }
      block.branches.push_back(std::move(branch));
    }
  }
}

std::string Blocks::text(const Block& block, std::string_view name) const {
  const std::uint32_t node = parameter(block, name);
  return node != k_none && document_.node(node).kind == Kind::string ? document_.text(node)
                                                                     : std::string();
}

std::vector<char> Blocks::reached(const std::vector<std::uint32_t>& from,
                                  const Passes& passes) const {
  std::vector<char> out(blocks_.size(), 0);
  std::vector<std::uint32_t> work;
  for (const std::uint32_t i : from) {
    if (i == k_no_block || out[i] != 0) continue;
    out[i] = 1;
    work.push_back(i);
  }
  while (!work.empty()) {
    const Block& block = blocks_[work.back()];
    work.pop_back();
    for (const Branch& branch : block.branches) {
      if (branch.target == k_no_block || out[branch.target] != 0 || !passes(block, branch))
        continue;
      out[branch.target] = 1;
      work.push_back(branch.target);
    }
  }
  return out;
}

std::vector<char> Blocks::leading_to(const std::function<bool(const Block&)>& goal) const {
  std::vector<std::vector<std::uint32_t>> back(blocks_.size());
  std::vector<char> out(blocks_.size(), 0);
  std::vector<std::uint32_t> work;
  for (std::uint32_t i = 0; i < blocks_.size(); ++i) {
    for (const Branch& branch : blocks_[i].branches) {
      if (branch.target != k_no_block) back[branch.target].push_back(i);
    }
    if (!goal(blocks_[i])) continue;
    out[i] = 1;
    work.push_back(i);
  }
  while (!work.empty()) {
    const std::uint32_t i = work.back();
    work.pop_back();
    for (const std::uint32_t before : back[i]) {
      if (out[before] != 0) continue;
      out[before] = 1;
      work.push_back(before);
    }
  }
  return out;
}

bool is_dynamic(std::string_view value) {
  return value.starts_with("$.") || value.starts_with("$[");
}

bool is_true(std::string_view value) {
  return equals_ignoring_ascii_case(value, "true");
}

}  // namespace flowferry::flow::lint
