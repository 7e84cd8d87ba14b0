#include "simulator/answer_forms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "base/clock.h"
#include "base/text.h"

namespace flowferry::simulator {
namespace {

/// Given or not without need; the first three only when empty.
constexpr std::array<std::string_view, 7> k_optional = {"Description",
                                                        "Tags",
                                                        "VersionDescription",
                                                        "FlowContentSha256",
                                                        "FlowModuleContentSha256",
                                                        "LastModifiedTime",
                                                        "LastModifiedRegion"};

bool is_empty(const js::value& value) {
  if (value.is_string()) return value.get_string().empty();
  if (value.is_object()) return value.get_object().empty();
  return value.is_null();
}

bool is_optional(const Shape& shape, const Member& member, const js::value& value) {
  if (member.required) return false;
  // A version's own number is what its summary and its creation are about.
  if (member.name == "Version")
    return shape.name == "ContactFlow" || shape.name == "ContactFlowModule";
  const auto found = std::find(k_optional.begin(), k_optional.end(), member.name);
  if (found == k_optional.end()) return false;
  return found - k_optional.begin() >= 3 || is_empty(value);
}

/// Something that tells this resource from others: its id, or its ARN.
std::string identity(const js::object& object) {
  for (const auto& entry : object) {
    const std::string_view key(entry.key().data(), entry.key().size());
    if (entry.value().is_string() && (key.ends_with("Id") || key.ends_with("Arn"))) {
      return std::string(entry.value().get_string());
    }
  }
  return {};
}

bool keeps(const Switches& switches, const std::string& who, std::string_view member) {
  if (switches.is(Switch::optional_members, "always")) return true;
  if (switches.is(Switch::optional_members, "never")) return false;
  std::uint64_t sum = 1469598103934665603ULL;  // FNV-1a: the same on every machine.
  for (const std::string_view part : {std::string_view(who), member}) {
    for (const char c : part) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return (sum >> 17U) % 2 == 0;
}

js::value time_form(const js::value& value, const Switches& switches) {
  if (!value.is_number()) return value;
  const double seconds = value.to_number<double>();
  const auto whole = static_cast<std::int64_t>(std::floor(seconds));
  if (switches.is(Switch::times, "iso")) {
    return js::value(js::string(iso8601(SystemTime(std::chrono::seconds(whole)))));
  }
  if (switches.is(Switch::times, "exponent"))
    return seconds;  // Doubles are printed with an exponent.
  return whole;
}

class Former {
 public:
  explicit Former(const Switches& switches)
      : switches_(switches), undocumented_(switches.is(Switch::undocumented_members, "yes")) {}

  void form(js::value& value, const Shape& shape) {
    if (shape.type == ShapeType::timestamp) {
      value = time_form(value, switches_);
    } else if (shape.type == ShapeType::structure && value.is_object()) {
      form(value.get_object(), shape);
    } else if (shape.type == ShapeType::list && value.is_array() && shape.element) {
      for (js::value& item : value.get_array()) form(item, *shape.element);
    }
  }

  void form(js::object& object, const Shape& shape) {
    const std::string who = identity(object);
    for (const Member& member : shape.members) {
      js::value* value = object.if_contains(member.name);
      if (!value) continue;
      if (is_optional(shape, member, *value) && !keeps(switches_, who, member.name)) {
        object.erase(member.name);
        continue;
      }
      form(*value, *member.shape);
      if (undocumented_ && value->is_array() && value->get_array().empty()) value->emplace_null();
    }
    // The service's words for modules are not those of its description.
    if (shape.name.starts_with("ContactFlowModule") &&
        switches_.is(Switch::module_words, "lower")) {
      lower(object, "State");
      lower(object, "Status");
    }
    if (undocumented_ && (shape.name == "ContactFlow" || shape.name == "ContactFlowModule")) {
      object["IsDefault"] = "false";  // A string, as once seen.
    }
  }

 private:
  static void lower(js::object& object, std::string_view member) {
    js::value* value = object.if_contains(member);
    if (value && value->is_string())
      *value = js::string(ascii_lower(std::string_view(value->get_string())));
  }

  const Switches& switches_;
  bool undocumented_;
};

}  // namespace

void apply_forms(js::object& answer, const Shape& shape, const Switches& switches) {
  Former(switches).form(answer, shape);
}

}  // namespace flowferry::simulator
