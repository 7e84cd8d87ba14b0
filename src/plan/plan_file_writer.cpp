// Plans as text, piece by piece: they hold all contents.
#include "base/hash.h"
#include "plan/plan_file.h"

namespace flowferry::plan {
namespace {

using json::Value;

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
  if (!node.unsettled_until.empty()) out.set("unsettled_until", node.unsettled_until);
  return out;
}

Value operation_json(const Operation& operation) {
  Value out = Value::object({{"type", to_string(operation.type)},
                             {"node", static_cast<std::uint64_t>(operation.node)},
                             {"after", numbers(operation.after)},
                             {"chain", static_cast<std::uint64_t>(operation.chain)}});
  if (is_on_alias(operation.type)) out.set("alias", static_cast<std::uint64_t>(operation.alias));
  return out;
}

/// All that is not a list of many.
Value head_json(const Plan& plan) {
  Value out = Value::object({
      {"format", k_plan_format},
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
  return out;
}

/// Writes the members of one object for people, and hashes the same without white space.
class Text {
 public:
  explicit Text(const Sink& sink) : sink_(sink) {}

  void member(std::string_view name, const Value& value) {
    begin_member(name);
    value.append_pretty(text_, 1);
    digest_.add(value.dump());
    flush(k_piece);
  }

  template <class Items, class ToJson>
  void list(std::string_view name, const Items& items, ToJson item_json) {
    begin_member(name);
    bool first = true;
    for (const auto& item : items) {
      const Value value = item_json(item);
      text_ += first ? "[\n    " : ",\n    ";
      value.append_pretty(text_, 2);
      digest_.add(first ? "[" : ",");
      digest_.add(value.dump());
      first = false;
      flush(k_piece);
    }
    text_ += first ? "[]" : "\n  ]";
    digest_.add(first ? "[]" : "]");
  }

  Result<void> finish() {
    digest_.add("}");
    text_ += ",\n  \"checksum\": \"" + digest_.finish_hex() + "\"\n}\n";
    flush(0);
    return std::move(result_);
  }

 private:
  static constexpr std::size_t k_piece = 64 << 10;

  void begin_member(std::string_view name) {
    const std::string quoted = json::quoted(name);
    text_ += (first_ ? "{\n  " : ",\n  ") + quoted + ": ";
    digest_.add((first_ ? "{" : ",") + quoted + ":");
    first_ = false;
  }

  void flush(std::size_t from) {
    if (text_.size() < from) return;
    if (result_) result_ = sink_(text_);
    text_.clear();
  }

  const Sink& sink_;
  std::string text_;
  Sha256 digest_;
  bool first_ = true;
  Result<void> result_;
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

Result<void> write_plan(const Plan& plan, const Sink& sink) {
  Text text(sink);
  const Value head = head_json(plan);
  for (const auto& [name, value] : head.members()) text.member(name, value);
  text.list("nodes", plan.nodes, node_json);
  text.list("operations", plan.operations, operation_json);
  text.list("findings", plan.findings, [](const Finding& finding) { return to_json(finding); });
  return text.finish();
}

std::string write_plan(const Plan& plan) {
  std::string out;
  const auto written = write_plan(plan, [&](std::string_view piece) -> Result<void> {
    out += piece;
    return {};
  });
  return written ? out : std::string();
}

}  // namespace flowferry::plan
