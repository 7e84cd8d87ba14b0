#include "simulator/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/text.h"
#include "simulator/request_target.h"

namespace flowferry::simulator {
namespace {

constexpr std::chrono::minutes k_allowed_skew{15};
constexpr std::string_view k_algorithm = "AWS4-HMAC-SHA256";

std::string hex(const unsigned char* bytes, std::size_t size) {
  static constexpr char k_digits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < size; ++i) {
    out += k_digits[bytes[i] >> 4U];
    out += k_digits[bytes[i] & 15U];
  }
  return out;
}

std::string sha256_of(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return hex(digest.data(), digest.size());
}

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, 32> digest{};
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

ApiError refused(std::string code, std::string message) {
  ApiError error;
  error.code = std::move(code);
  error.message = std::move(message);
  error.status = 403;
  return error;
}

/// The value of `name=` in the comma-separated rest of the Authorization header.
std::string field(std::string_view header, std::string_view name) {
  for (const std::string_view part : split(header, ',')) {
    const std::string_view item = trim(part);
    if (item.size() > name.size() && item.substr(0, name.size()) == name &&
        item[name.size()] == '=') {
      return std::string(item.substr(name.size() + 1));
    }
  }
  return {};
}

std::optional<Claim> read_claim(std::string_view header) {
  if (!header.starts_with(k_algorithm)) return std::nullopt;
  const std::string_view rest = header.substr(k_algorithm.size());
  Claim claim;
  const std::string credential = field(rest, "Credential");
  const auto scope = split(credential, '/');
  if (scope.size() != 5 || scope[4] != "aws4_request") return std::nullopt;
  claim.access_key_id = std::string(scope[0]);
  claim.date = std::string(scope[1]);
  claim.region = std::string(scope[2]);
  claim.service = std::string(scope[3]);
  claim.signed_headers = field(rest, "SignedHeaders");
  claim.signature = field(rest, "Signature");
  if (claim.signed_headers.empty() || claim.signature.empty() || claim.region.empty())
    return std::nullopt;
  return claim;
}

/// "20260115T120000Z" as a time.
std::optional<SystemTime> read_amz_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  std::tm parts{};
  const std::string copy(text);
  if (!strptime(copy.c_str(), "%Y%m%dT%H%M%SZ", &parts)) return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

/// Dot segments and empty ones removed, as the signing rules ask for before the second encoding.
std::string normalized(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      kept.push_back(part);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string out;
  for (const std::string_view part : kept) out += '/' + std::string(part);
  if (out.empty() || (path.size() > 1 && path.back() == '/')) out += '/';
  return out;
}

std::string canonical_query(std::string_view target) {
  const std::size_t question = target.find('?');
  if (question == std::string_view::npos) return {};
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string_view part : split(target.substr(question + 1), '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const auto encode = [](std::string_view text) {
      const auto decoded = percent_decode(text);
      return percent_encode(decoded ? *decoded : std::string(text));
    };
    pairs.emplace_back(encode(part.substr(0, equals)),
                       equals == std::string_view::npos ? "" : encode(part.substr(equals + 1)));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& [name, value] : pairs) out += (out.empty() ? "" : "&") + name + '=' + value;
  return out;
}

/// Inner runs of spaces become one.
std::string folded(std::string_view value) {
  std::string out;
  for (const char c : trim(value)) {
    if (c == ' ' && !out.empty() && out.back() == ' ') continue;
    out += c;
  }
  return out;
}

std::string canonical_header(const net::ServerRequest& request, std::string_view name) {
  std::string values;
  bool first = true;
  for (const auto& [key, value] : request.headers) {
    if (!equals_ignoring_ascii_case(key, name)) continue;
    if (!first) values += ',';
    values += folded(value);
    first = false;
  }
  return std::string(name) + ':' + values + '\n';
}

bool signs(std::string_view signed_headers, std::string_view name) {
  const auto names = split(signed_headers, ';');
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string scope_of(const Claim& claim) {
  return claim.date + '/' + claim.region + '/' + claim.service + "/aws4_request";
}

}  // namespace

std::string canonical_request(const net::ServerRequest& request, std::string_view signed_headers) {
  const std::string_view target = request.target;
  std::string out = request.method + '\n';
  out += percent_encode(normalized(target.substr(0, target.find('?'))), '/') + '\n';
  out += canonical_query(target) + '\n';
  for (const std::string_view name : split(signed_headers, ';'))
    out += canonical_header(request, name);
  out += '\n' + std::string(signed_headers) + '\n' + sha256_of(request.body);
  return out;
}

tl::expected<Caller, ApiError> SignatureVerifier::authenticate(const net::ServerRequest& request,
                                                               bool verify) {
  const auto header = net::find_header(request.headers, "authorization");
  if (!header || header->empty()) {
    return tl::unexpected(
        refused("MissingAuthenticationTokenException", "Missing Authentication Token"));
  }
  const auto claim = read_claim(*header);
  if (!claim) {
    return tl::unexpected(refused(
        "IncompleteSignatureException",
        "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters."));
  }
  const Keys* keys = find_keys_(claim->access_key_id);
  if (!keys) {
    return tl::unexpected(refused("UnrecognizedClientException",
                                  "The security token included in the request is invalid."));
  }
  if (verify) {
    if (auto error = check(request, *claim, *keys)) return tl::unexpected(std::move(*error));
  }
  if (keys->expires && *keys->expires <= clock_.now()) {
    return tl::unexpected(
        refused("ExpiredTokenException", "The security token included in the request is expired"));
  }
  return Caller{keys->account, claim->region, claim->service, claim->access_key_id, keys->role};
}

std::optional<ApiError> SignatureVerifier::check(const net::ServerRequest& request,
                                                 const Claim& claim, const Keys& keys) {
  const auto wrong = [](std::string message) {
    return refused("InvalidSignatureException", std::move(message));
  };
  const std::string token{net::find_header(request.headers, "x-amz-security-token").value_or("")};
  if (token != keys.session_token) {
    return refused("UnrecognizedClientException",
                   "The security token included in the request is invalid.");
  }
  const std::string date{net::find_header(request.headers, "x-amz-date").value_or("")};
  const auto time = read_amz_date(date);
  if (!time || date.substr(0, 8) != claim.date) {
    return wrong(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
        "HTTP: '" +
        claim.date + "' != '" + date + "'");
  }
  const SystemTime now = clock_.now();
  if (*time + k_allowed_skew < now || *time - k_allowed_skew > now) {
    return wrong("Signature " + std::string(*time < now ? "expired: " : "not yet current: ") +
                 date + " is not within 15 min. of " + amz_date(now));
  }
  for (const std::string_view name : {"host", "x-amz-date", "x-amz-security-token"}) {
    if (net::find_header(request.headers, name) && !signs(claim.signed_headers, name)) {
      return wrong("'" + std::string(name) +
                   "' must be a 'SignedHeader' in the AWS Authorization.");
    }
  }
  const std::string canonical = canonical_request(request, claim.signed_headers);
  const std::string to_sign =
      std::string(k_algorithm) + '\n' + date + '\n' + scope_of(claim) + '\n' + sha256_of(canonical);
  const std::string raw = hmac(signing_key(claim, keys), to_sign);
  if (hex(reinterpret_cast<const unsigned char*>(raw.data()), raw.size()) == claim.signature) {
    return std::nullopt;
  }
  return wrong(
      "The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret "
      "Access Key and signing method. Consult the service documentation for details.\n\nThe "
      "Canonical String "
      "for this request should have been\n'" +
      canonical + "'\n\nThe String-to-Sign should have been\n'" + to_sign + "'\n");
}

const std::string& SignatureVerifier::signing_key(const Claim& claim, const Keys& keys) {
  std::string& key = signing_keys_[claim.access_key_id + '/' + scope_of(claim)];
  if (key.empty()) {
    key = hmac("AWS4" + keys.secret, claim.date);
    key = hmac(key, claim.region);
    key = hmac(key, claim.service);
    key = hmac(key, "aws4_request");
  }
  return key;
}

}  // namespace flowferry::simulator
