#include "simulator/request_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace flowferry::simulator {
namespace {

std::string_view view(const js::string& text) {
  return {text.data(), text.size()};
}

std::string_view type_word(ShapeType type) {
  switch (type) {
    case ShapeType::structure:
      return "an object";
    case ShapeType::list:
      return "a list";
    case ShapeType::map:
      return "a map";
    case ShapeType::string:
      return "a string";
    case ShapeType::integer:
      return "a whole number";
    case ShapeType::boolean:
      return "a boolean";
    case ShapeType::real:
      return "a number";
    case ShapeType::timestamp:
      return "a time";
  }
  return "";
}

bool is_whole(const js::value& value) {
  if (value.is_int64() || value.is_uint64()) return true;
  return value.is_double() && std::floor(value.get_double()) == value.get_double() &&
         std::abs(value.get_double()) < 9e15;
}

bool has_type(const js::value& value, ShapeType type) {
  switch (type) {
    case ShapeType::structure:
    case ShapeType::map:
      return value.is_object();
    case ShapeType::list:
      return value.is_array();
    case ShapeType::string:
      return value.is_string();
    case ShapeType::integer:
      return is_whole(value);
    case ShapeType::boolean:
      return value.is_bool();
    case ShapeType::real:
      return value.is_number();
    case ShapeType::timestamp:
      return value.is_number() || value.is_string();
  }
  return false;
}

/// Collects what is wrong with a value, as the service words it.
class Validator {
 public:
  /// Without `bounds` lengths, ranges, sizes and patterns are not looked at: what the service
  /// answers need not keep to what it asks of requests (Tags: {}).
  explicit Validator(bool bounds) : bounds_(bounds) {}

  std::vector<std::string> violations;
  std::vector<std::string> wrong_types;
  std::vector<std::string> unknown;

  /// `value` loses members that are null: the service treats them as absent.
  void check(const Shape& shape, js::value& value, const std::string& where) {
    if (!has_type(value, shape.type)) {
      wrong_types.push_back("'" + where + "' must be " + std::string(type_word(shape.type)));
      return;
    }
    switch (shape.type) {
      case ShapeType::structure:
        check_members(shape, value.get_object(), where);
        break;
      case ShapeType::list:
        check_items(shape, value.get_array(), where);
        break;
      case ShapeType::map:
        check_entries(shape, value.get_object(), where);
        break;
      case ShapeType::string:
        check_text(shape, view(value.get_string()), where);
        break;
      case ShapeType::integer:
        check_range(shape, value.to_number<std::int64_t>(), where);
        break;
      default:
        break;
    }
  }

  void check_members(const Shape& shape, js::object& object, const std::string& where) {
    drop_nulls(object);
    for (const Member& member : shape.members) {
      const std::string path = where.empty() ? member.name : where + '.' + member.name;
      js::value* value = object.if_contains(member.name);
      if (value) {
        if (member.shape) check(*member.shape, *value, path);
      } else if (member.required) {
        violations.push_back("Value null at '" + path +
                             "' failed to satisfy constraint: Member must not be null");
      }
    }
    for (const auto& entry : object) {
      if (!shape.member(entry.key())) {
        unknown.push_back((where.empty() ? "" : where + '.') + std::string(entry.key()));
      }
    }
  }

 private:
  static void drop_nulls(js::object& object) {
    std::vector<std::string> names;
    for (const auto& entry : object) {
      if (entry.value().is_null()) names.emplace_back(entry.key());
    }
    for (const std::string& name : names) object.erase(name);
  }

  void check_items(const Shape& shape, js::array& items, const std::string& where) {
    if (bounds_) check_size(shape, items.size(), where);
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (shape.element) check(*shape.element, items[i], where + '.' + std::to_string(i + 1));
    }
  }

  void check_entries(const Shape& shape, js::object& entries, const std::string& where) {
    if (bounds_) check_size(shape, entries.size(), where);
    for (auto& entry : entries) {
      const std::string path = where + '.' + std::string(entry.key());
      if (shape.key) check_text(*shape.key, entry.key(), path + " (key)");
      if (shape.element) check(*shape.element, entry.value(), path);
    }
  }

  void check_text(const Shape& shape, std::string_view text, const std::string& where) {
    if (bounds_ && (shape.min || shape.max)) {
      const auto length = static_cast<std::int64_t>(count_code_points(text));
      if (shape.min && length < *shape.min) {
        violate(text, where,
                "Member must have length greater than or equal to " + std::to_string(*shape.min));
      }
      if (shape.max && length > *shape.max) {
        violate(text, where,
                "Member must have length less than or equal to " + std::to_string(*shape.max));
      }
    }
    if (!shape.values.empty() &&
        std::find(shape.values.begin(), shape.values.end(), text) == shape.values.end()) {
      violate(text, where,
              "Member must satisfy enum value set: [" + join(shape.values, ", ") + "]");
    }
    if (bounds_ && shape.pattern && !shape.pattern->matches(text)) {
      violate(text, where, "Member must satisfy regular expression pattern: " + shape.pattern_text);
    }
  }

  void check_range(const Shape& shape, std::int64_t number, const std::string& where) {
    if (!bounds_) return;
    const std::string text = std::to_string(number);
    if (shape.min && number < *shape.min) {
      violate(text, where,
              "Member must have value greater than or equal to " + std::to_string(*shape.min));
    }
    if (shape.max && number > *shape.max) {
      violate(text, where,
              "Member must have value less than or equal to " + std::to_string(*shape.max));
    }
  }

  void check_size(const Shape& shape, std::size_t size, const std::string& where) {
    const auto count = static_cast<std::int64_t>(size);
    if (shape.min && count < *shape.min) {
      violate("[]", where,
              "Member must have length greater than or equal to " + std::to_string(*shape.min));
    }
    if (shape.max && count > *shape.max) {
      violate("[...]", where,
              "Member must have length less than or equal to " + std::to_string(*shape.max));
    }
  }

  void violate(std::string_view value, const std::string& where, const std::string& constraint) {
    violations.push_back("Value '" + ellipsize(value, 80) + "' at '" + where +
                         "' failed to satisfy constraint: " + constraint);
  }

  bool bounds_;
};

std::string_view validation_code(const Operation& operation) {
  for (const std::string_view code :
       {"InvalidParameterException", "InvalidRequestException", "ValidationException"}) {
    if (operation.models_error(code)) return code;
  }
  return "ValidationException";
}

/// The body's object; an absent body counts as {}.
tl::expected<js::object, ApiError> read_body(std::string_view body) {
  if (trim(body).empty()) return js::object();
  boost::system::error_code error;
  js::value value = js::parse(js::string_view(body.data(), body.size()), error);
  if (error) return refuse("SerializationException", "the body is not JSON: " + error.message());
  if (!value.is_object()) return refuse("SerializationException", "the body is not a JSON object");
  return std::move(value.get_object());
}

/// Text of path or query as the member's type; text that does not fit stays a string, which the
/// validator refuses.
js::value typed(const Shape& shape, const std::string& text) {
  if (shape.type == ShapeType::integer) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  if (shape.type == ShapeType::boolean) {
    if (text == "true") return true;
    if (text == "false") return false;
  }
  return js::value(js::string(text));
}

void read_path(const Operation& operation, const RequestTarget& target, js::object& out) {
  for (const Member& member : operation.input->members) {
    if (member.location != Location::path) continue;
    for (std::size_t i = 0; i < operation.path.size(); ++i) {
      const Segment& segment = operation.path[i];
      if (segment.is_member && segment.text == member.wire_name) {
        out[member.name] = typed(*member.shape, target.path[i]);
      }
    }
  }
}

void read_query(const Operation& operation, const RequestTarget& target, Input& input) {
  for (const auto& [name, text] : target.query) {
    const auto member =
        std::find_if(operation.input->members.begin(), operation.input->members.end(),
                     [&wanted = name](const Member& m) {
                       return m.location == Location::query && m.wire_name == wanted;
                     });
    if (member == operation.input->members.end()) {
      input.unknown.push_back("query " + name);
    } else if (member->shape->type == ShapeType::list) {
      js::value& list = input.members[member->name];
      if (!list.is_array()) list.emplace_array();
      list.get_array().push_back(typed(*member->shape->element, text));
    } else {
      input.members[member->name] = typed(*member->shape, text);
    }
  }
}

/// Moves the members that belong into the body; what the operation has elsewhere, or not, is
/// unknown.
void take_body(const Operation& operation, js::object&& body, Input& input) {
  for (auto& entry : body) {
    const std::string_view key(entry.key().data(), entry.key().size());
    const Member* member = operation.input->member(key);
    if (member && member->location == Location::body) {
      input.members.insert_or_assign(entry.key(), std::move(entry.value()));
    } else {
      input.unknown.push_back("body " + std::string(key));
    }
  }
}

std::string validation_message(const std::vector<std::string>& violations) {
  return std::to_string(violations.size()) + " validation error" +
         (violations.size() == 1 ? "" : "s") + " detected: " + join(violations, "; ");
}

}  // namespace

tl::expected<Input, ApiError> read_input(const Operation& operation, const RequestTarget& target,
                                         std::string_view body) {
  Input input;
  if (!operation.input) return input;
  if (operation.method == "POST" || operation.method == "PUT") {
    auto object = read_body(body);
    if (!object) return tl::unexpected<ApiError>(std::move(object).error());
    take_body(operation, std::move(*object), input);
  }
  read_query(operation, target, input);
  read_path(operation, target, input.members);

  Validator validator(true);
  validator.check_members(*operation.input, input.members, "");
  for (const std::string& name : validator.unknown) input.unknown.push_back("body " + name);
  if (!validator.wrong_types.empty()) {
    return refuse("SerializationException", join(validator.wrong_types, "; "));
  }
  if (!validator.violations.empty()) {
    return refuse(std::string(validation_code(operation)),
                  validation_message(validator.violations));
  }
  return input;
}

std::vector<std::string> output_mistakes(const Operation& operation, const js::object& answer) {
  Validator validator(false);
  js::object copy = answer;
  if (operation.output) {
    validator.check_members(*operation.output, copy, "");
  } else if (!answer.empty()) {
    validator.unknown.emplace_back("an answer where the operation has none");
  }
  std::vector<std::string> mistakes = std::move(validator.wrong_types);
  mistakes.insert(mistakes.end(), validator.violations.begin(), validator.violations.end());
  for (const std::string& name : validator.unknown) mistakes.push_back("unknown member " + name);
  return mistakes;
}

}  // namespace flowferry::simulator
