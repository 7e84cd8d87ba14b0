// net/url.h
//
// URLs as far as a signed HTTP client needs them: percent-encoding (RFC 3986), an endpoint cut into
// its parts, request targets put together member by member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace flowferry::net {

/// `bytes` with everything but A-Z a-z 0-9 - . _ ~ as %XX in upper case.
std::string percent_encode(std::string_view bytes);
/// Undoes %XX; a '%' without two hexadecimal digits stays.
std::string percent_decode(std::string_view text);

/// scheme://host[:port][/path]
struct Endpoint {
  std::string scheme;                 ///< "http" or "https".
  std::string host;                   ///< Lower case; of an IPv6 address with its brackets.
  std::optional<std::uint16_t> port;  ///< As written; nothing: the scheme's own.
  std::string path;                   ///< From '/', without query; empty when there is none.

  /// Scheme, host and port: "http://127.0.0.1:8080". The scheme's own port is left out.
  std::string origin() const;
  /// Value of the Host header: with the port, unless it is the scheme's own.
  std::string host_header() const;
};

/// Errors: malformed (another scheme, no host, a user name, a query, a port that is none ...).
Result<Endpoint> parse_endpoint(std::string_view text);

/// Whether `host` means this machine: localhost, *.localhost, 127.x.x.x, [::1].
bool is_loopback(std::string_view host);

/// A request target, built from fixed text and encoded values:
/// Target("/tags/").member(arn).query("tagKeys", key)
class Target {
 public:
  explicit Target(std::string_view fixed) : text_(fixed) {}
  Target& fixed(std::string_view text);    ///< Appends as it is; only before the first query().
  Target& member(std::string_view value);  ///< Appends one path member, encoded.
  Target& query(std::string_view name, std::string_view value);
  Target& query(std::string_view name, std::int64_t value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool has_query_ = false;
};

}  // namespace flowferry::net
