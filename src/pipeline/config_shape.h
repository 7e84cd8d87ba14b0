// pipeline/config_shape.h
//
// The one description of flowferry.yaml: which keys there are, what each takes, what it is for. The
// parser takes the known keys from it, and the JSON Schema is printed from it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json/value.h"

namespace flowferry::pipeline {

struct ShapeKey;

/// What stands at one place of the configuration.
struct Shape {
  enum class Type {
    text,
    number,  ///< From `low` to `high`.
    count,   ///< A whole number, 0 or more.
    flag,
    texts,  ///< A list of texts, or one text.
    keys,   ///< A map of the `keys`.
    named,  ///< A map of names of the user's (or of `words`), each with an `element()`.
    list,   ///< Of `element()`s.
  };
  Type type = Type::text;
  std::string about;
  std::vector<ShapeKey> keys;  ///< Of named and list one, without a name.
  std::vector<std::string>
      words;  ///< The texts that it (or each) may be, or the names; empty: any.
  std::vector<std::string> required;  ///< Of `keys`.
  double low = 0;
  double high = 0;
  bool filled = false;  ///< A text that must not be empty.

  /// The member `key`, which there must be.
  const Shape& at(std::string_view key) const;
  const Shape& element() const;
  std::vector<std::string> names() const;
};

struct ShapeKey {
  std::string first;  ///< Its name.
  Shape second;       ///< What stands there.
};

const Shape& configuration_shape();

/// The JSON Schema (draft-07) of flowferry.yaml, for editors.
json::Value configuration_schema();

}  // namespace flowferry::pipeline
