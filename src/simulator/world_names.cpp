#include "simulator/world_names.h"

#include <fmt/format.h>

#include "simulator/stock.h"

namespace flowferry::simulator {
namespace {

template <class T>
void add_names(const Table<T>& table, std::vector<std::string>& out) {
  for (const auto& [order, row] : table.rows()) out.push_back(row->name);
}

template <class T>
const Row* first(Table<T>& table, std::string_view name) {
  const auto rows = table.named(name);
  return rows.empty() ? nullptr : rows.front();
}

const ManagedView* managed_view(std::string_view kind, std::string_view name) {
  if (kind != "view") return nullptr;
  for (const ManagedView& view : managed_views()) {
    if (view.name == name) return &view;
  }
  return nullptr;
}

}  // namespace

const Row* StateResolver::find(std::string_view kind, std::string_view name) const {
  if (kind == "contact-flow") return first(instance_.flows, name);
  if (kind == "flow-module") return first(instance_.modules, name);
  return first(instance_.of(kind), name);
}

std::optional<std::string> StateResolver::arn(std::string_view kind, std::string_view name) const {
  if (const Row* row = find(kind, name)) return row->arn;
  const auto* view = managed_view(kind, name);
  if (!view) return std::nullopt;
  return fmt::format("arn:{}:connect:{}:aws:view/{}:{}", instance_.partition, instance_.region,
                     view->id, view->version);
}

std::optional<std::string> StateResolver::id(std::string_view kind, std::string_view name) const {
  if (const Row* row = find(kind, name)) return row->id;
  const auto* view = managed_view(kind, name);
  if (!view) return std::nullopt;
  return std::string(view->id);
}

std::optional<std::string> StateResolver::alias_id(std::string_view module,
                                                   std::string_view alias) const {
  for (const FlowRow* row : instance_.modules.named(module)) {
    for (const VersionAlias& candidate : row->aliases) {
      if (candidate.name == alias) return candidate.id;
    }
  }
  return std::nullopt;
}

std::vector<std::string> StateResolver::names(std::string_view kind) const {
  std::vector<std::string> out;
  if (kind == "contact-flow") add_names(instance_.flows, out);
  if (kind == "flow-module") add_names(instance_.modules, out);
  add_names(instance_.of(kind), out);
  return out;
}

std::vector<std::string> StateResolver::alias_names(std::string_view module) const {
  std::vector<std::string> out;
  for (const FlowRow* row : instance_.modules.named(module)) {
    for (const VersionAlias& alias : row->aliases) out.push_back(alias.name);
  }
  return out;
}

}  // namespace flowferry::simulator
