#include "snapshot/bundle_versions.h"

#include <algorithm>
#include <utility>

#include "base/file_names.h"
#include "flow/document.h"
#include "flow/module_version.h"
#include "snapshot/bundle_index.h"
#include "snapshot/synthetic.h"

namespace flowferry::snapshot {
namespace {

using json::k_none;
using json::Kind;
using json::Value;

constexpr const char* k_current = "current";
constexpr const char* k_other = "other";
constexpr const char* k_unknown = "unknown";

/// What stands for a version: an alias' name, or else the number.
struct Label {
  std::string alias;
  std::int64_t number = 0;

  std::string text() const {
    return alias.empty() ? "version-" + std::to_string(number) : "alias-" + alias;
  }
};

/// One for each of `labels`, which are all of a module that have a file.
std::vector<std::string> paths_of(const std::string& stem, const std::vector<Label>& labels) {
  std::vector<NamedThing> things;
  for (const Label& label : labels) things.push_back({label.text(), {}});
  std::vector<std::string> out = unique_file_names(things);
  for (std::string& name : out) name = versions_folder(stem) + "/" + name + ".json";
  return out;
}

/// The file of a version; nothing where its content cannot be read.
std::optional<std::string> file_of(const Flow& version, const flow::PortableNames& names,
                                   std::vector<flow::Marker>& named) {
  const auto document = flow::Document::parse(version.content);
  if (!document) return std::nullopt;
  flow::Converted portable = flow::to_portable(*document, names);
  std::move(portable.named.begin(), portable.named.end(), std::back_inserter(named));
  std::string text = "{";
  if (!version.settings.empty()) text += "\"settings\":" + settings_text(version.settings) + ",";
  text += "\"content\":" + portable.text + "}";
  const auto tokens = json::tokenize(text);
  if (!tokens) return std::nullopt;
  return json::pretty(text, *tokens) + "\n";
}

Resource alias_of(const std::string& module, std::string name) {
  Resource out;
  out.kind = ResourceKind::flow_module;
  out.id = synthetic_id(ResourceKind::flow_module, name, "alias of " + module);
  out.name = std::move(name);
  return out;
}

}  // namespace

std::string versions_folder(const std::string& stem) {
  return std::string(k_bundle_versions) + "/" + stem;
}

std::string settings_of(const BundleFile& file, std::uint32_t node) {
  if (file.node(node).kind == Kind::string) return file.value(node);
  const auto tokens = json::tokenize(file.raw(node));
  return tokens ? json::minify(file.raw(node), *tokens) : std::string();
}

std::string settings_text(const std::string& settings) {
  const auto tokens = json::tokenize(settings);
  const bool object = tokens && tokens->nodes.front().kind == Kind::object;
  return object ? settings : json::quoted(settings);
}

WrittenVersions write_versions(const Flow& module, const std::set<std::string>& kept,
                               const std::set<std::int64_t>& numbers, const std::string& stem,
                               const flow::PortableNames& names) {
  const Snapshot& snapshot = names.snapshot();
  WrittenVersions out;
  std::vector<Label> labels;
  std::vector<std::string> contents;
  const auto word = [&](Label label, const Flow* version) -> const char* {
    if (version == nullptr) return k_unknown;
    if (flow::is_current_version(snapshot, module.id, *version)) return k_current;
    auto content = file_of(*version, names, out.named);
    if (!content) return k_unknown;
    labels.push_back(std::move(label));
    contents.push_back(*std::move(content));
    return k_other;
  };
  std::map<std::string, std::string> versions;
  for (const std::string& alias : kept) versions[alias];
  const auto aliases = snapshot.module_aliases.find(module.id);
  if (aliases != snapshot.module_aliases.end()) {
    for (const Resource& alias : aliases->second.all()) versions[alias.name] = alias.type;
  }
  for (const auto& [name, version] : versions) {
    out.aliases.set(
        name, word({name}, flow::version_of(snapshot, module.id, flow::version_number(version))));
  }
  for (const std::int64_t number : numbers) {
    const Flow* version = flow::version_of(snapshot, module.id, number);
    const char* found = word({{}, number}, version);
    if (found != k_unknown) out.numbers.set(std::to_string(number), found);
  }
  const auto paths = paths_of(stem, labels);
  for (std::size_t i = 0; i < paths.size(); ++i) out.files[paths[i]] = std::move(contents[i]);
  return out;
}

/// Each member of the object, which are all texts.
template <class Take>
void VersionsReader::each(const BundleFile& metadata, const char* member, const Take& take) {
  const std::uint32_t object = metadata.member(0, member);
  if (object == k_none) return;
  const std::string name(member);
  if (metadata.node(object).kind != Kind::object) {
    metadata.add(object, "\"" + name + "\" is no object",
                 "write { \"" + std::string(name == "aliases" ? "live" : "1") +
                     "\": \"current\" }, or pull it again",
                 problems_);
    return;
  }
  std::set<std::string> seen;
  const std::uint32_t end = metadata.node(object).next;
  for (std::uint32_t key = object + 1; key < end; key = metadata.node(key + 1).next) {
    if (metadata.node(key + 1).kind != Kind::string) {
      metadata.add(key, "\"" + metadata.value(key) + "\" is not a text", "put it in quotes",
                   problems_);
    } else if (!seen.insert(metadata.value(key)).second) {
      metadata.add(key, "\"" + metadata.value(key) + "\" stands twice", "remove one of the two",
                   problems_);
    } else {
      take(metadata.value(key), metadata.value(key + 1), key);
    }
  }
}

void VersionsReader::add(const BundleFile& metadata, const Flow& module, const std::string& stem) {
  std::vector<Label> labels;
  std::vector<std::size_t> with_file;
  const auto tell = [&](Label label, std::int64_t number, const std::string& word,
                        std::uint32_t key) {
    if (word == k_other) {
      labels.push_back(std::move(label));
      with_file.push_back(told_.size());
    }
    told_.push_back({module.id, number, {}, metadata.path(), metadata.line_of(key)});
  };
  const std::string remedy =
      "write \"current\" (the content of the module), \"other\" (its content is in " +
      versions_folder(stem) + ") or \"unknown\", or pull it again";
  Inventory aliases;
  std::int64_t without_number = 0;
  each(metadata, "aliases",
       [&](const std::string& name, const std::string& word, std::uint32_t key) {
         Resource alias = alias_of(module.name, name);
         if (word == k_current || word == k_other) {
           alias.type = std::to_string(--without_number);
           tell({name}, without_number, word, key);
         } else if (flow::version_number(word) > 0) {
           alias.type = word;
         } else if (word != k_unknown) {
           metadata.add(key, "alias \"" + name + "\" stands for \"" + word + "\"", remedy,
                        problems_);
         }
         aliases.add(std::move(alias));
       });
  each(metadata, "versions",
       [&](const std::string& text, const std::string& word, std::uint32_t key) {
         const std::int64_t number = flow::version_number(text);
         if (number <= 0) {
           metadata.add(key, "\"" + text + "\" is no number of a version",
                        "write a number in quotes", problems_);
         } else if (word != k_current && word != k_other) {
           metadata.add(key, "version " + text + " is \"" + word + "\"", remedy, problems_);
         } else {
           tell({{}, number}, number, word, key);
         }
       });
  out_.module_aliases[module.id] = std::move(aliases);
  const auto paths = paths_of(stem, labels);
  for (std::size_t i = 0; i < paths.size(); ++i) told_[with_file[i]].path = paths[i];
}

void VersionsReader::add_names(const BundleFile& file, std::uint32_t item, const Resource& module) {
  const std::uint32_t list = file.member(item, "aliases");
  if (list == k_none) return;
  if (file.node(list).kind != Kind::array) {
    file.add(list, "\"aliases\" is no list", "write [ \"live\" ]", problems_);
    return;
  }
  Inventory aliases;
  for (std::uint32_t n = list + 1; n < file.node(list).next; n = file.node(n).next) {
    if (file.node(n).kind != Kind::string) {
      file.add(n, "this is no name of an alias", "put it in quotes", problems_);
      continue;
    }
    Resource alias = alias_of(module.name, file.value(n));
    if (aliases.by_name(alias.name).empty()) aliases.add(std::move(alias));
  }
  out_.module_aliases[module.id] = std::move(aliases);
}

void VersionsReader::read(const flow::PortableNames& names, const std::set<ResourceKind>& unsure) {
  for (const Told& version : told_) read(version, names, unsure);
  look_for_others();
}

void VersionsReader::read(const Told& version, const flow::PortableNames& names,
                          const std::set<ResourceKind>& unsure) {
  const auto module = out_.flows.find(version.module);
  if (module == out_.flows.end()) return;
  Flow flow = module->second;
  if (!version.path.empty()) {
    std::error_code ignored;
    if (!std::filesystem::exists(folder_ / version.path, ignored)) {
      problems_.push_back({version.path, 0,
                           "is missing, and " + version.place + ":" + std::to_string(version.line) +
                               " says \"other\"",
                           "restore it with git, pull it again, or write \"current\" there"});
      return;
    }
    const auto file = BundleFile::read(folder_, version.path, problems_);
    if (!file || !file->check_object(0, {"settings", "content"}, problems_)) return;
    const std::uint32_t settings = file->member(0, "settings");
    const std::uint32_t content = file->member(0, "content");
    if (content == k_none) {
      file->add(0, "\"content\" is missing", "restore the file with git, or pull it again",
                problems_);
      return;
    }
    flow.settings = settings == k_none ? std::string() : settings_of(*file, settings);
    const std::size_t begin = file->node(content).begin;
    flow.content =
        content_from_portable(*file, file->raw(content), begin, names, unsure, problems_);
  }
  out_.module_versions[version.module][version.number] = std::move(flow);
}

/// Files that no alias and no version stands for: what a merge may leave.
void VersionsReader::look_for_others() {
  std::set<std::string> known;
  for (const Told& version : told_) known.insert(file_name_key(version.path));
  const std::string root(k_bundle_versions);
  for (const std::string& stem : names_in(folder_ / root)) {
    if (stem.starts_with('.')) continue;
    for (const std::string& name : names_in(folder_ / root / stem)) {
      const std::string path = versions_folder(stem) + "/" + name;
      if (name.starts_with('.') || !name.ends_with(".json")) continue;
      if (known.contains(file_name_key(path))) continue;
      problems_.push_back(
          {path, 0, "no alias and no version says that it stands for this",
           "remove it, or write \"other\" at its alias in modules/" + stem + ".meta.json"});
    }
  }
}

}  // namespace flowferry::snapshot
