// simulator/switches.h
//
// What is not established about the service, as choices: one table for parsing, help and docs.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace flowferry::simulator {

enum class Switch {
  signatures,
  credentials,
  clock_ahead,
  deny,
  error_code,
  error_message,
  problems_member,
  fault_body,
  throttle_code,
  refused_requests,
  retry_after,
  unknown_members,
  broken,
  pages,
  default_page,
  consistency_ms,
  unpublished_describe,
  unchanged_draft,
  duplicate_scope,
  archived_names,
  name_case,
  flow_quota,
  module_quota,
  resource_quota,
  reference_check,
  published_target,
  archived_target,
  unresolved_optional,
  module_error,
  module_content,
  module_words,
  undocumented_members,
  optional_members,
  times,
  search_content,
  list_archived,
  agent_queues,
  managed_views,
  delete_in_use,
  count_,
};

/// One row of the table.
struct SwitchRow {
  Switch id;
  std::string_view name;    ///< "error-code".
  std::string_view values;  ///< Allowed words, separated by '|'; "number" or "text" for any.
  std::string_view default_value;
  std::string_view meaning;  ///< One sentence or two.
};
const std::vector<SwitchRow>& switch_table();
/// The table as lines for --help: name, values, the default in brackets.
std::string switch_help();

/// The settings of one simulator.
class Switches {
 public:
  Switches();  ///< All defaults.

  /// Errors: usage, naming the closest switch or the allowed values.
  Result<void> set(std::string_view name, std::string_view value);
  Result<void> set_all(const std::map<std::string, std::string>& values);

  const std::string& get(Switch id) const { return values_[static_cast<std::size_t>(id)]; }
  bool is(Switch id, std::string_view value) const { return get(id) == value; }
  /// The value of a switch of numbers.
  std::int64_t number(Switch id) const { return numbers_[static_cast<std::size_t>(id)]; }
  /// Whether `item` is in the comma-separated list of a text switch.
  bool lists(Switch id, std::string_view item) const;

 private:
  static constexpr std::size_t k_count = static_cast<std::size_t>(Switch::count_);
  std::array<std::string, k_count> values_;
  std::array<std::int64_t, k_count> numbers_{};
};

}  // namespace flowferry::simulator
