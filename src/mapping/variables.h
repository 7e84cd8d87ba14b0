// mapping/variables.h
//
// What is no resource and yet differs between environments: phone numbers, URLs, S3 buckets,
// texts. A variable has a value per environment; where a flow of one environment has that
// environment's value, it gets the other's on its way there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flow/document.h"
#include "flow/json_path.h"
#include "mapping/flow_pattern.h"

namespace flowferry::mapping {

/// An entry of `replace:`.
struct Variable {
  std::string name;                     ///< For messages; may be empty.
  std::optional<ResourceKind> kind;     ///< Only in flows, or only in modules.
  std::vector<FlowPattern> flows;       ///< In which flows and modules; empty: in all.
  std::string action;                   ///< In blocks of this type only; empty: anywhere.
  std::string parameter;                ///< As written; empty: any.
  std::string path;                     ///< As written; empty: any.
  std::optional<flow::JsonPath> place;  ///< `parameter` or `path`, compiled.
  bool below_parameters = false;        ///< `place` begins below a block's parameters.
  std::string text;  ///< What stands in sources that `values` does not name; may be empty.
  std::map<std::string, std::string> values;  ///< By environment.
  std::size_t line = 0;                       ///< In the configuration, for messages.

  /// How messages call it: its name, or its place.
  std::string label() const;
};

/// A variable on the way from one environment to another.
struct Substitution {
  const Variable* variable = nullptr;
  /// What is looked for, the longest first. Empty: at the variable's place whatever stands there.
  std::vector<std::string> from;
  std::string to;
};

/// Those of `variables` that have a value in `to`, in their order. What a variable looks for is its
/// value in `from`; where it has none there, its `text`; where it has none either, each of its
/// other values. `variables` must outlive the result.
std::vector<Substitution> substitutions_for(const std::vector<Variable>& variables,
                                            const std::string& from, const std::string& to);

/// A place of a document that is to get another text.
struct Change {
  std::size_t substitution;  ///< Which one says so.
  std::uint32_t node;        ///< String token.
  std::size_t offset;        ///< Of the replaced part in the token's unescaped value.
  std::size_t length;
  std::string text;

  std::size_t end() const { return offset + length; }
};

/// What `substitutions` find in the document of `flow`, in document order; changes do not overlap:
/// of several the first in the list counts. Places that already are as they are to be count as
/// found, with their own text.
///
/// Without a path, values of blocks are searched, but not their identifiers, types and transitions;
/// the designer's notes are not. With one, every value that it describes but those.
std::vector<Change> find_changes(const flow::Document& document, const Resource& flow,
                                 const Tags& tags, const std::vector<Substitution>& substitutions);

}  // namespace flowferry::mapping
