#include "report/diff_text.h"

namespace flowferry::report {
namespace {

using json::Value;
using What = plan::FlowDifference::What;

const char* word(What what) {
  switch (what) {
    case What::left_only:
      return "left-only";
    case What::right_only:
      return "right-only";
    case What::renamed:
      return "renamed";
    case What::changed:
      return "changed";
    case What::unclear:
      return "unclear";
  }
  return "";
}

Value optional_text(const std::string& text) {
  return text.empty() ? Value() : Value(text);
}

Value side(const flow::SideValue& value) {
  if (!value.present) return {};
  Value out = Value::object({{value.is_text ? "text" : "json", value.value}});
  if (value.resource) {
    Value resource =
        Value::object({{"kind", to_string(value.resource->kind)}, {"name", value.resource->name}});
    if (!value.resource->qualifier.empty()) resource.set("qualifier", value.resource->qualifier);
    out.set("resource", std::move(resource));
  }
  return out;
}

Value value_changes(const std::vector<flow::ValueChange>& changes) {
  Value out = Value::array();
  for (const auto& change : changes) {
    out.push(Value::object(
        {{"path", change.path}, {"left", side(change.left)}, {"right", side(change.right)}}));
  }
  return out;
}

Value block(const std::optional<flow::BlockName>& name) {
  if (!name) return {};
  return Value::object({{"identifier", name->identifier},
                        {"type", optional_text(name->type)},
                        {"title", optional_text(flow::block_title(name->type))}});
}

Value branch(const std::optional<flow::Branch>& branch) {
  if (!branch) return {};
  const char* kind = branch->kind == flow::Branch::Kind::next    ? "next"
                     : branch->kind == flow::Branch::Kind::error ? "error"
                                                                 : "condition";
  return Value::object(
      {{"kind", kind}, {"label", optional_text(branch->label)}, {"target", block(branch->target)}});
}

Value branch_change(const flow::BranchChange& change) {
  return Value::object({{"left", branch(change.left)}, {"right", branch(change.right)}});
}

Value block_difference(const flow::BlockDifference& difference) {
  Value branches = Value::array();
  for (const auto& change : difference.branches) branches.push(branch_change(change));
  Value out = Value::object({{"left", block(difference.left)},
                             {"right", block(difference.right)},
                             {"parameters", value_changes(difference.parameters)},
                             {"branches", std::move(branches)}});
  if (!difference.order_left.empty()) {
    out.set("order", Value::object({{"left", Value::array(difference.order_left)},
                                    {"right", Value::array(difference.order_right)}}));
  }
  if (!difference.notes.empty()) out.set("notes", value_changes(difference.notes));
  return out;
}

Value content(const flow::Comparison& comparison) {
  Value out = Value::object();
  out.set("acts_the_same", !comparison.acts());
  Value blocks = Value::array();
  for (const auto& difference : comparison.blocks) blocks.push(block_difference(difference));
  out.set("blocks", std::move(blocks));
  out.set("start", comparison.start ? branch_change(*comparison.start) : Value());
  out.set("settings", value_changes(comparison.settings));
  out.set("other", value_changes(comparison.other));
  out.set("metadata", value_changes(comparison.metadata));
  Value moved = Value::array();
  for (const auto& one : comparison.moved) {
    moved.push(Value::object({{"block", block(one.block)},
                              {"left", optional_text(one.left)},
                              {"right", optional_text(one.right)}}));
  }
  out.set("moved", std::move(moved));
  Value renewed = Value::array();
  for (const auto& one : comparison.renewed) {
    renewed.push(Value::object({{"left", one.left}, {"right", one.right}}));
  }
  out.set("renewed", std::move(renewed));
  out.set("internals", static_cast<std::uint64_t>(comparison.internals));
  out.set("rest", comparison.rest);
  return out;
}

Value metadata(const std::vector<plan::Change>& changes) {
  Value out = Value::array();
  for (const plan::Change& change : changes) {
    out.push(Value::object({{"what", change.what}, {"left", change.from}, {"right", change.to}}));
  }
  return out;
}

Value flow_difference(const plan::FlowDifference& flow) {
  Value out = Value::object({{"what", word(flow.what)},
                             {"kind", to_string(flow.kind)},
                             {"type", optional_text(flow.type)},
                             {"left_name", optional_text(flow.left_name)},
                             {"right_name", optional_text(flow.right_name)},
                             {"counts", flow.counts()},
                             {"metadata", metadata(flow.metadata)},
                             {"left_alone", metadata(flow.left_alone)}});
  // The name that one side would give it is no name that it has.
  if (flow.what == What::left_only) out.set("right_name", Value());
  out.set("content", flow.content ? content(*flow.content) : Value());
  out.set("problem", optional_text(flow.problem));
  return out;
}

Value environment(const std::string& name, const Instance& instance) {
  return Value::object({{"environment", name},
                        {"arn", instance.arn},
                        {"alias", optional_text(instance.alias)},
                        {"region", instance.region},
                        {"account", instance.account}});
}

}  // namespace

Value diff_json(const plan::EnvironmentComparison& comparison) {
  Value flows = Value::array();
  for (const auto& flow : comparison.flows) flows.push(flow_difference(flow));
  Value resources = Value::array();
  for (const auto& resource : comparison.resources) {
    resources.push(Value::object({{"side", resource.on_left ? "left" : "right"},
                                  {"kind", to_string(resource.kind)},
                                  {"name", resource.name},
                                  {"used_by", Value::array(resource.used_by)}}));
  }
  Value warnings = Value::array();
  for (const Finding& finding : comparison.warnings) {
    warnings.push(Value::object({{"id", finding.id},
                                 {"kind", optional_text(finding.where.kind)},
                                 {"name", optional_text(finding.where.name)},
                                 {"text", finding.text}}));
  }
  return Value::object({{"format", "flowferry-diff"},
                        {"version", 1},
                        {"flowferry", FLOWFERRY_VERSION},
                        {"command", "diff"},
                        {"left", environment(comparison.left, comparison.left_instance)},
                        {"right", environment(comparison.right, comparison.right_instance)},
                        {"differs", comparison.differs()},
                        {"compared", static_cast<std::uint64_t>(comparison.compared)},
                        {"same", static_cast<std::uint64_t>(comparison.same)},
                        {"flows", std::move(flows)},
                        {"resources", std::move(resources)},
                        {"warnings", std::move(warnings)}});
}

}  // namespace flowferry::report
