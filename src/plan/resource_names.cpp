#include "plan/resource_names.h"

#include "flow/scope.h"
#include "model/arn.h"

namespace flowferry::plan {
namespace {

std::string without_qualifier(const flow::Reference& reference) {
  std::string out = reference.text;
  if (!reference.qualifier.empty() && out.ends_with(":" + reference.qualifier)) {
    out.resize(out.size() - reference.qualifier.size() - 1);
  }
  return out;
}

std::string qualifier_of(const Snapshot& snapshot, const flow::Reference& reference) {
  const auto aliases = snapshot.module_aliases.find(reference.id);
  if (reference.kind == ResourceKind::flow_module && aliases != snapshot.module_aliases.end()) {
    const Resource* alias = aliases->second.by_id(reference.qualifier);
    if (alias != nullptr) return alias->name;
  }
  return reference.qualifier;
}

/// The name that the inventory or a look-up gives; empty where nobody asked for it.
std::string known_name(const Snapshot& snapshot, const Resource& resource) {
  if (!resource.name.empty()) return resource.name;
  const auto looked_up = snapshot.lex_alias_names.find(resource.arn);
  return looked_up == snapshot.lex_alias_names.end() ? std::string() : looked_up->second;
}

std::optional<flow::ResourceName> name_of(const Snapshot& snapshot,
                                          const flow::Reference& reference) {
  const auto named = [&](std::string name) {
    return flow::ResourceName{reference.kind, std::move(name), qualifier_of(snapshot, reference)};
  };
  if (reference.form == flow::Form::name) return named(reference.text);
  if (reference.kind == ResourceKind::instance) {
    return named(snapshot.instance.alias.empty() ? snapshot.instance.id : snapshot.instance.alias);
  }
  if (const Inventory* inventory = snapshot.inventory(reference.kind)) {
    const Resource* found = inventory->by_arn(without_qualifier(reference));
    if (found == nullptr) found = inventory->by_id(reference.id);
    const std::string name = found == nullptr ? std::string() : known_name(snapshot, *found);
    if (!name.empty()) return named(name);
  }
  if (reference.kind == ResourceKind::lex_v2_bot_alias) {
    const auto looked_up = snapshot.lex_alias_names.find(reference.text);
    if (looked_up != snapshot.lex_alias_names.end()) return named(looked_up->second);
  }
  // A Lambda function's id is its name, an AWS-managed view's its word.
  if (reference.kind == ResourceKind::lambda_function) return named(reference.id);
  const auto arn = parse_arn(reference.text);
  const auto connect = arn ? parse_connect_arn(*arn) : std::nullopt;
  if (connect && connect->aws_managed) return named(connect->id);
  return std::nullopt;
}

}  // namespace

flow::Naming naming_of(const Snapshot& snapshot) {
  flow::Naming out;
  out.scope = flow::scope_of(snapshot);
  out.name = [&snapshot](const flow::Reference& reference) { return name_of(snapshot, reference); };
  return out;
}

std::string wanted_name(const mapping::Rules& rules, const Resource& resource,
                        const Inventory& target) {
  const mapping::Pin* pin = rules.pin(resource.kind, resource.arn);
  if (pin == nullptr) pin = rules.pin(resource.kind, resource.id);
  if (pin == nullptr) pin = rules.pin(resource.kind, resource.name);
  if (pin == nullptr) return rules.target_name(resource.kind, resource.name);
  const Resource* found = target.by_arn(pin->to);
  if (found == nullptr) found = target.by_id(pin->to);
  return found == nullptr ? pin->to : found->name;
}

}  // namespace flowferry::plan
