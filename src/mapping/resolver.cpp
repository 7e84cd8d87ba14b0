#include "mapping/resolver.h"

#include <algorithm>

#include "base/text.h"
#include "mapping/source_text.h"
#include "mapping/wording.h"
#include "model/arn.h"

namespace flowferry::mapping {
namespace {

using State = Resolution::State;

/// `reference.text` without its qualifier.
std::string unqualified(const flow::Reference& reference) {
  std::string out = reference.text;
  if (!reference.qualifier.empty() && out.ends_with(":" + reference.qualifier)) {
    out.resize(out.size() - reference.qualifier.size() - 1);
  }
  return out;
}

/// What a pin on the text (`text_there`: as the instance of a bundle has it), or on the id within
/// it, makes of a reference of a kind without a look-up.
std::optional<std::string> pinned_text(const flow::Reference& reference, const Instance& target,
                                       const Rules& rules, RuleUse* use,
                                       const std::string& text_there) {
  if (const Pin* pin = rules.pin(reference.kind, reference.text, use)) return pin->to;
  if (const Pin* pin = rules.pin(reference.kind, text_there, use)) return pin->to;
  const std::string plain = unqualified(reference);
  const Pin* pin = rules.pin(reference.kind, plain, use);
  if (pin == nullptr) pin = rules.pin(reference.kind, reference.id, use);
  if (pin == nullptr) return std::nullopt;
  // An id in the place of an id within an ARN: the rest of the ARN is the target's.
  const auto arn = parse_arn(plain);
  if (arn && arn->resource.ends_with(reference.id) && !pin->to.starts_with("arn:")) {
    std::string before = arn->resource.substr(0, arn->resource.size() - reference.id.size());
    const auto connect = parse_connect_arn(*arn);
    if (connect && !connect->instance_id.empty()) {
      const std::string rest = before.substr(before.find(connect->instance_id));
      before = "instance/" + target.id + rest.substr(connect->instance_id.size());
    }
    return with_qualifier(moved_arn(reference, target, before + pin->to), reference.qualifier);
  }
  return with_qualifier(pin->to, reference.qualifier);
}

/// Those that `wanted` means: by name (and type, unless it is empty), else the one with this ARN or
/// id.
std::vector<const Resource*> find_in(const Inventory* inventory, const std::string& wanted,
                                     const std::string& type = {}) {
  if (inventory == nullptr) return {};
  auto found = inventory->by_name(wanted, type);
  if (!found.empty()) return found;
  if (const Resource* by_arn = inventory->by_arn(wanted)) return {by_arn};
  if (const Resource* by_id = inventory->by_id(wanted)) return {by_id};
  return {};
}

}  // namespace

Resolver::Resolver(const Snapshot& source, const Snapshot& target, const Rules& rules,
                   const std::vector<Carried>& carried, RuleUse* use)
    : source_(source), target_(target), rules_(rules), carried_(carried), use_(use) {
  for (std::size_t i = 0; i < carried.size(); ++i) {
    carried_by_id_[carried[i].kind].emplace(carried[i].source_id, i);
  }
}

Resolution Resolver::resolve(const flow::Reference& reference,
                             const std::set<std::size_t>& excluded) const {
  if (const auto kind = kind_of_note(reference); kind && *kind != reference.kind) {
    flow::Reference other = reference;
    other.kind = *kind;
    return resolve(other, excluded);
  }
  if (!has_lookup(reference.kind)) {
    const std::string there = source_text(source_, reference).value_or(reference.text);
    if (auto pinned = pinned_text(reference, target_.instance, rules_, use_, there)) {
      Resolution out;
      out.state = State::replace;
      out.text = *std::move(pinned);
      return out;
    }
  }
  switch (reference.kind) {
    case ResourceKind::contact_flow:
    case ResourceKind::flow_module:
      return flow_or_module(reference, excluded);
    case ResourceKind::view:
      return view(reference);
    case ResourceKind::lambda_function:
      return lambda(reference);
    case ResourceKind::lex_v2_bot_alias:
      return lex_alias(reference);
    case ResourceKind::lex_v1_bot:
      return lex_v1(reference);
    case ResourceKind::instance: {
      Resolution out;
      out.state = State::replace;
      out.text = reference.form == flow::Form::arn ? target_.instance.arn : target_.instance.id;
      return out;
    }
    default:
      return has_lookup(reference.kind) ? by_name(reference) : without_lookup(reference);
  }
}

/// The designer notes an agent under "queue" when a block goes by agent: of a bare id in the
/// metadata the source's inventories know the kind better than the key. Nothing: the key's.
std::optional<ResourceKind> Resolver::kind_of_note(const flow::Reference& reference) const {
  if (!reference.in_metadata || reference.form != flow::Form::id) return std::nullopt;
  const Inventory* here = source_.inventory(reference.kind);
  if (here != nullptr && here->by_id(reference.id) != nullptr) return std::nullopt;
  for (const auto& [kind, inventory] : source_.inventories) {
    if (kind == ResourceKind::lambda_function || inventory.by_id(reference.id) == nullptr) continue;
    return kind;
  }
  return std::nullopt;
}

/// The pin for a reference: one on what stands in the document before one on the name, which
/// several resources may share.
const Pin* Resolver::pinned(const flow::Reference& reference,
                            const std::string& source_name) const {
  if (rules_.pins.empty()) return nullptr;
  if (reference.form != flow::Form::name) {
    for (const std::string& from : {reference.text, unqualified(reference), reference.id}) {
      if (const Pin* pin = rules_.pin(reference.kind, from, use_)) return pin;
    }
  }
  return rules_.pin(reference.kind, source_name, use_);
}

/// The name (or ARN, or id, of a pin) to look for.
std::string Resolver::wanted(const flow::Reference& reference,
                             const std::string& source_name) const {
  if (const Pin* pin = pinned(reference, source_name)) return pin->to;
  return rules_.target_name(reference.kind, source_name, use_);
}

std::vector<std::string> Resolver::closest(ResourceKind kind, const std::string& wanted,
                                           const Inventory& candidates) const {
  const auto key = std::pair(kind, wanted);
  const auto known = closest_.find(key);
  if (known != closest_.end()) return known->second;
  if (comparisons_left_ < candidates.all().size()) return {};
  comparisons_left_ -= candidates.all().size();
  return closest_.emplace(key, closest_names(wanted, candidates.names())).first->second;
}

Resolution Resolver::missing(const flow::Reference& reference, std::string source_name,
                             std::string text, std::string help,
                             const Inventory* candidates) const {
  Resolution out;
  Finding finding;
  finding.id = "unresolved-reference";
  finding.kind = to_string(reference.kind);
  const auto text_there = source_text(source_, reference);
  finding.arn = text_there.value_or("");
  finding.text = std::move(text);
  finding.help = std::move(help);
  if (!suggesting_) {
    out.suggestions_due = true;
  } else if (!source_name.empty() && candidates != nullptr) {
    finding.closest = closest(reference.kind, wanted(reference, source_name), *candidates);
  }
  finding.name = std::move(source_name);
  switch (rules_.policy(reference.kind)) {
    case Missing::fail:
      out.state = State::unresolved;
      break;
    case Missing::skip_flow:
      out.state = State::skip_flow;
      finding.severity = Severity::warning;
      break;
    case Missing::keep:
      if (!text_there) {
        out.state = State::unresolved;
        finding.text += ", and it cannot be kept: the bundle knows its name only";
        finding.help += "; or plan from the instance that the bundle was pulled from";
        break;
      }
      out.state = *text_there == reference.text ? State::keep : State::replace;
      out.text = *text_there;
      finding.severity = Severity::warning;
      finding.text += "; kept as it is, as the rules say";
      break;
  }
  out.findings.push_back(std::move(finding));
  return out;
}

/// The rules skip what is referred to, and the target has none: they cannot have meant that its
/// callers fail.
Resolution Resolver::excluded_too(const flow::Reference& reference, const std::string& name) const {
  const std::string what(label(reference.kind));
  Resolution out =
      missing(reference, name,
              "the target has no " + what + " " + quoted_name(name) + ", and it is skipped",
              "create what it lacks in the target, and run again");
  if (out.state == State::unresolved) {
    out.state = State::skip_flow;
    out.findings.front().severity = Severity::warning;
  }
  return out;
}

Resolution Resolver::found(const flow::Reference& reference, const Resource& target,
                           const std::string& source_name) const {
  Resolution out;
  out.state = State::replace;
  if (reference.form == flow::Form::arn) {
    out.text = with_qualifier(target.arn, reference.qualifier);
  } else if (reference.form == flow::Form::id) {
    out.text = with_qualifier(target.id, reference.qualifier);
  } else {
    out.text = target.name;
  }
  if (target.name != source_name) out.name = target.name;
  return out;
}

/// Which of the carried ones it refers to; nothing: to none.
std::optional<std::size_t> Resolver::carried_index(const flow::Reference& reference) const {
  const auto kind = carried_by_id_.find(reference.kind);
  if (kind == carried_by_id_.end()) return std::nullopt;
  const auto found = kind->second.find(reference.id);
  if (found == kind->second.end()) return std::nullopt;
  return found->second;
}

Resolution Resolver::flow_or_module(const flow::Reference& reference,
                                    const std::set<std::size_t>& excluded) const {
  const Inventory* here = source_.inventory(reference.kind);
  const Inventory* there = target_.inventory(reference.kind);
  const Resource* source = here == nullptr ? nullptr : here->by_id(reference.id);
  const std::string what(label(reference.kind));
  if (source == nullptr) {
    return missing(reference, {}, "the source has no " + what + " with this id",
                   "it was deleted after the flow was saved: mend the flow in the source");
  }
  const auto carried = carried_index(reference);
  const bool is_carried = carried && !excluded.contains(*carried);
  const Resource* target = nullptr;
  std::string name;
  if (is_carried) {
    target = carried_[*carried].existing;
    name = carried_[*carried].name;
  } else {
    name = wanted(reference, source->name);
    const std::string type = reference.kind == ResourceKind::contact_flow ? source->type : "";
    const auto matches = find_in(there, name, type);
    if (matches.size() > 1) {
      return missing(reference, source->name,
                     "the target has " + std::to_string(matches.size()) + " times a " + what + " " +
                         quoted_name(name),
                     "rename one of them, or pin the one that is meant");
    }
    if (matches.empty() && carried) {
      return excluded_too(reference, source->name);
    }
    if (matches.empty()) {
      const auto others = there == nullptr ? std::vector<const Resource*>{} : there->by_name(name);
      if (!others.empty()) {
        return missing(reference, source->name,
                       "the target's " + what + " " + quoted_name(name) + " is of type " +
                           others.front()->type + ", not " + source->type,
                       "rename one of the two");
      }
      return missing(reference, source->name,
                     "the target has no " + what + " " + quoted_name(name) +
                         ", and it is not among those that are carried",
                     "include it in the migration (--with-dependencies: whatever is referred to), "
                     "or create it in the target",
                     there);
    }
    target = matches.front();
    name = target->name;
  }
  Resolution out;
  if (target != nullptr && target->state == "ARCHIVED") {
    return missing(reference, source->name,
                   "the target's " + what + " " + quoted_name(name) + " is archived",
                   "restore it in the target, or rename it there");
  }
  if (target != nullptr) {
    out = found(reference, *target, source->name);
    // What is carried may still have another name in the target.
    if (is_carried) out.name = name == source->name ? std::nullopt : std::optional(name);
  } else {
    out.state = State::pending;
    if (name != source->name) out.name = name;
  }
  if (is_carried) out.carried = *carried;
  out.qualifier = reference.qualifier;
  if (reference.kind == ResourceKind::flow_module && !reference.qualifier.empty() &&
      !module_qualifier(reference, target, name, out)) {
    return out;
  }
  if (reference.kind == ResourceKind::contact_flow) {
    warn_of_version(reference, what + " " + quoted_name(name), out);
  }
  return out;
}

bool Resolver::module_qualifier(const flow::Reference& reference, const Resource* target_module,
                                const std::string& module_name, Resolution& out) const {
  const std::string& qualifier = reference.qualifier;
  if (qualifier.starts_with("$")) return true;
  if (all_digits(qualifier)) {
    const ModuleVersion* known = nullptr;
    if (module_versions_ != nullptr) {
      const auto found = module_versions_->find(std::pair(reference.id, qualifier));
      if (found != module_versions_->end()) known = &found->second;
    }
    if (known != nullptr && known->publish && out.carried != static_cast<std::size_t>(-1)) {
      out.state = Resolution::State::pending;
      out.new_version = true;
      return true;
    }
    if (target_module == nullptr) {
      out = missing(reference, module_name,
                    "refers to version " + qualifier + " of module " + quoted_name(module_name) +
                        ", which has no versions in the target yet",
                    "refer to $LATEST, or carry the module by itself first (--include), publish a "
                    "version of it there (aws connect create-contact-flow-module-version), then "
                    "run again");
      return false;
    }
    if (known != nullptr && known->version.empty()) {
      out = missing(reference, module_name, known->problem, known->help);
      return false;
    }
    if (known != nullptr) {
      out.qualifier = known->version;
      out.text =
          with_qualifier(reference.form == flow::Form::arn ? target_module->arn : target_module->id,
                         out.qualifier);
      return true;
    }
    warn_of_version(reference, "module " + quoted_name(module_name), out);
    return true;
  }
  const auto source_aliases = source_.module_aliases.find(reference.id);
  const Resource* alias = source_aliases == source_.module_aliases.end()
                              ? nullptr
                              : source_aliases->second.by_id(qualifier);
  if (alias == nullptr) {
    out = missing(reference, module_name,
                  "module " + quoted_name(module_name) + " has no alias with the id " + qualifier +
                      " in the source",
                  "mend the flow in the source");
    return false;
  }
  const Inventory* aliases = nullptr;
  if (target_module != nullptr) {
    const auto there = target_.module_aliases.find(target_module->id);
    if (there != target_.module_aliases.end()) aliases = &there->second;
  }
  const auto matches =
      aliases == nullptr ? std::vector<const Resource*>{} : aliases->by_name(alias->name);
  const bool is_made = new_aliases_ != nullptr && out.carried != static_cast<std::size_t>(-1) &&
                       new_aliases_->contains(std::pair(reference.id, qualifier));
  if (matches.empty() && is_made) {
    out.state = Resolution::State::pending;
    out.new_alias = alias->name;
    return true;
  }
  if (matches.size() != 1) {
    out = missing(reference, alias->name,
                  "module " + quoted_name(module_name) + " has no alias " +
                      quoted_name(alias->name) + " in the target",
                  how_to_make_alias(target_.instance, target_module, alias->name));
    if (aliases != nullptr) {
      out.findings.front().closest = closest_names(alias->name, aliases->names());
    }
    return false;
  }
  out.qualifier = matches.front()->id;
  const std::string base =
      reference.form == flow::Form::arn ? target_module->arn : target_module->id;
  out.text = with_qualifier(base, out.qualifier);
  return true;
}

Resolution Resolver::by_name(const flow::Reference& reference) const {
  const Inventory* here = source_.inventory(reference.kind);
  const Inventory* there = target_.inventory(reference.kind);
  const std::string what(label(reference.kind));
  std::string name;
  std::string type;
  bool shared = false;
  if (reference.form == flow::Form::name) {
    name = reference.id;
  } else {
    const Resource* source = here == nullptr ? nullptr : here->by_id(reference.id);
    if (source == nullptr) {
      return missing(reference, {}, "the source has no " + what + " with this id",
                     "it was deleted after the flow was saved: mend the flow in the source");
    }
    name = source->name;
    // AWS's views and one's own may have one name.
    if (reference.kind == ResourceKind::view) type = source->type;
    shared = here->by_name(name, type).size() > 1;
  }
  const std::string target_name = wanted(reference, name);
  // A name that stands for several resources of the source cannot say which of the target's is
  // meant.
  if (shared && target_name == rules_.target_name(reference.kind, name) &&
      rules_.pin(reference.kind, name) == nullptr) {
    return missing(reference, name,
                   "the source has more than one " + what + " named " + quoted_name(name),
                   "rename them, or pin each by its id");
  }
  const auto matches = find_in(there, target_name, type);
  if (matches.size() > 1) {
    return missing(reference, name,
                   "the target has " + std::to_string(matches.size()) + " times a " + what + " " +
                       quoted_name(target_name),
                   "rename them, or pin the id of the one that is meant");
  }
  if (matches.empty()) {
    std::string help = "create it in the target, or map it: mapping.rename, mapping.pin";
    if (reference.kind == ResourceKind::phone_number) {
      help = "numbers differ between instances: pin the target's number (mapping.pin)";
    }
    return missing(reference, name, "the target has no " + what + " " + quoted_name(target_name),
                   help, there);
  }
  Resolution out = found(reference, *matches.front(), name);
  // The ARN of an agent's own queue names the user below "queue/agent/".
  if (reference.kind == ResourceKind::user && reference.form == flow::Form::arn &&
      reference.text.find("/queue/agent/") != std::string::npos) {
    out.text = with_qualifier(target_.instance.arn + "/queue/agent/" + matches.front()->id,
                              reference.qualifier);
  }
  warn_of_version(reference, what + " " + quoted_name(target_name), out);
  return out;
}

/// AWS-managed views have the same words everywhere: only the Region changes. Others go by name.
Resolution Resolver::view(const flow::Reference& reference) const {
  const auto arn = parse_arn(reference.text);
  const auto connect = arn ? parse_connect_arn(*arn) : std::nullopt;
  if (!connect || !connect->aws_managed) return by_name(reference);
  Resolution out;
  out.state = State::replace;
  Arn moved = *arn;
  moved.partition = target_.instance.partition;
  if (!moved.region.starts_with("$")) moved.region = target_.instance.region;
  out.text = moved.text();
  const Inventory* there = target_.inventory(ResourceKind::view);
  if (moved.region != arn->region && there != nullptr) {
    const auto& all = there->all();
    const bool exists = std::any_of(all.begin(), all.end(), [&](const Resource& view) {
      const auto other = parse_arn(view.arn);
      const auto parts = other ? parse_connect_arn(*other) : std::nullopt;
      return parts && parts->aws_managed && parts->id == connect->id;
    });
    if (!exists) {
      return missing(reference, connect->id,
                     "Region " + target_.instance.region + " has no AWS-managed view " +
                         quoted_name(connect->id),
                     "use a view of your own there", there);
    }
  }
  return out;
}

Resolution Resolver::without_lookup(const flow::Reference& reference) const {
  const std::string what(label(reference.kind));
  if (reference.kind == ResourceKind::unknown) {
    return missing(
        reference, {}, "is an ARN of the source of a kind that flowferry does not know",
        "pin it (mapping.pin, kind: unknown), or let it stay (missing: { unknown: keep })");
  }
  return missing(reference, {}, "a " + what + " cannot be looked up by name",
                 "pin it: mapping.pin with kind: " + std::string(to_string(reference.kind)) +
                     ", from: the id or ARN in the source, to: the one in the target");
}

}  // namespace flowferry::mapping
