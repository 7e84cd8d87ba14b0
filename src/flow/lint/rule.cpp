#include "flow/lint/rule.h"

#include <unordered_map>

#include "flow/lint/rule_lists.h"

namespace flowferry::flow::lint {

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = [] {
    std::vector<Rule> out = refused_rules();
    for (const Rule& rule : regretted_rules()) out.push_back(rule);
    return out;
  }();
  return all;
}

const Rule* find_rule(std::string_view id) {
  static const std::unordered_map<std::string_view, const Rule*> by_id = [] {
    std::unordered_map<std::string_view, const Rule*> out;
    for (const Rule& rule : rules()) out.emplace(rule.id, &rule);
    return out;
  }();
  const auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : found->second;
}

std::vector<std::string> rule_ids() {
  std::vector<std::string> out;
  for (const Rule& rule : rules()) out.emplace_back(rule.id);
  return out;
}

std::string_view to_string(Family family) {
  return family == Family::refused ? "publishing" : "practice";
}

}  // namespace flowferry::flow::lint
