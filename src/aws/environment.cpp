#include "aws/environment.h"

#include "base/text.h"

namespace flowferry::aws {

Environment::Environment(std::map<std::string, std::string> variables)
    : variables_(variables.begin(), variables.end()) {}

std::optional<std::string> Environment::get(std::string_view name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) return std::nullopt;
  const std::string_view value = trim(found->second);
  if (value.empty()) return std::nullopt;
  return std::string(value);
}

std::string Environment::expand(std::string_view path) const {
  if (path != "~" && !path.starts_with("~/")) return std::string(path);
  return get("HOME").value_or("") + std::string(path.substr(1));
}

}  // namespace flowferry::aws
