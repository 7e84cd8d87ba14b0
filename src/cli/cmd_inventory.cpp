#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/writing.h"
#include "pipeline/pulling.h"
#include "report/bundle.h"

namespace flowferry::cli {
namespace {

Result<std::vector<ResourceKind>> kinds_of(const std::vector<std::string>& words) {
  std::vector<ResourceKind> out;
  std::vector<std::string> valid;
  for (const ResourceKind kind : all_kinds()) {
    if (!has_lookup(kind)) continue;
    valid.emplace_back(to_string(kind));
    if (words.empty()) out.push_back(kind);
  }
  for (const std::string& word : words) {
    const auto kind = kind_from_string(word);
    if (kind && has_lookup(*kind)) {
      out.push_back(*kind);
      continue;
    }
    const auto near = closest_names(word, valid, 1);
    return fail(ErrorKind::usage,
                kind ? "resources of kind \"" + word + "\" cannot be listed"
                     : "there is no kind \"" + word + "\"",
                near.empty() ? "the kinds are: " + join(valid, ", ")
                             : "did you mean " + near.front() + "?");
  }
  return out;
}

/// The environment with its flows, modules and `kinds` listed.
Task<Result<pipeline::OpenEnvironment*>> read(pipeline::Session& session, std::string name,
                                              std::vector<ResourceKind> kinds, Progress& progress,
                                              Findings& findings) {
  auto opened = co_await session.open(std::move(name));
  if (!opened) co_return fail(std::move(opened).error());
  const auto is_flow = [](ResourceKind kind) {
    return kind == ResourceKind::contact_flow || kind == ResourceKind::flow_module;
  };
  if (std::any_of(kinds.begin(), kinds.end(), is_flow)) {
    auto flows = co_await snapshot::list_flows((*opened)->reading);
    if (!flows) co_return fail(std::move(flows).error());
  }
  auto listed = co_await pipeline::list_inventory(**opened, std::move(kinds), progress, findings);
  if (!listed) co_return fail(std::move(listed).error());
  co_return *opened;
}

/// Bot aliases are listed without names; these were looked up one by one.
Snapshot with_bot_names(Snapshot snapshot) {
  const auto found = snapshot.inventories.find(ResourceKind::lex_v2_bot_alias);
  if (found == snapshot.inventories.end()) return snapshot;
  std::vector<Resource> all = found->second.all();
  for (Resource& alias : all) {
    const auto name = snapshot.lex_alias_names.find(alias.arn);
    if (name != snapshot.lex_alias_names.end()) alias.name = name->second;
  }
  found->second = Inventory(std::move(all));
  return snapshot;
}

}  // namespace

int run_inventory(const InventoryArguments& arguments, Context& context) {
  const SteadyTime started = system_clock().steady();
  report::Summary summary;
  summary.command = "inventory";
  auto kinds = kinds_of(arguments.kinds);
  if (!kinds) return context.fail_with(kinds.error(), summary);
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), summary);
  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  summary.statistics = &session.statistics();
  Findings findings;
  auto opened = session.loop().run(
      read(session, arguments.environment, *kinds, context.progress(), findings));
  if (!opened) return context.fail_with(opened.error(), summary);
  const Snapshot snapshot = with_bot_names((*opened)->reading.snapshot);
  summary.seconds = seconds_since(started);
  if (context.common().json) {
    context.print(report::inventory_json(arguments.environment, snapshot, *kinds, findings, summary)
                      .dump_pretty() +
                  "\n");
  } else {
    context.print(report::inventory_text(arguments.environment, snapshot, *kinds, findings,
                                         context.out_style()));
  }
  return k_ok;
}

}  // namespace flowferry::cli
