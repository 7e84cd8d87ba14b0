#include "lookup/survey.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "base/parallel.h"
#include "base/text.h"
#include "flow/document.h"
#include "flow/scope.h"
#include "model/arn.h"

namespace flowferry::lookup {
namespace {

/// Identifiers whose entry in the metadata says isFriendlyName.
std::vector<std::string> friendly_names(const flow::Document& document) {
  std::vector<std::string> out;
  const auto& nodes = document.tokens().nodes;
  if (document.metadata() == json::k_none) return out;
  const std::uint32_t entries = document.member(document.metadata(), "ActionMetadata");
  if (entries == json::k_none || nodes[entries].kind != json::Kind::object) return out;
  for (std::uint32_t key = entries + 1; key < nodes[entries].next;) {
    const std::uint32_t value = key + 1;
    if (nodes[value].kind == json::Kind::object) {
      const std::uint32_t mark = document.member(value, "isFriendlyName");
      if (mark != json::k_none && document.bytes().compare(nodes[mark].begin, 4, "true") == 0)
        out.push_back(document.text(key));
    }
    key = nodes[value].next;
  }
  std::sort(out.begin(), out.end());
  return out;
}

Finding unreadable(const Flow& flow, const Error& error) {
  Finding out;
  out.severity = Severity::warning;
  out.id = "unreadable-content";
  out.where.kind = to_string(flow.kind);
  out.where.name = flow.name;
  out.text = "its content cannot be read, so its references are not known: " + one_line(error);
  out.help = "open it in the designer, mend it and save it again";
  return out;
}

/// `arn` without the qualifier behind its resource.
std::string without_qualifier(const flow::Reference& reference) {
  const std::string& text = reference.text;
  if (reference.qualifier.empty() || !text.ends_with(":" + reference.qualifier)) return text;
  return text.substr(0, text.size() - reference.qualifier.size() - 1);
}

const Resource* find(const Inventory& inventory, const flow::Reference& reference) {
  if (const Resource* found = inventory.by_id(reference.id)) return found;
  if (reference.form == flow::Form::arn) return inventory.by_arn(without_qualifier(reference));
  const auto named = inventory.by_name(reference.id);
  return named.empty() ? nullptr : named.front();
}

}  // namespace

Survey survey(const Snapshot& snapshot) {
  Survey out;
  for (const auto& [id, flow] : snapshot.flows) out.flows.push_back({.flow = &flow});
  std::sort(out.flows.begin(), out.flows.end(), [](const SurveyedFlow& a, const SurveyedFlow& b) {
    return std::tie(a.flow->kind, a.flow->name, a.flow->type, a.flow->id) <
           std::tie(b.flow->kind, b.flow->name, b.flow->type, b.flow->id);
  });
  const flow::Scope scope = flow::scope_of(snapshot);
  std::vector<std::optional<Error>> errors(out.flows.size());
  parallel_for(out.flows.size(), [&](std::size_t i) {
    SurveyedFlow& entry = out.flows[i];
    auto document = flow::Document::parse(entry.flow->content);
    if (!document) {
      entry.readable = false;
      errors[i] = document.error();
      return;
    }
    auto list = flow::find_references(*document, scope);
    entry.references = std::move(list.references);
    entry.unmapped = std::move(list.unmapped);
    entry.friendly = friendly_names(*document);
  });
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (errors[i]) out.findings.push_back(unreadable(*out.flows[i].flow, *errors[i]));
  }
  return out;
}

NamedResource resource_of(const Snapshot& snapshot, const flow::Reference& reference) {
  NamedResource out;
  out.kind = reference.kind;
  out.id = reference.id;
  if (reference.form == flow::Form::arn) out.arn = without_qualifier(reference);
  if (reference.kind == ResourceKind::instance) {
    out.name = snapshot.instance.alias;
    out.arn = snapshot.instance.arn;
    out.known = reference.id == snapshot.instance.id;
    return out;
  }
  if (reference.kind == ResourceKind::lambda_function) out.name = reference.id;
  if (const auto alias = snapshot.lex_alias_names.find(reference.text);
      alias != snapshot.lex_alias_names.end()) {
    out.name = alias->second;
  }
  if (reference.form == flow::Form::arn) {
    const auto arn = parse_arn(reference.text);
    const auto connect = arn ? parse_connect_arn(*arn) : std::nullopt;
    if (connect && connect->aws_managed) {
      out.name = reference.id;
      out.known = true;
      return out;
    }
  }
  const Inventory* inventory = snapshot.inventory(reference.kind);
  out.listed = inventory != nullptr;
  if (inventory == nullptr) return out;
  if (const Resource* found = find(*inventory, reference)) {
    // A function of the same name in another Region or account is another one.
    const bool other = reference.kind == ResourceKind::lambda_function && !out.arn.empty() &&
                       !found->arn.empty() && found->arn != out.arn;
    if (!other) {
      out = {found->kind, found->name, found->id, found->arn.empty() ? out.arn : found->arn,
             found->type, true,        true};
    }
  } else if (!out.name.empty() && reference.kind == ResourceKind::lex_v2_bot_alias) {
    out.known = true;
  }
  return out;
}

std::string identity_of(const NamedResource& resource) {
  std::string out(to_string(resource.kind));
  const bool by_arn = resource.kind == ResourceKind::lambda_function && !resource.arn.empty();
  return out + "/" + (by_arn ? resource.arn : resource.id);
}

bool is_friendly(const SurveyedFlow& flow, std::string_view identifier) {
  if (identifier.empty()) return false;
  return !is_uuid(ascii_lower(identifier)) ||
         std::binary_search(flow.friendly.begin(), flow.friendly.end(), identifier);
}

}  // namespace flowferry::lookup
