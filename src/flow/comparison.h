// flow/comparison.h
//
// Two flow documents compared by meaning: which blocks are new, gone, changed or connected in
// another way. White space and the order of members do not count; blocks are matched by identifier,
// and by content and neighbours where identifiers were renewed (flow/block_matching.h).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "flow/block_titles.h"
#include "flow/document.h"
#include "flow/references.h"
#include "model/kind.h"

namespace flowferry::flow {

/// The name of what a reference names.
struct ResourceName {
  ResourceKind kind = ResourceKind::unknown;
  std::string name;
  std::string qualifier;  ///< Version or alias; or empty.
  bool operator==(const ResourceName&) const = default;
};

/// Gives references of one instance their names. A document may have several of these.
struct Naming {
  Scope scope;
  /// Nothing: the name is not known, and the reference is shown as it stands.
  std::function<std::optional<ResourceName>(const Reference&)> name;
};

/// What stands at one place of one side.
struct SideValue {
  bool present = false;
  bool is_text = false;  ///< A JSON string: `value` is what it says; else `value` is JSON.
  /// References within are written by kind and name: `queue "Sales"`.
  std::string value;
  std::optional<ResourceName> resource;  ///< The whole value names this.
  bool operator==(const SideValue&) const = default;
};

/// One place that differs.
struct ValueChange {
  std::string path;  ///< "QueueId", "Attributes.team", "Messages[1].Text".
  SideValue left;
  SideValue right;
  bool operator==(const ValueChange&) const = default;
};

/// One way out of a block.
struct Branch {
  enum class Kind { next, error, condition };
  Kind kind = Kind::next;
  std::string label;                ///< The error type; the condition in words: `Equals "1"`.
  std::optional<BlockName> target;  ///< Nothing: it leads nowhere.
  bool operator==(const Branch&) const = default;
};

/// A branch that only one side has, that leads elsewhere, or whose condition is another.
struct BranchChange {
  std::optional<Branch> left;
  std::optional<Branch> right;
  bool operator==(const BranchChange&) const = default;
};

/// A block that differs.
struct BlockDifference {
  std::optional<BlockName> left;        ///< Nothing: only the right side has it.
  std::optional<BlockName> right;       ///< Nothing: only the left side has it.
  std::vector<ValueChange> parameters;  ///< Paths below Parameters; "Type" for the type.
  std::vector<BranchChange> branches;
  /// Conditions in the order in which they are tried; empty unless the same ones have another.
  std::vector<std::string> order_left, order_right;
  std::vector<ValueChange> notes;  ///< Of the designer (Metadata): no layout.

  const BlockName& any() const { return left ? *left : *right; }
  /// Whether what the flow does differs.
  bool acts() const {
    return !left || !right || !parameters.empty() || !branches.empty() || !order_left.empty();
  }
};

/// A block (of the entry point: nothing) that stands elsewhere in the designer.
struct Moved {
  std::optional<BlockName> block;
  std::string left, right;  ///< "x 120, y 40.5"; empty: not placed.
};

/// A block whose identifier is another.
struct Renewed {
  std::string left, right;
};

struct Comparison {
  std::vector<BlockDifference> blocks;  ///< In the order of left; what only right has comes last.
  std::optional<BranchChange> start;    ///< The flow begins with another block.
  std::vector<ValueChange> settings;    ///< The module's contract within the content.
  std::vector<ValueChange> other;       ///< Version, and members that the language does not have.
  std::vector<ValueChange> metadata;    ///< Of the flow as a whole: annotations, names.
  // What people need not see:
  std::vector<Moved> moved;
  std::vector<Renewed> renewed;
  std::size_t internals = 0;  ///< Places that only the designer reads, order of blocks.
  bool rest = false;          ///< Something that none of these shows, such as a member given twice.

  /// Whether there is anything to show without the layout.
  bool shows() const { return acts() || !metadata.empty() || !blocks.empty(); }
  /// Whether what the flow does differs.
  bool acts() const;
  /// The same by same_meaning().
  bool same() const {
    return !shows() && moved.empty() && renewed.empty() && internals == 0 && !rest;
  }
};

/// Compares. `left_names` and `right_names` give references their names, the first that knows one
/// counts; without, references are shown as they stand. What is equal and what is not does not
/// depend on them: values are compared as they stand.
Comparison compare(const Document& left, const Document& right,
                   const std::vector<Naming>& left_names = {},
                   const std::vector<Naming>& right_names = {});

}  // namespace flowferry::flow
