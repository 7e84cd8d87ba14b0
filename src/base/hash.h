// base/hash.h
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace flowferry {

using Digest256 = std::array<std::uint8_t, 32>;

Digest256 sha256(std::string_view bytes);
Digest256 hmac_sha256(std::string_view key, std::string_view bytes);
/// Lower-case hexadecimal of SHA-256 of `bytes`: 64 characters.
std::string sha256_hex(std::string_view bytes);
std::string to_hex(const Digest256& digest);

/// SHA-256 of a text that comes in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  /// Of all that was added; nothing can be added afterwards.
  std::string finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flowferry
