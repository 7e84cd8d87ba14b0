#include "plan/alias_changes.h"

#include "flow/module_version.h"

namespace flowferry::plan {
namespace {

constexpr std::string_view k_alias_change = "alias ";  ///< Plans call it so, with its name.

std::string version_words(const Snapshot& snapshot, const std::string& module,
                          const std::string& version) {
  const std::int64_t number = flow::version_number(version);
  if (number > 0) return "version " + version;
  const Flow* found = flow::version_of(snapshot, module, number);
  if (found != nullptr && flow::is_current_version(snapshot, module, *found)) {
    return "the module's content";
  }
  return "a version of its own";
}

}  // namespace

bool is_of_alias(const Change& change) {
  return change.what == "version" || change.what.starts_with(k_alias_change);
}

Change alias_change(const AliasWish& wish, const Snapshot& left, const std::string& left_module,
                    const Snapshot& right, const std::string& right_module) {
  if (wish.name == k_only_version) return {"version", "one that is named by its number", {}};
  Change out{std::string(k_alias_change) + wish.name, {}, {}};
  const auto aliases = left.module_aliases.find(left_module);
  if (aliases != left.module_aliases.end()) {
    const auto named = aliases->second.by_name(wish.name);
    if (!named.empty()) out.from = version_words(left, left_module, named.front()->type);
  }
  if (!wish.id.empty()) {
    out.to = version_words(right, right_module, wish.was) + " (other content)";
  }
  return out;
}

}  // namespace flowferry::plan
