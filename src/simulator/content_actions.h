// simulator/content_actions.h
//
// The action types that the service knows, as data: parameters, branches, flow types
// (flow-language.md 2.1 to 2.4, part by part where the documentation and the live service
// disagree). Only content_*.cpp uses it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace flowferry::simulator {

/// Flow types as a set of bits; a module counts as a flow type here.
using FlowTypes = std::uint16_t;
/// The bit of a ContactFlowType, of "MODULE" for modules; 0 when unknown.
FlowTypes flow_type_bit(std::string_view type);

/// What a parameter's value must look like. A whole-value JSONPath passes for all of them but
/// `object` and `list`.
enum class Shape : std::uint8_t {
  text,     ///< A string.
  integer,  ///< A string of digits in a range.
  word,     ///< One of some strings, whatever their case.
  path,     ///< A JSONPath, never a literal.
  object,
  list,
  any,
};

struct ParameterSpec {
  std::string_view name;
  bool required = false;
  Shape shape = Shape::text;
  std::string_view words;  ///< Shape::word: "True|False".
  long long least = 0;     ///< Shape::integer.
  long long most = 0;
};

enum class Next : std::uint8_t {
  required,
  optional,
  terminal,  ///< No transitions at all.
};

enum class Branching : std::uint8_t { none, conditions };

struct ActionSpec {
  std::string_view type;
  FlowTypes flow_types = 0;
  Next next = Next::required;
  Branching branching = Branching::none;
  std::vector<ParameterSpec> parameters;
  std::vector<std::string_view> required_errors;
  std::vector<std::string_view> optional_errors;
  std::vector<std::string_view> at_least_one;  ///< One of these parameters must be there.
  std::vector<std::string_view> at_most_one;   ///< No two of these may be there together.
  /// Known to exist, but its parameters and branches are not documented: nothing of it is checked
  /// but what holds for every action.
  bool open = false;
};

/// Nothing for a type that the service does not know.
const ActionSpec* find_action(std::string_view type);
const std::vector<ActionSpec>& all_actions();

}  // namespace flowferry::simulator
