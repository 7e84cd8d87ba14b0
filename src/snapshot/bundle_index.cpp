#include "snapshot/bundle_index.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/file_names.h"
#include "base/text.h"

namespace flowferry::snapshot {
namespace {

namespace fs = std::filesystem;
using json::k_none;
using json::Kind;

constexpr const char* k_pull_again = "pull it again, or restore the file with git";

}  // namespace

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    out.push_back(entry.path().filename().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool BundleIndexer::read() {
  if (!manifest()) return false;
  flows(ResourceKind::flow_module);
  flows(ResourceKind::contact_flow);
  if (strict_) {
    check_doubled();
    check_missing();
  }
  return true;
}

bool BundleIndexer::manifest() {
  const std::string path(k_bundle_manifest);
  const auto file = BundleFile::read(folder_, path, problems_);
  if (!file) return false;
  if (file->node(0).kind != Kind::object) {
    problems_.push_back({path, 1, "this is no bundle's manifest", k_pull_again});
    return false;
  }
  const std::string format = file->text_member(0, "format", true, problems_);
  if (!format.empty() && format != k_bundle_format) {
    file->add(file->member(0, "format"), "\"format\" is \"" + format + "\"",
              "write \"" + std::string(k_bundle_format) + "\"", problems_);
  }
  const std::uint32_t version = file->member(0, "version");
  const std::string number(version == k_none ? std::string_view() : file->raw(version));
  if (number != std::to_string(k_bundle_version) &&
      number != std::to_string(k_oldest_bundle_version)) {
    file->add(version == k_none ? 0 : version,
              version == k_none
                  ? std::string("\"version\" is missing")
                  : "the bundle is of version " + number + ", and this flowferry reads versions " +
                        std::to_string(k_oldest_bundle_version) + " and " +
                        std::to_string(k_bundle_version),
              "use the flowferry that wrote it, or pull it again with this one", problems_);
    return false;
  }
  if (!problems_.empty()) return false;
  file->check_object(0, {"format", "version", "pulled_from", "ids", "former_names", "names"},
                     problems_);
  const std::uint32_t from = file->member(0, "pulled_from");
  if (from != k_none && file->check_object(from, {"instance", "alias"}, problems_)) {
    index_.pulled_from.instance = file->text_member(from, "instance", false, problems_);
    index_.pulled_from.alias = file->text_member(from, "alias", false, problems_);
  }
  ids(*file);
  former_names(*file);
  names(*file);
  return true;
}

void BundleIndexer::ids(const BundleFile& file) {
  const std::uint32_t ids = file.member(0, "ids");
  if (ids == k_none) return;
  if (file.node(ids).kind != Kind::object) {
    file.add(ids, "\"ids\" is no object", k_pull_again, problems_);
    return;
  }
  for (std::uint32_t key = ids + 1; key < file.node(ids).next; key = file.node(key + 1).next) {
    if (file.node(key + 1).kind != Kind::string || !is_uuid(file.value(key + 1))) {
      file.add(key, "the id of " + file.value(key) + " is no id", k_pull_again, problems_);
      continue;
    }
    if (!index_.ids.emplace(file.value(key), file.value(key + 1)).second) {
      file.add(key, "\"" + file.value(key) + "\" stands twice", "remove one of the two", problems_);
    }
    ids_by_key_.emplace(file_name_key(file.value(key)), file.value(key + 1));
  }
}

/// The names that flows had when they were pulled before, by the path of the content file.
void BundleIndexer::former_names(const BundleFile& file) {
  const std::uint32_t former = file.member(0, "former_names");
  if (former == k_none) return;
  if (file.node(former).kind != Kind::object) {
    file.add(former, "\"former_names\" is no object", k_pull_again, problems_);
    return;
  }
  const std::uint32_t end = file.node(former).next;
  for (std::uint32_t key = former + 1; key < end; key = file.node(key + 1).next) {
    std::vector<std::string> names;
    bool texts = file.node(key + 1).kind == Kind::array;
    for (std::uint32_t n = key + 2; texts && n < file.node(key + 1).next; n = file.node(n).next) {
      texts = file.node(n).kind == Kind::string;
      if (texts) names.push_back(file.value(n));
    }
    if (!texts) {
      file.add(key, "the former names of " + file.value(key) + " are no list of names",
               k_pull_again, problems_);
      continue;
    }
    former_by_key_.emplace(file_name_key(file.value(key)), std::move(names));
  }
}

/// What the instance calls otherwise.
void BundleIndexer::names(const BundleFile& file) {
  const std::uint32_t list = file.member(0, "names");
  if (list == k_none) return;
  if (file.node(list).kind != Kind::array) {
    file.add(list, "\"names\" is no list", k_pull_again, problems_);
    return;
  }
  const std::uint32_t end = file.node(list).next;
  for (std::uint32_t item = list + 1; item < end; item = file.node(item).next) {
    if (!file.check_object(item, {"kind", "here", "there"}, problems_)) continue;
    const std::string word = file.text_member(item, "kind", true, problems_);
    const std::string here = file.text_member(item, "here", true, problems_);
    std::string there = file.text_member(item, "there", true, problems_);
    const auto kind = kind_from_string(word);
    if (!kind && !word.empty()) {
      file.add(item, "unknown kind \"" + word + "\"", k_pull_again, problems_);
    }
    if (kind) index_.pulled_from.names[*kind].emplace(here, std::move(there));
  }
}

/// Contents and metadata in pairs; where the disk folds case, they may be spelled differently.
void BundleIndexer::flows(ResourceKind kind) {
  const std::string folder(bundle_folder(kind));
  std::set<std::string> contents;
  std::set<std::string> stems;
  for (const std::string& name : names_in(folder_ / folder)) {
    if (name.starts_with('.')) continue;
    if (name.ends_with(k_content_ending)) {
      contents.insert(name.substr(0, name.size() - k_content_ending.size()));
    } else if (name.ends_with(k_metadata_ending)) {
      stems.insert(name.substr(0, name.size() - k_metadata_ending.size()));
    } else if (strict_ && name.ends_with(".json")) {
      problems_.push_back({folder + "/" + name, 0, "is neither a content nor metadata",
                           "name it NAME" + std::string(k_content_ending) + " (with NAME" +
                               std::string(k_metadata_ending) + " beside it), or remove it"});
    }
  }
  const auto there = [&](const std::string& stem, std::string_view ending) {
    std::error_code ignored;
    return fs::exists(folder_ / folder / (stem + std::string(ending)), ignored);
  };
  for (const std::string& stem : contents) {
    if (!strict_ || stems.contains(stem) || there(stem, k_metadata_ending)) continue;
    problems_.push_back({folder + "/" + stem + std::string(k_content_ending), 0,
                         "its metadata " + stem + std::string(k_metadata_ending) + " is missing",
                         "restore it with git, or write it: { \"name\": ..., \"type\": ... }"});
  }
  for (const std::string& stem : stems) {
    if (!strict_ || contents.contains(stem) || there(stem, k_content_ending)) {
      flow(kind, stem);
      continue;
    }
    problems_.push_back({folder + "/" + stem + std::string(k_metadata_ending), 0,
                         "its content " + stem + std::string(k_content_ending) + " is missing",
                         "restore it with git, or remove the metadata as well"});
  }
}

void BundleIndexer::flow(ResourceKind kind, const std::string& stem) {
  const bool module = kind == ResourceKind::flow_module;
  BundledFlow out;
  out.kind = kind;
  out.stem = stem;
  auto file = BundleFile::read(folder_, out.metadata_path(), problems_);
  if (!file) return;
  const bool object =
      module ? file->check_object(0,
                                  {"name", "id", "description", "status", "state", "tags",
                                   "external_invocation", "aliases", "versions", "settings"},
                                  problems_)
             : file->check_object(
                   0, {"name", "type", "id", "description", "status", "state", "tags"}, problems_);
  if (!object) return;
  out.name = file->text_member(0, "name", true, problems_);
  if (!module) out.type = file->text_member(0, "type", true, problems_);
  if (out.name.empty() || (!module && out.type.empty())) return;
  const std::string own_id = file->text_member(0, "id", false, problems_);
  const bool fits =
      is_file_name_of(stem, {out.name, out.type}) ||
      (!own_id.empty() && is_file_name_of(stem, {out.name, out.type + "\n" + own_id}));
  if (strict_ && !fits) {
    file->add(file->member(0, "name"), "the name \"" + out.name + "\" does not fit the file's",
              "rename the two files to " + file_name_for(out.name) + std::string(k_content_ending) +
                  " and " + file_name_for(out.name) + std::string(k_metadata_ending) +
                  ", or correct \"name\"",
              problems_);
    return;
  }
  const auto id = ids_by_key_.find(file_name_key(out.content_path()));
  if (id != ids_by_key_.end()) out.id = id->second;
  if (!own_id.empty()) out.id = own_id;
  const auto former = former_by_key_.find(file_name_key(out.content_path()));
  if (former != former_by_key_.end()) out.former_names = former->second;
  index_.flows.push_back(std::move(out));
  metadata_.push_back(*std::move(file));
}

void BundleIndexer::check_doubled() {
  std::map<std::tuple<ResourceKind, std::string, std::string, std::string>, std::size_t> seen;
  for (std::size_t i = 0; i < index_.flows.size(); ++i) {
    const BundledFlow& flow = index_.flows[i];
    const std::string own_id = metadata_[i].text_member(0, "id", false, problems_);
    const auto [first, fresh] =
        seen.emplace(std::tuple(flow.kind, flow.name, flow.type, own_id), i);
    if (fresh) continue;
    metadata_[i].add(metadata_[i].member(0, "name"),
                     "names the same " + std::string(label(flow.kind)) + " \"" + flow.name +
                         "\" as " + index_.flows[first->second].metadata_path(),
                     "remove one of the two pairs of files", problems_);
  }
}

/// What the manifest knows and the folder does not have.
void BundleIndexer::check_missing() {
  std::set<std::string> keys;
  for (const ResourceKind kind : {ResourceKind::flow_module, ResourceKind::contact_flow}) {
    const std::string folder(bundle_folder(kind));
    for (const std::string& name : names_in(folder_ / folder)) {
      keys.insert(file_name_key(folder + "/" + name));
    }
  }
  for (const auto& [path, id] : index_.ids) {
    if (keys.contains(file_name_key(path))) continue;
    problems_.push_back({path, 0, "is missing, and the manifest lists it",
                         "restore it with git, or take its line out of \"ids\" in " +
                             std::string(k_bundle_manifest)});
  }
}

bool is_bundle(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / k_bundle_manifest, ignored);
}

bool is_unfinished(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / k_bundle_unfinished, ignored);
}

Result<BundleIndex> read_bundle_index(const fs::path& folder) {
  BundleProblems problems;
  BundleIndexer indexer(folder, Complete::unimportant, problems);
  (void)indexer.read();
  if (!problems.empty()) return fail(bundle_error(folder.string(), std::move(problems)));
  return indexer.take();
}

}  // namespace flowferry::snapshot
