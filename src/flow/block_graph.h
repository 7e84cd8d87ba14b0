// flow/block_graph.h
//
// The blocks of a document as what comparing needs: what each does, as a number, and where its
// branches lead. Internal to flow/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flow/block_titles.h"
#include "flow/document.h"

namespace flowferry::flow {

/// A way out of a block.
struct Edge {
  enum class Kind { next, error, condition };
  Kind kind = Kind::next;
  std::uint64_t label =
      0;  ///< Equal for equal branches: of errors the type, of conditions operator
          ///< and operands; of several alike in one block with their number.
  std::uint32_t entry = json::k_none;      ///< The object in Errors or Conditions; of next k_none.
  std::uint32_t condition = json::k_none;  ///< The object Condition, or k_none.
  std::string error;                       ///< ErrorType.
  bool leads = false;                      ///< There is a NextAction.
  std::string target_name;                 ///< What it says.
  std::uint32_t target = json::k_none;     ///< Index of that block, or k_none.
};

/// An equal number for values that json::same_meaning() holds equal.
std::uint64_t value_hash(const Document& document, std::uint32_t node);

/// Spreads the bits of a number.
inline std::uint64_t mixed(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

class BlockGraph {
 public:
  explicit BlockGraph(const Document& document);

  const Document& document() const { return document_; }
  std::size_t size() const { return document_.actions().size(); }
  const Action& action(std::size_t block) const { return document_.actions()[block]; }
  /// The first block with this identifier, or k_none.
  std::uint32_t find(std::string_view identifier) const;
  std::uint32_t start() const { return start_; }  ///< k_none when StartAction names no block.
  /// The block's entry in Metadata.ActionMetadata, or k_none.
  std::uint32_t entry(std::size_t block) const;
  /// All of ActionMetadata: identifier to node. Of entries with one name the first.
  const std::unordered_map<std::string, std::uint32_t>& entries() const;
  /// In the order of the document: next, errors, conditions.
  const std::vector<Edge>& edges(std::size_t block) const;
  /// Of type, parameters and whatever else the action has but its identifier and its transitions.
  std::uint64_t content(std::size_t block) const;
  BlockName name(std::size_t block) const;
  /// Of the block that a branch names, whether it exists or not.
  BlockName target_name(const Edge& edge) const;

 private:
  std::vector<Edge> edges_of(const Action& action) const;
  void lead(Edge& edge, std::uint32_t next) const;

  const Document& document_;
  std::unordered_map<std::string_view, std::uint32_t> by_identifier_;
  std::uint32_t start_ = json::k_none;
  // Made when first asked for.
  mutable std::optional<std::unordered_map<std::string, std::uint32_t>> entries_;
  mutable std::vector<std::optional<std::vector<Edge>>> edges_;
  mutable std::vector<std::optional<std::uint64_t>> content_;
};

/// Calls `visit(name node, value node)` for the members of the object `object`; for none when it is
/// k_none or no object.
template <class Visit>
void each_member(const Document& document, std::uint32_t object, Visit visit) {
  if (object == json::k_none || document.node(object).kind != json::Kind::object) return;
  for (std::uint32_t i = object + 1; i < document.node(object).next;
       i = document.node(i + 1).next) {
    visit(i, i + 1);
  }
}

/// The items of the array `array`; none when it is k_none or no array.
std::vector<std::uint32_t> items_of(const Document& document, std::uint32_t array);

}  // namespace flowferry::flow
