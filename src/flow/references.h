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
  /// The kind of a bare id in a free place when the instance's inventories know it; nothing
  /// otherwise. May be empty: then free places are searched for ARNs only.
  std::function<std::optional<ResourceKind>(std::string_view id)> known_id;
};

/// How a reference is written.
enum class Form {
  arn,   ///< A full ARN (whole value or inside a longer string).
  id,    ///< A bare id, perhaps with a qualifier.
  name,  ///< By name: Lex V1 bot, email address, phone number.
};

/// A token beside a reference that shows the resource's name to people.
struct DisplayName {
  enum class Part {
    whole,         ///< The name.
    before_slash,  ///< Of a Lex V2 bot alias ("bot name/alias name"): the bot's name.
    after_slash,   ///< ... the alias' name.
  };
  std::uint32_t node = 0;
  Part part = Part::whole;
};

/// One resource that the document names. Several places with the same ARN are several references.
struct Reference {
  ResourceKind kind = ResourceKind::unknown;
  Form form = Form::arn;
  std::string text;  ///< As written, without what surrounds it: the ARN or id with its qualifier.
  std::string id;    ///< Resource::id of the source: without qualifier; of a Lambda function its
                     ///< name; of a Lex V2 bot alias "BOTID/ALIASID"; of an AWS-managed view its
                     ///< word ("form"); of the instance its id; of an ARN that is not understood
                     ///< what stands behind the account. parse_arn(text) gives the other fields:
                     ///< a Lambda function may stand in another Region, or in "$.AwsRegion".
  std::string qualifier;   ///< "$LATEST", "7", an alias id; or empty.
  std::uint32_t node = 0;  ///< The string token (value or member name) that holds it.
  std::size_t offset = 0;  ///< Where `text` begins in the unescaped value of that token.
  bool whole = true;       ///< `text` is the whole value.
  bool is_key = false;     ///< The token is a member name.
  bool in_metadata = false;
  bool typed = false;  ///< Found by meaning (table of action types), not only by shape.
  std::string action;  ///< Identifier of the block; empty outside of actions.
  std::string action_type;
  std::string parameter;  ///< Path below Parameters ("EventHooks.CustomerQueue"), below the action
                          ///< ("Transitions.Conditions[0]..."), or below its entry in the metadata.
  std::string pointer;    ///< JSON pointer into the document.
  /// Tokens that show this resource's name: displayName at the mirrored path, `text` beside `id`,
  /// promptName ... None that are empty. Two references may share one.
  std::vector<DisplayName> display_names;
  /// For Lex V1: node of the `Region` beside the `Name`, unless it is dynamic; else k_none.
  std::uint32_t region_node = json::k_none;
};

/// A place that was left as it is, and why.
struct Unmapped {
  enum class Why {
    dynamic,     ///< "$.Attributes.x" in a reference parameter.
    foreign,     ///< ARN of an account or instance that is not the source's.
    empty,       ///< "" or a human placeholder ("SELECT A QUEUE") in a reference parameter.
    unreadable,  ///< Looks like a reference, cannot be taken apart: a templated or malformed ARN, a
                 ///< name where an id belongs.
  };
  Why why;
  std::string text;
  std::string action;
  std::string action_type;
  std::string parameter;
  std::string pointer;
  bool in_metadata = false;
  ResourceKind kind = ResourceKind::unknown;  ///< What the parameter takes, or what the ARN says.
};

struct ReferenceList {
  std::vector<Reference> references;  ///< In document order.
  std::vector<Unmapped> unmapped;     ///< In document order.
};

/// Lists the references of `document` (flow-language.md 3).
///
/// A string which is or contains an ARN of the source's instance, or of another service in the
/// source's account, is a reference wherever it stands, member names included; so is one of an
/// AWS-managed view (account `aws`). A bare id is one where the table of action types gives it a
/// kind, or where `scope.known_id` knows it in a free place (never in positions that hold
/// identifiers of actions). The source's instance id, alone or within a text, is one of kind
/// instance; `$.Case.<uuid>` within a text is one of kind case_field. References of a kind without
/// a look-up, and of ARNs whose kind is unknown, are listed like the others: the caller decides.
/// Not references: words for AWS-managed views ("form") and system case fields ("title"), numbers
/// that the metadata does not call claimed, numbers of outside parties, JSONPaths.
ReferenceList find_references(const Document& document, const Scope& scope);

/// What a reference becomes. Absent members leave the reference as it is.
struct Replacement {
  std::size_t reference;  ///< Index into ReferenceList::references.
  std::string text;       ///< New text in the place of Reference::text, in the same form.
  /// New name (Resource::name; of a Lex V2 bot alias "bot/alias") for the display-name tokens, or
  /// unchanged.
  std::optional<std::string> display_name;
  std::optional<std::string> region;  ///< New value of `region_node`.
};

/// The document with the replacements spliced in; outside of them no byte differs. Replacing each
/// text by itself gives the same bytes. Where two replacements want the same display name changed,
/// the first counts. `others`: what else changes, beside references. Errors: malformed when a
/// replacement names a reference that `list` does not have.
Result<std::string> rewrite(const Document& document, const ReferenceList& list,
                            const std::vector<Replacement>& replacements,
                            const std::vector<Splice>& others = {});

/// Identities of the source that remain in a rewritten document: its instance id anywhere, and ARNs
/// of it and of its account (each where the target's differs), but not those of a third instance.
/// One finding (ref-leftover, `arn` is what was found) a place: an error in what the service runs,
/// a warning in metadata.
Findings find_leftovers(const Document& rewritten, const Instance& source, const Instance& target);

}  // namespace flowferry::flow
