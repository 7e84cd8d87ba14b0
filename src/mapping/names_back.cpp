#include "mapping/names_back.h"

#include <algorithm>
#include <set>
#include <utility>

#include "flow/document.h"
#include "flow/references.h"
#include "model/arn.h"

namespace flowferry::mapping {
namespace {

constexpr std::string_view k_special = "\\^$.|?*+()[]{}";

/// A regular expression of the simple form, taken apart.
struct Simple {
  bool begins = false;  ///< ^
  bool ends = false;    ///< $
  bool group = false;
  std::string before;
  std::string after;
};

/// The plain text at the beginning of `pattern`, taken off it. Nothing: it has an escape that is no
/// quoted character.
std::optional<std::string> take_plain(std::string_view& pattern) {
  std::string out;
  while (!pattern.empty()) {
    if (pattern.front() == '\\') {
      const bool quoted =
          pattern.size() > 1 && (k_special.find(pattern[1]) != std::string_view::npos ||
                                 pattern[1] == '/' || pattern[1] == '-');
      if (!quoted) return std::nullopt;
      out += pattern[1];
      pattern.remove_prefix(2);
    } else if (k_special.find(pattern.front()) != std::string_view::npos) {
      break;
    } else {
      out += pattern.front();
      pattern.remove_prefix(1);
    }
  }
  return out;
}

std::optional<Simple> take_apart(std::string_view pattern) {
  Simple out;
  if (pattern.starts_with('^')) {
    out.begins = true;
    pattern.remove_prefix(1);
  }
  auto before = take_plain(pattern);
  if (!before) return std::nullopt;
  out.before = *std::move(before);
  if (pattern.starts_with("(.*)") || pattern.starts_with("(.+)")) {
    out.group = true;
    pattern.remove_prefix(4);
    auto after = take_plain(pattern);
    if (!after) return std::nullopt;
    out.after = *std::move(after);
  }
  if (pattern == "$") {
    out.ends = true;
    pattern.remove_prefix(1);
  }
  if (!pattern.empty()) return std::nullopt;
  return out;
}

/// What stands before and behind `$1` in a replacement; all of it before where there is none.
/// Nothing: it has other groups.
std::optional<std::pair<std::string, std::string>> take_replacement(std::string_view to,
                                                                    bool group) {
  std::pair<std::string, std::string> out;
  std::string* into = &out.first;
  bool seen = false;
  while (!to.empty()) {
    if (to.starts_with("$$")) {
      *into += '$';
      to.remove_prefix(2);
    } else if (group && !seen && to.starts_with("$1") &&
               !(to.size() > 2 && to[2] >= '0' && to[2] <= '9')) {
      seen = true;
      into = &out.second;
      to.remove_prefix(2);
    } else if (to.front() == '$') {
      return std::nullopt;
    } else {
      *into += to.front();
      to.remove_prefix(1);
    }
  }
  if (group && !seen) return std::nullopt;
  return out;
}

std::string in_pattern(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (k_special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string in_replacement(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '$' ? "$$" : std::string(1, c);
  return out;
}

}  // namespace

std::optional<Rename> reversed(const Rename& rename) {
  const auto from = take_apart(rename.from);
  if (!from) return std::nullopt;
  const auto to = take_replacement(rename.to, from->group);
  if (!to || (to->first.empty() && to->second.empty())) return std::nullopt;
  std::string back;
  std::string result;
  if (from->group) {
    if (!from->begins || !from->ends) return std::nullopt;
    back = "^" + in_pattern(to->first) + "(.*)" + in_pattern(to->second) + "$";
    result = in_replacement(from->before) + "$1" + in_replacement(from->after);
  } else {
    if (!from->begins && !from->ends) return std::nullopt;
    back = (from->begins ? "^" : "") + in_pattern(to->first) + (from->ends ? "$" : "");
    result = in_replacement(from->before);
  }
  auto made = make_rename(rename.kind, std::move(back), std::move(result));
  if (!made) return std::nullopt;
  made->line = rename.line;
  return *std::move(made);
}

NamesBack::NamesBack(const Rules& rules, const Rules* there_rules)
    : rules_(rules), there_rules_(there_rules) {
  for (const Rename& rename : rules.renames) {
    if (auto back = reversed(rename)) reversed_.push_back(*std::move(back));
  }
}

bool NamesBack::empty() const {
  const bool said =
      there_rules_ != nullptr && (!there_rules_->renames.empty() || !there_rules_->pins.empty());
  return reversed_.empty() && rules_.pins.empty() && !said;
}

std::string NamesBack::source_name(ResourceKind kind, std::string_view target_name) const {
  const std::string name(target_name);
  if (there_rules_ != nullptr) {
    std::string said = there_rules_->target_name(kind, name);
    if (said != name) return said;
  }
  // What a rule would have made of a name is that name only if the rules do make it of it.
  const auto comes_back = [&](const std::string& before) {
    return before != name && rules_.target_name(kind, before) == name;
  };
  for (const Pin& pin : rules_.pins) {
    if (pin.kind == kind && pin.to == name && comes_back(pin.from)) return pin.from;
  }
  for (const Rename& rename : reversed_) {
    if (rename.kind != kind) continue;
    const auto before = rename.pattern.replace(name);
    if (before && comes_back(*before)) return *before;
  }
  return name;
}

Findings NamesBack::one_way(const std::string& source, const std::string& target,
                            const Snapshot* there) const {
  Findings out;
  for (const Rename& rename : rules_.renames) {
    if (reversed(rename)) continue;
    const Inventory* names = there == nullptr ? nullptr : there->inventory(rename.kind);
    if (names != nullptr &&
        std::any_of(names->all().begin(), names->all().end(), [&](const Resource& resource) {
          return rename.pattern.replace(resource.name).has_value();
        })) {
      continue;
    }
    const auto& said = there_rules_ == nullptr ? std::vector<Rename>() : there_rules_->renames;
    if (std::any_of(said.begin(), said.end(),
                    [&](const Rename& other) { return other.kind == rename.kind; })) {
      continue;
    }
    Finding finding;
    finding.severity = Severity::warning;
    finding.id = "rename-one-way";
    finding.where.kind = "file";
    finding.where.name = rules_.place(rename.line);
    finding.text = "the rename of " + std::string(to_string(rename.kind)) + " \"" + rename.from +
                   "\" has no way back: names stay as they are in \"" + target + "\"";
    finding.help = "say the way back: pairs: [{ from: " + target + ", to: " + source +
                   ", mapping: { rename: [...] } }]; or write \"from\" as ^before(.*)after$ with a "
                   "text beside $1 in \"to\"";
    out.push_back(std::move(finding));
  }
  return out;
}

namespace {

class Renaming {
 public:
  Renaming(Snapshot snapshot, const NamesBack& names, Findings& findings)
      : snapshot_(std::move(snapshot)), names_(names), findings_(findings) {}

  Snapshot run() {
    documents();  // While the inventories still know the names in them.
    for (auto& [kind, inventory] : snapshot_.inventories) inventory = renamed(kind, inventory);
    for (auto& [id, flow] : snapshot_.flows) {
      flow.name = source_name(flow.kind, flow.name);
      const auto former = snapshot_.former_names.find(id);
      if (former == snapshot_.former_names.end()) continue;
      for (std::string& name : former->second) name = source_name(flow.kind, name);
    }
    for (auto& [arn, name] : snapshot_.lex_alias_names) {
      name = source_name(ResourceKind::lex_v2_bot_alias, name);
    }
    Origin origin{snapshot_.instance.arn, snapshot_.instance.alias, {}};
    if (snapshot_.pulled_from) origin = *snapshot_.pulled_from;
    origin.names = in_instance(origin.names);
    snapshot_.pulled_from = std::move(origin);
    return std::move(snapshot_);
  }

 private:
  std::string source_name(ResourceKind kind, const std::string& name) {
    std::string out = names_.source_name(kind, name);
    if (out != name) changed_[kind].emplace(out, name);
    return out;
  }

  /// The new names' names in the instance, where `before` has those of the names until now.
  std::map<ResourceKind, std::map<std::string, std::string>> in_instance(
      const std::map<ResourceKind, std::map<std::string, std::string>>& before) const {
    auto out = changed_;
    for (const auto& [kind, names] : before) {
      for (const auto& [here, there] : names) {
        const std::string now = names_.source_name(kind, here);
        if (now == there) {
          out[kind].erase(now);
        } else {
          out[kind][now] = there;
        }
      }
    }
    std::erase_if(out, [](const auto& entry) { return entry.second.empty(); });
    return out;
  }

  Inventory renamed(ResourceKind kind, const Inventory& inventory) {
    std::vector<Resource> out = inventory.all();
    std::map<std::pair<std::string, std::string>, std::string> taken;
    for (Resource& resource : out) {
      const std::string former = resource.name;
      resource.name = source_name(kind, former);
      const auto [first, fresh] = taken.emplace(std::pair(resource.type, resource.name), former);
      if (!fresh && (resource.name != former || first->second != resource.name)) {
        collide(kind, first->second, former, resource.name);
      }
      if (kind == ResourceKind::lambda_function && resource.name != former) {
        resource.id = resource.name;
        resource.arn = function_arn(resource.arn, resource.name);
      }
    }
    return Inventory(std::move(out));
  }

  void collide(ResourceKind kind, const std::string& first, const std::string& second,
               const std::string& name) {
    Finding finding;
    finding.id = "name-collision";
    finding.where.kind = to_string(kind);
    finding.where.name = second;
    finding.text = std::string(label(kind)) + " \"" + first + "\" and \"" + second +
                   "\" would both be called \"" + name + "\"";
    finding.help = "narrow mapping.rename, or rename one of the two";
    findings_.push_back(std::move(finding));
  }

  static std::string function_arn(const std::string& text, const std::string& name) {
    auto arn = parse_arn(text);
    const auto parts = arn ? parse_lambda_arn(*arn) : std::nullopt;
    if (!parts) return text;
    arn->resource = "function:" + name + (parts->qualifier.empty() ? "" : ":" + parts->qualifier);
    return arn->text();
  }

  void documents() {
    flow::Scope scope;
    scope.instance = snapshot_.instance;
    for (auto& [id, flow] : snapshot_.flows) rewrite(flow, scope);
    for (auto& [module, versions] : snapshot_.module_versions) {
      for (auto& [number, version] : versions) rewrite(version, scope);
    }
  }

  void rewrite(Flow& flow, const flow::Scope& scope) {
    const auto document = flow::Document::parse(flow.content);
    if (!document) return;
    const auto list = flow::find_references(*document, scope);
    std::vector<flow::Replacement> replacements;
    for (std::size_t r = 0; r < list.references.size(); ++r) {
      const flow::Reference& reference = list.references[r];
      const bool function = reference.kind == ResourceKind::lambda_function;
      const bool bot = reference.kind == ResourceKind::lex_v1_bot;
      if (!function && !bot) continue;
      const std::string name = source_name(reference.kind, reference.id);
      if (name == reference.id) continue;
      replacements.push_back(flow::Replacement{
          r, function ? function_arn(reference.text, name) : name, name, std::nullopt});
    }
    if (replacements.empty()) return;
    if (auto written = flow::rewrite(*document, list, replacements)) {
      flow.content = *std::move(written);
    }
  }

  Snapshot snapshot_;
  const NamesBack& names_;
  Findings& findings_;
  std::map<ResourceKind, std::map<std::string, std::string>> changed_;  ///< New name to old.
};

}  // namespace

Snapshot with_source_names(Snapshot snapshot, const NamesBack& names, Findings& findings) {
  return Renaming(std::move(snapshot), names, findings).run();
}

}  // namespace flowferry::mapping
