// Plans read back from text, value by value: they hold all contents.
#include <set>

#include "base/hash.h"
#include "base/json/pieces.h"
#include "plan/plan_file.h"

namespace flowferry::plan {
namespace {

using json::Value;

constexpr const char* k_again = "make it again with flowferry plan -o";

// --- reading: every member is checked, the first fault is kept

class Reader {
 public:
  /// Whether the member `name` is a list whose items are given one by one, with add().
  static bool is_long(std::string_view name) {
    return name == k_nodes || name == k_operations || name == k_findings;
  }

  void begin(const std::string& list) {
    if (!lists_.insert(list).second) fault("\"" + list + "\" is there twice");
  }

  void add(std::string_view list, const Value& value) {
    if (list == k_nodes) plan_.nodes.push_back(node(value));
    if (list == k_operations) plan_.operations.push_back(operation(value));
    if (list == k_findings) plan_.findings.push_back(finding(value));
  }

  /// `root` has all other members.
  Result<Plan> finish(const Value& root) {
    plan_.from = text(root, "from");
    plan_.to = text(root, "to");
    plan_.created = text(root, "created");
    plan_.digest = text(root, "digest");
    plan_.source = instance(root["source"]);
    plan_.target = instance(root["target"]);
    plan_.fewest_stubs = flag(root, "fewest_stubs");
    plan_.callers_first = flag(root, "callers_first");
    if (root.find("limits_ignored") != nullptr) {
      plan_.limits_ignored = flag(root, "limits_ignored");
    }
    plan_.target_flows = count(root, "target_flows");
    plan_.target_modules = count(root, "target_modules");
    for (const std::string_view name : {k_nodes, k_operations, k_findings}) {
      if (!lists_.contains(name)) fault("\"" + std::string(name) + "\" is not a list");
    }
    check_indexes(plan_);
    if (!fault_.empty()) {
      return fail(ErrorKind::malformed, "the plan is damaged: " + fault_, k_again);
    }
    return std::move(plan_);
  }

 private:
  void fault(const std::string& what) {
    if (fault_.empty()) fault_ = what;
  }

  std::string text(const Value& from, std::string_view name) {
    const Value* value = from.find(name);
    if (value == nullptr || !value->is_string()) {
      fault("\"" + std::string(name) + "\" is not a string");
      return {};
    }
    return value->as_string();
  }

  /// A figure that older files do not have.
  std::optional<std::int64_t> count(const Value& from, std::string_view name) {
    const Value* value = from.find(name);
    if (value == nullptr) return std::nullopt;
    const auto figure = value->as_int();
    if (!figure || *figure < 0) fault("\"" + std::string(name) + "\" is not a count");
    return figure;
  }

  bool flag(const Value& from, std::string_view name) {
    const Value* value = from.find(name);
    if (value == nullptr || !value->is_bool()) {
      fault("\"" + std::string(name) + "\" is not true or false");
    }
    return from[name].as_bool();
  }

  /// A string that is left out where it is empty.
  std::string optional_text(const Value& from, std::string_view name) {
    return from.find(name) == nullptr ? std::string() : text(from, name);
  }

  std::vector<std::string> texts(const Value& from, std::string_view name) {
    std::vector<std::string> out;
    for (const Value& value : list(from, name)) {
      if (!value.is_string()) fault("\"" + std::string(name) + "\" is not a list of strings");
      out.push_back(value.as_string());
    }
    return out;
  }

  const std::vector<Value>& list(const Value& from, std::string_view name) {
    const Value* value = from.find(name);
    if (value == nullptr || !value->is_array()) {
      fault("\"" + std::string(name) + "\" is not a list");
      static const std::vector<Value> k_none_at_all;
      return k_none_at_all;
    }
    return value->items();
  }

  std::vector<std::size_t> numbers_of(const Value& from, std::string_view name) {
    std::vector<std::size_t> out;
    for (const Value& value : list(from, name)) out.push_back(index(value));
    return out;
  }

  std::size_t index(const Value& value) {
    const auto number = value.as_int();
    if (!number || *number < 0) {
      fault("an index is not a whole number");
      return 0;
    }
    return static_cast<std::size_t>(*number);
  }

  Instance instance(const Value& from) {
    Instance out;
    out.id = text(from, "id");
    out.arn = text(from, "arn");
    out.alias = text(from, "alias");
    out.region = text(from, "region");
    out.account = text(from, "account");
    out.origin = optional_text(from, "origin");
    out.partition = out.arn.substr(0, out.arn.find(":connect:"));
    out.partition = out.partition.size() > 4 ? out.partition.substr(4) : "aws";
    return out;
  }

  Tags tags(const Value& from, std::string_view name) {
    Tags out;
    if (!from[name].is_object()) fault("\"" + std::string(name) + "\" is not an object");
    for (const auto& [key, value] : from[name].members()) {
      if (!value.is_string()) fault("a tag is not a string");
      out.emplace(key, value.as_string());
    }
    return out;
  }

  Content content(const Value& from) {
    Content out;
    bool hole_next = false;
    for (const Value& value : list(from, "content")) {
      if (hole_next != value.is_object() || hole_next == value.is_string()) {
        fault("a content is not text and holes in turn");
        return out;
      }
      if (hole_next) {
        const std::string as = text(value, "as");
        if (as != "arn" && as != "id") fault("a hole is neither an ARN nor an id");
        out.holes.push_back(
            Content::Hole{index(value["node"]), as == "arn", optional_text(value, "qualifier")});
        out.holes.back().slashes = value.find("slashes") != nullptr && flag(value, "slashes");
        out.holes.back().alias = optional_text(value, "alias");
      } else {
        out.texts.push_back(value.as_string());
      }
      hole_next = !hole_next;
    }
    if (!out.texts.empty() && out.texts.size() != out.holes.size() + 1)
      fault("a content ends in a hole");
    return out;
  }

  Node node(const Value& from) {
    Node out;
    const auto kind = kind_from_string(text(from, "kind"));
    if (!kind) fault("a node has an unknown kind");
    out.kind = kind.value_or(ResourceKind::contact_flow);
    out.name = text(from, "name");
    out.type = text(from, "type");
    out.source_name = text(from, "source_name");
    out.source_arn = text(from, "source_arn");
    out.target_id = text(from, "target_id");
    out.target_arn = text(from, "target_arn");
    out.action = action(text(from, "action"));
    out.reason = text(from, "reason");
    for (const Value& change : list(from, "changes")) {
      out.changes.push_back(Change{text(change, "what"), text(change, "from"), text(change, "to")});
    }
    out.refers_to = numbers_of(from, "refers_to");
    out.stub = flag(from, "stub");
    out.circle = numbers_of(from, "circle");
    out.content = content(from);
    out.description = text(from, "description");
    out.status = text(from, "status");
    out.settings = text(from, "settings");
    out.external_invocation = flag(from, "external_invocation");
    out.tags = tags(from, "tags");
    out.untag = texts(from, "untag");
    out.state = text(from, "state");
    out.expected = text(from, "expected");
    if (from.find("aliases") != nullptr) {
      for (const Value& alias : list(from, "aliases")) {
        out.aliases.push_back(AliasWish{text(alias, "name"), text(alias, "id"), text(alias, "was"),
                                        text(alias, "version"), flag(alias, "gone"),
                                        text(alias, "drop")});
      }
    }
    if (from.find("seen") != nullptr) out.seen = seen(from["seen"], out);
    out.unsettled_until = optional_text(from, "unsettled_until");
    return out;
  }

  Flow seen(const Value& from, const Node& node) {
    Flow out;
    out.kind = node.kind;
    out.id = node.target_id;
    out.arn = node.target_arn;
    out.type = node.type;
    out.name = text(from, "name");
    out.description = text(from, "description");
    out.state = text(from, "state");
    out.status = text(from, "status");
    out.tags = tags(from, "tags");
    out.settings = text(from, "settings");
    out.content = text(from, "content");
    return out;
  }

  Action action(const std::string& word) {
    for (const Action value :
         {Action::create, Action::update, Action::unchanged, Action::skip, Action::remove}) {
      if (to_string(value) == word) return value;
    }
    fault("a node has an unknown action");
    return Action::skip;
  }

  Operation operation(const Value& from) {
    Operation out;
    const auto type = operation_type_from_string(text(from, "type"));
    if (!type) fault("an operation is of unknown type");
    out.type = type.value_or(OperationType::create);
    out.node = index(from["node"]);
    if (from.find("alias") != nullptr) out.alias = index(from["alias"]);
    out.after = numbers_of(from, "after");
    out.chain = index(from["chain"]);
    return out;
  }

  Finding finding(const Value& from) {
    Finding out;
    const std::string severity = text(from, "severity");
    for (const Severity value : {Severity::info, Severity::warning, Severity::error}) {
      if (plan::to_string(value) == severity) out.severity = value;
    }
    if (plan::to_string(out.severity) != severity) fault("a finding has an unknown severity");
    out.id = text(from, "id");
    out.text = text(from, "reason");
    out.help = optional_text(from, "help");
    out.where.kind = text(from, "kind");
    out.where.name = text(from, "name");
    const Value& where = from["where"];
    out.where.action = optional_text(where, "action");
    out.where.action_type = optional_text(where, "action_type");
    out.where.parameter = optional_text(where, "parameter");
    out.where.pointer = optional_text(where, "pointer");
    const Value& resource = from["resource"];
    out.kind = optional_text(resource, "kind");
    out.name = optional_text(resource, "name");
    out.arn = optional_text(resource, "arn");
    out.in_target = optional_text(resource, "in") == "target";
    if (from.find("closest") != nullptr) out.closest = texts(from, "closest");
    return out;
  }

  void check_indexes(const Plan& plan) {
    const auto inside = [&](std::size_t i) {
      if (i >= plan.nodes.size()) fault("an index names no node");
    };
    for (const Node& node : plan.nodes) {
      for (const std::size_t i : node.refers_to) inside(i);
      for (const std::size_t i : node.circle) inside(i);
      for (const auto& hole : node.content.holes) inside(hole.node);
    }
    for (std::size_t i = 0; i < plan.operations.size(); ++i) {
      inside(plan.operations[i].node);
      for (const std::size_t before : plan.operations[i].after) {
        if (before >= i) fault("an operation waits for a later one");
      }
      if (fault_.empty()) check_operation(plan.operations[i], plan.nodes[plan.operations[i].node]);
    }
  }

  /// What apply relies on.
  void check_operation(const Operation& operation, const Node& node) {
    const bool creates =
        operation.type == OperationType::create || operation.type == OperationType::create_stub;
    const bool writes = creates || operation.type == OperationType::update_content;
    const bool on_alias = is_on_alias(operation.type);
    if (on_alias && operation.alias >= node.aliases.size()) {
      fault("an operation has no alias");
    } else if (operation.type == OperationType::publish_alias && node.content.texts.empty() &&
               node.aliases[operation.alias].version.empty()) {
      fault("an operation has no content to publish a version of");
    }
    if (writes && node.content.texts.empty()) fault("an operation has no content to write");
    const bool may_appear = !node.unsettled_until.empty() && node.seen;
    if (!creates && node.action != Action::create && node.target_id.empty() && !may_appear) {
      fault("an operation has no target");
    }
  }

  static constexpr std::string_view k_nodes = "nodes";
  static constexpr std::string_view k_operations = "operations";
  static constexpr std::string_view k_findings = "findings";

  Plan plan_;
  std::set<std::string, std::less<>> lists_;
  std::string fault_;
};

}  // namespace

Result<Plan> read_plan(std::string_view text) {
  json::Pieces pieces(text);
  Reader reader;
  Value root;
  std::string checksum;
  Sha256 digest;
  digest.add("{");
  bool first = true;
  if (pieces.enter_object()) {
    root = Value::object();
    while (const auto name = pieces.member()) {
      if (*name == "checksum") {
        checksum = pieces.value().as_string();
        continue;
      }
      digest.add((first ? "" : ",") + json::quoted(*name) + ":");
      first = false;
      if (Reader::is_long(*name) && pieces.enter_list()) {
        reader.begin(*name);
        digest.add("[");
        for (bool first_item = true; pieces.item(); first_item = false) {
          const Value item = pieces.value();
          if (!first_item) digest.add(",");
          digest.add(item.dump());
          reader.add(*name, item);
        }
        digest.add("]");
        continue;
      }
      Value value = pieces.value();
      digest.add(value.dump());
      root.set(*name, std::move(value));
    }
  } else {
    static_cast<void>(pieces.value());
  }
  digest.add("}");
  if (auto well_formed = pieces.finish(); !well_formed) {
    Error error = std::move(well_formed).error();
    error.message = "the plan is damaged: " + error.message;
    error.hint = k_again;
    return fail(std::move(error));
  }
  if (root["format"].as_string() != k_plan_format) {
    return fail(ErrorKind::malformed, "this is not a flowferry plan",
                "give a file that flowferry plan -o wrote");
  }
  const auto version = root["version"].as_int();
  if (!version || *version != k_plan_version) {
    return fail(ErrorKind::refused,
                "the plan has format version " + root["version"].dump() +
                    ", and this flowferry reads version " + std::to_string(k_plan_version),
                std::string(k_again) + " with the same flowferry that applies it");
  }
  if (checksum != digest.finish_hex()) {
    return fail(ErrorKind::malformed,
                "the plan is damaged or was edited: its checksum does not agree", k_again);
  }
  return reader.finish(root);
}

}  // namespace flowferry::plan
