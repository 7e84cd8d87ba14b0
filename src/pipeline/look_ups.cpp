#include "pipeline/look_ups.h"

#include <algorithm>
#include <utility>

#include "model/arn.h"

namespace flowferry::pipeline {
namespace {

/// Those of `aliases` for which no alias with the same ids is associated with the target.
std::set<std::string> unknown_bots(const std::set<std::string>& aliases, const Snapshot& target) {
  std::set<std::string> unknown;
  const Inventory* there = target.inventory(ResourceKind::lex_v2_bot_alias);
  if (there == nullptr) return unknown;
  for (const std::string& text : aliases) {
    const auto arn = parse_arn(text);
    const auto alias = arn ? parse_lex_alias_arn(*arn) : std::nullopt;
    if (!alias) continue;
    Arn moved = *arn;
    moved.partition = target.instance.partition;
    moved.region = target.instance.region;
    moved.account = target.instance.account;
    if (there->by_arn(moved.text()) == nullptr) unknown.insert(text);
  }
  return unknown;
}

}  // namespace

void LookUps::want(const Needs& needs) {
  list(source_, needs.source_kinds);
  list(target_, needs.target_kinds);
  for (const std::string& id : needs.source_modules) {
    list_aliases(source_, id);
    const Inventory* here = source_.snapshot.inventory(ResourceKind::flow_module);
    const Inventory* there = target_.snapshot.inventory(ResourceKind::flow_module);
    const Resource* module = here == nullptr ? nullptr : here->by_id(id);
    if (module == nullptr || there == nullptr) continue;
    const std::string name = rules_.target_name(ResourceKind::flow_module, module->name);
    for (const Resource* same : there->by_name(name)) list_aliases(target_, same->id);
  }
  lex_aliases_.insert(needs.lex_aliases.begin(), needs.lex_aliases.end());
  name_bots();
}

void LookUps::want_of_source(const std::set<ResourceKind>& kinds) {
  list(source_, kinds);
}

Task<Result<bool>> LookUps::wait() {
  co_return co_await group_.wait();
}

void LookUps::list(snapshot::Environment& environment, const std::set<ResourceKind>& kinds) {
  for (const ResourceKind kind : kinds) {
    if (!has_lookup(kind) || environment.snapshot.inventories.contains(kind)) continue;
    const std::string name = name_of(environment, std::string(to_string(kind)));
    if (group_.contains(name)) continue;
    expect(1);
    group_.add(name, list_one(environment, kind));
  }
}

Task<Result<bool>> LookUps::list_one(snapshot::Environment& environment, ResourceKind kind) {
  std::set<ResourceKind> kinds = {kind};
  auto listed = co_await snapshot::list_kinds(environment, std::move(kinds), progress_);
  if (!listed) co_return fail(std::move(listed).error());
  if (&environment == &target_ && kind == ResourceKind::lex_v2_bot_alias) name_bots();
  co_return true;
}

void LookUps::list_aliases(snapshot::Environment& environment, const std::string& module_id) {
  if (environment.snapshot.module_aliases.contains(module_id)) return;
  const std::string name = name_of(environment, "the aliases of " + module_id);
  if (group_.contains(name)) return;
  expect(1);
  std::set<std::string> ids = {module_id};
  group_.add(name, snapshot::list_module_aliases(environment, std::move(ids), progress_));
}

void LookUps::name_bots() {
  const std::set<std::string> unknown = unknown_bots(lex_aliases_, target_.snapshot);
  if (unknown.empty()) return;
  for (const std::string& arn : unknown) name_bot(source_, arn);
  const Inventory* there = target_.snapshot.inventory(ResourceKind::lex_v2_bot_alias);
  for (const Resource& alias : there->all()) name_bot(target_, alias.arn);
}

void LookUps::name_bot(snapshot::Environment& environment, const std::string& arn) {
  if (environment.snapshot.lex_alias_names.contains(arn)) return;
  const std::string name = name_of(environment, "the bot " + arn);
  if (group_.contains(name)) return;
  expect(1);
  std::set<std::string> arns = {arn};
  group_.add(name, snapshot::name_lex_aliases(environment, std::move(arns), progress_));
}

/// Of a task: those of the source sort first.
std::string LookUps::name_of(const snapshot::Environment& environment,
                             const std::string& what) const {
  return (&environment == &source_ ? "1 " : "2 ") + what;
}

}  // namespace flowferry::pipeline
