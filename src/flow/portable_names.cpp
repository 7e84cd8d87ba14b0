#include "flow/portable_names.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "model/arn.h"

namespace flowferry::flow {
namespace {

constexpr std::string_view k_default_type = "CONTACT_FLOW";

std::string quoted(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

tl::unexpected<Nameless> nameless(std::string text, std::string help,
                                  std::vector<std::string> closest = {}) {
  return tl::unexpected<Nameless>(Nameless{std::move(text), std::move(help), std::move(closest)});
}

std::string with_region(std::string text, const std::string& region) {
  if (region.empty()) return text;
  auto arn = parse_arn(text);
  if (!arn) return text;
  arn->region = region;
  return arn->text();
}

}  // namespace

PortableNames::PortableNames(const Snapshot& snapshot) : snapshot_(snapshot) {
  for (const auto& [text, name] : snapshot.lex_alias_names) {
    const std::string arn = in_own_region(text);
    if (!lex_names_.emplace(arn, name).second) continue;
    lex_aliases_[name].push_back(arn);
  }
}

/// The ARN with the instance's Region in the place of one that is decided while the call runs.
std::string PortableNames::in_own_region(std::string_view text) const {
  auto arn = parse_arn(text);
  if (!arn || !arn->region.starts_with('$')) return std::string(text);
  arn->region = snapshot_.instance.region;
  return arn->text();
}

std::optional<Marker> PortableNames::marker(const Reference& reference) const {
  if (reference.form == Form::name) return std::nullopt;
  auto out = named(reference);
  if (!out) return std::nullopt;
  out->form = reference.form;
  // Of the same shape but for its Region, or the agent's own queue.
  auto text = look_up(*out);
  if (text && *text != reference.text) {
    const auto there = split_arn(reference.text);
    const auto here = split_arn(*text);
    if (there && here && there->region != here->region) out->region = there->region;
    out->own_queue = reference.kind == ResourceKind::user && there &&
                     there->resource.find("/queue/agent/") != std::string_view::npos;
    text = look_up(*out);
  }
  if (!text || *text != reference.text) return std::nullopt;
  return out;
}

/// The designer notes an agent under "queue" when a block goes by agent: of a bare id in its notes
/// the inventories know the kind better.
const Resource* PortableNames::resource_of(const Reference& reference) const {
  const Inventory* here = snapshot_.inventory(reference.kind);
  const Resource* found = here == nullptr ? nullptr : here->by_id(reference.id);
  if (found != nullptr || !reference.in_metadata || reference.form != Form::id) return found;
  for (const auto& [kind, inventory] : snapshot_.inventories) {
    if (kind == ResourceKind::lambda_function) continue;
    if (const Resource* other = inventory.by_id(reference.id)) return other;
  }
  return nullptr;
}

std::optional<Marker> PortableNames::named(const Reference& reference) const {
  Marker out;
  out.kind = reference.kind;
  if (reference.kind == ResourceKind::instance) return out;
  if (reference.kind == ResourceKind::lex_v2_bot_alias) return lex_alias(reference);
  out.qualifier = reference.qualifier;
  if (reference.kind == ResourceKind::lambda_function) {
    out.name = reference.id;
    return out;
  }
  if (!has_lookup(reference.kind)) return std::nullopt;
  const Resource* resource = resource_of(reference);
  if (resource == nullptr || resource->name.empty()) return std::nullopt;
  out.kind = resource->kind;
  out.name = resource->name;
  const Inventory& inventory = *snapshot_.inventory(resource->kind);
  const bool is_flow = resource->kind == ResourceKind::contact_flow;
  if (is_flow && resource->type != k_default_type) out.type = resource->type;
  if (inventory.by_name(resource->name).size() > 1) {
    if (!is_flow) out.type = resource->type;
    if (inventory.by_name(resource->name, resource->type).size() > 1) out.id = resource->id;
  }
  if (resource->kind == ResourceKind::flow_module && !out.qualifier.empty()) {
    const auto aliases = snapshot_.module_aliases.find(resource->id);
    const Resource* alias =
        aliases == snapshot_.module_aliases.end() ? nullptr : aliases->second.by_id(out.qualifier);
    if (alias != nullptr && aliases->second.by_name(alias->name).size() == 1) {
      out.qualifier.clear();
      out.alias = alias->name;
    }
  }
  return out;
}

std::optional<Marker> PortableNames::lex_alias(const Reference& reference) const {
  const auto name = lex_names_.find(in_own_region(reference.text));
  if (name == lex_names_.end()) return std::nullopt;
  Marker out;
  out.kind = ResourceKind::lex_v2_bot_alias;
  out.name = name->second;
  if (lex_aliases_.find(out.name)->second.size() > 1) out.id = reference.id;
  return out;
}

tl::expected<const Resource*, Nameless> PortableNames::find(const Marker& marker) const {
  const std::string what(label(marker.kind));
  const Inventory* inventory = snapshot_.inventory(marker.kind);
  const bool is_flow = marker.kind == ResourceKind::contact_flow;
  std::string type = marker.type;
  if (is_flow && type.empty()) type = k_default_type;
  auto all =
      inventory == nullptr ? std::vector<const Resource*>{} : inventory->by_name(marker.name, type);
  if (all.empty() && inventory != nullptr && marker.type.empty()) {
    all = inventory->by_name(marker.name);
  }
  if (all.empty()) {
    std::string text = "there is no " + what + " " + quoted(marker.name);
    const auto others =
        inventory == nullptr ? std::vector<const Resource*>{} : inventory->by_name(marker.name);
    if (!others.empty()) {
      return nameless(text + " of type " + type, "of that name there is one of type " +
                                                     others.front()->type +
                                                     ": write type=" + others.front()->type);
    }
    auto closest = inventory == nullptr ? std::vector<std::string>{}
                                        : closest_names(marker.name, inventory->names());
    return nameless(std::move(text), "correct the name, or add the " + what + " to the inventory",
                    std::move(closest));
  }
  if (all.size() > 1 && !marker.id.empty()) {
    const auto one =
        std::find_if(all.begin(), all.end(), [&](const Resource* r) { return r->id == marker.id; });
    if (one == all.end()) {
      return nameless(
          "none of the " + std::to_string(all.size()) + " " + what + "s " + quoted(marker.name) +
              " has the id " + marker.id,
          "write the id of the one that is meant: " + all.front()->id + ", " + all[1]->id);
    }
    return *one;
  }
  if (all.size() > 1) {
    return nameless("there are " + std::to_string(all.size()) + " of kind " + what + " named " +
                        quoted(marker.name),
                    is_flow && all.front()->type != all[1]->type
                        ? "say which with type=" + all.front()->type
                        : "say which with id=" + all.front()->id);
  }
  return all.front();
}

tl::expected<std::string, Nameless> PortableNames::find_lex_alias(const Marker& marker) const {
  const auto found = lex_aliases_.find(marker.name);
  if (found == lex_aliases_.end()) {
    std::vector<std::string> names;
    for (const auto& [name, arns] : lex_aliases_) names.push_back(name);
    return nameless("there is no Lex V2 bot alias " + quoted(marker.name),
                    "correct the name (bot/alias), or add it to the inventory",
                    closest_names(marker.name, names));
  }
  if (found->second.size() == 1) return with_region(found->second.front(), marker.region);
  for (const std::string& text : found->second) {
    const auto arn = parse_arn(text);
    if (arn && arn->resource == "bot-alias/" + marker.id) return with_region(text, marker.region);
  }
  return nameless("there are " + std::to_string(found->second.size()) + " Lex V2 bot aliases " +
                      quoted(marker.name),
                  "say which with id=BOTID/ALIASID");
}

tl::expected<std::string, Nameless> PortableNames::look_up(const Marker& marker) const {
  const Instance& instance = snapshot_.instance;
  if (marker.kind == ResourceKind::instance) {
    return marker.form == Form::arn ? instance.arn : instance.id;
  }
  if (marker.kind == ResourceKind::lex_v2_bot_alias) return find_lex_alias(marker);
  std::string qualifier = marker.qualifier;
  std::string out;
  if (marker.kind == ResourceKind::lambda_function) {
    out = Arn{instance.partition, "lambda", instance.region, instance.account,
              "function:" + marker.name}
              .text();
    if (marker.form == Form::id) out = marker.name;
  } else {
    const auto found = find(marker);
    if (!found) return tl::unexpected<Nameless>(found.error());
    const Resource& resource = **found;
    out = marker.form == Form::arn ? resource.arn : resource.id;
    if (marker.own_queue) out = instance.arn + "/queue/agent/" + resource.id;
    if (!marker.alias.empty()) {
      const auto aliases = snapshot_.module_aliases.find(resource.id);
      const auto named = aliases == snapshot_.module_aliases.end()
                             ? std::vector<const Resource*>{}
                             : aliases->second.by_name(marker.alias);
      if (named.size() != 1) {
        return nameless("the " + std::string(label(marker.kind)) + " " + quoted(marker.name) +
                            " has no alias " + quoted(marker.alias),
                        "correct the name of the alias",
                        aliases == snapshot_.module_aliases.end()
                            ? std::vector<std::string>{}
                            : closest_names(marker.alias, aliases->second.names()));
      }
      qualifier = named.front()->id;
    }
  }
  out = with_region(std::move(out), marker.region);
  if (!qualifier.empty()) out += ":" + qualifier;
  return out;
}

}  // namespace flowferry::flow
