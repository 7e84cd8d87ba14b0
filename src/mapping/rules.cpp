#include "mapping/rules.h"

#include "base/json/value.h"

namespace flowferry::mapping {

Result<Rename> make_rename(ResourceKind kind, std::string from, std::string to) {
  Rename out{kind, std::move(from), std::move(to), {}};
  try {
    out.pattern = std::regex(out.from, std::regex::ECMAScript);
  } catch (const std::regex_error&) {
    return fail(ErrorKind::config, "\"" + out.from + "\" is not a regular expression",
                "write an ECMAScript regular expression, such as \"^dev-(.*)$\"");
  }
  return out;
}

std::string Rules::target_name(ResourceKind kind, std::string_view source_name) const {
  const std::string name(source_name);
  if (const Pin* pinned = pin(kind, name)) return pinned->to;
  for (const Rename& rename : renames) {
    if (rename.kind == kind && std::regex_search(name, rename.pattern)) {
      return std::regex_replace(name, rename.pattern, rename.to);
    }
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
