#include "plan/plan_file.h"

#include <algorithm>

#include "base/hash.h"

namespace flowferry::plan {
namespace {

using json::Value;

constexpr std::string_view k_format = "flowferry-plan";

Value numbers(const std::vector<std::size_t>& values) {
  Value out = Value::array();
  for (const std::size_t value : values) out.push(static_cast<std::uint64_t>(value));
  return out;
}

Value tags_json(const Tags& tags) {
  Value out = Value::object();
  for (const auto& [key, value] : tags) out.set(key, value);
  return out;
}

Value content_json(const Content& content) {
  Value out = Value::array();
  for (std::size_t i = 0; i < content.texts.size(); ++i) {
    if (i > 0) {
      const Content::Hole& hole = content.holes[i - 1];
      Value value = Value::object(
          {{"node", static_cast<std::uint64_t>(hole.node)}, {"as", hole.arn ? "arn" : "id"}});
      if (!hole.qualifier.empty()) value.set("qualifier", hole.qualifier);
      if (hole.slashes) value.set("slashes", true);
      if (!hole.alias.empty()) value.set("alias", hole.alias);
      out.push(std::move(value));
    }
    out.push(content.texts[i]);
  }
  return out;
}

Value instance_json(const Instance& instance) {
  Value out = Value::object({{"id", instance.id},
                             {"arn", instance.arn},
                             {"alias", instance.alias},
                             {"region", instance.region},
                             {"account", instance.account}});
  if (!instance.origin.empty()) out.set("origin", instance.origin);
  return out;
}

/// What the target had. Name, kind and ids are the node's, unless a rename is planned.
Value seen_json(const Flow& seen) {
  return Value::object({{"name", seen.name},
                        {"description", seen.description},
                        {"state", seen.state},
                        {"status", seen.status},
                        {"tags", tags_json(seen.tags)},
                        {"settings", seen.settings},
                        {"content", seen.content}});
}

Value aliases_json(const std::vector<AliasWish>& aliases) {
  Value out = Value::array();
  for (const AliasWish& alias : aliases) {
    out.push(Value::object({{"name", alias.name},
                            {"id", alias.id},
                            {"was", alias.was},
                            {"version", alias.version},
                            {"gone", alias.gone},
                            {"drop", alias.drop}}));
  }
  return out;
}

Value node_json(const Node& node) {
  Value changes = Value::array();
  for (const Change& change : node.changes) {
    changes.push(Value::object({{"what", change.what}, {"from", change.from}, {"to", change.to}}));
  }
  Value out = Value::object({
      {"kind", to_string(node.kind)},
      {"name", node.name},
      {"type", node.type},
      {"source_name", node.source_name},
      {"source_arn", node.source_arn},
      {"target_id", node.target_id},
      {"target_arn", node.target_arn},
      {"action", to_string(node.action)},
      {"reason", node.reason},
      {"changes", std::move(changes)},
      {"refers_to", numbers(node.refers_to)},
      {"stub", node.stub},
      {"circle", numbers(node.circle)},
      {"content", content_json(node.content)},
      {"description", node.description},
      {"status", node.status},
      {"settings", node.settings},
      {"external_invocation", node.external_invocation},
      {"tags", tags_json(node.tags)},
      {"untag", Value::array(node.untag)},
      {"state", node.state},
      {"expected", node.expected},
  });
  if (!node.aliases.empty()) out.set("aliases", aliases_json(node.aliases));
  if (node.seen) out.set("seen", seen_json(*node.seen));
  return out;
}

// --- reading: every member is checked, the first fault is kept

class Reader {
 public:
  explicit Reader(const Value& root) : root_(root) {}

  Result<Plan> read() {
    Plan plan;
    plan.from = text(root_, "from");
    plan.to = text(root_, "to");
    plan.created = text(root_, "created");
    plan.digest = text(root_, "digest");
    plan.source = instance("source");
    plan.target = instance("target");
    plan.fewest_stubs = flag(root_, "fewest_stubs");
    plan.callers_first = flag(root_, "callers_first");
    if (root_.find("limits_ignored") != nullptr) {
      plan.limits_ignored = flag(root_, "limits_ignored");
    }
    plan.target_flows = count("target_flows");
    plan.target_modules = count("target_modules");
    for (const Value& value : list(root_, "nodes")) plan.nodes.push_back(node(value));
    for (const Value& value : list(root_, "operations"))
      plan.operations.push_back(operation(value));
    for (const Value& value : list(root_, "findings")) plan.findings.push_back(finding(value));
    check_indexes(plan);
    if (!fault_.empty()) {
      return fail(ErrorKind::malformed, "the plan is damaged: " + fault_,
                  "make it again with flowferry plan -o");
    }
    return plan;
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
  std::optional<std::int64_t> count(std::string_view name) {
    const Value* value = root_.find(name);
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

  Instance instance(std::string_view name) {
    const Value& from = root_[name];
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
    if (!creates && node.action != Action::create && node.target_id.empty()) {
      fault("an operation has no target");
    }
  }

  const Value& root_;
  std::string fault_;
};

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "";
}

Value to_json(const Finding& finding) {
  Value where = Value::object();
  const auto put = [](Value& into, const char* name, const std::string& value) {
    if (!value.empty()) into.set(name, value);
  };
  put(where, "action", finding.where.action);
  put(where, "action_type", finding.where.action_type);
  put(where, "parameter", finding.where.parameter);
  put(where, "pointer", finding.where.pointer);
  Value resource = Value::object();
  put(resource, "kind", finding.kind);
  put(resource, "name", finding.name);
  put(resource, "arn", finding.arn);
  if (finding.in_target) resource.set("in", "target");
  Value out = Value::object({{"id", finding.id},
                             {"severity", to_string(finding.severity)},
                             {"kind", finding.where.kind},
                             {"name", finding.where.name},
                             {"reason", finding.text}});
  put(out, "help", finding.help);
  if (!where.members().empty()) out.set("where", std::move(where));
  if (!resource.members().empty()) out.set("resource", std::move(resource));
  if (!finding.closest.empty()) out.set("closest", Value::array(finding.closest));
  return out;
}

Value to_json(const Plan& plan) {
  Value nodes = Value::array();
  for (const Node& node : plan.nodes) nodes.push(node_json(node));
  Value operations = Value::array();
  for (const Operation& operation : plan.operations) {
    Value one = Value::object({{"type", to_string(operation.type)},
                               {"node", static_cast<std::uint64_t>(operation.node)},
                               {"after", numbers(operation.after)},
                               {"chain", static_cast<std::uint64_t>(operation.chain)}});
    if (is_on_alias(operation.type)) {
      one.set("alias", static_cast<std::uint64_t>(operation.alias));
    }
    operations.push(std::move(one));
  }
  Value findings = Value::array();
  for (const Finding& finding : plan.findings) findings.push(to_json(finding));
  Value out = Value::object({
      {"format", k_format},
      {"version", k_plan_version},
      {"flowferry", FLOWFERRY_VERSION},
      {"from", plan.from},
      {"to", plan.to},
      {"created", plan.created},
      {"source", instance_json(plan.source)},
      {"target", instance_json(plan.target)},
      {"digest", plan.digest},
      {"fewest_stubs", plan.fewest_stubs},
      {"callers_first", plan.callers_first},
      {"limits_ignored", plan.limits_ignored},
  });
  if (plan.target_flows) out.set("target_flows", *plan.target_flows);
  if (plan.target_modules) out.set("target_modules", *plan.target_modules);
  out.set("nodes", std::move(nodes));
  out.set("operations", std::move(operations));
  out.set("findings", std::move(findings));
  return out;
}

std::string write_plan(const Plan& plan) {
  // Plans hold all contents: the tree is gone before the text is copied.
  std::string text = to_json(plan).dump();
  const std::string checksum = sha256_hex(text);
  text.pop_back();
  text += ",\"checksum\":\"" + checksum + "\"}";
  const auto tokens = json::tokenize(text);
  return (tokens ? json::pretty(text, *tokens) : text) + "\n";
}

Result<Plan> read_plan(std::string_view text) {
  const std::string again = "make it again with flowferry plan -o";
  auto parsed = json::parse(text);
  if (!parsed) {
    Error error = std::move(parsed).error();
    error.message = "the plan is damaged: " + error.message;
    error.hint = again;
    return fail(std::move(error));
  }
  if ((*parsed)["format"].as_string() != k_format) {
    return fail(ErrorKind::malformed, "this is not a flowferry plan",
                "give a file that flowferry plan -o wrote");
  }
  const auto version = (*parsed)["version"].as_int();
  if (!version || *version != k_plan_version) {
    return fail(ErrorKind::refused,
                "the plan has format version " + (*parsed)["version"].dump() +
                    ", and this flowferry reads version " + std::to_string(k_plan_version),
                again + " with the same flowferry that applies it");
  }
  Value unsigned_part = Value::object();
  std::string checksum;
  for (const auto& [name, value] : parsed->members()) {
    if (name == "checksum") {
      checksum = value.as_string();
    } else {
      unsigned_part.set(name, value);
    }
  }
  if (checksum != sha256_hex(unsigned_part.dump())) {
    return fail(ErrorKind::malformed,
                "the plan is damaged or was edited: its checksum does not agree", again);
  }
  return Reader(unsigned_part).read();
}

}  // namespace flowferry::plan
