#include "flow/lint/value_shapes.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace flowferry::flow::lint {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_word(char c) {
  return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Whether the place `at` is within an ARN: that begins before it, without a blank between.
bool in_arn(std::string_view text, std::size_t at) {
  const std::size_t begin = text.substr(0, at).rfind("arn:");
  return begin != std::string_view::npos &&
         text.substr(begin, at - begin).find_first_of(" \t\r\n\"'") == std::string_view::npos;
}

constexpr std::array<std::string_view, 11> k_areas = {"us", "eu", "ap", "ca", "sa",    "af",
                                                      "me", "il", "mx", "cn", "us-gov"};
constexpr std::array<std::string_view, 9> k_directions = {"north",     "south",     "east",
                                                          "west",      "central",   "northeast",
                                                          "northwest", "southeast", "southwest"};

/// The length of the Region that begins at `at`, or 0.
std::size_t region_at(std::string_view text, std::size_t at) {
  for (const std::string_view area : k_areas) {
    if (text.substr(at, area.size()) != area || text.substr(at + area.size(), 1) != "-") continue;
    for (const std::string_view direction : k_directions) {
      const std::size_t begin = at + area.size() + 1;
      const std::size_t number = begin + direction.size() + 1;
      if (text.substr(begin, direction.size()) != direction || text.substr(number - 1, 1) != "-" ||
          number >= text.size() || !is_digit(text[number])) {
        continue;
      }
      const std::size_t end = number + 1;
      if (end == text.size() || !(is_word(text[end]) || text[end] == '-')) return end - at;
    }
  }
  return 0;
}

}  // namespace

bool is_phone_number(std::string_view text) {
  return text.size() >= 8 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
         std::all_of(text.begin() + 1, text.end(), is_digit);
}

bool is_email_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || text.find('@', at + 1) != std::string_view::npos)
    return false;
  const std::size_t dot = text.rfind('.');
  return dot != std::string_view::npos && dot > at + 1 && dot + 2 < text.size() &&
         text.find_first_of(" \t\r\n<>\",;:/") == std::string_view::npos &&
         text.find("$.") == std::string_view::npos;
}

std::string find_url(std::string_view text) {
  for (std::size_t at = text.find("://"); at != std::string_view::npos;
       at = text.find("://", at + 3)) {
    for (const std::string_view scheme : {"https", "http", "s3"}) {
      if (at < scheme.size() || text.substr(at - scheme.size(), scheme.size()) != scheme) continue;
      const std::string_view host = text.substr(at + 3);
      if (host.starts_with("www.w3.org") || host.starts_with("$.") || host.empty()) break;
      const std::size_t begin = at - scheme.size();
      return std::string(text.substr(begin, text.find_first_of(" \t\r\n\"'<>", begin) - begin));
    }
  }
  return {};
}

std::string find_region(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_lower(text[i]) || (i > 0 && (is_word(text[i - 1]) || text[i - 1] == '-'))) continue;
    const std::size_t length = region_at(text, i);
    if (length > 0 && !in_arn(text, i)) return std::string(text.substr(i, length));
  }
  return {};
}

std::string find_account(std::string_view text, std::string_view own) {
  constexpr std::size_t k_digits = 12;
  for (std::size_t i = 0; i + k_digits <= text.size(); ++i) {
    if (!is_digit(text[i])) continue;
    std::size_t end = i;
    while (end < text.size() && is_digit(text[end])) ++end;
    const std::string_view number = text.substr(i, end - i);
    const bool alone = (i == 0 || !(is_word(text[i - 1]) || text[i - 1] == '+')) &&
                       (end == text.size() || !is_word(text[end]));
    const bool in_address = i > 0 && text[i - 1] == '/' &&
                            text.substr(0, i).rfind("amazonaws.com") != std::string_view::npos;
    if (number.size() == k_digits && alone && (number == own || in_address) && !in_arn(text, i)) {
      return std::string(number);
    }
    i = end;
  }
  return {};
}

std::string_view secret_in(std::string_view name, std::string_view value) {
  if (value.find("-----BEGIN") != std::string_view::npos &&
      value.find("PRIVATE KEY-----") != std::string_view::npos) {
    return "a private key";
  }
  for (const std::string_view prefix : {"AKIA", "ASIA"}) {
    for (std::size_t at = value.find(prefix); at != std::string_view::npos;
         at = value.find(prefix, at + 1)) {
      const std::string_view key = value.substr(at, 20);
      if (key.size() < 20) break;  // Nor is there room for one behind it.
      const bool shaped = std::all_of(key.begin(), key.end(),
                                      [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
      const bool alone = (at == 0 || !is_word(value[at - 1])) &&
                         (at + 20 == value.size() || !is_word(value[at + 20]));
      if (shaped && alone) return "an access key";
    }
  }
  std::string plain;
  for (const char c : ascii_lower(name)) {
    if (c != '_' && c != '-' && c != ' ' && c != '.') plain += c;
  }
  const auto ends = [&](std::string_view word) { return plain.ends_with(word); };
  // A path, a blank or a word of yes and no is no secret.
  if (value.size() < 6 || value.find("$.") != std::string_view::npos ||
      value.find(' ') != std::string_view::npos) {
    return {};
  }
  if (ends("password") || ends("passwd") || ends("passphrase")) return "a password";
  if (ends("apikey") || ends("secretkey") || ends("clientsecret") || ends("secret") ||
      ends("accesstoken") || ends("authtoken") || ends("bearertoken")) {
    return "a key or token";
  }
  return {};
}

}  // namespace flowferry::flow::lint
