// flow/lint/blocks.h
//
// A document as a graph of blocks and branches, for the rules to walk. Internal to flow/lint/.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "flow/document.h"
#include "flow/lint/action_specs.h"

namespace flowferry::flow::lint {

inline constexpr std::uint32_t k_no_block = 0xFFFFFFFFU;

struct Branch {
  enum class Kind { next, error, condition };
  Kind kind = Kind::next;
  std::uint32_t node = json::k_none;    ///< The branch's object; of `next` the value.
  std::uint32_t target = k_no_block;    ///< Index of the block it leads to.
  std::string error;                    ///< ErrorType; of errors only.
  std::string operation;                ///< Operator; of conditions only.
  std::vector<std::uint32_t> operands;  ///< Nodes of the items of Operands.
};

struct Block {
  const Action* action = nullptr;
  const ActionSpec* spec = nullptr;          ///< Null: the type is not known.
  std::uint32_t transitions = json::k_none;  ///< The object, or k_none.
  std::vector<Branch> branches;
  bool reachable = false;  ///< From the start.

  bool is(std::string_view type) const { return action->type == type; }
  /// Unknown, or without a page: anything may happen in it.
  bool open() const { return spec == nullptr || spec->open; }
};

class Blocks {
 public:
  explicit Blocks(const Document& document);

  const Document& document() const { return document_; }
  const std::vector<Block>& all() const { return blocks_; }
  std::uint32_t start() const { return start_; }  ///< k_no_block: StartAction leads nowhere.

  /// The node of a parameter, or k_none.
  std::uint32_t parameter(const Block& block, std::string_view name) const {
    return document_.member(block.action->parameters, name);
  }
  /// The text of a parameter; empty when it is absent or no string.
  std::string text(const Block& block, std::string_view name) const;

  /// Which blocks can be reached from `from` by branches that `passes` lets through.
  using Passes = std::function<bool(const Block&, const Branch&)>;
  std::vector<char> reached(const std::vector<std::uint32_t>& from, const Passes& passes) const;
  /// From which blocks some block with `goal` can be reached (those with it included).
  std::vector<char> leading_to(const std::function<bool(const Block&)>& goal) const;

 private:
  void read_branches(Block& block);
  std::uint32_t find(std::uint32_t node) const;

  const Document& document_;
  std::vector<Block> blocks_;
  std::vector<std::pair<std::string_view, std::uint32_t>> by_identifier_;  ///< Sorted.
  std::uint32_t start_ = k_no_block;
};

/// Whether a whole value is decided while the contact is handled: "$.Attributes.x".
bool is_dynamic(std::string_view value);
bool is_true(std::string_view value);  ///< "True", "true"

}  // namespace flowferry::flow::lint
