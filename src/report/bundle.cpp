#include "report/bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "report/text.h"

namespace flowferry::report {
namespace {

using json::Value;
using What = snapshot::BundleChange::What;

struct Look {
  const char* mark;
  Tone tone;
};

Look look_of(What what) {
  switch (what) {
    case What::added:
      return {"+", Tone::good};
    case What::updated:
    case What::renamed:
      return {"~", Tone::change};
    case What::removed:
      return {"-", Tone::bad};
    case What::left:
      return {"!", Tone::warn};
  }
  return {" ", Tone::plain};
}

std::string what_of(const snapshot::BundleChange& change) {
  if (change.name.empty()) return "inventory";
  return change.kind == ResourceKind::flow_module ? "flow module" : change.type;
}

std::string line_of(const snapshot::BundleChange& change, const Style& style) {
  const Look look = look_of(change.what);
  std::string line = fmt::format(
      "  {} {} {} {}", look.mark, fitted(to_string(change.what), 9), fitted(what_of(change), 17),
      printable(change.name.empty() ? std::string(to_string(change.kind)) : change.name));
  if (change.what == What::renamed) line += fmt::format("  (was \"{}\")", printable(change.from));
  if (change.what == What::left) line += "  (gone there; --prune removes its files)";
  return tinted(style, look.tone, line) + "\n";
}

std::string findings_of(const Findings& findings, const Style& style) {
  std::string out;
  const auto has = [&](Severity severity) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& f) { return f.severity == severity; });
  };
  if (has(Severity::error)) {
    out += "\nLeft out:\n" + findings_text(findings, Severity::error, style);
  }
  if (has(Severity::warning)) {
    out += "\nTo be noted:\n" + findings_text(findings, Severity::warning, style);
  }
  return out;
}

/// Flows and modules; or inventories, which have no name.
std::size_t count(const std::vector<snapshot::BundleChange>& changes, What what) {
  return static_cast<std::size_t>(std::count_if(changes.begin(), changes.end(), [&](const auto& c) {
    return c.what == what && !c.name.empty();
  }));
}
std::size_t count_inventories(const std::vector<snapshot::BundleChange>& changes) {
  return static_cast<std::size_t>(
      std::count_if(changes.begin(), changes.end(), [](const auto& c) { return c.name.empty(); }));
}

}  // namespace

std::string pull_text(const std::string& environment, const std::string& folder,
                      const pipeline::PullResult& pulled, const Style& style) {
  const snapshot::BundleUpdate& update = pulled.update;
  std::string out;
  for (const auto& change : update.changes) out += line_of(change, style);
  out += findings_of(pulled.findings, style);
  if (!out.empty()) out += "\n";
  const auto n = [&](What what) { return count(update.changes, what); };
  out +=
      fmt::format("\"{}\" in {}: flows and modules: {} added, {} updated, ", printable(environment),
                  printable(folder), n(What::added), n(What::updated) + n(What::renamed));
  if (n(What::removed) > 0) out += fmt::format("{} removed, ", n(What::removed));
  if (n(What::left) > 0) out += fmt::format("{} left, ", n(What::left));
  if (update.kept > 0) out += fmt::format("{} not selected, ", update.kept);
  out += fmt::format("{} unchanged", update.unchanged);
  const std::size_t lists = count_inventories(update.changes);
  if (lists == 0) return out + ".\n";
  return out + fmt::format("; {} of other resources changed.\n", counted(lists, "list"));
}

Value pull_json(const std::string& environment, const std::string& folder,
                const pipeline::PullResult& pulled, const Summary& summary) {
  const snapshot::BundleUpdate& update = pulled.update;
  Value out = Value::object({{"flowferry", FLOWFERRY_VERSION},
                             {"command", "pull"},
                             {"from", environment},
                             {"folder", folder}});
  for (const What what : {What::added, What::updated, What::renamed, What::removed, What::left}) {
    Value list = Value::array();
    for (const auto& change : update.changes) {
      if (change.what != what) continue;
      Value entry = Value::object({{"kind", to_string(change.kind)}});
      if (!change.name.empty()) entry.set("name", change.name);
      if (!change.type.empty()) entry.set("type", change.type);
      if (!change.from.empty()) entry.set("former_name", change.from);
      entry.set("files", Value::array(change.files));
      list.push(std::move(entry));
    }
    out.set(std::string(to_string(what)), std::move(list));
  }
  out.set("unchanged", static_cast<std::uint64_t>(update.unchanged));
  out.set("not_selected", static_cast<std::uint64_t>(update.kept));
  add_findings(out, pulled.findings);
  add_statistics(out, summary);
  return out;
}

std::string inventory_text(const std::string& environment, const Snapshot& snapshot,
                           const std::vector<ResourceKind>& kinds, const Findings& findings,
                           const Style& style) {
  std::string out;
  std::size_t total = 0;
  for (const ResourceKind kind : kinds) {
    const Inventory* inventory = snapshot.inventory(kind);
    if (inventory == nullptr) continue;
    out += tinted(style, Tone::strong,
                  fmt::format("{} ({})", to_string(kind), inventory->all().size())) +
           "\n";
    std::vector<const Resource*> sorted;
    std::size_t width = 10;
    for (const Resource& resource : inventory->all()) {
      sorted.push_back(&resource);
      width = std::max(width, display_width(printable(resource.name)));
    }
    width = std::min<std::size_t>(width, 60);
    std::stable_sort(sorted.begin(), sorted.end(), [](const Resource* a, const Resource* b) {
      return std::tie(a->name, a->type) < std::tie(b->name, b->type);
    });
    for (const Resource* resource : sorted) {
      std::string line = fmt::format("  {}  {} {} {}", fitted(printable(resource->name), width),
                                     printable(resource->id), resource->type,
                                     resource->state == "ACTIVE" ? "" : resource->state);
      while (!line.empty() && line.back() == ' ') line.pop_back();
      out += line + "\n";
    }
    total += sorted.size();
  }
  out += findings_of(findings, style);
  return out + fmt::format("\"{}\" has {} of {}.\n", printable(environment),
                           counted(total, "resource"), counted(kinds.size(), "kind"));
}

Value inventory_json(const std::string& environment, const Snapshot& snapshot,
                     const std::vector<ResourceKind>& kinds, const Findings& findings,
                     const Summary& summary) {
  Value lists = Value::object();
  for (const ResourceKind kind : kinds) {
    const Inventory* inventory = snapshot.inventory(kind);
    if (inventory == nullptr) continue;
    Value list = Value::array();
    for (const Resource& resource : inventory->all()) {
      Value entry = Value::object({{"name", resource.name}});
      for (const auto& [word, value] :
           {std::pair<const char*, const std::string*>{"id", &resource.id},
            {"arn", &resource.arn},
            {"type", &resource.type},
            {"state", &resource.state},
            {"status", &resource.status}}) {
        if (!value->empty()) entry.set(word, *value);
      }
      list.push(std::move(entry));
    }
    lists.set(std::string(to_string(kind)), std::move(list));
  }
  Value out = Value::object({{"flowferry", FLOWFERRY_VERSION},
                             {"command", "inventory"},
                             {"environment", environment},
                             {"resources", std::move(lists)}});
  add_findings(out, findings);
  add_statistics(out, summary);
  return out;
}

}  // namespace flowferry::report
