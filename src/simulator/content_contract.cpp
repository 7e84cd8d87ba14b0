// Module contracts: what a caller passes and expects, what a module returns, against the Settings
// of the module (connect-api.md 4.6). Checked by the service on both sides.
#include <algorithm>

#include <fmt/format.h>

#include "simulator/content_parts.h"

namespace flowferry::simulator {
namespace json = boost::json;
namespace {

constexpr std::size_t k_max_results = 8;

std::string_view view(json::string_view text) {
  return {text.data(), text.size()};
}

/// The contract; an empty one when the text is empty or no object.
json::object read_settings(std::string_view settings) {
  json::error_code error;
  auto value = json::parse(json::string_view(settings.data(), settings.size()), error);
  if (error || !value.is_object()) return {};
  return std::move(value.get_object());
}

std::vector<std::string> declared_results(const json::object& contract) {
  std::vector<std::string> out;
  const json::object* transitions = object_of(contract, "transitions");
  const json::array* results = transitions == nullptr ? nullptr : array_of(*transitions, "results");
  if (results == nullptr) return out;
  for (const json::value& result : *results) {
    if (const json::object* object = result.if_object()) out.emplace_back(text_of(*object, "name"));
  }
  return out;
}

const json::object* declared_schema(const json::object& contract, std::string_view side) {
  const json::object* member = object_of(contract, side);
  return member == nullptr ? nullptr : object_of(*member, "schema");
}

bool has_type(const json::value& value, std::string_view type) {
  if (type == "string") return value.is_string();
  if (type == "number") return value.is_number();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  if (type == "boolean") return value.is_bool();
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "null") return value.is_null();
  return true;
}

bool fits_type(const json::value& value, const json::object& schema) {
  const json::value* type = schema.if_contains("type");
  if (type == nullptr) return true;
  if (type->is_string()) return has_type(value, view(type->get_string()));
  const json::array* types = type->if_array();
  if (types == nullptr) return true;
  return std::any_of(types->begin(), types->end(), [&](const json::value& one) {
    return one.is_string() && has_type(value, view(one.get_string()));
  });
}

/// The small part of JSON Schema draft 4 that contracts use: type, properties, required, items,
/// enum, additionalProperties: false.
void check_schema(const json::value& value, const json::object& schema, const std::string& path,
                  Problems& problems) {
  if (!fits_type(value, schema)) {
    problems.add(k_bad_value, path);
    return;
  }
  if (const json::array* allowed = array_of(schema, "enum")) {
    const bool dynamic = value.is_string() && is_dynamic(view(value.get_string()));
    if (!dynamic && std::find(allowed->begin(), allowed->end(), value) == allowed->end()) {
      problems.add(k_bad_value, path);
    }
  }
  if (const json::array* items = value.if_array()) {
    const json::object* item_schema = object_of(schema, "items");
    for (std::size_t i = 0; item_schema != nullptr && i < items->size(); ++i) {
      check_schema((*items)[i], *item_schema, fmt::format("{}[{}]", path, i), problems);
    }
  }
  const json::object* members = value.if_object();
  if (members == nullptr) return;
  const json::object* properties = object_of(schema, "properties");
  const json::value* additional = schema.if_contains("additionalProperties");
  const bool closed = additional != nullptr && additional->is_bool() && !additional->get_bool();
  for (const auto& member : *members) {
    const json::object* property =
        properties == nullptr ? nullptr : object_of(*properties, view(member.key()));
    const auto below = fmt::format("{}.{}", path, view(member.key()));
    if (property != nullptr) {
      check_schema(member.value(), *property, below, problems);
    } else if (closed) {
      problems.add(k_bad_name, below);
    }
  }
  if (const json::array* required = array_of(schema, "required")) {
    for (const json::value& name : *required) {
      if (name.is_string() && !members->contains(name.get_string())) {
        problems.add(k_missing, fmt::format("{}.{}", path, view(name.get_string())));
      }
    }
  }
}

/// A parameter's members against a contract's side: only declared keys, of the declared types.
void check_data(const ActionView& action, std::string_view parameter, const json::object* schema,
                Problems& problems) {
  const json::value* value =
      action.parameters->if_contains(json::string_view(parameter.data(), parameter.size()));
  if (value == nullptr || value->is_null()) return;
  const std::string path = action.parameter_path(parameter);
  const json::object* members = value->if_object();
  if (members == nullptr) {
    problems.add(k_bad_value, path);
    return;
  }
  if (schema == nullptr) {
    if (!members->empty()) problems.add(k_bad_name, path);
    return;
  }
  const json::object* properties = object_of(*schema, "properties");
  for (const auto& member : *members) {
    if (properties == nullptr || !properties->contains(member.key())) {
      problems.add(k_bad_name, fmt::format("{}.{}", path, view(member.key())));
    }
  }
  check_schema(*value, *schema, path, problems);
}

bool is_declared(const std::vector<std::string>& results, std::string_view name) {
  return std::find(results.begin(), results.end(), name) != results.end();
}

void check_called_results(const ActionView& action, const std::vector<std::string>& results,
                          Problems& problems) {
  const json::array* conditions = array_of(*action.transitions, "Conditions");
  if (conditions == nullptr) return;
  for (const json::value& branch : *conditions) {
    const json::object* object = branch.if_object();
    const json::object* condition = object == nullptr ? nullptr : object_of(*object, "Condition");
    const json::array* operands = condition == nullptr ? nullptr : array_of(*condition, "Operands");
    if (operands == nullptr || operands->size() != 1 || !operands->front().is_string()) continue;
    if (!is_declared(results, view(operands->front().get_string()))) {
      problems.add(k_bad_value, action.path("Transitions.Conditions"));
    }
  }
}

/// Id and qualifier of a module reference; nothing unless it belongs to this instance.
std::optional<ModuleTarget> called_module(const ActionView& action, const InstanceView& instance) {
  std::string_view value = action.text("FlowModuleId");
  const std::string start =
      fmt::format("arn:{}:connect:{}:{}:instance/{}/flow-module/", instance.partition(),
                  instance.region(), instance.account(), instance.instance_id());
  if (value.substr(0, start.size()) == start) value.remove_prefix(start.size());
  if (value.empty() || is_dynamic(value) || value.substr(0, 4) == "arn:") return std::nullopt;
  const std::size_t colon = value.rfind(':');
  const auto qualifier = colon == std::string_view::npos ? "" : value.substr(colon + 1);
  return instance.module(value.substr(0, colon), qualifier);
}

}  // namespace

void check_module_call(const ActionView& action, const CheckRequest& request, Problems& problems) {
  if (action.spec->type != "InvokeFlowModule") return;
  const auto module = called_module(action, *request.instance);
  if (!module) return;  // a reference problem, where that counts as one
  const json::object contract = read_settings(module->settings);
  check_data(action, "Input", declared_schema(contract, "input"), problems);
  check_called_results(action, declared_results(contract), problems);
}

void check_module_return(const ActionView& action, const CheckRequest& request,
                         Problems& problems) {
  if (action.spec->type != "EndFlowModuleExecution") return;
  const json::object contract = read_settings(request.settings);
  const std::string_view result = action.text("Result");
  if (!result.empty() && !is_declared(declared_results(contract), result)) {
    problems.add(k_bad_value, action.parameter_path("Result"));
  }
  check_data(action, "ResultData", declared_schema(contract, "resultData"), problems);
}

std::vector<std::string> check_module_settings(std::string_view settings) {
  if (settings.empty()) return {};
  json::error_code error;
  const auto value = json::parse(json::string_view(settings.data(), settings.size()), error);
  if (error || !value.is_object()) return {"Settings is not a JSON object"};
  std::vector<std::string> problems;
  const json::object& contract = value.get_object();
  for (const std::string_view side : {"input", "resultData"}) {
    const json::value* member = contract.if_contains(json::string_view(side.data(), side.size()));
    if (member != nullptr && declared_schema(contract, side) == nullptr) {
      problems.push_back(fmt::format("Invalid property value. Path: Settings.{}.schema", side));
    }
  }
  const json::value* transitions = contract.if_contains("transitions");
  if (transitions == nullptr) return problems;
  const auto results = declared_results(contract);
  const json::object* object = transitions->if_object();
  const bool named = std::none_of(results.begin(), results.end(),
                                  [](const std::string& name) { return name.empty(); });
  const json::array* list = object == nullptr ? nullptr : array_of(*object, "results");
  if (list == nullptr || list->size() != results.size() || !named ||
      results.size() > k_max_results) {
    problems.emplace_back("Invalid property value. Path: Settings.transitions.results");
  }
  return problems;
}

}  // namespace flowferry::simulator
