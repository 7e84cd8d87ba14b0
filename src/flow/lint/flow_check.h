// flow/lint/flow_check.h
//
// One flow under examination: what the rules that need no other flow look at, and where they report
// to. Internal to flow/lint/.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/findings.h"
#include "flow/lint/blocks.h"
#include "flow/references.h"
#include "model/resource.h"

namespace flowferry::flow::lint {

struct FlowCheck {
  const Flow& flow;
  const Instance& instance;
  const Document& document;
  const Blocks& blocks;
  const ReferenceList& references;
  FlowTypes type = 0;  ///< 0: not known.
  Findings& out;

  bool is_module() const { return flow.kind == ResourceKind::flow_module; }

  /// Adds a finding of `rule` at `node` (a value or member name; k_none: the flow as a whole),
  /// which stands in `block` (or null). `severity`: less grave than the rule. `help`: instead of
  /// the rule's remedy.
  void report(std::string_view rule, const Block* block, std::uint32_t node, std::string text,
              std::optional<Severity> severity = {}, std::string help = {}) const;
};

/// The rules, a file each.
void check_shape(const FlowCheck& check);       ///< What examine() finds, and what a block needs.
void check_parameters(const FlowCheck& check);  ///< Which there are, and their shapes.
void check_branches(const FlowCheck& check);    ///< Errors, conditions, what comes next.
void check_paths(const FlowCheck& check);       ///< Ways through the flow.
void check_values(const FlowCheck& check);      ///< Texts that should not be written down.
void check_references(const FlowCheck& check);  ///< Each reference by itself.

/// The place of a whole flow.
Place place_of(const Flow& flow);

/// A finding of `rule` with its severity and remedy.
Finding finding_of(std::string_view rule, Place where, std::string text);

}  // namespace flowferry::flow::lint
