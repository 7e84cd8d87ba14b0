// base/json/scan.h
//
// Skipping over the plain part of strings, many bytes at a time. For base/json only.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace flowferry::json {
namespace detail {

#if defined(__SSE2__)

inline constexpr std::ptrdiff_t k_stride = 16;

/// How many of the 16 bytes at `p` are plain before the first that is not; 16 when all are.
template <bool stop_beyond_ascii>
int count_plain(const char* p) {
  const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const __m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));
  // As signed numbers bytes beyond ASCII are below the control characters.
  const __m128i control = stop_beyond_ascii
                              ? _mm_cmplt_epi8(x, _mm_set1_epi8(0x20))
                              : _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1F)), x);
  const int hits = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control));
  return hits == 0 ? 16 : std::countr_zero(static_cast<unsigned>(hits));
}

#else

inline constexpr std::ptrdiff_t k_stride = 8;

/// The same for 8 bytes without vector instructions.
template <bool stop_beyond_ascii>
int count_plain(const char* p) {
  int n = 0;
  if constexpr (std::endian::native == std::endian::little) {
    constexpr std::uint64_t k_ones = 0x0101010101010101ULL;
    constexpr std::uint64_t k_highs = 0x8080808080808080ULL;
    std::uint64_t x;
    std::memcpy(&x, p, sizeof x);
    // A borrow can only disturb bytes above the first hit, and only the first hit is used.
    const std::uint64_t quote = (x ^ (k_ones * '"')) - k_ones;
    const std::uint64_t backslash = (x ^ (k_ones * '\\')) - k_ones;
    std::uint64_t hits = (x - k_ones * 0x20) | quote | backslash;
    hits = stop_beyond_ascii ? (hits | x) & k_highs : hits & ~x & k_highs;
    n = hits == 0 ? 8 : std::countr_zero(hits) / 8;
  }
  return n;
}

#endif

}  // namespace detail

/// The first byte from `p` on that is a quote, a backslash or a control character, or (where
/// `stop_beyond_ascii`) beyond ASCII; or `end`.
template <bool stop_beyond_ascii>
const char* skip_plain(const char* p, const char* end) {
  while (end - p >= detail::k_stride) {
    const int plain = detail::count_plain<stop_beyond_ascii>(p);
    p += plain;
    if (plain != detail::k_stride) break;
  }
  // At a byte that is not plain, or near the end.
  const auto is_plain = [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u >= 0x20 && c != '"' && c != '\\' && (!stop_beyond_ascii || u < 0x80);
  };
  while (p < end && is_plain(*p)) ++p;
  return p;
}

}  // namespace flowferry::json
