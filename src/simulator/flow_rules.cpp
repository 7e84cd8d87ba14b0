#include "simulator/flow_rules.h"

#include <charconv>

#include "base/hash.h"
#include "base/text.h"
#include "simulator/content_check.h"
#include "simulator/instance_view.h"

namespace flowferry::simulator {
namespace {

ApiError make_error(std::string code, std::string message) {
  ApiError error;
  error.code = std::move(code);
  error.message = std::move(message);
  return error;
}

bool takes_name(const Call& call, const FlowRow& row, std::string_view type) {
  if (row.is_archived() && call.switches.is(Switch::archived_names, "free")) return false;
  return type == row.type || !call.switches.is(Switch::duplicate_scope, "type");
}

/// All rows whose name counts as the same.
std::vector<FlowRow*> same_name(const Call& call, Table<FlowRow>& table, std::string_view name) {
  if (!call.switches.is(Switch::name_case, "ignore")) return table.named(name);
  std::vector<FlowRow*> out;
  for (const auto& [order, row] : table.rows()) {
    if (!row->visibility.deleted && equals_ignoring_ascii_case(row->name, name))
      out.push_back(row.get());
  }
  return out;
}

/// Switch `broken`: some flows of the real service cannot be described, ever.
bool is_broken(const Call& call, const FlowRow& row) {
  if (!call.operation.name.starts_with("DescribeContactFlow")) return false;
  return call.switches.lists(Switch::broken, row.id) ||
         call.switches.lists(Switch::broken, row.name);
}

std::optional<ApiError> refuse_settings(std::string_view settings) {
  const auto problems = check_module_settings(settings);
  if (problems.empty()) return std::nullopt;
  return make_error("InvalidRequestException", join(problems, "; "));
}

}  // namespace

tl::expected<FoundFlow, ApiError> find_flow(const Call& call, FlowKind kind,
                                            std::string_view member, As as) {
  auto reference = read_reference(call, call.text(member), arn_word(kind));
  if (!reference) return pass_on(reference);
  Table<FlowRow>& table = table_of(*call.instance, kind);
  FlowRow* row =
      as == As::seen ? table.find_seen(reference->id, call.now) : table.find(reference->id);
  if (!row) return not_found();
  if (is_broken(call, *row))
    return refuse("InternalServiceException", "Simulated permanent failure");
  return FoundFlow{row, std::move(reference->qualifier)};
}

std::optional<ApiError> check_name(const Call& call, FlowKind kind, std::string_view name,
                                   std::string_view type, const FlowRow* self) {
  for (const FlowRow* row : same_name(call, table_of(*call.instance, kind), name)) {
    if (row != self && takes_name(call, *row, type)) {
      return make_error("DuplicateResourceException",
                        "A resource with the specified name already exists");
    }
  }
  return std::nullopt;
}

std::optional<ApiError> check_lengths(const Call& call) {
  for (const auto& [member, most] : {std::pair{"Name", 127U}, std::pair{"Description", 500U}}) {
    if (count_code_points(call.text(member)) > most) {
      return make_error(
          "InvalidParameterException",
          "1 validation error detected: Value at '" + std::string(member) +
              "' failed to satisfy constraint: Member must have length less than or equal to " +
              std::to_string(most));
    }
  }
  return std::nullopt;
}

std::optional<ApiError> check_quota(const Call& call, FlowKind kind) {
  const auto most =
      call.switches.number(kind == FlowKind::flow ? Switch::flow_quota : Switch::module_quota);
  const auto have = static_cast<std::int64_t>(table_of(*call.instance, kind).count());
  if (have < most) return std::nullopt;
  return make_error("LimitExceededException",
                    std::string("The limit of ") +
                        (kind == FlowKind::flow ? "contact flows" : "contact flow modules") +
                        " per instance has been reached: " + std::to_string(most));
}

std::optional<ApiError> check_size(const Call& call, std::string_view content) {
  if (!content.empty() && content_fits(content)) return std::nullopt;
  const bool parameter = call.operation.models_error("InvalidParameterException");
  return make_error(parameter ? "InvalidParameterException" : "InvalidRequestException",
                    "Content must have a length of 1 to " +
                        std::to_string(k_max_content_characters) + " characters");
}

tl::expected<std::string, ApiError> publishable(const Call& call, FlowKind kind,
                                                std::string_view type, std::string content,
                                                std::string_view settings) {
  const StateView view(call.state, *call.instance, call.switches, call.now);
  CheckRequest request;
  request.module = kind == FlowKind::module;
  request.flow_type = std::string(type);
  request.content = content;
  request.settings = settings;
  request.instance = &view;
  if (call.switches.is(Switch::reference_check, "service"))
    request.references = ReferenceCheck::service;
  request.published_target = call.switches.is(Switch::published_target, "required");
  request.drop_unresolved_optional = call.switches.is(Switch::unresolved_optional, "drop");
  if (request.module) {
    if (auto error = refuse_settings(settings)) return pass_on(*error);
  }
  CheckResult result = check_content(request);
  if (!result.invalid_request.empty()) return invalid_request(result.invalid_request);
  if (!result.problems.empty()) {
    ApiError error;
    error.code =
        request.module ? call.switches.get(Switch::module_error) : "InvalidContactFlowException";
    error.message = join(result.problems, "; ");
    // InvalidRequestException has no list, only a message.
    if (error.code != "InvalidRequestException") error.problems = std::move(result.problems);
    return pass_on(error);
  }
  if (result.stored) return std::move(*result.stored);
  return content;
}

Outcome change_metadata(Call& call, FlowKind kind, FlowRow& row, std::optional<std::string> state) {
  if (auto error = check_lengths(call)) return pass_on(*error);
  const auto name = call.optional_text("Name");
  if (name && *name != row.name) {
    if (auto error = check_name(call, kind, *name, row.type, &row)) {
      return pass_on(*error);
    }
  }
  if (state == "ARCHIVED" && row.is_default) {
    return invalid_request("Default flows cannot be archived");
  }
  if (name && *name != row.name) call.rename(table_of(*call.instance, kind), row, *name);
  if (const auto description = call.optional_text("Description")) row.description = *description;
  if (state) row.state = *state;
  call.touch(row);
  return js::object();
}

std::string content_hash(std::string_view content) {
  return sha256_hex(content);
}

const FlowVersion* find_version(const FlowRow& row, std::string_view qualifier,
                                std::int64_t* number) {
  std::int64_t version = 0;
  const auto [end, error] =
      std::from_chars(qualifier.data(), qualifier.data() + qualifier.size(), version);
  if (error != std::errc() || end != qualifier.data() + qualifier.size()) return nullptr;
  const auto found = row.versions.find(version);
  if (found == row.versions.end()) return nullptr;
  if (number) *number = version;
  return &found->second;
}

}  // namespace flowferry::simulator
