#include "snapshot/exported.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "connect/lists.h"
#include "flow/document.h"
#include "flow/scope.h"
#include "model/arn.h"
#include "snapshot/bundle_file.h"
#include "snapshot/synthetic.h"

namespace flowferry::snapshot {
namespace {

namespace fs = std::filesystem;
using json::k_none;
using json::Kind;

/// The words of the console's exports (`Metadata.type`) for the service's.
std::string type_from(std::string_view word) {
  for (const auto& [console, type] :
       {std::pair<std::string_view, const char*>{"customerQueue", "CUSTOMER_QUEUE"},
        {"customerHold", "CUSTOMER_HOLD"},
        {"customerWhisper", "CUSTOMER_WHISPER"},
        {"agentHold", "AGENT_HOLD"},
        {"agentWhisper", "AGENT_WHISPER"},
        {"outboundWhisper", "OUTBOUND_WHISPER"},
        {"agentTransfer", "AGENT_TRANSFER"},
        {"queueTransfer", "QUEUE_TRANSFER"},
        {"campaign", "CAMPAIGN"}}) {
    if (word == console) return type;
  }
  return "CONTACT_FLOW";
}

std::string instance_of(const std::string& text) {
  const auto arn = parse_arn(text);
  const auto connect = arn ? parse_connect_arn(*arn) : std::nullopt;
  if (!connect || connect->instance_id.empty()) return {};
  Arn out = *arn;
  out.resource = "instance/" + connect->instance_id;
  return out.text();
}

class ExportedReader {
 public:
  explicit ExportedReader(const fs::path& folder) : folder_(folder) {}

  Result<FolderContents> run() {
    for (const std::string& path : json_files()) {
      if (auto file = BundleFile::read(folder_, path, problems_)) look_at(*file);
    }
    if (problems_.empty()) choose_instance();
    if (!problems_.empty()) return fail(bundle_error(folder_.string(), std::move(problems_)));
    if (flows_.empty()) {
      Error error;
      error.kind = ErrorKind::not_found;
      error.message = "the folder is no bundle, and no exported flow is in it";
      error.subject = folder_.string();
      error.hint = "make a bundle with: flowferry pull ENV DIR";
      return fail(std::move(error));
    }
    take_lists();
    take_flows();
    take_notes();
    return std::move(out_);
  }

 private:
  Snapshot& snapshot() { return out_.snapshot; }

  std::vector<std::string> json_files() const {
    std::vector<std::string> out;
    std::error_code code;
    fs::recursive_directory_iterator at(folder_, code);
    for (; !code && at != fs::recursive_directory_iterator(); at.increment(code)) {
      const std::string name = at->path().filename().string();
      std::error_code ignored;
      if (name.starts_with('.')) {
        if (at->is_directory(ignored)) at.disable_recursion_pending();
        continue;
      }
      if (at->is_regular_file(ignored) && ascii_lower(name).ends_with(".json")) {
        out.push_back(at->path().lexically_relative(folder_).generic_string());
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  // --- files

  void look_at(const BundleFile& file) {
    if (file.node(0).kind != Kind::object) return unknown(file);
    for (const auto& [member, kind] : {std::pair{"ContactFlow", ResourceKind::contact_flow},
                                       std::pair{"ContactFlowModule", ResourceKind::flow_module}}) {
      const std::uint32_t answer = file.member(0, member);
      if (answer != k_none && file.node(answer).kind == Kind::object) {
        return described(file, answer, kind);
      }
    }
    if (file.member(0, "Content") != k_none && file.member(0, "Arn") != k_none) {
      const auto arn = parse_arn(text(file, 0, "Arn"));
      const auto connect = arn ? parse_connect_arn(*arn) : std::nullopt;
      if (connect) return described(file, 0, connect->kind);
    }
    if (file.member(0, "Actions") != k_none || file.member(0, "StartAction") != k_none) {
      return content_alone(file);
    }
    if (file.member(0, "modules") != k_none && file.member(0, "start") != k_none) {
      problems_.push_back({file.path(), 0,
                           "is a legacy export of the console (\"modules\"), which the service "
                           "does not accept",
                           "import it in the console, save it there, and export it again; or take "
                           "it out of the folder"});
      return;
    }
    if (!list(file)) unknown(file);
  }

  void unknown(const BundleFile& file) {
    Finding finding;
    finding.severity = Severity::info;
    finding.id = "not-a-flow";
    finding.where.kind = "file";
    finding.where.name = file.path();
    finding.text = "is neither a flow nor a list of resources: passed over";
    out_.findings.push_back(std::move(finding));
  }

  std::string text(const BundleFile& file, std::uint32_t object, std::string_view name) {
    if (object == k_none) return {};
    const std::uint32_t node = file.member(object, name);
    if (node == k_none || file.node(node).kind != Kind::string) return {};
    return file.value(node);
  }

  /// DescribeContactFlow, DescribeContactFlowModule.
  void described(const BundleFile& file, std::uint32_t answer, ResourceKind kind) {
    Flow flow;
    flow.kind = kind;
    flow.arn = text(file, answer, "Arn");
    flow.id = text(file, answer, "Id");
    flow.name = text(file, answer, "Name");
    flow.type = kind == ResourceKind::contact_flow ? text(file, answer, "Type") : "";
    flow.description = text(file, answer, "Description");
    flow.content = text(file, answer, "Content");
    flow.state = connect::upper(text(file, answer, "State"));
    flow.status = connect::upper(text(file, answer, "Status"));
    flow.settings = text(file, answer, "Settings");
    const std::uint32_t external = file.member(answer, "ExternalInvocationConfiguration");
    if (external != k_none) {
      const std::uint32_t enabled = file.member(external, "Enabled");
      flow.external_invocation = enabled != k_none && file.raw(enabled) == "true";
    }
    const std::uint32_t tags = file.member(answer, "Tags");
    if (tags != k_none && file.node(tags).kind == Kind::object) {
      for (std::uint32_t key = tags + 1; key < file.node(tags).next;
           key = file.node(key + 1).next) {
        if (file.node(key + 1).kind == Kind::string)
          flow.tags[file.value(key)] = file.value(key + 1);
      }
    }
    if (flow.name.empty() || (kind == ResourceKind::contact_flow && flow.type.empty())) {
      file.add(answer, "the answer lacks the flow's Name or Type",
               "export the whole answer of describe-contact-flow", problems_);
      return;
    }
    if (flow.content.empty()) {
      file.add(answer, "the answer has no Content",
               "of a flow that was never published ask for its draft: --contact-flow-id "
               "'ID:$SAVED'; or take the file out of the folder",
               problems_);
      return;
    }
    const std::string instance = instance_of(flow.arn);
    if (!instance.empty()) instances_.emplace(instance, file.path());
    flows_.push_back({file.path(), std::move(flow)});
  }

  void content_alone(const BundleFile& file) {
    Flow flow;
    const std::uint32_t metadata = file.member(0, "Metadata");
    flow.kind = file.member(0, "Settings") != k_none ? ResourceKind::flow_module
                                                     : ResourceKind::contact_flow;
    flow.name = text(file, metadata, "name");
    if (flow.name.empty()) flow.name = fs::path(file.path()).stem().string();
    if (flow.kind == ResourceKind::contact_flow) {
      flow.type = type_from(text(file, metadata, "type"));
    }
    flow.description = text(file, metadata, "description");
    flow.status = connect::upper(text(file, metadata, "status"));
    flow.content = file.text();
    flows_.push_back({file.path(), std::move(flow)});
  }

  /// An answer to a List operation.
  bool list(const BundleFile& file) {
    for (const ResourceKind kind : all_kinds()) {
      const connect::ResourceList* known = connect::resource_list(kind);
      if (known == nullptr) continue;
      const std::uint32_t items = file.member(0, known->operation.items);
      if (items == k_none || file.node(items).kind != Kind::array) continue;
      for (std::uint32_t item = items + 1; item < file.node(items).next;
           item = file.node(item).next) {
        if (file.node(item).kind != Kind::object) continue;
        Resource resource;
        resource.kind = kind;
        const auto member = [&](std::string_view name) {
          return name.empty() ? std::string() : text(file, item, name);
        };
        resource.name = member(known->members.name);
        resource.id = member(known->members.id);
        resource.arn = member(known->members.arn);
        resource.type = member(known->members.type);
        resource.state = connect::upper(member(known->members.state));
        resource.status = connect::upper(member(known->members.status));
        if (!resource.name.empty() && !resource.id.empty()) listed_.push_back(std::move(resource));
      }
      return true;
    }
    return false;
  }

  // --- the instance

  /// That of the answers; of contents alone the one that their ARNs name most.
  void choose_instance() {
    if (instances_.size() > 1) {
      const auto second = std::next(instances_.begin());
      problems_.push_back({second->second, 0,
                           "is of instance " + second->first + ", and " +
                               instances_.begin()->second + " of " + instances_.begin()->first,
                           "put the files of each instance into a folder of its own"});
      return;
    }
    std::string arn = instances_.empty() ? most_named() : instances_.begin()->first;
    Instance& instance = snapshot().instance;
    if (arn.empty()) {
      instance = synthetic_instance(folder_.string(), "aws", "us-east-1");
    } else {
      const auto fields = parse_arn(arn);
      instance.arn = arn;
      instance.id = fields->resource.substr(std::string_view("instance/").size());
      instance.partition = fields->partition;
      instance.region = fields->region;
      instance.account = fields->account;
    }
    instance.origin = "exported files in " + folder_.string();
  }

  std::string most_named() const {
    std::map<std::string, std::size_t> count;
    for (const auto& [path, flow] : flows_) {
      const std::string& content = flow.content;
      for (std::size_t at = 0; (at = content.find(":instance/", at)) != std::string::npos; ++at) {
        const std::size_t begin = content.rfind("arn:", at);
        if (begin == std::string::npos || at - begin > 80) continue;
        const std::string arn = instance_of(content.substr(begin, at + 46 - begin));
        if (!arn.empty()) ++count[arn];
      }
    }
    const auto most =
        std::max_element(count.begin(), count.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == count.end() ? std::string() : most->first;
  }

  // --- the snapshot

  void take_lists() {
    for (const ResourceKind kind : all_kinds()) {
      if (has_lookup(kind)) snapshot().inventories[kind];
    }
    for (Resource& resource : listed_) {
      Inventory& inventory = snapshot().inventories[resource.kind];
      if (inventory.by_id(resource.id) == nullptr) inventory.add(std::move(resource));
    }
  }

  void take_flows() {
    for (auto& [path, flow] : flows_) {
      out_.files.try_emplace({std::string(to_string(flow.kind)), flow.name}, path);
      if (flow.id.empty()) flow.id = noted_id(flow);
      if (flow.id.empty()) flow.id = synthetic_id(flow.kind, flow.name, flow.type);
      if (flow.arn.empty()) flow.arn = usual_arn(snapshot().instance, flow.kind, flow.id);
      if (flow.state.empty()) flow.state = "ACTIVE";
      if (flow.status != "SAVED") flow.status = "PUBLISHED";
      Inventory& inventory = snapshot().inventories[flow.kind];
      if (inventory.by_id(flow.id) == nullptr) {
        inventory.add(
            {flow.kind, flow.name, flow.id, flow.arn, flow.type, flow.state, flow.status});
      }
      Flow copy = flow;
      if (!snapshot().flows.emplace(flow.id, std::move(copy)).second) {
        Finding finding;
        finding.severity = Severity::warning;
        finding.id = "flow-twice";
        finding.where.kind = "file";
        finding.where.name = path;
        finding.text = "is the same " + std::string(label(flow.kind)) + " \"" + flow.name +
                       "\" once more: passed over";
        out_.findings.push_back(std::move(finding));
      }
    }
  }

  /// The id by which others refer to a flow that has only a name, where they note that name.
  std::string noted_id(const Flow& flow) {
    collect_notes();
    std::string out;
    for (const auto& [key, names] : notes_) {
      if (key.first != flow.kind || names.size() != 1 || *names.begin() != flow.name) continue;
      if (!out.empty()) return {};
      out = key.second;
    }
    return out;
  }

  /// The names that the designer left beside references: by kind and id.
  void collect_notes() {
    if (collected_) return;
    collected_ = true;
    const flow::Scope scope = flow::scope_of(snapshot());
    for (const auto& [path, flow] : flows_) {
      const auto document = flow::Document::parse(flow.content);
      if (!document) continue;
      for (const flow::Reference& reference : flow::find_references(*document, scope).references) {
        note(*document, reference, flow);
      }
    }
  }

  void note(const flow::Document& document, const flow::Reference& reference, const Flow& flow) {
    if (reference.form == flow::Form::name || !has_lookup(reference.kind) ||
        reference.kind == ResourceKind::lambda_function) {
      return;
    }
    const auto connect = parse_arn(reference.text);
    const auto parts = connect ? parse_connect_arn(*connect) : std::nullopt;
    if (parts && parts->aws_managed) return;
    auto& names = notes_[{reference.kind, reference.id}];
    if (!reference.in_metadata) used_.try_emplace({reference.kind, reference.id}, &flow);
    texts_[{reference.kind, reference.id}] = reference.text;
    std::string before;
    std::string after;
    for (const flow::DisplayName& shown : reference.display_names) {
      std::string name = document.text(shown.node);
      if (shown.part == flow::DisplayName::Part::whole)
        names.insert(std::move(name));
      else if (shown.part == flow::DisplayName::Part::before_slash)
        before = std::move(name);
      else
        after = std::move(name);
    }
    if (!before.empty() && !after.empty()) names.insert(before + "/" + after);
  }

  void take_notes() {
    collect_notes();
    for (const auto& [key, names] : notes_) {
      const auto& [kind, id] = key;
      Inventory& inventory = snapshot().inventories[kind];
      if (inventory.by_id(id) != nullptr) continue;
      const bool known = names.size() == 1;
      const std::string name = known ? *names.begin() : std::string();
      if (known && kind == ResourceKind::lex_v2_bot_alias) {
        snapshot().lex_alias_names[texts_[key]] = name;
      } else if (known) {
        const std::string type = kind == ResourceKind::contact_flow ? "CONTACT_FLOW" : "";
        inventory.add({kind, name, id, usual_arn(snapshot().instance, kind, id), type, "ACTIVE",
                       "PUBLISHED"});
      }
      const auto used = used_.find(key);
      if (used == used_.end()) continue;  // In the designer's notes only.
      tell(kind, id, name, *used->second);
    }
  }

  void tell(ResourceKind kind, const std::string& id, const std::string& name, const Flow& flow) {
    const std::string what(label(kind));
    Finding finding;
    finding.severity = Severity::warning;
    finding.kind = to_string(kind);
    finding.name = name;
    finding.arn = id;
    finding.where.kind = to_string(flow.kind);
    finding.where.name = flow.name;
    if (name.empty()) {
      finding.id = "ref-unnamed";
      finding.text = "no file tells the name of this " + what;
      finding.help = "put a list beside the flows (aws connect list-...), or pull the instance";
    } else {
      finding.id = "ref-name-noted";
      finding.text = "this " + what + " is named by the designer's notes alone: \"" + name + "\"";
      finding.help = "put a list beside the flows (aws connect list-...), or check the name";
    }
    out_.findings.push_back(std::move(finding));
  }

  using Key = std::pair<ResourceKind, std::string>;

  fs::path folder_;
  BundleProblems problems_;
  std::vector<std::pair<std::string, Flow>> flows_;  ///< With their files.
  std::vector<Resource> listed_;
  std::map<std::string, std::string> instances_;  ///< ARN to the first file that has it.
  bool collected_ = false;
  std::map<Key, std::set<std::string>> notes_;  ///< Names by kind and id.
  std::map<Key, const Flow*> used_;             ///< A flow that refers to it outside of notes.
  std::map<Key, std::string> texts_;            ///< As written.
  FolderContents out_;
};

}  // namespace

Result<FolderContents> read_exported(const fs::path& folder) {
  return ExportedReader(folder).run();
}

}  // namespace flowferry::snapshot
