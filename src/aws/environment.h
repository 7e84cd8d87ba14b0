// aws/environment.h
//
// The process's variables as a value. Only cli/ reads the real ones.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace flowferry::aws {

class Environment {
 public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string> variables);

  /// The value without white space around it. A variable that is empty counts as not set, as in
  /// every AWS tool.
  std::optional<std::string> get(std::string_view name) const;

  /// All of them: for a process that is started.
  const std::map<std::string, std::string, std::less<>>& all() const { return variables_; }

  /// `path` with a leading "~/" as $HOME/.
  std::string expand(std::string_view path) const;

 private:
  std::map<std::string, std::string, std::less<>> variables_;
};

}  // namespace flowferry::aws
