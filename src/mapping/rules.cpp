#include "mapping/rules.h"

#include "base/json/value.h"

namespace flowferry::mapping {

Result<Rename> make_rename(ResourceKind kind, std::string from, std::string to) {
  auto pattern = NamePattern::make(from, to);
  if (!pattern) return fail(std::move(pattern).error());
  return Rename{kind, std::move(from), std::move(to), *std::move(pattern)};
}

std::string Rules::target_name(ResourceKind kind, std::string_view source_name) const {
  const std::string name(source_name);
  if (const Pin* pinned = pin(kind, name)) return pinned->to;
  for (const Rename& rename : renames) {
    if (rename.kind != kind) continue;
    if (auto renamed = rename.pattern.replace(name)) return *std::move(renamed);
  }
  return name;
}

const Pin* Rules::pin(ResourceKind kind, std::string_view from) const {
  for (const Pin& pin : pins) {
    if (pin.kind == kind && pin.from == from) return &pin;
  }
  return nullptr;
}

Missing Rules::policy(ResourceKind kind) const {
  const auto found = missing.find(kind);
  return found == missing.end() ? Missing::fail : found->second;
}

std::string Rules::canonical() const {
  json::Value out = json::Value::array();
  for (const Rename& r : renames) {
    out.push(json::Value::array(
        std::vector<std::string>{"rename", std::string(to_string(r.kind)), r.from, r.to}));
  }
  for (const Pin& p : pins) {
    out.push(json::Value::array(
        std::vector<std::string>{"pin", std::string(to_string(p.kind)), p.from, p.to}));
  }
  for (const auto& [kind, policy] : missing) {
    out.push(json::Value::array(std::vector<std::string>{
        "missing", std::string(to_string(kind)), std::to_string(static_cast<int>(policy))}));
  }
  return out.dump();
}

}  // namespace flowferry::mapping
