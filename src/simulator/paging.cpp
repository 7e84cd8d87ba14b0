#include "simulator/paging.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/hash.h"
#include "base/text.h"

namespace flowferry::simulator {
namespace {

constexpr std::array k_codes = {"InvalidParameterException", "InvalidRequestException",
                                "ValidationException"};
constexpr double k_token_life = 24 * 3600;

struct Position {
  std::uint64_t after = 0;
  std::uint64_t skips = 0;  ///< Empty pages already given at this position.
};

// Lower-case in Lex, upper-case in Connect.
std::string_view name_of(const Call& call, std::string_view upper, std::string_view lower) {
  return call.operation.input && call.operation.input->member(lower) ? lower : upper;
}

/// Tells queries apart: a token is good for the same operation with the same filters only.
std::string fingerprint(const Call& call) {
  js::object filters = call.input;
  for (const std::string_view name : {"NextToken", "nextToken", "MaxResults", "maxResults"}) {
    filters.erase(name);
  }
  return sha256_hex(call.operation.name + '\n' + call.caller.account + '\n' + call.caller.region +
                    '\n' + js::serialize(filters))
      .substr(0, 16);
}

std::string checksum(std::string_view text) {
  return sha256_hex("simulator token\n" + std::string(text)).substr(0, 8);
}

// Opaque enough that nobody counts on what is inside.
std::string scramble(std::string_view text) {
  static constexpr char k_digits[] = "0123456789abcdef";
  std::string out;
  unsigned char previous = 0x5a;
  for (const char c : text) {
    previous = static_cast<unsigned char>(previous ^ static_cast<unsigned char>(c));
    out += k_digits[previous >> 4U];
    out += k_digits[previous & 15U];
  }
  return out;
}

std::optional<std::string> unscramble(std::string_view text) {
  std::string out;
  unsigned char previous = 0x5a;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    if (error != std::errc() || end != text.data() + i + 2) return std::nullopt;
    out += static_cast<char>(previous ^ value);
    previous = static_cast<unsigned char>(value);
  }
  if (text.size() % 2 != 0) return std::nullopt;
  return out;
}

std::string make_token(const Call& call, const Position& position) {
  const std::string text = std::to_string(static_cast<std::int64_t>(call.now + k_token_life)) +
                           '.' + std::to_string(position.after) + '.' +
                           std::to_string(position.skips) + '.' + fingerprint(call);
  return scramble(checksum(text) + '.' + text);
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

tl::expected<Position, ApiError> read_token(const Call& call, std::string_view token) {
  const auto text = unscramble(token);
  const auto parts = text ? split(*text, '.') : std::vector<std::string_view>();
  if (parts.size() != 5 || checksum(text->substr(parts[0].size() + 1)) != parts[0]) {
    return refuse_as_modelled(call, k_codes, "NextToken is not valid");
  }
  if (static_cast<double>(number_in(parts[1])) < call.now) {
    ApiError error;
    error.code = "InvalidToken";
    error.message = "The pagination token has expired";
    error.status = 400;
    return pass_on(error);
  }
  if (parts[4] != fingerprint(call)) {
    return refuse_as_modelled(call, k_codes,
                              "NextToken belongs to a request with other parameters");
  }
  return Position{number_in(parts[2]), number_in(parts[3])};
}

std::int64_t asked_size(const Call& call) {
  const std::string_view name = name_of(call, "MaxResults", "maxResults");
  const Member* member = call.operation.input ? call.operation.input->member(name) : nullptr;
  const std::int64_t most = member && member->shape->max ? *member->shape->max : 1000;
  const std::int64_t usual = std::max<std::int64_t>(1, call.switches.number(Switch::default_page));
  return call.number(name, std::min(most, usual));
}

std::int64_t page_size(const Call& call, const Position& position) {
  const std::int64_t asked = std::max<std::int64_t>(1, asked_size(call));
  if (call.switches.is(Switch::pages, "short")) return (asked + 1) / 2;
  if (!call.switches.is(Switch::pages, "ragged")) return asked;
  const std::string seed = std::to_string(position.after) + '/' + std::to_string(position.skips);
  const auto dice = static_cast<std::int64_t>(number_in(std::to_string(sha256(seed)[0])));
  if (position.skips == 0 && dice % 4 == 0) return 0;
  return 1 + dice % asked;
}

}  // namespace

Outcome page_of(Call& call, std::string_view member, const ItemSource& source) {
  const std::string_view token_name = name_of(call, "NextToken", "nextToken");
  Position position;
  if (const auto token = call.optional_text(token_name)) {
    auto read = read_token(call, *token);
    if (!read) return pass_on(read);
    position = *read;
  }
  const std::int64_t size = page_size(call, position);
  js::array items;
  std::uint64_t last = position.after;
  bool more = false;
  while (auto item = source(last)) {
    if (static_cast<std::int64_t>(items.size()) == size) {
      more = true;
      break;
    }
    last = item->first;
    items.push_back(std::move(item->second));
  }
  js::object answer;
  if (more) {
    const Position next{last, items.empty() ? position.skips + 1 : 0};
    answer[token_name] = make_token(call, next);
  }
  answer[member] = std::move(items);
  return answer;
}

ItemSource items_of(js::array items) {
  return [items = std::move(items)](
             std::uint64_t after) -> std::optional<std::pair<std::uint64_t, js::value>> {
    if (after >= items.size()) return std::nullopt;
    return {{after + 1, items[after]}};
  };
}

}  // namespace flowferry::simulator
