#include "mapping/name_pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <utility>
#include <vector>

#include "base/text.h"

namespace flowferry::mapping {
namespace {

constexpr std::size_t k_longest = 2000;
constexpr std::uint32_t k_match_limit = 1'000'000;

constexpr std::uint32_t k_options = PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS |
                                    PCRE2_MATCH_UNSET_BACKREF | PCRE2_DOLLAR_ENDONLY |
                                    PCRE2_NEVER_BACKSLASH_C;

PCRE2_SPTR units(std::string_view text) {
  // An empty view may have no data, which PCRE2 does not take.
  return reinterpret_cast<PCRE2_SPTR>(text.empty() ? "" : text.data());
}

tl::unexpected<Error> refuse(std::string_view from, const std::string& why) {
  return fail(ErrorKind::config,
              "\"" + std::string(from) + "\" is not a regular expression: " + why,
              "write an ECMAScript regular expression, such as \"^dev-(.*)$\"");
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// One piece of a replacement: text, or a group.
struct Piece {
  std::string_view text;
  std::size_t group = 0;
  bool is_group = false;
};

/// The piece at the beginning of `to`, taken off it. `groups`: how many there are.
Piece next_piece(std::string_view& to, std::size_t groups) {
  const auto take = [&](std::size_t length) {
    const std::string_view taken = to.substr(0, length);
    to.remove_prefix(length);
    return taken;
  };
  if (to.front() != '$') return Piece{take(std::min(to.find('$'), to.size()))};
  if (to.starts_with("$$")) return Piece{take(2).substr(1)};
  if (to.starts_with("$&")) {
    take(2);
    return Piece{{}, 0, true};
  }
  if (to.size() > 1 && is_digit(to[1])) {
    std::size_t group = static_cast<std::size_t>(to[1] - '0');
    std::size_t length = 2;
    if (to.size() > 2 && is_digit(to[2])) {
      const std::size_t two = group * 10 + static_cast<std::size_t>(to[2] - '0');
      if (two >= 1 && two <= groups) {
        group = two;
        length = 3;
      }
    }
    if (group >= 1) {
      take(length);
      return Piece{{}, group, true};
    }
  }
  return Piece{take(1)};
}

}  // namespace

struct NamePattern::Code {
  pcre2_code* code = nullptr;
  pcre2_match_context* limits = nullptr;
  std::size_t groups = 0;

  Code() = default;
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  ~Code() {
    pcre2_match_context_free(limits);
    pcre2_code_free(code);
  }
};

NamePattern::NamePattern(std::shared_ptr<const Code> code, std::string to)
    : code_(std::move(code)), to_(std::move(to)) {}

Result<NamePattern> NamePattern::make(std::string_view from, std::string_view to) {
  if (from.size() > k_longest) return refuse(from.substr(0, 40), "it is too long");
  if (find_invalid_utf8(from) || find_invalid_utf8(to)) return refuse("?", "it is not UTF-8");
  auto code = std::make_shared<Code>();
  int number = 0;
  PCRE2_SIZE offset = 0;
  code->code = pcre2_compile(units(from), from.size(), k_options, &number, &offset, nullptr);
  if (code->code == nullptr) {
    PCRE2_UCHAR text[256] = {};
    pcre2_get_error_message(number, text, sizeof text);
    return refuse(from, std::string(reinterpret_cast<const char*>(text)) + " at character " +
                            std::to_string(count_code_points(from.substr(0, offset)) + 1));
  }
  code->limits = pcre2_match_context_create(nullptr);
  pcre2_set_match_limit(code->limits, k_match_limit);
  std::uint32_t groups = 0;
  pcre2_pattern_info(code->code, PCRE2_INFO_CAPTURECOUNT, &groups);
  code->groups = groups;
  for (std::string_view rest = to; !rest.empty();) {
    const Piece piece = next_piece(rest, groups);
    if (piece.is_group && piece.group > groups) {
      return fail(ErrorKind::config,
                  "\"" + std::string(to) + "\" names group " + std::to_string(piece.group) +
                      ", and \"" + std::string(from) + "\" has " + std::to_string(groups),
                  "put the part that is to be kept in parentheses; write $$ for a dollar sign");
    }
  }
  return NamePattern(std::move(code), std::string(to));
}

std::optional<std::string> NamePattern::replace(std::string_view name) const {
  pcre2_match_data* data = pcre2_match_data_create_from_pattern(code_->code, nullptr);
  if (data == nullptr) return std::nullopt;
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data);
  std::string out;
  std::size_t copied = 0;
  bool matched = false;
  // After an empty match the search goes on behind the next character.
  for (std::size_t from = 0; from <= name.size();) {
    const int found =
        pcre2_match(code_->code, units(name), name.size(), from, 0, data, code_->limits);
    if (found < 0) {
      if (found != PCRE2_ERROR_NOMATCH) matched = false;  // too long, or not UTF-8
      break;
    }
    matched = true;
    out += name.substr(copied, ends[0] - copied);
    for (std::string_view rest = to_; !rest.empty();) {
      const Piece piece = next_piece(rest, code_->groups);
      if (!piece.is_group) {
        out += piece.text;
      } else if (static_cast<int>(piece.group) < found && ends[2 * piece.group] != PCRE2_UNSET) {
        out +=
            name.substr(ends[2 * piece.group], ends[2 * piece.group + 1] - ends[2 * piece.group]);
      }
    }
    copied = ends[1];
    from = ends[1];
    if (ends[1] == ends[0]) {
      do {
        ++from;
      } while (from < name.size() && (static_cast<unsigned char>(name[from]) & 0xC0U) == 0x80U);
    }
  }
  pcre2_match_data_free(data);
  if (!matched) return std::nullopt;
  out += name.substr(std::min(copied, name.size()));
  return out;
}

bool NamePattern::matches(std::string_view name) const {
  pcre2_match_data* data = pcre2_match_data_create_from_pattern(code_->code, nullptr);
  if (data == nullptr) return false;
  const int found = pcre2_match(code_->code, units(name), name.size(), 0, 0, data, code_->limits);
  pcre2_match_data_free(data);
  return found >= 0;
}

}  // namespace flowferry::mapping
