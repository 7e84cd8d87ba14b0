#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace flowferry {
namespace {

/// Looking the algorithm up takes longer than to hash a short text with it.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const k_fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return k_fetched != nullptr ? k_fetched : EVP_sha256();
}

}  // namespace

Digest256 sha256(std::string_view bytes) {
  Digest256 out{};
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, sha256_algorithm(), nullptr);
  return out;
}

Digest256 hmac_sha256(std::string_view key, std::string_view bytes) {
  Digest256 out{};
  unsigned length = 0;
  HMAC(sha256_algorithm(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out.data(), &length);
  return out;
}

std::string to_hex(const Digest256& digest) {
  static constexpr char k_digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(digest.size() * 2);
  for (const std::uint8_t byte : digest) {
    out += k_digits[byte >> 4];
    out += k_digits[byte & 15];
  }
  return out;
}

std::string sha256_hex(std::string_view bytes) {
  return to_hex(sha256(bytes));
}

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context, sha256_algorithm(), nullptr);
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::string Sha256::finish_hex() {
  Digest256 out{};
  unsigned length = 0;
  EVP_DigestFinal_ex(state_->context, out.data(), &length);
  return to_hex(out);
}

}  // namespace flowferry
