// base/hash.h
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace flowferry {

using Digest256 = std::array<std::uint8_t, 32>;

Digest256 sha256(std::string_view bytes);
Digest256 hmac_sha256(std::string_view key, std::string_view bytes);
/// Lower-case hexadecimal of SHA-256 of `bytes`: 64 characters.
std::string sha256_hex(std::string_view bytes);
std::string to_hex(const Digest256& digest);

}  // namespace flowferry
