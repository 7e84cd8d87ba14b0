// flow/action_types.h
//
// What is known of the flow language's action types: which of their parameters name resources, and
// which old-style members of the designer's metadata do.
// Source: Amazon Connect API Reference, "Flow language actions", with what exports and probes show
// beyond it. Parameters that hold no resource of an instance (S3 objects, Customer Profiles object
// types, the number of an outside party, run-time data) have no row.
#pragma once

#include <string_view>

#include "model/kind.h"

namespace flowferry::flow {

/// How a parameter's value is written when it is no ARN and no JSONPath.
enum class Bare {
  none,     ///< Not at all.
  id,       ///< A UUID, perhaps with ":qualifier".
  view,     ///< A UUID with or without qualifier; other words are AWS-managed views, the same
            ///< everywhere.
  field,    ///< A UUID; other words are the system's own fields, the same everywhere.
  word,     ///< Any word without spaces.
  number,   ///< An E.164 number, a reference only where the metadata says that it is claimed.
  address,  ///< An email address.
  bot,      ///< The name of a Lex V1 bot, with its Region beside it.
};

/// One kind of place. `path` is below Parameters (or below the action's entry in ActionMetadata):
/// members by name joined with '.', `*` any member, `*~` the names of all members, `[]` all items,
/// `**` anything any depth down, `["..."]` a member whose name has dots or colons.
struct ReferencePath {
  std::string_view type;  ///< The action type; empty in metadata, where the type does not matter.
  std::string_view path;
  ResourceKind kind;
  Bare bare;
};

struct ReferencePaths {
  const ReferencePath* first;
  const ReferencePath* last;
  const ReferencePath* begin() const { return first; }
  const ReferencePath* end() const { return last; }
  bool empty() const { return first == last; }
};

/// The reference parameters of an action type; empty for types without, and for unknown ones.
ReferencePaths reference_parameters(std::string_view type);

/// The references in an action's entry of Metadata.ActionMetadata (of the old designer mostly).
ReferencePaths reference_metadata();

/// Whether `type` is in the flow language as far as known: documented, or found in exports.
bool is_known_type(std::string_view type);

}  // namespace flowferry::flow
