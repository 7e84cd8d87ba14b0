// flow/reference_walk.h
//
// Follows the paths of the table of action types through a document, and finds the tokens worth a
// look.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "flow/action_types.h"
#include "flow/document.h"

namespace flowferry::flow {

/// A token that stands where the table of action types expects a reference.
struct TypedToken {
  std::uint32_t node;  ///< Any kind of value, or a member name.
  const ReferencePath* path;
};

/// All typed places of `document`, in document order, at most one a token.
std::vector<TypedToken> typed_tokens(const Document& document);

/// A string token that may hold a reference whatever its place.
struct Suspect {
  std::uint32_t node;
  bool text;     ///< Something in it looks like an ARN, an instance id or `$.Case.<uuid>`.
  bool free_id;  ///< All of it is a UUID (perhaps with a qualifier) in a place for free values.
};

/// Suspects in document order. `instance_id` (may be empty) is looked for within longer strings.
/// Identifiers of actions and of the designer's own things are never free ids.
std::vector<Suspect> suspects(const Document& document, std::string_view instance_id);

/// Whether `text` begins with 8-4-4-4-12 hexadecimal digits, of either case.
bool begins_with_uuid(std::string_view text);

}  // namespace flowferry::flow
