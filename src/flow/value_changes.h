// flow/value_changes.h
//
// Goes through two values side by side and lists the places that differ. Internal to flow/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flow/comparison.h"

namespace flowferry::flow {

/// A document whose values can be shown with the names of what they refer to. The document and the
/// names must outlive it.
class NamedDocument {
 public:
  NamedDocument(const Document& document, const std::vector<Naming>& names)
      : document_(document), names_(names) {}

  const Document& document() const { return document_; }
  /// The value at `node`, or (k_none) that there is none.
  SideValue value(std::uint32_t node) const;
  /// In words, for conditions: text in quotes, a reference by kind and name.
  std::string words(std::uint32_t node) const;

 private:
  struct Named {
    Reference reference;
    ResourceName name;
  };
  const std::vector<Named>* named_at(std::uint32_t node) const;
  std::string text_at(std::uint32_t node) const;
  void append_json(std::string& out, std::uint32_t node) const;

  const Document& document_;
  const std::vector<Naming>& names_;
  /// By token; made when the first value is shown: finding references costs more than comparing.
  mutable std::optional<std::unordered_map<std::uint32_t, std::vector<Named>>> named_;
};

/// What is gone through: what flows do, or what the designer notes of them. There, places that only
/// it reads itself (positions, ids of its own) are counted and not shown.
enum class Matter { flow, designer };

class ValueWalk {
 public:
  /// `renewed`: identifiers of left blocks that are others on the right. All must outlive it.
  ValueWalk(const NamedDocument& left, const NamedDocument& right,
            const std::unordered_map<std::string, std::string>& renewed)
      : left_(left), right_(right), renewed_(renewed) {}

  /// Adds the differences between two values (k_none: absent) to `out`.
  void compare(std::uint32_t left, std::uint32_t right, const std::string& path, Matter matter,
               std::vector<ValueChange>& out);
  /// The same for all members of two objects but those named `except`.
  void compare_members(std::uint32_t left, std::uint32_t right, const std::string& path,
                       Matter matter, std::vector<std::string_view> except,
                       std::vector<ValueChange>& out);
  std::size_t internals() const { return internals_; }

 private:
  bool same(std::uint32_t left, std::uint32_t right) const;
  void compare_items(std::uint32_t left, std::uint32_t right, const std::string& path,
                     Matter matter, std::vector<ValueChange>& out);
  bool of_designer_only(std::string_view name, const std::string& path) const;

  const NamedDocument& left_;
  const NamedDocument& right_;
  const std::unordered_map<std::string, std::string>& renewed_;
  std::size_t internals_ = 0;
};

/// `path` with the member `name` behind it, as in Reference::parameter.
std::string member_path(const std::string& path, std::string_view name);

}  // namespace flowferry::flow
