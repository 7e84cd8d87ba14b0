// flow/json_path.h
//
// JSON paths (RFC 9535) as far as they name places: `$`, `.name`, `['name']`, `[3]`, `[*]`, `.*`,
// `..name`. Without filters, slices and unions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "flow/places.h"

namespace flowferry::flow {

class JsonPath {
 public:
  /// `$.Actions[*].Parameters.Text`. Errors: config, what is wrong and where.
  static Result<JsonPath> parse(std::string_view text);
  /// A parameter as findings name it, below the parameters of a block: `Text`,
  /// `Messages[0].PromptId`, `Media.Uri`. Errors as above.
  static Result<JsonPath> parse_parameter(std::string_view text);

  /// Whether the way `steps`, from number `first` on, is one that the path describes.
  bool matches(const Document& document, const std::vector<Step>& steps,
               std::size_t first = 0) const;

 private:
  struct Part {
    std::string name;       ///< Of a member.
    std::size_t index = 0;  ///< Of an item.
    bool is_index = false;
    bool any = false;       ///< Every member and item.
    bool anywhere = false;  ///< At any depth below (`..`).
  };
  static Result<JsonPath> parse_parts(std::string_view whole, std::string_view text);
  bool matches(const Document& document, const std::vector<Step>& steps, std::size_t step,
               std::size_t part) const;

  std::vector<Part> parts_;
};

}  // namespace flowferry::flow
