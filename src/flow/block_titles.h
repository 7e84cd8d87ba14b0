// flow/block_titles.h
//
// What people call a block.
#pragma once

#include <string>
#include <string_view>

#include "flow/document.h"

namespace flowferry::flow {

/// The designer's title of an action type in English: "Play prompt" for MessageParticipant (Amazon
/// Connect Administrator Guide, "Flow block definitions"). A type without one is cut into words.
std::string block_title(std::string_view type);

/// Who a block is.
struct BlockName {
  std::string identifier;
  std::string type;    ///< Empty of a block that does not exist (a branch to nowhere).
  bool named = false;  ///< The identifier is a name that somebody chose, not one that the designer
                       ///< made.
  bool operator==(const BlockName&) const = default;
};

/// Whether the identifier of a block is for people: it is no UUID, or the designer's entry for the
/// block (a node, or k_none) says so with `isFriendlyName`.
bool is_chosen_name(const Document& document, std::string_view identifier, std::uint32_t entry);

}  // namespace flowferry::flow
