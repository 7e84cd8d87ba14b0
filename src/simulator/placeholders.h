// simulator/placeholders.h
//
// Content files of a world name resources by placeholders, so that one file serves several
// instances. They are replaced in the raw text, before anything looks at it as JSON; every other
// byte stays as it is.
//
//   {{arn:KIND:NAME}}  {{id:KIND:NAME}}         of a resource of the instance whose flow uses the
//   file
//   {{alias-id:MODULE:ALIAS}}                   id of a module's alias
//   {{account}} {{region}} {{instance-id}} {{instance-arn}}
//
// KIND is a word of model/kind.h or "predefined-attribute". NAME stands as in JSON text (`"` and
// `\` escaped, \uXXXX allowed) and runs to the next `}}`. Text between other braces, such as {{x}},
// is no placeholder and stays.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace flowferry::simulator {

/// Who knows the instance that a file is filled in for. Names come unescaped. `kind` is always a
/// valid word.
class PlaceholderResolver {
 public:
  virtual ~PlaceholderResolver() = default;

  virtual std::string account() const = 0;
  virtual std::string region() const = 0;
  virtual std::string instance_id() const = 0;
  virtual std::string instance_arn() const = 0;

  /// Nothing when the instance has no such resource. For lex-v2-bot-alias `name` is "bot/alias"
  /// (the caller does not split it: either part may hold a '/'); for lambda-function the ARN
  /// without qualifier.
  virtual std::optional<std::string> arn(std::string_view kind, std::string_view name) const = 0;
  virtual std::optional<std::string> id(std::string_view kind, std::string_view name) const = 0;
  virtual std::optional<std::string> alias_id(std::string_view module,
                                              std::string_view alias) const = 0;

  /// For "did you mean": all names of a kind; all aliases of a module (none when there is no such
  /// module).
  virtual std::vector<std::string> names(std::string_view kind) const = 0;
  virtual std::vector<std::string> alias_names(std::string_view module) const = 0;
};

/// `text` with all placeholders replaced (what is put in is escaped for a JSON string).
///
/// Errors: config, "FILE:LINE:COLUMN: ..." with the closest names, where a kind or name is unknown
/// or a placeholder has no end; with several of them all are in `details`. `file` is for messages
/// only.
Result<std::string> fill_placeholders(std::string_view text, const PlaceholderResolver& resolver,
                                      std::string_view file);

}  // namespace flowferry::simulator
