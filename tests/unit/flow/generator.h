// Random flow documents with every form of reference, in random layout and spelling.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "flow/references.h"

namespace flowferry::testing {

/// A reference that the generator put into a document.
struct Expected {
  ResourceKind kind;
  std::string text;
  friend auto operator<=>(const Expected&, const Expected&) = default;
  friend void PrintTo(const Expected& e, std::ostream* out) {
    *out << to_string(e.kind) << ' ' << e.text;
  }
};

struct Generated {
  std::string content;
  std::vector<Expected> references;  ///< Sorted; one a place.
  std::vector<std::string> foreign;  ///< Texts of ARNs that are not the source's, sorted.
  std::size_t dynamic = 0;           ///< JSONPaths in reference parameters.
  std::size_t empty = 0;             ///< Empty reference parameters.
};

struct GeneratorOptions {
  std::size_t actions = 12;
  /// Whether any character of any string may be written as a \u escape, or only those outside of
  /// references (which may still have `\/`).
  bool escape_references = true;
};

/// The same seed gives the same document.
Generated generate(std::uint64_t seed, GeneratorOptions options = {});

/// The instances of generated documents.
Instance generated_source();
Instance generated_target();
/// Knows the ids which generated documents hold in free places.
flow::Scope generated_scope(const Instance& instance);

/// A reference's text for the other instance: source to target and target to source. Texts keep
/// their length.
std::string other_side(const std::string& text);
/// A display name for the other instance, there and back.
std::string other_name(const std::string& name);

}  // namespace flowferry::testing
