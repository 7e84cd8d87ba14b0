#include "aws/signer.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "net/url.h"

namespace flowferry::aws {
namespace {

constexpr std::string_view k_algorithm = "AWS4-HMAC-SHA256";

std::string_view as_bytes(const Digest256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// Without "." and "..", and with single slashes, as the canonical path wants it.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (!kept.empty()) kept.pop_back();
    } else {
      kept.push_back(part);
    }
  }
  std::string out;
  for (const std::string_view part : kept) {
    out += '/';
    out += part;
  }
  if (out.empty() || path.ends_with('/')) out += '/';
  return out;
}

/// `path` as sent, each of its members encoded once more: "%3A" becomes "%253A".
std::string canonical_path(std::string_view path) {
  const std::string clean = without_dot_segments(path);
  std::string out;
  for (const std::string_view part : split(std::string_view(clean).substr(1), '/')) {
    out += '/';
    out += net::percent_encode(part);
  }
  return out;
}

/// The pairs of an encoded query, sorted by name and then by value; a name alone gets a '='.
std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string_view, std::string_view>> pairs;
  for (const std::string_view part : split(query, '&')) {
    if (query.empty()) break;
    const std::size_t equals = part.find('=');
    pairs.emplace_back(part.substr(0, equals), equals == std::string_view::npos
                                                   ? std::string_view()
                                                   : part.substr(equals + 1));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out += name;
    out += '=';
    out += value;
  }
  return out;
}

/// Trimmed, inner runs of white space as one blank.
std::string canonical_value(std::string_view value) {
  std::string out;
  bool blank = false;
  for (const char c : trim(value)) {
    const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
    if (space) {
      blank = true;
      continue;
    }
    if (blank) out += ' ';
    blank = false;
    out += c;
  }
  return out;
}

bool is_signed(std::string_view lower_name) {
  return lower_name != "user-agent" && lower_name != "expect" && lower_name != "authorization" &&
         lower_name != "x-amzn-trace-id";
}

std::string host_of(const net::HttpRequest& request) {
  const auto endpoint = net::parse_endpoint(request.origin);
  return endpoint ? endpoint->host_header() : std::string();
}

std::map<std::string, std::string> canonical_headers(const net::HttpRequest& request) {
  std::map<std::string, std::string> out;
  out["host"] = host_of(request);
  for (const auto& [name, value] : request.headers) {
    const std::string lower = ascii_lower(name);
    if (!is_signed(lower)) continue;
    const auto [place, added] = out.emplace(lower, canonical_value(value));
    if (added) continue;
    if (lower == "host") {
      place->second = canonical_value(value);
    } else {
      place->second += "," + canonical_value(value);
    }
  }
  return out;
}

std::string scope_text(const SigningScope& scope) {
  return amz_date(scope.time).substr(0, 8) + "/" + std::string(scope.region) + "/" +
         std::string(scope.service) + "/aws4_request";
}

std::string signature_of(std::string_view string_to_sign, const Credentials& credentials,
                         const SigningScope& scope) {
  const std::string date = amz_date(scope.time).substr(0, 8);
  Digest256 key = hmac_sha256("AWS4" + credentials.secret_access_key, date);
  key = hmac_sha256(as_bytes(key), scope.region);
  key = hmac_sha256(as_bytes(key), scope.service);
  key = hmac_sha256(as_bytes(key), "aws4_request");
  return to_hex(hmac_sha256(as_bytes(key), string_to_sign));
}

}  // namespace

SigningSteps signing_steps(const net::HttpRequest& request, const Credentials& credentials,
                           const SigningScope& scope) {
  SigningSteps steps;
  const std::string_view target = request.target;
  const std::size_t mark = target.find('?');
  const std::string_view query =
      mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  std::string& canonical = steps.canonical_request;
  canonical = request.method + "\n" + canonical_path(target.substr(0, mark)) + "\n" +
              canonical_query(query) + "\n";
  for (const auto& [name, value] : canonical_headers(request)) {
    canonical += name + ":" + value + "\n";
    if (!steps.signed_headers.empty()) steps.signed_headers += ';';
    steps.signed_headers += name;
  }
  canonical += "\n" + steps.signed_headers + "\n" + sha256_hex(request.body);
  steps.string_to_sign = std::string(k_algorithm) + "\n" + amz_date(scope.time) + "\n" +
                         scope_text(scope) + "\n" + sha256_hex(canonical);
  steps.signature = signature_of(steps.string_to_sign, credentials, scope);
  return steps;
}

void sign(net::HttpRequest& request, const Credentials& credentials, const SigningScope& scope) {
  std::erase_if(request.headers, [](const net::Header& header) {
    const std::string name = ascii_lower(header.first);
    return name == "authorization" || name == "x-amz-date" || name == "x-amz-security-token";
  });
  request.headers.emplace_back("X-Amz-Date", amz_date(scope.time));
  if (!credentials.session_token.empty()) {
    request.headers.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  const SigningSteps steps = signing_steps(request, credentials, scope);
  request.headers.emplace_back(
      "Authorization", std::string(k_algorithm) + " Credential=" + credentials.access_key_id + "/" +
                           scope_text(scope) + ", SignedHeaders=" + steps.signed_headers +
                           ", Signature=" + steps.signature);
}

}  // namespace flowferry::aws
