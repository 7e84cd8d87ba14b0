// flow/name_table.h
//
// From names that stand in a document to numbers: a hash table without an allocation per name, made
// for the few hundred identifiers of a flow.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/json/tokens.h"

namespace flowferry::flow {

class NameTable {
 public:
  /// Room for `names` names; the table does not grow.
  explicit NameTable(std::size_t names) : slots_(std::bit_ceil(names * 2 + 1)) {}

  /// Of equal names the first counts. `name` must outlive the table.
  void add(std::string_view name, std::uint32_t number) {
    Slot& slot = slots_[place(name)];
    if (slot.number == json::k_none) slot = {name, number};
  }

  /// k_none when it is not there.
  std::uint32_t find(std::string_view name) const { return slots_[place(name)].number; }

 private:
  struct Slot {
    std::string_view name;
    std::uint32_t number = json::k_none;
  };

  /// Where `name` is or belongs.
  std::size_t place(std::string_view name) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash(name) & mask;
    while (slots_[at].number != json::k_none && slots_[at].name != name) at = (at + 1) & mask;
    return at;
  }

  /// Beginning and end tell identifiers apart: UUIDs, "Block 17".
  static std::size_t hash(std::string_view name) {
    std::uint64_t head = name.size();
    std::uint64_t tail = 0;
    if (name.size() >= 8) {
      std::memcpy(&head, name.data(), 8);
      std::memcpy(&tail, name.data() + name.size() - 8, 8);
    } else {
      std::memcpy(&tail, name.data(), name.size());
    }
    const std::uint64_t mixed = (head * 0x9E3779B97F4A7C15ULL) ^ (tail * 0xC2B2AE3D27D4EB4FULL);
    return static_cast<std::size_t>(mixed ^ (mixed >> 29));
  }

  std::vector<Slot> slots_;
};

}  // namespace flowferry::flow
