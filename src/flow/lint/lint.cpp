#include "flow/lint/lint.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <tuple>

#include "base/parallel.h"
#include "flow/lint/facts.h"
#include "flow/lint/flow_check.h"
#include "flow/scope.h"

namespace flowferry::flow::lint {
namespace {

/// Stands for a document that cannot be read at all.
void tell_unreadable(const Flow& flow, const Error& error, Findings& out) {
  const bool legacy = error.message.starts_with("legacy");
  Finding finding =
      finding_of(legacy ? "legacy-export" : "not-a-flow", place_of(flow), error.message);
  if (!error.hint.empty()) finding.help = error.hint;
  out.push_back(std::move(finding));
}

/// Drafts may be unfinished: nobody can be led into them, and they are carried as drafts.
void excuse_drafts(const Flow& flow, Findings& findings) {
  if (flow.status != "SAVED") return;
  for (Finding& finding : findings) {
    const Rule* rule = find_rule(finding.id);
    if (rule != nullptr && rule->family == Family::refused && finding.severity == Severity::error) {
      finding.severity = Severity::warning;
    }
  }
}

/// The index of the block that a finding is about; those about the whole flow come first.
std::int64_t block_number(const Finding& finding) {
  constexpr std::string_view k_actions = "/Actions/";
  const std::string& pointer = finding.where.pointer;
  std::int64_t number = -1;
  if (pointer.starts_with(k_actions)) {
    std::from_chars(pointer.data() + k_actions.size(), pointer.data() + pointer.size(), number);
  }
  return number;
}

void in_order_of_blocks(Findings& findings) {
  std::vector<std::pair<std::int64_t, std::size_t>> order;
  order.reserve(findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    order.emplace_back(block_number(findings[i]), i);
  }
  std::sort(order.begin(), order.end());
  Findings out;
  out.reserve(findings.size());
  for (const auto& [block, i] : order) out.push_back(std::move(findings[i]));
  findings = std::move(out);
}

/// One flow by itself and, where there is one, against its environment.
FlowFacts look_at(const Flow& flow, const Instance& instance, const Snapshot* snapshot, bool listed,
                  Findings& out) {
  FlowFacts facts;
  facts.flow = &flow;
  auto document = Document::parse(flow.content);
  if (!document) {
    tell_unreadable(flow, document.error(), out);
    return facts;
  }
  Scope scope;
  scope.instance = instance;
  if (snapshot != nullptr) {
    scope.known_id = [snapshot](std::string_view id) { return known_kind(*snapshot, id); };
  }
  const ReferenceList references = find_references(*document, scope);
  const Blocks blocks(*document);
  const FlowCheck check{flow,       instance,
                        *document,  blocks,
                        references, flow_type_of(flow.type, flow.kind == ResourceKind::flow_module),
                        out};
  check_shape(check);
  check_parameters(check);
  check_branches(check);
  check_paths(check);
  check_values(check);
  check_references(check);
  if (snapshot != nullptr) check_environment(check, *snapshot, listed);
  return facts_of(check);
}

void keep_only(const std::set<std::string>& only, Findings& findings) {
  if (only.empty()) return;
  findings.erase(std::remove_if(findings.begin(), findings.end(),
                                [&](const Finding& f) { return only.count(f.id) == 0; }),
                 findings.end());
}

/// Exceptions that nothing needed. Only where all was looked at.
void tell_unused_exceptions(const Options& options, const std::vector<std::size_t>& used,
                            Findings& findings) {
  if (!options.whole || !options.only.empty()) return;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i] > 0) continue;
    const Exception& exception = options.settings.except[i];
    std::string text = "this exception is not needed:";
    if (!exception.rule.empty()) text += " rule " + exception.rule;
    if (!exception.flow.empty()) text += " flow " + json::quoted(exception.flow);
    if (!exception.block.empty()) text += " block " + json::quoted(exception.block);
    Place where;
    where.kind = "configuration";
    where.name = "line " + std::to_string(exception.line);
    findings.push_back(finding_of("exception-unused", std::move(where), std::move(text)));
  }
}

}  // namespace

Findings lint_flow(const Flow& flow, const Instance& instance) {
  Findings out;
  look_at(flow, instance, nullptr, false, out);
  excuse_drafts(flow, out);
  in_order_of_blocks(out);
  return out;
}

Findings lint(const Snapshot& snapshot, const Options& options) {
  std::vector<const Flow*> flows;
  for (const auto& [id, flow] : snapshot.flows) flows.push_back(&flow);
  const auto key = [](const Flow* flow) { return std::tie(flow->kind, flow->name, flow->id); };
  std::sort(flows.begin(), flows.end(),
            [&](const Flow* a, const Flow* b) { return key(a) < key(b); });

  std::vector<FlowFacts> facts(flows.size());
  std::vector<Findings> each(flows.size());
  parallel_for(flows.size(), [&](std::size_t i) {
    facts[i] = look_at(*flows[i], snapshot.instance, &snapshot, options.listed, each[i]);
    excuse_drafts(*flows[i], each[i]);
    in_order_of_blocks(each[i]);
  });
  Findings all;
  for (Findings& findings : each) {
    all.insert(all.end(), std::make_move_iterator(findings.begin()),
               std::make_move_iterator(findings.end()));
  }
  check_together(facts, options.whole, all);
  // Those about flows together stand with the flow that they are told of.
  std::stable_sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.where.kind, a.where.name) < std::tie(b.where.kind, b.where.name);
  });

  keep_only(options.only, all);
  std::vector<std::size_t> used;
  all = apply(options.settings, std::move(all), used);
  Findings unused;
  tell_unused_exceptions(options, used, unused);
  std::vector<std::size_t> ignored;
  unused = apply(options.settings, std::move(unused), ignored);
  all.insert(all.end(), unused.begin(), unused.end());
  return all;
}

}  // namespace flowferry::flow::lint
