// simulator/seeded_ids.h
//
// Ids that follow from a seed and from what they name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace flowferry::simulator {

class SeededIds {
 public:
  explicit SeededIds(std::uint64_t seed) : seed_(seed) {}

  /// A version 4 UUID in lower case.
  std::string uuid(std::string_view what) const;
  /// The id of a resource by its instance's alias, kind and name; `repeat` tells equal names apart.
  std::string uuid(std::string_view instance, std::string_view kind, std::string_view name,
                   std::size_t repeat) const;
  /// `length` (up to 32) characters of `alphabet`.
  std::string word(std::string_view what, std::size_t length, std::string_view alphabet) const;

 private:
  std::uint64_t seed_;
};

}  // namespace flowferry::simulator
