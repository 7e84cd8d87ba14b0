// mapping/flow_pattern.h
//
// Patterns that choose flows and modules, as `select`, `--include` and `replace.flows` take them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "mapping/name_pattern.h"
#include "model/resource.h"

namespace flowferry::mapping {

/// One pattern:
///   VIP*, 1?, [abc]x   the name, as a shell pattern (base/text.h, matches_pattern)
///   regex:^VIP         the name, as a regular expression that is searched in it
///   type:CUSTOMER_*    ContactFlowType, as a shell pattern; modules have none
///   kind:flow-module   or kind:contact-flow
///   state:SAVED        ACTIVE or ARCHIVED, PUBLISHED or SAVED, in either case
///   tag:team, tag:team=sales   a tag, with a value as a shell pattern
/// A name that begins like one of these is written with a backslash before it: `\tag:x`.
class FlowPattern {
 public:
  /// Errors: config: an unknown kind or state, a regular expression that is none.
  static Result<FlowPattern> make(std::string text);

  /// Whether `flow` is meant. `tags` is null while they are not known: then a pattern about tags
  /// matches nothing. The list of modules does not say which are published: all count as such.
  bool matches(const Resource& flow, const Tags* tags) const;

  const std::string& text() const { return text_; }
  bool about_tags() const { return field_ == Field::tag; }
  /// A shell pattern for names.
  bool about_names() const { return field_ == Field::name; }
  /// The only name that matches, where the pattern has neither wildcards nor another field.
  const std::optional<std::string>& only_name() const { return only_name_; }

 private:
  enum class Field { name, regex, type, kind, state, tag };
  FlowPattern(std::string text, Field field, std::string rest);

  std::string text_;
  Field field_;
  std::string rest_;  ///< Behind the colon; of a state in upper case.
  std::optional<NamePattern> regex_;
  std::optional<std::string> only_name_;
};

/// All of `texts`, or the first error.
Result<std::vector<FlowPattern>> make_flow_patterns(const std::vector<std::string>& texts);

/// A pattern for exactly this name.
std::string pattern_for_name(const std::string& name);

}  // namespace flowferry::mapping
