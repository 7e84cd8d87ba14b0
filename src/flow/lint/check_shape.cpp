#include "base/text.h"
#include "flow/lint/flow_check.h"
#include "flow/lint/rule.h"
#include "flow/places.h"

namespace flowferry::flow::lint {

using json::k_none;
using json::Kind;

namespace {

// Amazon Connect API Reference: CreateContactFlowModule (Name, Description); CloudFormation for
// flows.
constexpr std::size_t k_longest_name = 127;
constexpr std::size_t k_longest_description = 500;
constexpr std::size_t k_most_findings = 500;  ///< A flow; nobody reads more.

void check_names(const FlowCheck& check) {
  const auto too_long = [&](std::string_view what, const std::string& text, std::size_t most) {
    const std::size_t length = count_code_points(text);
    if (length <= most) return;
    check.report("name-too-long", nullptr, k_none,
                 std::string(what) + " has " + std::to_string(length) +
                     " characters; the service takes " + std::to_string(most));
  };
  too_long("the name", check.flow.name, k_longest_name);
  too_long("the description", check.flow.description, k_longest_description);
}

void check_top(const FlowCheck& check) {
  const Document& document = check.document;
  const std::uint32_t version = document.member(0, "Version");
  if (version == k_none) {
    check.report("version-unknown", nullptr, k_none, "the content names no Version");
  } else if (!json::string_equals(document.bytes(), document.node(version), "2019-10-30") ||
             document.node(version).kind != Kind::string) {
    check.report("version-unknown", nullptr, version,
                 "the content is of another Version than 2019-10-30");
  }
  if (!check.is_module() && document.has_settings()) {
    check.report("flow-settings", nullptr, document.member(0, "Settings"),
                 "the content of a flow has Settings, as modules have");
  }
}

void check_blocks(const FlowCheck& check) {
  for (const Block& block : check.blocks.all()) {
    const Action& action = *block.action;
    if (action.identifier.empty()) {
      check.report("action-incomplete", &block, action.node, "the block has no Identifier");
    }
    if (action.type.empty()) {
      check.report("action-incomplete", &block, action.node, "the block has no Type");
    }
    if (block.transitions == k_none) {
      check.report("action-incomplete", &block, action.node, "the block has no Transitions",
                   Severity::warning);
    }
  }
}

void check_types(const FlowCheck& check) {
  for (const Block& block : check.blocks.all()) {
    if (block.spec == nullptr || check.type == 0 || (block.spec->allowed & check.type) != 0) {
      continue;
    }
    const bool seen = (block.spec->refused & check.type) != 0;
    const std::string place =
        check.is_module() ? "a flow module" : "a flow of type " + check.flow.type;
    check.report("type-flowtype", &block, check.document.member(block.action->node, "Type"),
                 place + (seen ? " refuses " : " does not have the block ") + block.action->type,
                 seen ? std::optional<Severity>() : Severity::warning);
  }
}

/// What examine() finds, by the ids and severities of the rules.
void take_over(const FlowCheck& check) {
  for (Finding& found : examine(check.document, check.is_module())) {
    const std::string_view instead =
        found.id == "type-unknown" ? todays_type(found.where.action_type) : std::string_view();
    // Told as action-incomplete.
    if (found.id == "type-unknown" && found.where.action_type.empty()) continue;
    if (found.id == "id-illegal" && found.where.action.empty()) continue;
    Finding finding = finding_of(instead.empty() ? found.id : "type-legacy", place_of(check.flow),
                                 std::move(found.text));
    const Place flow = finding.where;
    finding.where = std::move(found.where);
    finding.where.kind = flow.kind;
    finding.where.name = flow.name;
    if (!instead.empty()) {
      finding.text = "the service has no action type " + json::quoted(finding.where.action_type);
      finding.help = "the type of today is " + std::string(instead);
    } else if (!found.help.empty()) {
      finding.help = std::move(found.help);
    }
    check.out.push_back(std::move(finding));
  }
}

}  // namespace

Place place_of(const Flow& flow) {
  Place place;
  place.kind = to_string(flow.kind);
  place.name = flow.name;
  return place;
}

Finding finding_of(std::string_view rule, Place where, std::string text) {
  const Rule* known = find_rule(rule);
  Finding finding;
  finding.id = rule;
  finding.severity = known == nullptr ? Severity::warning : known->severity;
  finding.where = std::move(where);
  finding.text = std::move(text);
  if (known != nullptr) finding.help = known->remedy;
  return finding;
}

void FlowCheck::report(std::string_view rule, const Block* block, std::uint32_t node,
                       std::string text, std::optional<Severity> severity, std::string help) const {
  if (out.size() >= k_most_findings) return;
  Finding finding = finding_of(rule, place_of(flow), std::move(text));
  if (severity) finding.severity = *severity;
  if (!help.empty()) finding.help = std::move(help);
  if (block != nullptr) {
    finding.where.action = block->action->identifier;
    finding.where.action_type = block->action->type;
  }
  if (node != k_none) {
    Places places(document);
    places.move_to(node);
    finding.where.pointer = places.pointer();
    // /Actions/n/Parameters/...: Places::place() would look at the metadata, too.
    const auto& steps = places.steps();
    const bool in_parameters =
        steps.size() > 2 && steps[2].key != k_none &&
        json::string_equals(document.bytes(), document.node(steps[2].key), "Parameters");
    if (block != nullptr && node != block->action->node) {
      finding.where.parameter = places.parameter(in_parameters ? 3 : 2);
    }
  }
  out.push_back(std::move(finding));
}

void check_shape(const FlowCheck& check) {
  take_over(check);
  check_names(check);
  check_top(check);
  check_blocks(check);
  check_types(check);
}

}  // namespace flowferry::flow::lint
