// flow/places.h
//
// Where a token of a flow document stands, in words for people and for look-ups: action, parameter,
// JSON pointer.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/document.h"
#include "flow/name_table.h"

namespace flowferry::flow {

/// One level of the way from the document's root to a token.
struct Step {
  std::uint32_t container;
  std::uint32_t key;    ///< Token of the member's name; k_none below arrays.
  std::uint32_t value;  ///< The member's value, or the item.
  std::size_t index;    ///< Number of the item; 0 below objects.
};

struct TokenPlace {
  const Action* action =
      nullptr;             ///< The action it stands in or, in metadata, belongs to; or null.
  std::string identifier;  ///< Of the action; in metadata also of one that does not exist.
  bool in_metadata = false;
  bool in_parameters = false;  ///< Below the Parameters of an action.
  std::uint32_t entry =
      json::k_none;                ///< The action's entry in Metadata.ActionMetadata, or k_none.
  std::size_t parameter_step = 0;  ///< The first step of the parameter path, an index into steps().
};

/// Answers for tokens in ascending order: the whole document is passed once, however many are asked
/// for.
class Places {
 public:
  explicit Places(const Document& document) : document_(document) {}

  /// Goes to token `node` (value or member name), which must not stand before the last one.
  void move_to(std::uint32_t node);
  const std::vector<Step>& steps() const { return steps_; }

  TokenPlace place();
  std::string pointer() const;  ///< RFC 6901.
  /// "EventHooks.CustomerQueue", "Messages[0].PromptId" from step `first` on. A name with other
  /// characters than letters, digits, '_', '-' and '$' stands in brackets and quotes.
  std::string parameter(std::size_t first) const;

  /// The action's entry in Metadata.ActionMetadata, or k_none.
  std::uint32_t entry_of(std::string_view identifier);

 private:
  bool key_is(std::size_t step, std::string_view name) const;
  const Action* action_at(std::uint32_t node) const;
  const Action* action_named(std::string_view identifier);

  const Document& document_;
  std::vector<Step> steps_;
  // Made when first asked for. Names which are escaped in the text are kept here.
  std::optional<NameTable> entries_;
  std::optional<NameTable> actions_;
  std::deque<std::string> names_;
};

}  // namespace flowferry::flow
