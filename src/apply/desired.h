// apply/desired.h
//
// What a flow or module is to be, held against what it was and what it is now. Whoever writes asks
// here first: a part of the target that is neither as it was nor as it is to be is somebody else's
// work.
#pragma once

#include <string>
#include <vector>

#include "model/resource.h"
#include "plan/difference.h"
#include "plan/plan.h"

namespace flowferry::apply {

/// A node's wishes with nothing left open, and which parts its operations write.
struct Desired {
  Flow flow;                       ///< All parts; tags: those to set.
  std::vector<std::string> untag;  ///< Tags to take away.
  bool writes_content = false;     ///< Content, status, settings.
  bool writes_metadata = false;    ///< Name, description, state.
  bool writes_tags = false;
  bool exact = false;  ///< Content counts byte for byte (an undo); else by meaning.
};

/// Of node `n`, whose content with all holes filled is `content`.
Desired desired_of(const plan::Plan& plan, std::size_t n, std::string content);

/// The parts of `there` that are neither as in `before` nor, where the operations write them, as
/// desired: "content", "settings", "status", "description", "name", "state", "tags".
std::vector<std::string> strays(const Flow& before, const Flow& there, const Desired& desired);

/// Whether `there` is as it is to be in all that this operation writes.
bool agrees(plan::OperationType type, const Flow& there, const Desired& desired);

/// What differs between what the node is to be and what is there after the run, as one text; empty:
/// nothing.
std::string remaining_difference(const Desired& desired, const Flow& there);

/// The new values that update_metadata has to send.
struct MetadataWish {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::string> state;
};
MetadataWish metadata_wish(const Desired& desired, const Flow& there);

using plan::same_settings;

/// The same in detail, one line for each place that differs: what is wanted there, and what is.
std::vector<std::string> remaining_lines(const Desired& desired, const Flow& there);

/// Whether content `there` differs from `wanted` only by lacking parameters, all of them in blocks
/// that name one of `ids`: the service may leave out a reference that it cannot resolve yet without
/// a word (connect-api.md 4.2).
bool lacks_only(const std::vector<std::string>& ids, const std::string& wanted,
                const std::string& there);

/// Whose versions three_way() compares, in words.
struct Parties {
  const char* before = "the plan saw";
  const char* since = "since the plan";
  const char* wants = "the plan";
};

/// Three versions of a flow or module side by side, part by part, only where they differ: what the
/// plan saw (`before`; null: not known), what is there now, what the plan wants. Lines for people.
std::vector<std::string> three_way(const Flow* before, const Flow& there, const Desired& desired,
                                   const Parties& parties = {});

}  // namespace flowferry::apply
