#include "simulator/seeded_ids.h"

#include "base/hash.h"

namespace flowferry::simulator {

std::string SeededIds::uuid(std::string_view what) const {
  Digest256 digest = sha256(std::to_string(seed_) + '/' + std::string(what));
  digest[6] = static_cast<std::uint8_t>((digest[6] & 0x0FU) | 0x40U);
  digest[8] = static_cast<std::uint8_t>((digest[8] & 0x3FU) | 0x80U);
  const std::string hex = to_hex(digest);
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' +
         hex.substr(16, 4) + '-' + hex.substr(20, 12);
}

std::string SeededIds::uuid(std::string_view instance, std::string_view kind, std::string_view name,
                            std::size_t repeat) const {
  std::string what;
  for (const std::string_view part : {instance, kind, name}) what += std::string(part) + '/';
  return uuid(what + std::to_string(repeat));
}

std::string SeededIds::word(std::string_view what, std::size_t length,
                            std::string_view alphabet) const {
  const Digest256 digest = sha256(std::to_string(seed_) + '/' + std::string(what));
  std::string out;
  for (std::size_t i = 0; i < length && i < digest.size(); ++i)
    out += alphabet[digest[i] % alphabet.size()];
  return out;
}

}  // namespace flowferry::simulator
