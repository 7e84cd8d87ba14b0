#include "simulator/service_description.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

extern "C" const char flowferry_connect_service_begin[], flowferry_connect_service_end[];
extern "C" const char flowferry_lex_service_begin[], flowferry_lex_service_end[];

namespace flowferry::simulator {
namespace {

namespace js = boost::json;

// Wrong or doubly escaped in the published description (connect-api.md 2.7).
constexpr std::array<std::string_view, 8> k_unusable_patterns = {
    "PhoneNumber",          "PhoneNumberPrefix", "S3Uri",          "DataTableDescription",
    "WorkspaceDescription", "WorkspaceName",     "WorkspaceTitle", "ViewContentSha256",
};

class Pcre2Pattern final : public Pattern {
 public:
  explicit Pcre2Pattern(pcre2_code* code)
      : code_(code), match_(pcre2_match_data_create_from_pattern(code, nullptr)) {}
  ~Pcre2Pattern() override {
    pcre2_match_data_free(match_);
    pcre2_code_free(code_);
  }
  Pcre2Pattern(const Pcre2Pattern&) = delete;
  Pcre2Pattern& operator=(const Pcre2Pattern&) = delete;

  bool matches(std::string_view text) const override {
    return pcre2_match(code_, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, match_,
                       nullptr) >= 0;
  }

 private:
  pcre2_code* code_;
  pcre2_match_data* match_;
};

std::string text_of(const js::object& object, std::string_view name) {
  const js::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

const js::object& object_of(const js::object& object, std::string_view name) {
  static const js::object empty;
  const js::value* value = object.if_contains(name);
  return value && value->is_object() ? value->get_object() : empty;
}

std::optional<std::int64_t> number_of(const js::object& object, std::string_view name) {
  const js::value* value = object.if_contains(name);
  if (!value) return std::nullopt;
  boost::system::error_code error;
  const auto number = value->to_number<std::int64_t>(error);
  if (error) return std::nullopt;
  return number;
}

std::vector<std::string> strings_of(const js::object& object, std::string_view name) {
  std::vector<std::string> out;
  const js::value* value = object.if_contains(name);
  if (!value || !value->is_array()) return out;
  for (const js::value& item : value->get_array()) {
    if (item.is_string()) out.emplace_back(item.get_string());
  }
  return out;
}

std::optional<ShapeType> shape_type(std::string_view word) {
  if (word == "structure") return ShapeType::structure;
  if (word == "list") return ShapeType::list;
  if (word == "map") return ShapeType::map;
  if (word == "string") return ShapeType::string;
  if (word == "integer" || word == "long") return ShapeType::integer;
  if (word == "boolean") return ShapeType::boolean;
  if (word == "double" || word == "float") return ShapeType::real;
  if (word == "timestamp") return ShapeType::timestamp;
  return std::nullopt;
}

std::vector<Segment> split_uri(std::string_view uri) {
  std::vector<Segment> out;
  if (!uri.empty() && uri.front() == '/') uri.remove_prefix(1);
  if (!uri.empty() && uri.back() == '/') uri.remove_suffix(1);
  while (true) {
    const std::size_t slash = uri.find('/');
    std::string_view part = uri.substr(0, slash);
    Segment segment;
    if (part.size() >= 2 && part.front() == '{' && part.back() == '}') {
      segment.is_member = true;
      part = part.substr(1, part.size() - 2);
    }
    segment.text = std::string(part);
    out.push_back(std::move(segment));
    if (slash == std::string_view::npos) return out;
    uri.remove_prefix(slash + 1);
  }
}

std::string route_key(std::string_view method, std::size_t segments) {
  return std::string(method) + ' ' + std::to_string(segments);
}

bool fits(const Operation& operation, const std::vector<std::string>& path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!operation.path[i].is_member && operation.path[i].text != path[i]) return false;
  }
  return true;
}

std::ptrdiff_t words_in(const Operation& operation) {
  return std::count_if(operation.path.begin(), operation.path.end(),
                       [](const Segment& s) { return !s.is_member; });
}

}  // namespace

std::unique_ptr<Pattern> Pattern::compile(std::string_view text) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  // ALT_BSUX: \uXXXX as in the description's dialect.
  pcre2_code* code =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                    PCRE2_UTF | PCRE2_UCP | PCRE2_ALT_BSUX, &error, &offset, nullptr);
  if (!code) return nullptr;
  return std::make_unique<Pcre2Pattern>(code);
}

const Member* Shape::member(std::string_view member_name) const {
  for (const Member& m : members) {
    if (m.name == member_name) return &m;
  }
  return nullptr;
}

bool Operation::models_error(std::string_view code) const {
  return std::find(errors.begin(), errors.end(), code) != errors.end();
}

bool Operation::reads() const {
  const std::string_view n = name;
  return n.starts_with("Describe") || n.starts_with("List") || n.starts_with("Get") ||
         n.starts_with("Search") || n.starts_with("BatchGet");
}

/// Fills a ServiceDescription from its JSON.
class DescriptionReader {
 public:
  explicit DescriptionReader(ServiceDescription& out) : out_(out) {}

  bool read(const js::object& root) {
    out_.signing_name_ = text_of(object_of(root, "metadata"), "signingName");
    if (out_.signing_name_.empty()) {
      out_.signing_name_ = text_of(object_of(root, "metadata"), "endpointPrefix");
    }
    const js::object& shapes = object_of(root, "shapes");
    for (const auto& entry : shapes) {
      auto shape = std::make_unique<Shape>();
      shape->name = std::string(entry.key());
      out_.shapes_.emplace(shape->name, std::move(shape));
    }
    for (const auto& entry : shapes) {
      if (!entry.value().is_object() || !read_shape(entry.key(), entry.value().get_object())) {
        return false;
      }
    }
    for (const auto& entry : object_of(root, "operations")) {
      if (!entry.value().is_object()) return false;
      read_operation(entry.key(), entry.value().get_object());
    }
    return !out_.operations_.empty();
  }

 private:
  const Shape* find(std::string_view name) const {
    const auto found = out_.shapes_.find(name);
    return found == out_.shapes_.end() ? nullptr : found->second.get();
  }

  bool read_shape(std::string_view name, const js::object& json) {
    Shape& shape = *out_.shapes_.find(name)->second;
    const auto type = shape_type(text_of(json, "type"));
    if (!type) return false;
    shape.type = *type;
    shape.min = number_of(json, "min");
    shape.max = number_of(json, "max");
    shape.values = strings_of(json, "enum");
    shape.pattern_text = text_of(json, "pattern");
    const bool usable = std::find(k_unusable_patterns.begin(), k_unusable_patterns.end(), name) ==
                        k_unusable_patterns.end();
    if (!shape.pattern_text.empty() && usable) shape.pattern = Pattern::compile(shape.pattern_text);
    shape.element = find(text_of(object_of(json, "member"), "shape"));
    if (shape.type == ShapeType::map) {
      shape.key = find(text_of(object_of(json, "key"), "shape"));
      shape.element = find(text_of(object_of(json, "value"), "shape"));
    }
    shape.error_status =
        static_cast<int>(number_of(object_of(json, "error"), "httpStatusCode").value_or(0));
    const auto required = strings_of(json, "required");
    for (const auto& entry : object_of(json, "members")) {
      if (!entry.value().is_object()) return false;
      shape.members.push_back(read_member(entry.key(), entry.value().get_object(), required));
    }
    return true;
  }

  Member read_member(std::string_view name, const js::object& json,
                     const std::vector<std::string>& required) const {
    Member member;
    member.name = std::string(name);
    member.wire_name = text_of(json, "locationName");
    if (member.wire_name.empty()) member.wire_name = member.name;
    const std::string location = text_of(json, "location");
    if (location == "uri") member.location = Location::path;
    if (location == "querystring") member.location = Location::query;
    member.shape = find(text_of(json, "shape"));
    member.required = std::find(required.begin(), required.end(), name) != required.end();
    return member;
  }

  void read_operation(std::string_view name, const js::object& json) {
    Operation operation;
    operation.name = std::string(name);
    operation.service = out_.signing_name_;
    operation.method = text_of(object_of(json, "http"), "method");
    operation.path = split_uri(text_of(object_of(json, "http"), "requestUri"));
    operation.input = find(text_of(object_of(json, "input"), "shape"));
    operation.output = find(text_of(object_of(json, "output"), "shape"));
    if (const js::value* errors = json.if_contains("errors"); errors && errors->is_array()) {
      for (const js::value& error : errors->get_array()) {
        if (error.is_object()) operation.errors.push_back(text_of(error.get_object(), "shape"));
      }
    }
    const std::size_t index = out_.operations_.size();
    out_.by_name_.emplace(operation.name, index);
    out_.by_route_.emplace(route_key(operation.method, operation.path.size()), index);
    out_.operations_.push_back(std::move(operation));
  }

  ServiceDescription& out_;
};

Result<std::unique_ptr<ServiceDescription>> ServiceDescription::parse(std::string_view text) {
  boost::system::error_code error;
  const js::value root = js::parse(js::string_view(text.data(), text.size()), error);
  if (error)
    return fail(ErrorKind::malformed, "the service description is not JSON: " + error.message());
  auto description = std::make_unique<ServiceDescription>();
  if (!root.is_object() || !DescriptionReader(*description).read(root.get_object())) {
    return fail(ErrorKind::malformed, "this is no rest-json service description");
  }
  return description;
}

const Operation* ServiceDescription::operation(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &operations_[found->second];
}

const Shape* ServiceDescription::shape(std::string_view name) const {
  const auto found = shapes_.find(name);
  return found == shapes_.end() ? nullptr : found->second.get();
}

const Operation* ServiceDescription::route(std::string_view method,
                                           const std::vector<std::string>& path) const {
  const Operation* best = nullptr;
  const auto [begin, end] = by_route_.equal_range(route_key(method, path.size()));
  for (auto it = begin; it != end; ++it) {
    const Operation& candidate = operations_[it->second];
    if (!fits(candidate, path)) continue;
    if (!best || words_in(candidate) > words_in(*best)) best = &candidate;
  }
  return best;
}

Result<std::unique_ptr<ServiceDescription>> connect_description() {
  return ServiceDescription::parse(
      {flowferry_connect_service_begin,
       static_cast<std::size_t>(flowferry_connect_service_end - flowferry_connect_service_begin)});
}

Result<std::unique_ptr<ServiceDescription>> lex_description() {
  return ServiceDescription::parse(
      {flowferry_lex_service_begin,
       static_cast<std::size_t>(flowferry_lex_service_end - flowferry_lex_service_begin)});
}

}  // namespace flowferry::simulator
