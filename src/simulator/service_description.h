// simulator/service_description.h
//
// An AWS service description (botocore's service-2.json, protocol rest-json) as values: operations,
// their places in the URL, and the shapes of what goes in and out. Read once, when the simulator starts.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace flowferry::simulator {

enum class ShapeType { structure, list, map, string, integer, boolean, real, timestamp };

/// A regular expression of the description. Matches anywhere in the text unless it is anchored itself.
class Pattern {
 public:
  /// Nothing when `text` cannot be compiled.
  static std::unique_ptr<Pattern> compile(std::string_view text);
  virtual ~Pattern() = default;
  virtual bool matches(std::string_view text) const = 0;
};

struct Shape;

/// Where a member of an operation's input stands in the request.
enum class Location { body, path, query };

struct Member {
  std::string name;       ///< As handlers and JSON bodies call it: "ResourceType".
  std::string wire_name;  ///< As it stands in path or query: "resourceType".
  Location location = Location::body;
  const Shape* shape = nullptr;
  bool required = false;
};

struct Shape {
  std::string name;
  ShapeType type = ShapeType::string;
  std::vector<Member> members;           ///< Of a structure.
  const Shape* element = nullptr;        ///< Of a list its items, of a map its values.
  const Shape* key = nullptr;            ///< Of a map.
  std::optional<std::int64_t> min, max;  ///< Characters, items, entries, or the number itself.
  std::vector<std::string> values;       ///< Of an enumeration; else empty.
  std::string pattern_text;
  std::unique_ptr<Pattern> pattern;      ///< Nothing when there is none, or none that is usable.
  int error_status = 0;                  ///< Of an exception: its HTTP status.

  const Member* member(std::string_view member_name) const;  ///< Nothing when absent.
};

/// One step of a URL: a word, or a member's value.
struct Segment {
  std::string text;  ///< The word, or the wire name of the member.
  bool is_member = false;
};

struct Operation {
  std::string name;
  std::string method;
  std::vector<Segment> path;
  const Shape* input = nullptr;   ///< Nothing when there is none.
  const Shape* output = nullptr;  ///< Nothing when there is none.
  std::vector<std::string> errors;
  std::string service;            ///< Signing name: "connect".

  /// Whether the operation may answer with this exception by its description.
  bool models_error(std::string_view code) const;
  /// Whether it only reads (by its name: Describe, List, Get, Search, BatchGet).
  bool reads() const;
};

class ServiceDescription {
 public:
  /// Parses service-2.json text. Errors: malformed.
  static Result<std::unique_ptr<ServiceDescription>> parse(std::string_view text);

  const std::string& signing_name() const { return signing_name_; }
  const std::vector<Operation>& operations() const { return operations_; }
  /// Nothing when absent.
  const Operation* operation(std::string_view name) const;
  const Shape* shape(std::string_view name) const;

  /// The operation of a request, by its method and decoded path segments; of several the one with
  /// the most words. Nothing when there is none.
  const Operation* route(std::string_view method, const std::vector<std::string>& path) const;

 private:
  friend class DescriptionReader;
  std::string signing_name_;
  std::map<std::string, std::unique_ptr<Shape>, std::less<>> shapes_;
  std::vector<Operation> operations_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::multimap<std::string, std::size_t> by_route_;  ///< "GET 3": method and number of segments.
};

/// The descriptions that are built into the program: Amazon Connect, Lex Models V2.
Result<std::unique_ptr<ServiceDescription>> connect_description();
Result<std::unique_ptr<ServiceDescription>> lex_description();

}  // namespace flowferry::simulator
