// net/http.h
//
// An HTTP/1.1 request and response as values. No policy: retry, pacing and signing stand above.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flowferry::net {

using Header = std::pair<std::string, std::string>;
using Headers = std::vector<Header>;

/// The first value of `name` (compared without ASCII case), or nothing.
std::optional<std::string_view> find_header(const Headers& headers, std::string_view name);

struct HttpRequest {
  std::string method;  ///< "GET", "PUT" ...
  std::string
      origin;  ///< "https://connect.us-east-1.amazonaws.com", "http://127.0.0.1:8080"; no path.
  std::string
      target;  ///< Raw path and query exactly as they go on the wire: "/contact-flows/…?x=y".
  Headers headers;
  std::string body;
};

struct HttpResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

}  // namespace flowferry::net
