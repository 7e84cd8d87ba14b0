#include "pipeline/needs.h"

#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/parallel.h"
#include "flow/document.h"
#include "flow/references.h"
#include "flow/scope.h"
#include "model/arn.h"

namespace flowferry::pipeline {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void note(const flow::Reference& reference, const Instance& source, const Instance& target,
          Needs& needs) {
  switch (reference.kind) {
    case ResourceKind::contact_flow:
      return;
    case ResourceKind::flow_module:
      if (!reference.qualifier.empty() && !reference.qualifier.starts_with("$") &&
          !is_digits(reference.qualifier)) {
        needs.source_modules.insert(reference.id);
        if (!reference.in_metadata) {
          needs.module_aliases.emplace(reference.id, reference.qualifier);
        }
      }
      // What the designer's notes say decides nothing.
      if (is_digits(reference.qualifier) && !reference.in_metadata) {
        needs.module_versions.emplace(reference.id, reference.qualifier);
      }
      return;
    case ResourceKind::lambda_function:
    case ResourceKind::lex_v1_bot:
      needs.target_kinds.insert(reference.kind);
      return;
    case ResourceKind::lex_v2_bot_alias:
      needs.target_kinds.insert(reference.kind);
      needs.lex_aliases.insert(reference.text);
      return;
    case ResourceKind::view: {
      const auto arn = parse_arn(reference.text);
      const auto parts = arn ? parse_connect_arn(*arn) : std::nullopt;
      if (parts && parts->aws_managed) {
        if (source.region != target.region) needs.target_kinds.insert(reference.kind);
        return;
      }
      break;
    }
    default:
      break;
  }
  if (!has_lookup(reference.kind)) return;
  needs.target_kinds.insert(reference.kind);
  if (reference.form != flow::Form::name) needs.source_kinds.insert(reference.kind);
}

using KnownId = std::function<std::optional<ResourceKind>(std::string_view)>;

/// Explains bare ids by all that is listed.
KnownId known_by(const Snapshot& source) {
  return [&source](std::string_view id) -> std::optional<ResourceKind> {
    for (const auto& [kind, inventory] : source.inventories) {
      if (kind != ResourceKind::lambda_function && inventory.by_id(id) != nullptr) return kind;
      if (kind == ResourceKind::phone_number && !inventory.by_name(id).empty()) return kind;
    }
    return std::nullopt;
  };
}

/// What one document mentions; `known_id` explains bare ids in free places.
Needs needs_of(const Snapshot& source, const Instance& target, const Flow& flow,
               const KnownId& known_id) {
  Needs needs;
  const auto document = flow::Document::parse(flow.content);
  if (!document) return needs;  // the plan reports it
  flow::Scope scope;
  scope.instance = source.instance;
  scope.known_id = [&](std::string_view id) {
    const auto kind = known_id(id);
    if (!kind) needs.unexplained.emplace(id);
    return kind;
  };
  for (const auto& reference : flow::find_references(*document, scope).references) {
    note(reference, source.instance, target, needs);
  }
  return needs;
}

}  // namespace

Needs find_needs(const Snapshot& source, const Instance& target,
                 const std::vector<snapshot::FlowKey>& carried) {
  Needs needs;
  std::mutex guard;
  parallel_for(carried.size(), [&](std::size_t i) {
    const auto flow = source.flows.find(carried[i].id);
    if (flow == source.flows.end()) return;
    Needs more = needs_of(source, target, flow->second, known_by(source));
    const std::lock_guard lock(guard);
    needs.source_kinds.merge(more.source_kinds);
    needs.target_kinds.merge(more.target_kinds);
    needs.source_modules.merge(more.source_modules);
    needs.module_versions.merge(more.module_versions);
    needs.module_aliases.merge(more.module_aliases);
    needs.lex_aliases.merge(more.lex_aliases);
    needs.unexplained.merge(more.unexplained);
  });
  return needs;
}

void add_needs_of_version(const Snapshot& source, const Instance& target, const Flow& version,
                          Needs& needs) {
  Needs more = needs_of(source, target, version, known_by(source));
  needs.source_kinds.merge(more.source_kinds);
  needs.target_kinds.merge(more.target_kinds);
  needs.source_modules.merge(more.source_modules);
  needs.lex_aliases.merge(more.lex_aliases);
  needs.unexplained.merge(more.unexplained);
}

Needs plain_needs(const Snapshot& source, const Instance& target, const Flow& flow) {
  const KnownId nothing = [](std::string_view) { return std::nullopt; };
  Needs needs = needs_of(source, target, flow, nothing);
  needs.unexplained.clear();
  return needs;
}

std::vector<snapshot::FlowKey> referred_flows(const Snapshot& source,
                                              const std::vector<snapshot::FlowKey>& carried) {
  flow::Scope scope;
  scope.instance = source.instance;
  scope.known_id = [&](std::string_view id) -> std::optional<ResourceKind> {
    for (const ResourceKind kind : {ResourceKind::contact_flow, ResourceKind::flow_module}) {
      const Inventory* inventory = source.inventory(kind);
      if (inventory != nullptr && inventory->by_id(id) != nullptr) return kind;
    }
    return std::nullopt;
  };
  std::vector<snapshot::FlowKey> out;
  std::set<std::string> seen;
  for (const snapshot::FlowKey& key : carried) {
    const auto flow = source.flows.find(key.id);
    if (flow == source.flows.end()) continue;
    const auto document = flow::Document::parse(flow->second.content);
    if (!document) continue;
    for (const auto& reference : flow::find_references(*document, scope).references) {
      const bool is_flow = reference.kind == ResourceKind::contact_flow ||
                           reference.kind == ResourceKind::flow_module;
      if (!is_flow || reference.in_metadata) continue;
      const Inventory* inventory = source.inventory(reference.kind);
      if (inventory == nullptr || inventory->by_id(reference.id) == nullptr) continue;
      if (seen.insert(reference.id).second) {
        out.push_back(snapshot::FlowKey{reference.kind, reference.id});
      }
    }
  }
  return out;
}

const std::set<ResourceKind>& kinds_in_attributes() {
  static const std::set<ResourceKind> kinds = {
      ResourceKind::queue,         ResourceKind::prompt, ResourceKind::hours_of_operation,
      ResourceKind::quick_connect, ResourceKind::user,   ResourceKind::routing_profile,
  };
  return kinds;
}

}  // namespace flowferry::pipeline
