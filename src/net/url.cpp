#include "net/url.h"

#include <charconv>
#include <system_error>
#include <vector>

#include "base/text.h"

namespace flowferry::net {
namespace {

constexpr char k_hex[] = "0123456789ABCDEF";

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_encoded(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + bytes.size());
  for (const char c : bytes) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += k_hex[byte >> 4];
      out += k_hex[byte & 15];
    }
  }
}

std::uint16_t own_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

tl::unexpected<Error> bad_endpoint(std::string_view text, const std::string& why) {
  return fail(ErrorKind::malformed, "\"" + printable(text) + "\" is no endpoint: " + why,
              "write it as https://host or http://127.0.0.1:PORT");
}

bool is_host_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

/// The bracketed or plain host at the front of `rest`, which it shortens; empty when there is none.
std::string take_host(std::string_view& rest) {
  std::size_t length = 0;
  if (rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos || close == 1) return {};
    for (std::size_t i = 1; i < close; ++i) {
      if (hex_digit(rest[i]) < 0 && rest[i] != ':' && rest[i] != '.') return {};
    }
    length = close + 1;
  } else {
    while (length < rest.size() && is_host_character(rest[length])) ++length;
  }
  std::string host = ascii_lower(rest.substr(0, length));
  rest.remove_prefix(length);
  return host;
}

}  // namespace

std::string percent_encode(std::string_view bytes) {
  std::string out;
  append_encoded(out, bytes);
  return out;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

std::string Endpoint::host_header() const {
  if (!port || *port == own_port(scheme)) return host;
  return host + ":" + std::to_string(*port);
}

std::string Endpoint::origin() const {
  return scheme + "://" + host_header();
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  std::string_view rest = trim(text);
  Endpoint out;
  const std::size_t colon = rest.find("://");
  if (colon == std::string_view::npos) return bad_endpoint(text, "no http:// or https://");
  out.scheme = ascii_lower(rest.substr(0, colon));
  if (out.scheme != "http" && out.scheme != "https") {
    return bad_endpoint(text, "it must start with http:// or https://");
  }
  rest.remove_prefix(colon + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  // Whatever stands before an '@' could be a password: it is not repeated in the message.
  if (authority.find('@') != std::string_view::npos) {
    return fail(ErrorKind::malformed, "an endpoint must not hold a user name or password",
                "remove what stands before the @");
  }
  out.host = take_host(rest);
  if (out.host.empty()) return bad_endpoint(text, "no host");
  if (rest.starts_with(':')) {
    rest.remove_prefix(1);
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), port);
    if (problem != std::errc() || port == 0) return bad_endpoint(text, "the port is no number");
    out.port = port;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  }
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return bad_endpoint(text, "it must not have a query");
  }
  if (!rest.empty() && rest.front() != '/')
    return bad_endpoint(text, "a bad character in the host");
  out.path = rest;
  return out;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost") || host == "[::1]") return true;
  if (!host.starts_with("127.")) return false;
  // Four numbers, so that "127.example.com" is not taken for an address.
  const auto parts = split(host, '.');
  if (parts.size() != 4) return false;
  for (const std::string_view part : parts) {
    if (part.empty() || part.size() > 3) return false;
    if (part.find_first_not_of("0123456789") != std::string_view::npos) return false;
  }
  return true;
}

Target& Target::fixed(std::string_view text) {
  text_ += text;
  return *this;
}

Target& Target::member(std::string_view value) {
  append_encoded(text_, value);
  return *this;
}

Target& Target::query(std::string_view name, std::string_view value) {
  text_ += has_query_ ? '&' : '?';
  has_query_ = true;
  append_encoded(text_, name);
  text_ += '=';
  append_encoded(text_, value);
  return *this;
}

Target& Target::query(std::string_view name, std::int64_t value) {
  return query(name, std::string_view(std::to_string(value)));
}

}  // namespace flowferry::net
