#include "mapping/resolver.h"

#include <algorithm>

#include "base/text.h"
#include "model/arn.h"

namespace flowferry::mapping {
namespace {

using State = Resolution::State;

std::string carried_key(ResourceKind kind, std::string_view id) {
  return std::string(to_string(kind)) + "/" + std::string(id);
}

std::string quoted_name(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

std::string with_qualifier(std::string text, const std::string& qualifier) {
  if (!qualifier.empty()) text += ":" + qualifier;
  return text;
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Finding warning(const flow::Reference& reference, std::string id, std::string text,
                std::string help) {
  Finding out;
  out.severity = Severity::warning;
  out.id = std::move(id);
  out.text = std::move(text);
  out.help = std::move(help);
  out.kind = to_string(reference.kind);
  out.arn = reference.text;
  return out;
}

/// Puts the target's fields into a source ARN of another service, keeping a dynamic Region.
std::string moved_arn(const flow::Reference& reference, const Instance& target,
                      std::string resource) {
  auto arn = parse_arn(reference.text);
  if (!arn) return reference.text;
  arn->partition = target.partition;
  if (!arn->region.empty() && !arn->region.starts_with("$")) arn->region = target.region;
  if (!arn->account.empty()) arn->account = target.account;
  arn->resource = std::move(resource);
  return arn->text();
}

}  // namespace

Resolver::Resolver(const Snapshot& source, const Snapshot& target, const Rules& rules,
                   const std::vector<Carried>& carried)
    : source_(source), target_(target), rules_(rules), carried_(carried) {
  for (std::size_t i = 0; i < carried.size(); ++i) {
    carried_by_id_.emplace(carried_key(carried[i].kind, carried[i].source_id), i);
  }
}

Resolution Resolver::resolve(const flow::Reference& written,
                             const std::set<std::size_t>& excluded) const {
  const flow::Reference reference = with_known_kind(written);
  // A pin on what stands in the document wins over every look-up.
  for (const std::string& from : {reference.text, reference.id}) {
    const Pin* pin = has_lookup(reference.kind) ? nullptr : rules_.pin(reference.kind, from);
    if (pin != nullptr) {
      Resolution out;
      out.state = State::replace;
      out.text = from == reference.text ? pin->to : with_qualifier(pin->to, reference.qualifier);
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

/// The designer notes an agent under "queue" when a block goes by agent: of a bare id in the metadata the
/// source's inventories know the kind better than the key.
flow::Reference Resolver::with_known_kind(const flow::Reference& reference) const {
  if (!reference.in_metadata || reference.form != flow::Form::id) return reference;
  const Inventory* here = source_.inventory(reference.kind);
  if (here != nullptr && here->by_id(reference.id) != nullptr) return reference;
  for (const auto& [kind, inventory] : source_.inventories) {
    if (kind == ResourceKind::lambda_function || inventory.by_id(reference.id) == nullptr) continue;
    flow::Reference out = reference;
    out.kind = kind;
    return out;
  }
  return reference;
}

Resolution Resolver::missing(const flow::Reference& reference, std::string source_name,
                             std::string text, std::string help,
                             const std::vector<std::string>& candidates) const {
  Resolution out;
  const Missing policy = rules_.policy(reference.kind);
  Finding finding;
  finding.id = "unresolved-reference";
  finding.kind = to_string(reference.kind);
  finding.name = source_name;
  finding.arn = reference.text;
  finding.text = std::move(text);
  finding.help = std::move(help);
  if (!source_name.empty()) {
    finding.closest = closest_names(rules_.target_name(reference.kind, source_name), candidates);
  }
  switch (policy) {
    case Missing::fail:
      out.state = State::unresolved;
      break;
    case Missing::skip_flow:
      out.state = State::skip_flow;
      finding.severity = Severity::warning;
      break;
    case Missing::keep:
      out.state = State::keep;
      finding.severity = Severity::warning;
      finding.text += "; kept as it is, as the rules say";
      break;
  }
  out.findings.push_back(std::move(finding));
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

Resolution Resolver::flow_or_module(const flow::Reference& reference,
                                    const std::set<std::size_t>& excluded) const {
  const Inventory* here = source_.inventory(reference.kind);
  const Inventory* there = target_.inventory(reference.kind);
  const Resource* source = here == nullptr ? nullptr : here->by_id(reference.id);
  const std::string what(label(reference.kind));
  if (source == nullptr) {
    return missing(reference, {}, "the source has no " + what + " with this id",
                   "it was deleted after the flow was saved: mend the flow in the source", {});
  }
  const auto carried = carried_by_id_.find(carried_key(reference.kind, reference.id));
  const bool is_carried = carried != carried_by_id_.end() && !excluded.contains(carried->second);
  const Resource* target = nullptr;
  std::string name = rules_.target_name(reference.kind, source->name);
  if (is_carried) {
    target = carried_[carried->second].existing;
    name = carried_[carried->second].name;
  } else {
    const std::string type = reference.kind == ResourceKind::contact_flow ? source->type : "";
    const auto matches =
        there == nullptr ? std::vector<const Resource*>{} : there->by_name(name, type);
    if (matches.size() > 1) {
      return missing(reference, source->name,
                     "the target has " + std::to_string(matches.size()) + " " + what + "s named " +
                         quoted_name(name),
                     "rename one of them, or pin the one that is meant", {});
    }
    if (!matches.empty()) target = matches.front();
    if (target == nullptr) {
      const auto others = there == nullptr ? std::vector<const Resource*>{} : there->by_name(name);
      if (!others.empty()) {
        return missing(reference, source->name,
                       "the target's " + what + " " + quoted_name(name) + " is of type " +
                           others.front()->type + ", not " + source->type,
                       "rename one of the two", {});
      }
      return missing(reference, source->name,
                     "the target has no " + what + " " + quoted_name(name) +
                         ", and it is not among those that are carried",
                     "include it in the migration, or create it in the target",
                     there == nullptr ? std::vector<std::string>{} : there->names());
    }
  }
  Resolution out;
  if (target != nullptr && target->state == "ARCHIVED") {
    return missing(reference, source->name,
                   "the target's " + what + " " + quoted_name(name) + " is archived",
                   "restore it in the target, or rename it there", {});
  }
  if (target != nullptr) {
    out = found(reference, *target, source->name);
  } else {
    out.state = State::pending;
    if (name != source->name) out.name = name;
  }
  if (is_carried) out.carried = carried->second;
  out.qualifier = reference.qualifier;
  if (reference.kind == ResourceKind::flow_module && !reference.qualifier.empty() &&
      !module_qualifier(reference, target, name, out)) {
    return out;
  }
  if (reference.kind == ResourceKind::contact_flow && all_digits(reference.qualifier)) {
    out.findings.push_back(warning(reference, "ref-version",
                                   "refers to version " + reference.qualifier +
                                       " of a flow, and version numbers differ between instances",
                                   "refer to the flow without a version"));
  }
  return out;
}

bool Resolver::module_qualifier(const flow::Reference& reference, const Resource* target_module,
                                const std::string& module_name, Resolution& out) const {
  const std::string& qualifier = reference.qualifier;
  if (qualifier.starts_with("$")) return true;
  if (all_digits(qualifier)) {
    if (target_module == nullptr) {
      out = missing(reference, module_name,
                    "refers to version " + qualifier + " of module " + quoted_name(module_name) +
                        ", which has no versions in the target yet",
                    "refer to $LATEST, or carry the module first and make the version there", {});
      return false;
    }
    out.findings.push_back(warning(reference, "ref-version",
                                   "refers to version " + qualifier + " of module " +
                                       quoted_name(module_name) +
                                       ", and version numbers differ between instances",
                                   "refer to an alias or to $LATEST"));
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
                  "mend the flow in the source", {});
    return false;
  }
  std::vector<const Resource*> matches;
  std::vector<std::string> names;
  if (target_module != nullptr) {
    const auto there = target_.module_aliases.find(target_module->id);
    if (there != target_.module_aliases.end()) {
      matches = there->second.by_name(alias->name);
      names = there->second.names();
    }
  }
  if (matches.size() != 1) {
    out = missing(
        reference, alias->name,
        "module " + quoted_name(module_name) + " has no alias " + quoted_name(alias->name) +
            " in the target",
        "create a version and the alias in the target once the module is there, then run again",
        names);
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
  if (reference.form == flow::Form::name) {
    name = reference.id;
  } else {
    const Resource* source = here == nullptr ? nullptr : here->by_id(reference.id);
    if (source == nullptr) {
      return missing(reference, {}, "the source has no " + what + " with this id",
                     "it was deleted after the flow was saved: mend the flow in the source", {});
    }
    // A name that stands for several resources of the source cannot say which of the target's is
    // meant.
    if (!source->name.empty() && here->by_name(source->name).size() > 1 &&
        rules_.pin(reference.kind, source->name) == nullptr) {
      return missing(reference, source->name,
                     "the source has more than one " + what + " named " + quoted_name(source->name),
                     "rename them, or pin this one", {});
    }
    name = source->name;
  }
  const std::string wanted = rules_.target_name(reference.kind, name);
  const auto matches = there == nullptr ? std::vector<const Resource*>{} : there->by_name(wanted);
  if (matches.size() > 1) {
    return missing(reference, name,
                   "the target has " + std::to_string(matches.size()) + " " + what + "s named " +
                       quoted_name(wanted),
                   "rename them so that the name says which one is meant", {});
  }
  if (matches.empty()) {
    std::string help = "create it in the target, or map it: mapping.rename, mapping.pin";
    if (reference.kind == ResourceKind::phone_number) {
      help = "numbers differ between instances: pin the target's number (mapping.pin)";
    }
    return missing(reference, name, "the target has no " + what + " " + quoted_name(wanted), help,
                   there == nullptr ? std::vector<std::string>{} : there->names());
  }
  Resolution out = found(reference, *matches.front(), name);
  // The ARN of an agent's own queue names the user below "queue/agent/".
  if (reference.kind == ResourceKind::user && reference.form == flow::Form::arn &&
      reference.text.find("/queue/agent/") != std::string::npos) {
    out.text = with_qualifier(target_.instance.arn + "/queue/agent/" + matches.front()->id,
                              reference.qualifier);
  }
  return out;
}

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
                     "use a view of your own there", there->names());
    }
  }
  return out;
}

Resolution Resolver::lambda(const flow::Reference& reference) const {
  const Inventory* there = target_.inventory(ResourceKind::lambda_function);
  const std::string wanted = rules_.target_name(reference.kind, reference.id);
  const bool pinned_arn = wanted.starts_with("arn:");
  const std::string resource = with_qualifier("function:" + wanted, reference.qualifier);
  const std::string text = pinned_arn ? with_qualifier(wanted, reference.qualifier)
                                      : moved_arn(reference, target_.instance, resource);
  // What must be associated: the function in the target's own Region, even where the flow leaves
  // the Region open ($.AwsRegion).
  auto expected = parse_arn(text);
  if (!expected) {
    return missing(reference, reference.id, "is not a Lambda function's ARN", "mend the flow", {});
  }
  if (expected->region.starts_with("$")) expected->region = target_.instance.region;
  const std::string qualified = expected->text();
  if (!pinned_arn) expected->resource = "function:" + wanted;
  const std::string plain = pinned_arn ? wanted : expected->text();
  Resolution out;
  out.state = State::replace;
  out.text = text;
  if (wanted != reference.id && !pinned_arn) out.name = wanted;
  if (there != nullptr && there->by_arn(qualified) != nullptr) return out;
  if (there != nullptr && there->by_arn(plain) != nullptr) return out;
  return missing(
      reference, reference.id,
      "Lambda function " + quoted_name(wanted) +
          (reference.qualifier.empty() ? ""
                                       : " with qualifier " + quoted_name(reference.qualifier)) +
          " of account " + expected->account + " in " + expected->region +
          " is not associated with the target instance",
      "deploy it there and associate it with the instance, or map it: mapping.rename, mapping.pin",
      there == nullptr ? std::vector<std::string>{} : there->names());
}

Resolution Resolver::lex_alias(const flow::Reference& reference) const {
  const Inventory* there = target_.inventory(ResourceKind::lex_v2_bot_alias);
  const std::string same = moved_arn(reference, target_.instance, "bot-alias/" + reference.id);
  const auto written = parse_arn(reference.text);
  const bool dynamic_region = written && written->region.starts_with("$");
  std::string same_here = same;
  if (dynamic_region) {
    auto arn = parse_arn(same);
    arn->region = target_.instance.region;
    same_here = arn->text();
  }
  Resolution out;
  out.state = State::replace;
  // Replicated bots keep their ids: an alias with the same ids that the target knows is the one.
  if (there != nullptr && there->by_arn(same_here) != nullptr) {
    out.text = same;
    return out;
  }
  const auto named = source_.lex_alias_names.find(reference.text);
  if (named == source_.lex_alias_names.end()) {
    return missing(
        reference, {}, "the source's Lex bot alias " + reference.id + " cannot be read",
        "check that the bot exists and that lex:DescribeBot and lex:DescribeBotAlias are allowed",
        {});
  }
  const std::string wanted = rules_.target_name(reference.kind, named->second);
  std::vector<std::string> names;
  std::vector<std::string> matches;
  for (const auto& [arn, name] : target_.lex_alias_names) {
    names.push_back(name);
    if (name == wanted || arn == wanted) matches.push_back(arn);
  }
  if (matches.size() > 1) {
    return missing(reference, named->second,
                   "the target has more than one Lex V2 bot alias " + quoted_name(wanted),
                   "pin the ARN of the one that is meant", {});
  }
  if (matches.empty()) {
    return missing(
        reference, named->second,
        "no Lex V2 bot alias " + quoted_name(wanted) + " is associated with the target instance",
        "build the bot there and associate its alias with the instance", names);
  }
  out.text = matches.front();
  if (dynamic_region) {
    auto arn = parse_arn(out.text);
    arn->region = written->region;
    out.text = arn->text();
  }
  const std::string& target_name = target_.lex_alias_names.at(matches.front());
  if (target_name != named->second) out.name = target_name;
  return out;
}

Resolution Resolver::lex_v1(const flow::Reference& reference) const {
  const Inventory* there = target_.inventory(ResourceKind::lex_v1_bot);
  const std::string wanted = rules_.target_name(reference.kind, reference.id);
  const auto matches = there == nullptr ? std::vector<const Resource*>{} : there->by_name(wanted);
  if (matches.empty()) {
    return missing(
        reference, reference.id,
        "no Lex V1 bot " + quoted_name(wanted) + " is associated with the target instance",
        "build the bot there and associate it with the instance",
        there == nullptr ? std::vector<std::string>{} : there->names());
  }
  const auto here = std::find_if(matches.begin(), matches.end(), [&](const Resource* bot) {
    return bot->type == target_.instance.region;
  });
  const Resource& bot = here == matches.end() ? *matches.front() : **here;
  Resolution out;
  out.state = State::replace;
  out.text = wanted;
  out.region = bot.type;
  if (wanted != reference.id) out.name = wanted;
  return out;
}

Resolution Resolver::without_lookup(const flow::Reference& reference) const {
  const std::string what(label(reference.kind));
  if (reference.kind == ResourceKind::unknown) {
    return missing(
        reference, {}, "is an ARN of the source of a kind that flowferry does not know",
        "pin it (mapping.pin, kind: unknown), or let it stay (missing: { unknown: keep })", {});
  }
  return missing(reference, {}, "a " + what + " cannot be looked up by name",
                 "pin it: mapping.pin with kind: " + std::string(to_string(reference.kind)) +
                     ", from: the id or ARN in the source, to: the one in the target",
                 {});
}

}  // namespace flowferry::mapping
