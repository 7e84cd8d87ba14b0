// mapping/name_pattern.h
//
// Search and replace in names, with regular expressions as in ECMAScript (PCRE2 in its compatible
// mode). Names are Unicode: "." is one character, also of Japanese.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace flowferry::mapping {

class NamePattern {
 public:
  /// Errors: config, when `from` is not a regular expression, or `to` names a group that it lacks;
  /// with the place.
  static Result<NamePattern> make(std::string_view from, std::string_view to);

  /// `name` with every match of `from` replaced by `to` ($1, $12, $& and $$ as in ECMAScript), or
  /// nothing when there is no match. A search that would take too long counts as no match.
  std::optional<std::string> replace(std::string_view name) const;

  /// Whether `from` is found in `name`. A search that would take too long counts as no match.
  bool matches(std::string_view name) const;

 private:
  struct Code;
  NamePattern(std::shared_ptr<const Code> code, std::string to);

  std::shared_ptr<const Code> code_;
  std::string to_;
};

}  // namespace flowferry::mapping
