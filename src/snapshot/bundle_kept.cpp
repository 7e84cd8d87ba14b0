#include "snapshot/bundle_kept.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "flow/module_version.h"
#include "flow/portable.h"
#include "snapshot/bundle_file.h"
#include "snapshot/bundle_index.h"
#include "snapshot/bundle_versions.h"

namespace flowferry::snapshot {
namespace {

using json::Value;

using Members = std::vector<std::pair<std::string, Value>>;

/// An item of an inventory of the folder.
struct Listed {
  std::string name;
  std::string type;
  Members members;
};

std::vector<Listed> listed_in(const std::filesystem::path& folder, ResourceKind kind) {
  std::vector<Listed> out;
  BundleProblems ignored;
  const std::string path =
      std::string(k_bundle_inventory) + "/" + std::string(to_string(kind)) + ".json";
  const auto file = BundleFile::read(folder, path, ignored);
  const std::uint32_t list = file ? file->member(0, "resources") : json::k_none;
  if (list == json::k_none || file->node(list).kind != json::Kind::array) return out;
  const std::uint32_t end = file->node(list).next;
  for (std::uint32_t item = list + 1; item < end; item = file->node(item).next) {
    if (file->node(item).kind != json::Kind::object) continue;
    Members members;
    for (const char* member : {"name", "type", "state", "status", "id", "arn"}) {
      std::string text = file->text_member(item, member, false, ignored);
      if (!text.empty()) members.emplace_back(member, std::move(text));
    }
    out.push_back({file->text_member(item, "name", false, ignored),
                   file->text_member(item, "type", false, ignored), std::move(members)});
  }
  return out;
}

class KeptFiles {
 public:
  KeptFiles(const std::filesystem::path& folder, const std::vector<BundledFlow>& kept,
            const std::vector<BundledFlow>& removed, const Snapshot& snapshot)
      : folder_(folder), snapshot_(snapshot), names_(snapshot) {
    for (const BundledFlow& flow : kept) here_.emplace(flow.kind, flow.name);
    for (const BundledFlow& flow : removed) {
      Members members{{"name", flow.name}};
      if (!flow.type.empty()) members.emplace_back("type", flow.type);
      old_[flow.kind].push_back({flow.name, flow.type, std::move(members)});
    }
  }

  void read(const BundledFlow& flow) {
    read(flow, flow.content_path());
    if (flow.kind != ResourceKind::flow_module) return;
    const std::string below = versions_folder(flow.stem);
    for (const std::string& name : names_in(folder_ / below)) {
      if (name.ends_with(".json")) read(flow, below + "/" + name);
    }
    BundleProblems ignored;
    const auto file = BundleFile::read(folder_, flow.metadata_path(), ignored);
    const std::uint32_t list = file ? file->member(0, "aliases") : json::k_none;
    if (list == json::k_none || file->node(list).kind != json::Kind::object) return;
    const std::uint32_t end = file->node(list).next;
    for (std::uint32_t key = list + 1; key < end; key = file->node(key + 1).next) {
      out_.aliases_there[flow.name].insert(file->value(key));
    }
  }

  KeptNames take() {
    for (auto& [kind, items] : kept_items_) {
      for (Listed& item : items) {
        const auto aliases = out_.aliases.find(item.name);
        if (kind == ResourceKind::flow_module && aliases != out_.aliases.end()) {
          item.members.push_back(inventory_aliases(aliases->second));
        }
        if (out_.items[kind].insert(inventory_item(item.members)).second) ++kept_;
      }
    }
    if (kept_ > 0) {
      Finding finding;
      finding.severity = Severity::warning;
      finding.id = "left-reference";
      finding.text = std::to_string(kept_) +
                     (kept_ == 1 ? " resource that the environment does not have stays in the "
                                   "inventories: a file that was left names it"
                                 : " resources that the environment does not have stay in the "
                                   "inventories: files that were left name them");
      finding.help = "--prune removes the files of flows that are gone";
      out_.findings.push_back(std::move(finding));
    }
    return std::move(out_);
  }

 private:
  void read(const BundledFlow& flow, const std::string& path) {
    BundleProblems ignored;
    const auto file = BundleFile::read(folder_, path, ignored);
    if (!file) return;
    const auto read = flow::from_portable(file->text(), names_);
    if (!read) return;
    for (const flow::Marker& marker : read->named) named(flow, marker);
  }

  void named(const BundledFlow& flow, const flow::Marker& marker) {
    if (marker.name.empty()) return;  // The instance.
    if (!marker.alias.empty()) out_.aliases[marker.name].insert(marker.alias);
    const std::int64_t number = flow::version_number(marker.qualifier);
    if (marker.kind == ResourceKind::flow_module && number > 0) {
      out_.versions[marker.name].insert(number);
    }
    if (marker.kind == ResourceKind::user) out_.users.insert(marker.name);
    if (marker.kind == ResourceKind::lex_v2_bot_alias) {
      // An instance lists them without names: only the folder knows this one.
      for (const Listed& item : listed(marker.kind)) {
        if (item.name == marker.name) out_.bots.insert(marker.name);
      }
      return;
    }
    if (here_.contains({marker.kind, marker.name})) return;
    // A kind that could not be listed keeps its file as it is.
    flow::Marker resource = marker;
    resource.alias.clear();  // Those of modules are not all read.
    if (snapshot_.inventory(marker.kind) == nullptr || names_.look_up(resource)) return;
    if (!asked_.emplace(marker.kind, marker.name, marker.type, marker.id).second) return;
    bool found = false;
    const bool there = !snapshot_.inventory(marker.kind)->by_name(marker.name).empty();
    for (const Listed& item : listed(marker.kind)) {
      if (there || item.name != marker.name) continue;
      if (!marker.type.empty() && item.type != marker.type) continue;
      found = true;
      kept_items_[marker.kind].push_back(item);
    }
    if (found) return;
    Finding finding;
    finding.severity = Severity::warning;
    finding.id = "left-reference";
    finding.where.kind = to_string(flow.kind);
    finding.where.name = flow.name;
    finding.kind = to_string(marker.kind);
    finding.name = marker.name;
    finding.text = "its file was left, and names a " + std::string(label(marker.kind)) + " \"" +
                   marker.name + "\" that " +
                   (there ? "cannot be told from others now" : "the environment does not have");
    finding.help = "pull this flow, too, or remove its files: the bundle cannot be read with them";
    out_.findings.push_back(std::move(finding));
  }

  const std::vector<Listed>& listed(ResourceKind kind) {
    if (read_.insert(kind).second) {
      auto& items = old_[kind];
      for (Listed& item : listed_in(folder_, kind)) items.push_back(std::move(item));
    }
    return old_[kind];
  }

  const std::filesystem::path& folder_;
  const Snapshot& snapshot_;
  const flow::PortableNames names_;
  std::set<std::pair<ResourceKind, std::string>> here_;
  std::map<ResourceKind, std::vector<Listed>> old_;
  std::set<ResourceKind> read_;
  std::set<std::tuple<ResourceKind, std::string, std::string, std::string>> asked_;
  std::map<ResourceKind, std::vector<Listed>> kept_items_;
  std::size_t kept_ = 0;
  KeptNames out_;
};

}  // namespace

std::pair<std::string, Value> inventory_aliases(const std::set<std::string>& names) {
  return {"aliases", Value::array(std::vector<std::string>(names.begin(), names.end()))};
}

std::string inventory_item(const std::vector<std::pair<std::string, Value>>& members) {
  std::string out = "{ ";
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out += ", ";
    out += json::quoted(members[i].first) + ": " + members[i].second.dump();
  }
  return out + " }";
}

KeptNames names_of_kept(const std::filesystem::path& folder, const std::vector<BundledFlow>& kept,
                        const std::vector<BundledFlow>& removed, const Snapshot& snapshot) {
  KeptFiles files(folder, kept, removed, snapshot);
  for (const BundledFlow& flow : kept) files.read(flow);
  return files.take();
}

std::map<std::string, std::set<std::int64_t>> versions_named_by(
    const std::filesystem::path& folder, const std::vector<BundledFlow>& flows,
    const Snapshot& snapshot) {
  return names_of_kept(folder, flows, {}, snapshot).versions;
}

}  // namespace flowferry::snapshot
