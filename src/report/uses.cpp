#include "report/uses.h"

#include <fmt/format.h>

#include <set>

#include "base/text.h"

namespace flowferry::report {

using json::Value;
using lookup::ResourceUses;
using lookup::Use;

namespace {

std::string quoted_name(std::string_view name) {
  return "\"" + printable(name) + "\"";
}

std::string_view form_word(flow::Form form) {
  switch (form) {
    case flow::Form::arn:
      return "arn";
    case flow::Form::id:
      return "id";
    case flow::Form::name:
      return "name";
  }
  return "";
}

std::string how_text(const flow::Reference& reference) {
  std::string out = reference.form == flow::Form::arn  ? "by ARN"
                    : reference.form == flow::Form::id ? "by id"
                                                       : "by name";
  if (!reference.qualifier.empty()) out += ":" + printable(reference.qualifier);
  if (!reference.whole) out += ", within a text";
  if (reference.is_key) out += ", as a member's name";
  return out;
}

std::string block_text(const Use& use) {
  const flow::Reference& reference = *use.reference;
  if (reference.action.empty()) return "outside of blocks";
  std::string out = "block " + quoted_name(reference.action);
  if (!reference.action_type.empty()) out += " (" + printable(reference.action_type) + ")";
  if (!reference.parameter.empty()) out += ", " + printable(reference.parameter);
  return out;
}

std::string flow_text(const Flow& flow) {
  std::string out = std::string(label(flow.kind)) + " " + quoted_name(flow.name);
  if (!flow.type.empty() && flow.type != "CONTACT_FLOW") out += " " + printable(flow.type);
  return out;
}

void add_uses(std::string& out, const std::vector<Use>& uses, const Style& style) {
  const lookup::SurveyedFlow* flow = nullptr;
  for (const Use& use : uses) {
    if (use.flow != flow) out += "  " + flow_text(*use.flow->flow) + "\n";
    flow = use.flow;
    out += "    " + block_text(use) + ": " + how_text(*use.reference) +
           (use.reference->in_metadata ? ", in the designer's notes" : "") + "\n      " +
           tinted(style, Tone::faint, printable(use.reference->pointer)) + "\n";
  }
}

std::string count_text(const ResourceUses& entry) {
  std::set<const lookup::SurveyedFlow*> flows, modules;
  for (const Use& use : entry.uses) {
    const bool module = use.flow->flow->kind == ResourceKind::flow_module;
    (module ? modules : flows).insert(use.flow);
  }
  std::string out = counted(entry.uses.size(), "use") + " in ";
  if (!flows.empty()) out += counted(flows.size(), "flow");
  if (!flows.empty() && !modules.empty()) out += " and ";
  if (!modules.empty()) out += counted(modules.size(), "module");
  return out;
}

Value use_json(const Use& use) {
  const Flow& flow = *use.flow->flow;
  const flow::Reference& reference = *use.reference;
  Value where = Value::object({{"kind", to_string(flow.kind)}, {"name", flow.name}});
  if (!flow.type.empty()) where.set("type", flow.type);
  where.set("id", flow.id).set("arn", flow.arn);
  return Value::object({{"flow", std::move(where)},
                        {"action", reference.action},
                        {"action_is_name", lookup::is_friendly(*use.flow, reference.action)},
                        {"action_type", reference.action_type},
                        {"parameter", reference.parameter},
                        {"pointer", reference.pointer},
                        {"form", form_word(reference.form)},
                        {"text", reference.text},
                        {"qualifier", reference.qualifier},
                        {"whole", reference.whole},
                        {"in_metadata", reference.in_metadata}});
}

}  // namespace

std::string uses_text(const lookup::UsesAnswer& answer, bool notes, const Style& style) {
  std::string out;
  for (const ResourceUses& entry : answer.resources) {
    const lookup::NamedResource& r = entry.resource;
    if (!out.empty()) out += "\n";
    out += std::string(label(r.kind)) + " " + tinted(style, Tone::strong, quoted_name(r.called()));
    if (!r.type.empty()) out += " " + printable(r.type);
    if (!r.known && r.listed) out += " " + tinted(style, Tone::bad, "[missing]");
    out += ": ";
    out += entry.uses.empty() ? tinted(style, Tone::warn, "nothing uses it") : count_text(entry);
    if (!notes && !entry.notes.empty() && entry.uses.empty()) {
      out += fmt::format(" ({} in the designer's notes: --notes shows them)",
                         counted(entry.notes.size(), "mention"));
    }
    out += "\n";
    const std::string& identity = r.arn.empty() ? r.id : r.arn;
    if (!identity.empty()) out += "  " + tinted(style, Tone::faint, printable(identity)) + "\n";
    add_uses(out, entry.uses, style);
    if (notes) add_uses(out, entry.notes, style);
  }
  return out;
}

Value uses_json(const lookup::UsesAnswer& answer, bool notes) {
  Value resources = Value::array();
  for (const ResourceUses& entry : answer.resources) {
    const lookup::NamedResource& r = entry.resource;
    Value uses = Value::array();
    for (const Use& use : entry.uses) uses.push(use_json(use));
    if (notes) {
      for (const Use& use : entry.notes) uses.push(use_json(use));
    }
    Value resource = Value::object({{"kind", to_string(r.kind)}, {"name", r.name}, {"id", r.id}});
    if (!r.arn.empty()) resource.set("arn", r.arn);
    if (!r.type.empty()) resource.set("type", r.type);
    resource.set("exists", r.listed ? Value(r.known) : Value());
    resource.set("used", !entry.uses.empty());
    resource.set("notes", static_cast<std::uint64_t>(entry.notes.size()));
    resource.set("uses", std::move(uses));
    resources.push(std::move(resource));
  }
  return Value::object(
      {{"resources", std::move(resources)}, {"closest", Value::array(answer.closest)}});
}

}  // namespace flowferry::report
