#include "pipeline/one_instance.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace flowferry::pipeline {
namespace {

using Names = std::map<ResourceKind, std::map<std::string, std::string>>;

/// The instance's name of what a bundle calls so.
std::string in_instance(const Names& names, ResourceKind kind, const std::string& name) {
  const auto of_kind = names.find(kind);
  if (of_kind == names.end()) return name;
  const auto there = of_kind->second.find(name);
  return there == of_kind->second.end() ? name : there->second;
}

/// By names of the source those of the target, where they differ.
Names known_names(const Names& source, const Names& target) {
  Names back;
  for (const auto& [kind, names] : target) {
    for (const auto& [here, there] : names) back[kind].emplace(there, here);
  }
  Names out;
  for (const auto& [kind, names] : source) {
    for (const auto& [here, there] : names) {
      std::string name = in_instance(back, kind, there);
      if (name != here) out[kind].emplace(here, std::move(name));
    }
  }
  // What the source calls as the instance does.
  for (const auto& [kind, names] : back) {
    for (const auto& [there, name] : names) {
      if (in_instance(source, kind, there) == there) out[kind].emplace(there, name);
    }
  }
  return out;
}

}  // namespace

mapping::Rules rules_between(const Config& config, const std::string& from, const std::string& to,
                             const Snapshot& source, const Snapshot& target) {
  mapping::Rules out = config.scope(from, to).rules;
  if (source.real_instance() != target.real_instance()) return out;
  const Names none;
  const Names& here = source.pulled_from ? source.pulled_from->names : none;
  const Names& there = target.pulled_from ? target.pulled_from->names : none;
  out.known = known_names(here, there);
  mapping::Rules said = config.said_for(from, to).rules;
  // A bundle in other words than its instance's is in those of the rules: what was added to it by
  // hand is, too.
  if (!here.empty() && there.empty()) return out;
  out.renames = std::move(said.renames);
  out.pins = std::move(said.pins);
  out.renamed = std::move(said.renamed);
  return out;
}

}  // namespace flowferry::pipeline
