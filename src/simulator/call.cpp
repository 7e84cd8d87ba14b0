#include "simulator/call.h"

#include "base/text.h"

namespace flowferry::simulator {
namespace {

struct ArnParts {
  std::string_view partition, service, region, account, resource;
};

std::optional<ArnParts> split_arn(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() < 6 || parts[0] != "arn") return std::nullopt;
  const std::size_t head =
      parts[0].size() + parts[1].size() + parts[2].size() + parts[3].size() + parts[4].size() + 5;
  return ArnParts{parts[1], parts[2], parts[3], parts[4], text.substr(head)};
}

tl::unexpected<ApiError> malformed(const Call& call) {
  return refuse_as_modelled(
      call, {"InvalidRequestException", "InvalidParameterException", "ValidationException"},
      "Invalid request");
}

bool looks_like_id(std::string_view text) {
  return is_uuid(ascii_lower(text));
}

tl::unexpected<ApiError> denied(const Call& call, std::string_view arn) {
  ApiError error;
  error.code = "AccessDeniedException";
  error.message = "User: arn:aws:iam::" + call.caller.account +
                  ":user/simulated is not authorized to perform: connect:" + call.operation.name +
                  " on resource: " + std::string(arn);
  error.status = 403;
  return pass_on(error);
}

/// The part of an ARN behind arn:..:account:, when it is of the caller's own account and Region.
tl::expected<std::string_view, ApiError> own_resource(const Call& call, std::string_view arn) {
  const auto parts = split_arn(arn);
  if (!parts || parts->service != "connect") return malformed(call);
  if (parts->account != call.caller.account) return denied(call, arn);
  if (parts->region != call.caller.region || parts->partition != partition_of(call.caller.region)) {
    return not_found();
  }
  return parts->resource;
}

Reference split_qualifier(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {std::string(text), {}};
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

}  // namespace

std::string Call::text(std::string_view name) const {
  return optional_text(name).value_or("");
}

std::optional<std::string> Call::optional_text(std::string_view name) const {
  const js::value* value = input.if_contains(name);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::int64_t Call::number(std::string_view name, std::int64_t fallback) const {
  const js::value* value = input.if_contains(name);
  return value && value->is_number() ? value->to_number<std::int64_t>() : fallback;
}

Tags Call::tags(std::string_view name) const {
  Tags out;
  const js::value* value = input.if_contains(name);
  if (!value || !value->is_object()) return out;
  for (const auto& entry : value->get_object()) {
    out[std::string(entry.key())] = std::string(entry.value().get_string());
  }
  return out;
}

double Call::lag() const {
  const auto longest = switches.number(Switch::consistency_ms);
  if (longest <= 0) return 0;
  return static_cast<double>(longest) / 1000 * random.unit();
}

tl::expected<InstanceState*, ApiError> find_instance(const Call& call, std::string_view text) {
  std::string_view id = text;
  if (text.starts_with("arn:")) {
    auto resource = own_resource(call, text);
    if (!resource) return tl::unexpected<ApiError>(resource.error());
    if (!resource->starts_with("instance/")) return malformed(call);
    id = resource->substr(std::string_view("instance/").size());
  }
  if (!looks_like_id(id)) return malformed(call);
  InstanceState* instance = call.state.instance(id);
  if (!instance || instance->account != call.caller.account ||
      instance->region != call.caller.region) {
    return not_found();
  }
  return instance;
}

tl::expected<Reference, ApiError> read_reference(const Call& call, std::string_view text,
                                                 std::string_view keyword) {
  std::string_view rest = text;
  if (text.starts_with("arn:")) {
    auto resource = own_resource(call, text);
    if (!resource) return tl::unexpected<ApiError>(resource.error());
    const std::string prefix =
        "instance/" + (call.instance ? call.instance->id : "") + '/' + std::string(keyword) + '/';
    if (!resource->starts_with("instance/")) return malformed(call);
    if (!resource->starts_with(prefix)) return not_found();
    rest = resource->substr(prefix.size());
  }
  Reference reference = split_qualifier(rest);
  if (!looks_like_id(reference.id)) return malformed(call);
  return reference;
}

tl::unexpected<ApiError> refuse_as_modelled(const Call& call,
                                            const std::array<const char*, 3>& codes,
                                            std::string message) {
  for (const char* code : codes) {
    if (call.operation.models_error(code)) return refuse(code, std::move(message));
  }
  return refuse(codes.front(), std::move(message));
}

js::object to_json(const Tags& tags) {
  js::object out;
  for (const auto& [key, value] : tags) out[key] = value;
  return out;
}

}  // namespace flowferry::simulator
