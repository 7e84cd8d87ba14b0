#include "snapshot/bundle_reader.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/file_names.h"
#include "base/parallel.h"
#include "base/text.h"
#include "flow/document.h"
#include "flow/portable.h"
#include "flow/scope.h"
#include "model/arn.h"
#include "snapshot/bundle_index.h"
#include "snapshot/bundle_versions.h"
#include "snapshot/synthetic.h"

namespace flowferry::snapshot {
namespace {

namespace fs = std::filesystem;
using json::k_none;
using json::Kind;

class Reader {
 public:
  explicit Reader(const fs::path& folder) : folder_(folder) {}

  Result<FolderContents> run() {
    BundleIndexer indexer(folder_, Complete::demanded, problems_);
    if (!indexer.read()) return fail(bundle_error(folder_.string(), std::move(problems_)));
    for (const BundleProblem& problem : problems_) {
      for (const ResourceKind kind : {ResourceKind::contact_flow, ResourceKind::flow_module}) {
        if (problem.path.starts_with(std::string(bundle_folder(kind)) + "/")) unsure_.insert(kind);
      }
    }
    const BundleIndex& index = indexer.index();
    // By where it came from, so that the journal knows it in whichever folder it is checked out.
    std::string seed = index.pulled_from.instance;
    if (seed.empty()) {
      std::error_code ignored;
      const fs::path canonical = fs::weakly_canonical(folder_, ignored);
      seed = ignored ? folder_.string() : canonical.string();
    }
    out_.instance = synthetic_instance_of(seed);
    out_.instance.origin = "bundle " + folder_.string();
    if (!index.pulled_from.instance.empty()) out_.pulled_from = index.pulled_from;
    for (const ResourceKind kind : all_kinds()) {
      if (has_lookup(kind)) out_.inventories[kind];
    }
    for (std::size_t i = 0; i < index.flows.size(); ++i) {
      add_flow(index.flows[i], indexer.metadata()[i]);
    }
    inventories();
    contents();
    if (!problems_.empty()) return fail(bundle_error(folder_.string(), std::move(problems_)));
    return FolderContents{std::move(out_), {}, std::move(files_)};
  }

 private:
  // --- flows and modules

  void add_flow(const BundledFlow& entry, const BundleFile& file) {
    Flow flow;
    flow.kind = entry.kind;
    flow.name = entry.name;
    flow.type = entry.type;
    flow.id = entry.id.empty() ? synthetic_id(entry.kind, entry.name, entry.type) : entry.id;
    flow.arn = usual_arn(out_.instance, entry.kind, flow.id);
    if (!entry.former_names.empty()) out_.former_names[flow.id] = entry.former_names;
    flow.description = file.text_member(0, "description", false, problems_);
    flow.status = word(file, "status", {"PUBLISHED", "SAVED"});
    flow.state = word(file, "state", {"ACTIVE", "ARCHIVED"});
    tags(file, flow);
    if (entry.kind == ResourceKind::flow_module) module(file, entry.stem, flow);
    Resource listed;
    listed.kind = flow.kind;
    listed.name = flow.name;
    listed.id = flow.id;
    listed.arn = flow.arn;
    listed.type = flow.type;
    listed.state = flow.state;
    listed.status = flow.status;
    if (out_.inventories[flow.kind].by_id(flow.id) != nullptr) {
      problems_.push_back({entry.metadata_path(), 0,
                           "has the id " + flow.id + " of another flow of this bundle",
                           "correct \"ids\" in " + std::string(k_bundle_manifest)});
      return;
    }
    out_.inventories[flow.kind].add(std::move(listed));
    flows_.push_back({entry.content_path(), flow.id});
    files_.try_emplace({std::string(to_string(flow.kind)), flow.name}, entry.content_path());
    out_.flows.emplace(flow.id, std::move(flow));
  }

  /// A member that is one of two words; absent: the first.
  std::string word(const BundleFile& file, std::string_view name,
                   std::initializer_list<std::string> words) {
    std::string text = file.text_member(0, name, false, problems_);
    if (text.empty()) return *words.begin();
    if (std::find(words.begin(), words.end(), text) == words.end()) {
      file.add(file.member(0, name), "\"" + std::string(name) + "\" is \"" + text + "\"",
               "write " + join(std::vector<std::string>(words), " or "), problems_);
    }
    return text;
  }

  void tags(const BundleFile& file, Flow& flow) {
    each_text(file, "tags",
              [&](std::string name, std::string value, std::uint32_t) { flow.tags[name] = value; });
  }

  /// Each member of the object `name`, which are all texts.
  template <class Take>
  void each_text(const BundleFile& file, std::string_view name, const Take& take) {
    const std::uint32_t object = file.member(0, name);
    if (object == k_none) return;
    if (file.node(object).kind != Kind::object) {
      file.add(object, "\"" + std::string(name) + "\" is no object", "write { \"key\": \"value\" }",
               problems_);
      return;
    }
    const std::uint32_t end = file.node(object).next;
    for (std::uint32_t key = object + 1; key < end; key = file.node(key + 1).next) {
      if (file.node(key + 1).kind != Kind::string) {
        file.add(key, "\"" + file.value(key) + "\" is not a text", "put it in quotes", problems_);
        continue;
      }
      take(file.value(key), file.value(key + 1), key);
    }
  }

  void module(const BundleFile& file, const std::string& stem, Flow& flow) {
    const std::uint32_t external = file.member(0, "external_invocation");
    if (external != k_none) {
      if (file.node(external).kind != Kind::boolean) {
        file.add(external, "\"external_invocation\" is neither true nor false",
                 "write true or false", problems_);
      }
      flow.external_invocation = file.raw(external) == "true";
    }
    const std::uint32_t settings = file.member(0, "settings");
    if (settings != k_none) flow.settings = settings_of(file, settings);
    versions_.add(file, flow, stem);
  }

  // --- inventories

  void inventories() {
    const fs::path folder = folder_ / k_bundle_inventory;
    for (const std::string& name : names_in(folder)) {
      if (!name.ends_with(".json")) continue;
      const std::string path = std::string(k_bundle_inventory) + "/" + name;
      const std::string word = name.substr(0, name.size() - 5);
      const auto kind = kind_from_string(word);
      if (!kind || !has_lookup(*kind)) {
        std::vector<std::string> words;
        for (const ResourceKind one : all_kinds()) {
          if (has_lookup(one)) words.emplace_back(to_string(one));
        }
        const auto near = closest_names(word, words, 1);
        if (!near.empty()) unsure_.insert(*kind_from_string(near.front()));
        problems_.push_back({path, 0, "unknown kind \"" + word + "\"",
                             near.empty() ? "the kinds are in docs/formats.md; remove the file"
                                          : "did you mean " + near.front() + ".json?"});
        continue;
      }
      const std::size_t before = problems_.size();
      if (const auto file = BundleFile::read(folder_, path, problems_)) inventory(*file, *kind);
      if (problems_.size() > before) unsure_.insert(*kind);
    }
  }

  void inventory(const BundleFile& file, ResourceKind kind) {
    if (!file.check_object(0, {"kind", "resources"}, problems_)) return;
    const std::string word = file.text_member(0, "kind", true, problems_);
    if (!word.empty() && word != to_string(kind)) {
      file.add(file.member(0, "kind"), "\"kind\" is \"" + word + "\" in the file of another kind",
               "write \"" + std::string(to_string(kind)) + "\", or rename the file", problems_);
    }
    const std::uint32_t list = file.member(0, "resources");
    if (list == k_none || file.node(list).kind != Kind::array) {
      file.add(list == k_none ? 0 : list, "\"resources\" is no list", "write [ { \"name\": ... } ]",
               problems_);
      return;
    }
    std::set<std::tuple<std::string, std::string, std::string, std::string>> seen;
    const std::uint32_t end = file.node(list).next;
    for (std::uint32_t item = list + 1; item < end; item = file.node(item).next) {
      resource(file, kind, item, seen);
    }
  }

  template <class Seen>
  void resource(const BundleFile& file, ResourceKind kind, std::uint32_t item, Seen& seen) {
    if (!file.check_object(
            item, {"name", "type", "state", "status", "id", "arn", "associated", "aliases"},
            problems_)) {
      return;
    }
    const auto text = [&](std::string_view name, bool required = false) {
      return file.text_member(item, name, required, problems_);
    };
    Resource out;
    out.kind = kind;
    out.name = text("name", true);
    out.type = text("type");
    out.state = text("state");
    out.status = text("status");
    out.id = text("id");
    const std::string arn = text("arn");
    if (!seen.emplace(out.name, out.type, out.id, arn).second) {
      file.add(item, std::string(label(kind)) + " \"" + out.name + "\" stands here twice",
               "remove one of the two, or tell them apart with \"id\"", problems_);
      return;
    }
    const bool flows = kind == ResourceKind::contact_flow || kind == ResourceKind::flow_module;
    if ((flows || kind == ResourceKind::task_template) && out.state.empty()) out.state = "ACTIVE";
    if ((flows || kind == ResourceKind::view) && out.status.empty()) out.status = "PUBLISHED";
    if (kind == ResourceKind::lex_v1_bot && out.type == "{{region}}") {
      out.type = out_.instance.region;
    }
    const Inventory& known = out_.inventories[kind];
    if (flows && out.id.empty() && !known.by_name(out.name, out.type).empty()) {
      file.add(item, std::string(label(kind)) + " \"" + out.name + "\" has files of its own here",
               "remove this entry", problems_);
      return;
    }
    if (out.id.empty()) out.id = synthetic_id(kind, out.name, out.type);
    out.arn = arn.empty() ? usual_arn(out_.instance, kind, out.id)
                          : arn_from_template(arn, out_.instance, out.id);
    if (kind == ResourceKind::flow_module) versions_.add_names(file, item, out);
    if (kind == ResourceKind::lex_v2_bot_alias) {
      out_.lex_alias_names[out.arn] = out.name;
      const std::uint32_t associated = file.member(item, "associated");
      if (associated != k_none && file.raw(associated) == "false") return;
      out.name.clear();  // As an instance lists them: their names are looked up one by one.
    }
    out_.inventories[kind].add(std::move(out));
  }

  // --- contents

  void contents() {
    const flow::PortableNames names(out_);
    struct One {
      std::string content;
      BundleProblems problems;
    };
    std::vector<One> read(flows_.size());
    parallel_for(flows_.size(), [&](std::size_t i) {
      read[i].content = content(flows_[i].first, names, read[i].problems);
    });
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      std::move(read[i].problems.begin(), read[i].problems.end(), std::back_inserter(problems_));
      out_.flows[flows_[i].second].content = std::move(read[i].content);
    }
    versions_.read(names, unsure_);
    name_dynamic_aliases();
  }

  std::string content(const std::string& path, const flow::PortableNames& names,
                      BundleProblems& problems) const {
    const auto file = BundleFile::read(folder_, path, problems);
    if (!file) return {};
    return content_from_portable(*file, file->text(), 0, names, unsure_, problems);
  }

  /// The resolver asks for the name of a Lex V2 bot alias by its ARN as it stands in a document:
  /// another Region may stand there, or one that is decided while the call runs.
  void name_dynamic_aliases() {
    std::map<std::string, std::string> by_ids;
    for (const auto& [text, name] : out_.lex_alias_names) {
      if (const auto arn = parse_arn(text)) by_ids.emplace(arn->resource, name);
    }
    if (by_ids.empty()) return;
    const flow::Scope scope = flow::scope_of(out_);
    const auto name_those_of = [&](const Flow& flow) {
      if (flow.content.find(":lex:") == std::string::npos) return;
      const auto document = flow::Document::parse(flow.content);
      if (!document) return;
      for (const flow::Reference& reference : flow::find_references(*document, scope).references) {
        if (reference.kind != ResourceKind::lex_v2_bot_alias) continue;
        const auto name = by_ids.find("bot-alias/" + reference.id);
        if (name != by_ids.end()) out_.lex_alias_names.emplace(reference.text, name->second);
      }
    };
    for (const auto& [id, flow] : out_.flows) name_those_of(flow);
    for (const auto& [module, versions] : out_.module_versions) {
      for (const auto& [number, version] : versions) name_those_of(version);
    }
  }

  fs::path folder_;
  BundleProblems problems_;
  std::set<ResourceKind> unsure_;  ///< Kinds of which something could not be read.
  Snapshot out_;
  VersionsReader versions_{folder_, out_, problems_};
  std::vector<std::pair<std::string, std::string>> flows_;  ///< Content file and id.
  std::map<std::pair<std::string, std::string>, std::string> files_;
};

}  // namespace

std::string content_from_portable(const BundleFile& file, std::string_view text, std::size_t begin,
                                  const flow::PortableNames& names,
                                  const std::set<ResourceKind>& unsure, BundleProblems& problems) {
  auto converted = flow::from_portable(text, names);
  if (!converted) {
    problems.push_back({file.path(), 0, converted.error().message, converted.error().hint});
    return {};
  }
  for (const flow::PlacedFinding& placed : converted->findings) {
    const Finding& finding = placed.finding;
    // It may be in what could not be read, and hundreds of these would hide why.
    const auto kind = kind_from_string(finding.kind);
    if (finding.id == "portable-unknown-name" && kind && unsure.contains(*kind)) continue;
    std::string remedy = finding.help;
    if (!finding.closest.empty()) {
      remedy = "closest: \"" + join(finding.closest, "\", \"") + "\"; " + remedy;
    }
    problems.push_back(
        {file.path(), file.line_at(begin + placed.offset), finding.text, std::move(remedy)});
  }
  const auto tokens = json::tokenize(converted->text);
  if (!tokens) return {};
  std::string out = json::minify(converted->text, *tokens);
  const auto document = flow::Document::parse(out);
  if (!document) {
    problems.push_back({file.path(), 0, document.error().message, document.error().hint});
  }
  return out;
}

Result<FolderContents> read_bundle(const fs::path& folder) {
  return Reader(folder).run();
}

}  // namespace flowferry::snapshot
