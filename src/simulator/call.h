// simulator/call.h
//
// One API call on its way through the handlers, and the table that says which handler an operation
// has.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "simulator/api_error.h"
#include "simulator/service_description.h"
#include "simulator/signature.h"
#include "simulator/state.h"
#include "simulator/switches.h"

namespace flowferry::simulator {

/// What a handler works with. Everything that `input` holds has the type and bounds of its shape.
struct Call {
  const Operation& operation;
  js::object input;
  Caller caller;
  State& state;
  InstanceState* instance;  ///< That the input's InstanceId names; nothing when it has none.
  const Switches& switches;
  Random& random;
  double now;  ///< Seconds since 1970, whole milliseconds.

  bool has(std::string_view name) const { return input.contains(name); }
  /// The text of a string member; empty when absent.
  std::string text(std::string_view name) const;
  std::optional<std::string> optional_text(std::string_view name) const;
  std::int64_t number(std::string_view name, std::int64_t fallback = 0) const;
  Tags tags(std::string_view name = "Tags") const;

  /// A row's visibility from now on, within the consistency window.
  double lag() const;
  void appear(Row& row) const {
    row.created = row.modified = now;
    row.visibility.from = now + lag();
  }
  void touch(Row& row) const { row.modified = now; }

  /// Removes `row` from `table`; within the consistency window it is still seen.
  template <class T>
  void remove(Table<T>& table, T& row) const {
    const double late = lag();
    if (late <= 0) {
      table.erase(row);
      return;
    }
    row.visibility.deleted = true;
    row.visibility.deleted_until = now + late;
  }
  template <class T>
  void rename(Table<T>& table, T& row, std::string name) const {
    row.visibility.old_name = row.name;
    row.visibility.old_name_until = now + lag();
    table.rename(row, std::move(name));
  }
};

using Handler = std::function<Outcome(Call&)>;
using Handlers = std::map<std::string, Handler, std::less<>>;

/// What an id member of a request names.
struct Reference {
  std::string id;
  std::string qualifier;  ///< Behind the id's ':': "$SAVED", "$LATEST", "3", an alias id; or empty.
};

/// Reads a resource id, or the resource's ARN, with or without a qualifier. `keyword` is the ARN's
/// word ("contact-flow"). Errors: InvalidRequestException ("Invalid request") for what is neither,
/// ResourceNotFoundException for an ARN of elsewhere, AccessDeniedException for one of another
/// account.
tl::expected<Reference, ApiError> read_reference(const Call& call, std::string_view text,
                                                 std::string_view keyword);
/// The instance of an id or ARN, of the caller's account and Region. Errors: as above.
tl::expected<InstanceState*, ApiError> find_instance(const Call& call, std::string_view text);

/// Refuses with the first of `codes` that the operation models; without any, with the first.
tl::unexpected<ApiError> refuse_as_modelled(const Call& call,
                                            const std::array<const char*, 3>& codes,
                                            std::string message);

js::object to_json(const Tags& tags);

// Each file of operations adds its own.
void add_instance_operations(Handlers& handlers);
void add_flow_operations(Handlers& handlers);
void add_module_operations(Handlers& handlers);
void add_tag_operations(Handlers& handlers);
void add_resource_operations(Handlers& handlers, const ServiceDescription& connect);
void add_view_operations(Handlers& handlers);
void add_routing_operations(Handlers& handlers);
void add_integration_operations(Handlers& handlers);
void add_phone_operations(Handlers& handlers);
void add_lex_operations(Handlers& handlers);  ///< Of Lex Models V2: a table of its own.

}  // namespace flowferry::simulator
