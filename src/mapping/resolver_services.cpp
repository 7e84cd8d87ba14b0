// Resources of other services that a flow names: Lambda functions and Lex bots. They go by name as
// well, and must be associated with the target instance.
#include <algorithm>

#include "base/text.h"
#include "mapping/resolver.h"
#include "mapping/wording.h"
#include "model/arn.h"

namespace flowferry::mapping {

using State = Resolution::State;

Resolution Resolver::lambda(const flow::Reference& reference) const {
  const Inventory* there = target_.inventory(ResourceKind::lambda_function);
  const std::string name = wanted(reference, reference.id);
  auto plain = parse_arn(reference.text);
  std::string qualifier = reference.qualifier;
  if (name.starts_with("arn:")) {
    plain = parse_arn(name);
    const auto pinned = plain ? parse_lambda_arn(*plain) : std::nullopt;
    if (!pinned) {
      return missing(reference, reference.id, "is mapped to " + name + ", which is no function",
                     "pin it to a name, or to the ARN of a function");
    }
    // A qualifier of the pin's own wins.
    if (!pinned->qualifier.empty()) qualifier = pinned->qualifier;
    plain->resource = "function:" + pinned->name;
  } else if (plain) {
    plain = parse_arn(moved_arn(reference, target_.instance, "function:" + name));
  }
  if (!plain) return missing(reference, reference.id, "is not a function's ARN", "mend the flow");
  Resolution out;
  out.state = State::replace;
  out.text = with_qualifier(plain->text(), qualifier);
  const auto parts = parse_lambda_arn(*plain);
  if (parts && parts->name != reference.id) out.name = parts->name;
  // What must be associated: the function in the target's own Region, even where the flow leaves
  // the Region open ($.AwsRegion).
  if (plain->region.starts_with("$")) plain->region = target_.instance.region;
  const std::string expected = plain->text();
  if (there != nullptr && there->by_arn(with_qualifier(expected, qualifier)) != nullptr) return out;
  if (there != nullptr && there->by_arn(expected) != nullptr) {
    warn_of_version(reference, "Lambda function " + quoted_name(name), out);
    return out;
  }
  return missing(
      reference, reference.id,
      "Lambda function " + quoted_name(parts ? parts->name : name) +
          (qualifier.empty() ? "" : " with qualifier " + quoted_name(qualifier)) + " of account " +
          plain->account + " in " + plain->region + " is not associated with the target instance",
      "deploy it there and associate it with the instance, or map it: mapping.rename, mapping.pin",
      there);
}

Resolution Resolver::lex_alias(const flow::Reference& reference) const {
  const Inventory* there = target_.inventory(ResourceKind::lex_v2_bot_alias);
  const auto written = parse_arn(reference.text);
  const bool dynamic_region = written && written->region.starts_with("$");
  // In the target's own Region, and as the flow is to name it.
  const auto here = [&](std::string text) {
    auto arn = parse_arn(text);
    if (arn && dynamic_region) arn->region = target_.instance.region;
    return arn ? arn->text() : text;
  };
  const auto as_written = [&](std::string text) {
    auto arn = parse_arn(text);
    if (arn && dynamic_region) arn->region = written->region;
    return arn ? arn->text() : text;
  };
  Resolution out;
  out.state = State::replace;
  const auto named = source_.lex_alias_names.find(reference.text);
  const bool is_named = named != source_.lex_alias_names.end();
  const std::string source_name = is_named ? named->second : std::string();
  const Pin* pin = pinned(reference, source_name);
  // Replicated bots keep their ids: an alias with the same ids that the target knows is the one.
  const std::string same = moved_arn(reference, target_.instance, "bot-alias/" + reference.id);
  if (pin == nullptr && there != nullptr && there->by_arn(here(same)) != nullptr) {
    out.text = same;
    return out;
  }
  const std::string target_name = pin != nullptr ? pin->to
                                  : is_named ? rules_.target_name(reference.kind, source_name, use_)
                                             : std::string();
  if (there != nullptr && there->by_arn(target_name) != nullptr) {
    out.text = as_written(target_name);
    const auto name = target_.lex_alias_names.find(target_name);
    if (name != target_.lex_alias_names.end() && name->second != source_name) {
      out.name = name->second;
    }
    return out;
  }
  if (!is_named && pin == nullptr) {
    return missing(
        reference, {}, "the source's Lex bot alias " + reference.id + " cannot be read",
        "check that the bot exists and that lex:DescribeBot and lex:DescribeBotAlias are allowed, "
        "or pin its ARN to one of the target");
  }
  std::vector<std::string> names;
  std::vector<std::string> matches;
  for (const auto& [arn, name] : target_.lex_alias_names) {
    if (there == nullptr || there->by_arn(arn) == nullptr) continue;  // Not associated.
    names.push_back(name);
    if (name == target_name) matches.push_back(arn);
  }
  if (matches.size() > 1) {
    return missing(reference, source_name,
                   "the target has more than one Lex V2 bot alias " + quoted_name(target_name),
                   "pin the ARN of the one that is meant");
  }
  if (matches.empty()) {
    out = missing(reference, source_name,
                  "no Lex V2 bot alias " + quoted_name(target_name) +
                      " is associated with the target instance",
                  "build the bot there and associate its alias with the instance");
    out.findings.front().closest = closest_names(target_name, names);
    return out;
  }
  out.text = as_written(matches.front());
  if (target_name != source_name) out.name = target_name;
  return out;
}

Resolution Resolver::lex_v1(const flow::Reference& reference) const {
  const Inventory* there = target_.inventory(ResourceKind::lex_v1_bot);
  const std::string name = wanted(reference, reference.id);
  const auto matches = there == nullptr ? std::vector<const Resource*>{} : there->by_name(name);
  if (matches.empty()) {
    return missing(reference, reference.id,
                   "no Lex V1 bot " + quoted_name(name) + " is associated with the target instance",
                   "build the bot there and associate it with the instance", there);
  }
  const auto here = std::find_if(matches.begin(), matches.end(), [&](const Resource* bot) {
    return bot->type == target_.instance.region;
  });
  const Resource& bot = here == matches.end() ? *matches.front() : **here;
  Resolution out;
  out.state = State::replace;
  out.text = name;
  out.region = bot.type;
  if (name != reference.id) out.name = name;
  return out;
}

}  // namespace flowferry::mapping
