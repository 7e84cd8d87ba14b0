#include "snapshot/capture.h"

#include <algorithm>

#include "base/group.h"
#include "model/arn.h"
#include "snapshot/flow_reader.h"

namespace flowferry::snapshot {
namespace {

std::string reading(const Environment& environment, std::string_view what) {
  return "reading " + std::string(what) + " of \"" + environment.name + "\"";
}

using TakePage = std::function<void(const std::vector<Resource>&)>;

Task<Result<bool>> list_one_kind_of_flow(Environment& environment, ResourceKind kind,
                                         const TakePage& take) {
  Inventory& inventory = environment.snapshot.inventories[kind];
  inventory = Inventory();
  std::function<void(std::vector<Resource>)> add = [&](std::vector<Resource> page) {
    for (const Resource& flow : page) inventory.add(flow);
    if (take) take(page);
  };
  auto listed = co_await environment.client->list_flow_pages(kind, std::move(add));
  if (!listed) {
    environment.snapshot.inventories.erase(kind);
    co_return fail(std::move(listed).error().during(reading(
        environment, kind == ResourceKind::contact_flow ? "the flows" : "the flow modules")));
  }
  co_return true;
}

/// One that could not be read is told of, once, by whoever wants it.
void tell_unreadable(const Finding& finding, Findings& findings) {
  const bool told = std::any_of(findings.begin(), findings.end(), [&](const Finding& f) {
    return f.id == finding.id && f.arn == finding.arn;
  });
  if (!told) findings.push_back(finding);
}

}  // namespace

bool concerns_everything(const Error& error) {
  switch (error.kind) {
    case ErrorKind::credentials:
    case ErrorKind::network:
    case ErrorKind::cancelled:
    case ErrorKind::throttled:
      return true;
    default:
      return false;
  }
}

Task<Result<bool>> list_flows(Environment& environment, TakePage take) {
  if (environment.client == nullptr) {
    for (const ResourceKind kind : {ResourceKind::contact_flow, ResourceKind::flow_module}) {
      const Inventory* inventory = environment.snapshot.inventory(kind);
      if (take && inventory != nullptr) take(inventory->all());
    }
    co_return true;
  }
  std::vector<Task<Result<bool>>> tasks;
  tasks.push_back(list_one_kind_of_flow(environment, ResourceKind::contact_flow, take));
  tasks.push_back(list_one_kind_of_flow(environment, ResourceKind::flow_module, take));
  co_return co_await gather_results(std::move(tasks));
}

Task<Result<bool>> describe_flows(Environment& environment, std::vector<FlowKey> wanted,
                                  Progress& progress, Findings& findings) {
  if (environment.client == nullptr) co_return true;
  FlowReader reader(environment, progress);
  reader.want(wanted);
  auto read = co_await reader.finish();
  for (const FlowKey& key : wanted) {
    const auto found = environment.unreadable.find(key.id);
    if (found != environment.unreadable.end()) tell_unreadable(found->second, findings);
  }
  co_return read;
}

namespace {

Task<Result<bool>> list_one_kind(Environment& environment, ResourceKind kind, Progress& progress) {
  auto listed = co_await environment.client->list_resources(kind);
  progress.advance();
  if (!listed) {
    co_return fail(std::move(listed).error().during(
        reading(environment, "the list of kind " + std::string(to_string(kind)))));
  }
  environment.snapshot.inventories[kind] = Inventory(std::move(*listed));
  co_return true;
}

Task<Result<bool>> list_aliases_of(Environment& environment, std::string module_id,
                                   Progress& progress) {
  auto listed = co_await environment.client->list_module_aliases(module_id);
  progress.advance();
  if (!listed) {
    co_return fail(std::move(listed).error().during(reading(environment, "a module's aliases")));
  }
  Inventory aliases;
  for (const connect::ModuleAlias& alias : *listed) {
    Resource resource;
    resource.kind = ResourceKind::flow_module;
    resource.id = alias.id;
    resource.name = alias.name;
    resource.type = std::to_string(alias.version);
    aliases.add(std::move(resource));
  }
  environment.snapshot.module_aliases[module_id] = std::move(aliases);
  co_return true;
}

Task<Result<bool>> name_one_alias(Environment& environment, std::string text, Progress& progress) {
  const auto arn = parse_arn(text);
  const auto alias = arn ? parse_lex_alias_arn(*arn) : std::nullopt;
  if (!alias) {
    progress.advance();
    co_return true;
  }
  auto names = co_await environment.client->lex_alias_names(alias->bot_id, alias->alias_id);
  progress.advance();
  if (!names) {
    Error error = std::move(names).error();
    if (concerns_everything(error)) {
      co_return fail(std::move(error).during(reading(environment, "the Lex bots")));
    }
    co_return true;
  }
  environment.snapshot.lex_alias_names[text] = names->first + "/" + names->second;
  co_return true;
}

}  // namespace

Task<Result<bool>> list_kinds(Environment& environment, std::set<ResourceKind> kinds,
                              Progress& progress) {
  if (environment.client == nullptr) {
    for (const ResourceKind kind : kinds) environment.snapshot.inventories[kind];
    co_return true;
  }
  std::vector<Task<Result<bool>>> tasks;
  for (const ResourceKind kind : kinds) {
    if (kind == ResourceKind::contact_flow || kind == ResourceKind::flow_module) continue;
    if (!has_lookup(kind) || environment.snapshot.inventories.contains(kind)) continue;
    tasks.push_back(list_one_kind(environment, kind, progress));
  }
  co_return co_await gather_results(std::move(tasks));
}

Task<Result<bool>> list_module_aliases(Environment& environment, std::set<std::string> module_ids,
                                       Progress& progress) {
  if (environment.client == nullptr) co_return true;
  std::vector<Task<Result<bool>>> tasks;
  for (const std::string& id : module_ids) {
    if (environment.snapshot.module_aliases.contains(id)) continue;
    tasks.push_back(list_aliases_of(environment, id, progress));
  }
  co_return co_await gather_results(std::move(tasks));
}

Task<Result<bool>> name_lex_aliases(Environment& environment, std::set<std::string> arns,
                                    Progress& progress) {
  if (environment.client == nullptr) co_return true;
  std::vector<Task<Result<bool>>> tasks;
  for (const std::string& arn : arns) {
    if (environment.snapshot.lex_alias_names.contains(arn)) continue;
    tasks.push_back(name_one_alias(environment, arn, progress));
  }
  co_return co_await gather_results(std::move(tasks));
}

}  // namespace flowferry::snapshot
