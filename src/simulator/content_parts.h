// simulator/content_parts.h
//
// The parts of the content check, one .cpp each. Only content_*.cpp and their tests use it.
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/content_actions.h"
#include "simulator/content_check.h"

namespace flowferry::simulator {

/// Texts in the order in which they were found.
class Problems {
 public:
  void add(std::string text) { texts_.push_back(std::move(text)); }
  /// "Invalid Action property value. Path: ..." and the like.
  void add(std::string_view what, std::string_view path) {
    texts_.push_back(std::string(what) + " Path: " + std::string(path));
  }
  bool empty() const { return texts_.empty(); }
  std::vector<std::string> take(std::size_t most) {
    if (texts_.size() > most) texts_.resize(most);
    return std::move(texts_);
  }

 private:
  std::vector<std::string> texts_;
};

inline constexpr std::string_view k_bad_value = "Invalid Action property value.";
inline constexpr std::string_view k_bad_name = "Invalid Action property name.";
inline constexpr std::string_view k_missing = "Action is missing required property.";

/// An action whose type is known and allowed.
struct ActionView {
  std::size_t index = 0;
  const ActionSpec* spec = nullptr;
  FlowTypes flow_type = 0;
  const boost::json::object* parameters = nullptr;   ///< Never null: an absent one is empty.
  const boost::json::object* transitions = nullptr;  ///< Never null.

  /// "Actions[3].Parameters.QueueId"
  std::string path(std::string_view below) const {
    return "Actions[" + std::to_string(index) + "]." + std::string(below);
  }
  std::string parameter_path(std::string_view name) const {
    return path("Parameters." + std::string(name));
  }
  /// The parameter's text; empty when absent or no string.
  std::string_view text(std::string_view name) const;
};

/// The text of a member; empty when it is absent or no string.
std::string_view text_of(const boost::json::object& object, std::string_view name);
/// The member as an object or array; nothing when it is absent or something else.
const boost::json::object* object_of(const boost::json::object& object, std::string_view name);
const boost::json::array* array_of(const boost::json::object& object, std::string_view name);

/// Whether a whole value is decided while the contact is handled: "$.Attributes.x",
/// "$['Attributes']".
bool is_dynamic(std::string_view value);

/// Names, shapes and combinations of parameters.
void check_parameters(const ActionView& action, Problems& problems);
/// Errors, conditions, NextAction: which there must be and which there must not. Not where they
/// lead.
void check_branches(const ActionView& action, Problems& problems);

/// The reference parameters. With request.drop_unresolved_optional, adds the JSON pointers of those
/// to drop.
void check_references(const ActionView& action, const CheckRequest& request, Problems& problems,
                      std::vector<std::string>& dropped);

/// InvokeFlowModule against the called module's contract; EndFlowModuleExecution against the own
/// one.
void check_module_call(const ActionView& action, const CheckRequest& request, Problems& problems);
void check_module_return(const ActionView& action, const CheckRequest& request, Problems& problems);

/// `text` (valid JSON) with the values at these pointers (RFC 6901) replaced by null.
std::string null_values(std::string_view text, const std::vector<std::string>& pointers);

}  // namespace flowferry::simulator
