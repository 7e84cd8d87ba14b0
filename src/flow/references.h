// flow/references.h
//
// Finds every place where a contact flow document names something outside itself (queue, prompt,
// function, another flow) and rewrites those places. Knows the flow language; knows nothing of
// instances but the identity that Scope gives it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "flow/document.h"
#include "model/arn.h"
#include "model/kind.h"
#include "model/resource.h"

namespace flowferry::flow {

/// Whose references are looked for.
struct Scope {
  Instance instance;  ///< The instance that the document comes from.
  /// The kind of a bare id in a free place when the instance's inventories know it; nothing otherwise.
  /// May be empty: then free places are searched for ARNs only.
  std::function<std::optional<ResourceKind>(std::string_view id)> known_id;
};

/// How a reference is written.
enum class Form {
  arn,   ///< A full ARN (whole value or inside a longer string).
  id,    ///< A bare id, perhaps with a qualifier.
  name,  ///< By name: Lex V1 bot, email address, phone number.
};

/// One resource that the document names. Several places with the same ARN are several references.
struct Reference {
  ResourceKind kind = ResourceKind::unknown;
  Form form = Form::arn;
  std::string text;       ///< As written, without what surrounds it: the ARN or id with its qualifier.
  std::string id;         ///< Resource::id of the source: without qualifier; of a Lambda function its
                          ///< name; of a Lex V2 bot alias "BOTID/ALIASID".
  std::string qualifier;  ///< "$LATEST", "7", an alias id; or empty.
  std::uint32_t node = 0; ///< The string token (value or member name) that holds it.
  std::size_t offset = 0; ///< Where `text` begins in the unescaped value of that token.
  bool whole = true;      ///< `text` is the whole value.
  bool is_key = false;    ///< The token is a member name.
  bool in_metadata = false;
  bool typed = false;     ///< Found by meaning (table of action types), not only by shape.
  std::string action;       ///< Identifier of the block; empty outside of actions.
  std::string action_type;
  std::string parameter;    ///< Path below Parameters ("EventHooks.CustomerQueue") or in Metadata.
  std::string pointer;      ///< JSON pointer into the document.
  /// String tokens that show this resource's name to people beside the reference (displayName at the
  /// mirrored path, `text` beside `id`, promptName ...): node indexes.
  std::vector<std::uint32_t> display_names;
  /// For Lex V1: node of the `Region` beside the `Name`; else k_none.
  std::uint32_t region_node = json::k_none;
};

/// A place that was left as it is, and why.
struct Unmapped {
  enum class Why {
    dynamic,      ///< "$.Attributes.x" in a reference parameter.
    foreign,      ///< ARN of an account or instance that is not the source's.
    empty,        ///< "" or a human placeholder in a reference parameter.
    unreadable,   ///< Looks like a reference, cannot be taken apart (a templated or malformed ARN).
  };
  Why why;
  std::string text;
  std::string action;
  std::string action_type;
  std::string parameter;
  std::string pointer;
  ResourceKind kind = ResourceKind::unknown;  ///< What the parameter takes, or what the ARN says.
};

struct ReferenceList {
  std::vector<Reference> references;  ///< In document order.
  std::vector<Unmapped> unmapped;     ///< In document order.
};

/// Lists the references of `document` (flow-language.md 3).
///
/// A string value which is or contains an ARN of the source's instance, account or Region is a reference
/// wherever it stands. A bare id is one where the table of action types gives it a kind, or where
/// `scope.known_id` knows it in a free place (never in positions that hold identifiers of actions).
/// References of a kind without a look-up are listed like the others: the caller decides.
ReferenceList find_references(const Document& document, const Scope& scope);

/// What a reference becomes. Absent members leave the reference as it is.
struct Replacement {
  std::size_t reference;  ///< Index into ReferenceList::references.
  std::string text;       ///< New text in the place of Reference::text, in the same form.
  std::optional<std::string> display_name;  ///< New name for the display-name tokens, or unchanged.
  std::optional<std::string> region;        ///< New value of `region_node`.
};

/// The document with the replacements spliced in; outside of them no byte differs. Replacing each text by
/// itself gives the same bytes. Errors: malformed when a string that must change holds a lone surrogate.
Result<std::string> rewrite(const Document& document, const ReferenceList& list,
                            const std::vector<Replacement>& replacements);

/// Identities of the source that remain in rewritten bytes: its instance id anywhere (flow-language.md 3.4
/// step 7). Each finding (ref-leftover) has a pointer.
Findings find_leftovers(const Document& rewritten, const Instance& source, const Instance& target);

}  // namespace flowferry::flow
