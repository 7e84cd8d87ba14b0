#include "snapshot/bundle_writer.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/file_names.h"
#include "base/json/value.h"
#include "base/parallel.h"
#include "flow/module_version.h"
#include "flow/portable.h"
#include "model/arn.h"
#include "snapshot/bundle_versions.h"
#include "snapshot/synthetic.h"

namespace flowferry::snapshot {
namespace {

using json::Value;

/// `text` with its tokens on lines of their own; what is not JSON, as it is.
std::string pretty(const std::string& text) {
  const auto tokens = json::tokenize(text);
  return tokens ? json::pretty(text, *tokens) : text;
}

/// A list with one item a line, which merges and reads well.
std::string lines(const char* open, const std::vector<std::string>& items, const char* close) {
  if (items.empty()) return std::string(open) + close;
  std::string out = open;
  for (std::size_t i = 0; i < items.size(); ++i) {
    out += (i == 0 ? "\n    " : ",\n    ") + items[i];
  }
  return out + "\n  " + close;
}

class Composer {
 public:
  explicit Composer(const BundleRequest& request)
      : request_(request),
        snapshot_(*request.snapshot),
        names_(snapshot_),
        users_(request.kept_names.users),
        aliases_(request.kept_names.aliases),
        numbers_(request.kept_names.versions) {}

  ComposedBundle run() {
    name_files();
    contents();
    look_for_aliases();
    for (const ResourceKind kind : {ResourceKind::contact_flow, ResourceKind::flow_module}) {
      others(kind);
    }
    for (const auto& [kind, inventory] : snapshot_.inventories) {
      if (kind == ResourceKind::contact_flow || kind == ResourceKind::flow_module) continue;
      resources(kind, inventory);
    }
    if (!snapshot_.inventories.contains(ResourceKind::lex_v2_bot_alias) &&
        !(snapshot_.lex_alias_names.empty() && request_.kept_names.bots.empty())) {
      resources(ResourceKind::lex_v2_bot_alias, Inventory());
    }
    manifest();
    return std::move(out_);
  }

 private:
  /// What tells flows of one name apart, in their files' names.
  std::string rest_of(ResourceKind kind, const std::string& name, const std::string& type,
                      const std::string& id) const {
    const Inventory* inventory = snapshot_.inventory(kind);
    const bool several = inventory != nullptr && inventory->by_name(name, type).size() > 1;
    return several ? type + "\n" + id : type;
  }

  /// Among all flows of the instance, written or not: then it does not depend on what is taken.
  void name_files() {
    for (const ResourceKind kind : {ResourceKind::contact_flow, ResourceKind::flow_module}) {
      std::vector<NamedThing> things;
      std::vector<std::string> ids;
      const Inventory* inventory = snapshot_.inventory(kind);
      if (inventory == nullptr) continue;
      for (const Resource& flow : inventory->all()) {
        things.push_back({flow.name, rest_of(kind, flow.name, flow.type, flow.id)});
        ids.push_back(flow.id);
      }
      for (const BundledFlow& kept : request_.kept) {
        if (kept.kind != kind || !inventory->by_name(kept.name, kept.type).empty()) continue;
        things.push_back({kept.name, kept.type});
        ids.emplace_back();
      }
      auto stems = unique_file_names(things);
      for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!ids[i].empty()) stems_[ids[i]] = std::move(stems[i]);
      }
    }
  }

  // --- flows and modules

  struct Written {
    std::string content;
    Findings findings;
    std::vector<flow::Marker> named;
    bool readable = false;
  };

  void contents() {
    std::vector<Written> written(request_.flows.size());
    parallel_for(written.size(), [&](std::size_t i) {
      written[i] = write(snapshot_.flows.find(request_.flows[i])->second);
    });
    for (std::size_t i = 0; i < written.size(); ++i) {
      Written& one = written[i];
      std::move(one.findings.begin(), one.findings.end(), std::back_inserter(out_.findings));
      if (!one.readable) continue;
      const Flow& flow = snapshot_.flows.find(request_.flows[i])->second;
      BundledFlow entry{flow.kind, flow.name, flow.type, stems_[flow.id], flow.id};
      out_.files[entry.content_path()] = std::move(one.content);
      note(one.named);
      out_.flows.push_back(std::move(entry));
    }
    metadata();
  }

  /// Users and versions of modules that documents name.
  void note(const std::vector<flow::Marker>& named) {
    for (const flow::Marker& marker : named) {
      if (marker.kind == ResourceKind::user) users_.insert(marker.name);
      if (marker.kind != ResourceKind::flow_module) continue;
      if (!marker.alias.empty()) aliases_[marker.name].insert(marker.alias);
      const std::int64_t number = flow::version_number(marker.qualifier);
      if (number > 0) numbers_[marker.name].insert(number);
    }
  }

  /// What is said of a module; nothing: an empty set.
  template <class T>
  static std::set<T> of(const std::map<std::string, std::set<T>>& by_module,
                        const std::string& module) {
    const auto found = by_module.find(module);
    return found == by_module.end() ? std::set<T>() : found->second;
  }

  /// When it is known which versions are named.
  void metadata() {
    std::vector<std::string> texts(out_.flows.size());
    std::vector<WrittenVersions> versions(out_.flows.size());
    parallel_for(texts.size(), [&](std::size_t i) {
      const BundledFlow& entry = out_.flows[i];
      const Flow& flow = snapshot_.flows.find(entry.id)->second;
      if (flow.kind == ResourceKind::flow_module) {
        versions[i] = write_versions(flow, of(request_.kept_names.aliases, flow.name),
                                     of(numbers_, flow.name), entry.stem, names_);
      }
      texts[i] = metadata_of(flow, versions[i]);
    });
    for (std::size_t i = 0; i < texts.size(); ++i) {
      out_.files[out_.flows[i].metadata_path()] = std::move(texts[i]);
      note(versions[i].named);
      for (auto& [path, content] : versions[i].files) {
        out_.flows[i].version_paths.push_back(path);
        out_.files[path] = std::move(content);
      }
    }
  }

  Written write(const Flow& flow) const {
    Written out;
    const auto document = flow::Document::parse(flow.content);
    if (!document) {
      Finding finding;
      finding.id = "unreadable-content";
      finding.where.kind = finding.kind = to_string(flow.kind);
      finding.where.name = finding.name = flow.name;
      finding.text = document.error().message + "; it is left out";
      finding.help = document.error().hint.empty() ? "open it in the designer, mend and publish it"
                                                   : document.error().hint;
      out.findings.push_back(std::move(finding));
      return out;
    }
    flow::Converted portable = flow::to_portable(*document, names_);
    for (flow::PlacedFinding& placed : portable.findings) {
      placed.finding.where.kind = to_string(flow.kind);
      placed.finding.where.name = flow.name;
      out.findings.push_back(std::move(placed.finding));
    }
    out.named = std::move(portable.named);
    out.content = pretty(portable.text) + "\n";
    out.readable = true;
    return out;
  }

  /// Aliases that documents name of modules whose files stay, and that these do not have; and those
  /// that files which stay name of modules that do not have them any more.
  void look_for_aliases() {
    for (const BundledFlow& module : out_.flows) {
      if (module.kind != ResourceKind::flow_module) continue;
      const auto there = snapshot_.module_aliases.find(module.id);
      for (const std::string& alias : of(request_.kept_names.aliases, module.name)) {
        if (there != snapshot_.module_aliases.end() && !there->second.by_name(alias).empty()) {
          continue;
        }
        tell(module,
             "files that were left name the alias \"" + alias +
                 "\", which it does not have: it is kept as unknown",
             "pull what names it, too, or remove its files");
      }
    }
    for (const BundledFlow& kept : request_.kept) {
      const auto named = aliases_.find(kept.name);
      if (kept.kind != ResourceKind::flow_module || named == aliases_.end()) continue;
      const auto there = request_.kept_names.aliases_there.find(kept.name);
      for (const std::string& alias : named->second) {
        if (there != request_.kept_names.aliases_there.end() && there->second.contains(alias)) {
          continue;
        }
        tell(kept,
             "its files were left and do not have the alias \"" + alias +
                 "\", which a file of the bundle names",
             "pull this module, too: the bundle cannot be read so");
      }
    }
  }

  void tell(const BundledFlow& module, std::string text, std::string help) {
    Finding finding;
    finding.severity = Severity::warning;
    finding.id = "left-reference";
    finding.where.kind = finding.kind = to_string(module.kind);
    finding.where.name = finding.name = module.name;
    finding.text = std::move(text);
    finding.help = std::move(help);
    out_.findings.push_back(std::move(finding));
  }

  std::string metadata_of(const Flow& flow, const WrittenVersions& versions) const {
    const bool module = flow.kind == ResourceKind::flow_module;
    Value out = Value::object({{"name", flow.name}});
    if (!module) out.set("type", flow.type);
    const Inventory* inventory = snapshot_.inventory(flow.kind);
    if (inventory != nullptr && inventory->by_name(flow.name, flow.type).size() > 1) {
      out.set("id", flow.id);
    }
    if (!flow.description.empty()) out.set("description", flow.description);
    out.set("status", flow.status == "SAVED" ? "SAVED" : "PUBLISHED");
    out.set("state", flow.state.empty() ? "ACTIVE" : flow.state);
    Value tags = Value::object();
    for (const auto& [key, value] : flow.tags) {
      if (!key.starts_with("aws:")) tags.set(key, value);
    }
    if (!tags.members().empty()) out.set("tags", std::move(tags));
    if (!module) return out.dump_pretty() + "\n";
    if (flow.external_invocation) out.set("external_invocation", true);
    if (!versions.aliases.members().empty()) out.set("aliases", versions.aliases);
    if (!versions.numbers.members().empty()) out.set("versions", versions.numbers);
    if (flow.settings.empty()) return out.dump_pretty() + "\n";
    std::string text = out.dump();
    text.back() = ',';
    text += "\"settings\":" + settings_text(flow.settings) + "}";
    return pretty(text) + "\n";
  }

  // --- inventories

  void file(ResourceKind kind, std::vector<std::string> items) {
    const auto kept = request_.kept_names.items.find(kind);
    if (kept != request_.kept_names.items.end()) {
      items.insert(items.end(), kept->second.begin(), kept->second.end());
    }
    if (items.empty()) return;
    std::sort(items.begin(), items.end());
    out_.files[std::string(k_bundle_inventory) + "/" + std::string(to_string(kind)) + ".json"] =
        "{\n  \"kind\": " + json::quoted(to_string(kind)) +
        ",\n  \"resources\": " + lines("[", items, "]") + "\n}\n";
  }

  /// Flows and modules without files here: they can be referred to.
  void others(ResourceKind kind) {
    std::set<std::string> here;
    for (const BundledFlow& flow : out_.flows) here.insert(flow.id);
    std::set<std::tuple<std::string, std::string>> kept;
    for (const BundledFlow& flow : request_.kept) {
      if (flow.kind == kind) kept.emplace(flow.name, flow.type);
    }
    const Inventory* inventory = snapshot_.inventory(kind);
    if (inventory == nullptr) return;
    std::vector<std::string> items;
    for (const Resource& flow : inventory->all()) {
      if (here.contains(flow.id) || kept.contains(std::tuple(flow.name, flow.type))) continue;
      items.push_back(item(flow, *inventory));
    }
    file(kind, std::move(items));
  }

  void resources(ResourceKind kind, const Inventory& inventory) {
    std::vector<std::string> items;
    for (const Resource& resource : inventory.all()) {
      if (resource.kind == ResourceKind::lex_v2_bot_alias) continue;
      // Who works there is nobody's business in git but for those that flows name.
      if (kind == ResourceKind::user && !users_.contains(resource.name)) continue;
      items.push_back(item(resource, inventory));
    }
    if (kind == ResourceKind::lex_v2_bot_alias) items = lex_aliases(inventory);
    file(kind, std::move(items));
  }

  std::string item(const Resource& resource, const Inventory& inventory) const {
    const Instance& instance = snapshot_.instance;
    std::vector<std::pair<std::string, Value>> members{{"name", resource.name}};
    std::string type = resource.type;
    if (resource.kind == ResourceKind::lex_v1_bot && type == instance.region) type = "{{region}}";
    if (!type.empty()) members.emplace_back("type", type);
    if (!resource.state.empty() && resource.state != "ACTIVE") {
      members.emplace_back("state", resource.state);
    }
    if (!resource.status.empty() && resource.status != "PUBLISHED") {
      members.emplace_back("status", resource.status);
    }
    const auto arn = parse_arn(resource.arn);
    const bool managed = arn && arn->account == "aws";
    // An id only where nothing else tells them apart; words of AWS-managed views are names.
    const bool by_arn = resource.kind == ResourceKind::lambda_function;
    if (managed || (!by_arn && inventory.by_name(resource.name, resource.type).size() > 1)) {
      members.emplace_back("id", resource.id);
    }
    if (resource.kind == ResourceKind::flow_module) {
      const auto aliases = aliases_.find(resource.name);
      if (aliases != aliases_.end()) members.push_back(inventory_aliases(aliases->second));
    }
    if (!resource.arn.empty() && resource.arn != usual_arn(instance, resource.kind, resource.id)) {
      members.emplace_back("arn", arn_template(resource.arn, instance, resource.id));
    }
    return inventory_item(members);
  }

  /// Those associated with the instance, and those that documents name besides.
  std::vector<std::string> lex_aliases(const Inventory& inventory) const {
    const Instance& instance = snapshot_.instance;
    std::map<std::string, std::string> by_arn;  // ARN to name, each once.
    for (const auto& [text, name] : snapshot_.lex_alias_names) {
      auto arn = parse_arn(text);
      if (!arn) continue;
      if (arn->region.starts_with('$')) arn->region = instance.region;
      by_arn.emplace(arn->text(), name);
    }
    std::map<std::string, std::size_t> count;
    for (const auto& [arn, name] : by_arn) ++count[name];
    std::vector<std::string> items;
    for (const auto& [text, name] : by_arn) {
      const auto arn = parse_arn(text);
      const auto ids = parse_lex_alias_arn(*arn);
      const std::string id = ids ? ids->bot_id + "/" + ids->alias_id : "";
      std::vector<std::pair<std::string, Value>> members{{"name", name}};
      if (count[name] > 1) members.emplace_back("id", id);
      if (text != usual_arn(instance, ResourceKind::lex_v2_bot_alias, id)) {
        members.emplace_back("arn", arn_template(text, instance, id));
      }
      if (inventory.by_arn(text) == nullptr) members.emplace_back("associated", false);
      items.push_back(inventory_item(members));
    }
    for (const std::string& name : request_.kept_names.bots) {
      if (!count.contains(name)) {
        items.push_back(inventory_item({{"name", name}, {"associated", false}}));
      }
    }
    return items;
  }

  // --- the manifest

  /// What the instance calls otherwise.
  std::vector<std::string> other_names(const Origin& from) const {
    std::vector<std::string> items;
    for (const auto& [kind, names] : from.names) {
      for (const auto& [here, there] : names) {
        // As in the inventory: only those that documents name.
        if (kind == ResourceKind::user && !users_.contains(here)) continue;
        items.push_back(inventory_item(
            {{"kind", std::string(to_string(kind))}, {"here", here}, {"there", there}}));
      }
    }
    return items;
  }

  /// A member that is absent where it has nothing.
  static std::string member(const char* name, const char* open,
                            const std::vector<std::string>& items, const char* close) {
    if (items.empty()) return {};
    return ",\n  " + json::quoted(name) + ": " + lines(open, items, close);
  }

  void manifest() {
    // A copy of a bundle comes from where that one did.
    Origin from{snapshot_.instance.arn, snapshot_.instance.alias, {}};
    if (snapshot_.pulled_from) from = *snapshot_.pulled_from;
    std::map<std::string, std::string> ids;
    std::map<std::string, std::vector<std::string>> former;
    const auto add = [&](const BundledFlow& flow) {
      if (!flow.id.empty()) ids[flow.content_path()] = flow.id;
      if (!flow.former_names.empty()) former[flow.content_path()] = flow.former_names;
    };
    for (const BundledFlow& flow : out_.flows) {
      add(flow);
      const auto names = request_.former_names.find(flow.id);
      if (names != request_.former_names.end()) former[flow.content_path()] = names->second;
    }
    for (const BundledFlow& flow : request_.kept) add(flow);
    std::vector<std::string> items;
    for (const auto& [path, id] : ids) {
      items.push_back(json::quoted(path) + ": " + json::quoted(id));
    }
    std::vector<std::string> former_items;
    for (const auto& [path, list] : former) {
      former_items.push_back(json::quoted(path) + ": " + Value::array(list).dump());
    }
    out_.manifest =
        "{\n  \"format\": " + json::quoted(k_bundle_format) +
        ",\n  \"version\": " + std::to_string(k_bundle_version) + ",\n  \"pulled_from\": " +
        inventory_item({{"instance", from.instance}, {"alias", from.alias}}) +
        ",\n  \"ids\": " + lines("{", items, "}") + member("former_names", "{", former_items, "}") +
        member("names", "[", other_names(from), "]") + "\n}\n";
  }

  const BundleRequest& request_;
  const Snapshot& snapshot_;
  const flow::PortableNames names_;
  std::map<std::string, std::string> stems_;               ///< By id.
  std::set<std::string> users_;                            ///< That documents name.
  std::map<std::string, std::set<std::string>> aliases_;   ///< Likewise, by module.
  std::map<std::string, std::set<std::int64_t>> numbers_;  ///< Versions that they name, by module.
  ComposedBundle out_;
};

}  // namespace

ComposedBundle compose_bundle(const BundleRequest& request) {
  return Composer(request).run();
}

}  // namespace flowferry::snapshot
