// base/json/scan.h
//
// Skipping over the plain part of strings, eight bytes at a time. For base/json only.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace flowferry::json {

/// The first byte from `p` on that is a quote, a backslash or a control character, or (where
/// `stop_beyond_ascii`) beyond ASCII; or `end`.
template <bool stop_beyond_ascii>
const char* skip_plain(const char* p, const char* end) {
  if constexpr (std::endian::native == std::endian::little) {
    constexpr std::uint64_t k_ones = 0x0101010101010101ULL;
    constexpr std::uint64_t k_highs = 0x8080808080808080ULL;
    while (end - p >= 8) {
      std::uint64_t x;
      std::memcpy(&x, p, sizeof x);
      // A borrow can only disturb bytes above the first hit, and only the first hit is used.
      const std::uint64_t quote = (x ^ (k_ones * '"')) - k_ones;
      const std::uint64_t backslash = (x ^ (k_ones * '\\')) - k_ones;
      std::uint64_t hits = (x - k_ones * 0x20) | quote | backslash;
      hits = stop_beyond_ascii ? (hits | x) & k_highs : hits & ~x & k_highs;
      if (hits != 0) return p + std::countr_zero(hits) / 8;
      p += 8;
    }
  }
  const auto plain = [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u >= 0x20 && c != '"' && c != '\\' && (!stop_beyond_ascii || u < 0x80);
  };
  while (p < end && plain(*p)) ++p;
  return p;
}

}  // namespace flowferry::json
