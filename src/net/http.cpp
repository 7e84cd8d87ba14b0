#include "net/http.h"

#include "base/text.h"

namespace flowferry::net {

std::optional<std::string_view> find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equals_ignoring_ascii_case(key, name)) return value;
  }
  return std::nullopt;
}

}  // namespace flowferry::net
