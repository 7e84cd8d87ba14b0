#include "base/random.h"

#include <cstdio>

namespace flowferry {

std::string Random::uuid() {
  std::uint64_t high = next();
  std::uint64_t low = next();
  high = (high & 0xFFFFFFFFFFFF0FFFULL) | 0x0000000000004000ULL;
  low = (low & 0x3FFFFFFFFFFFFFFFULL) | 0x8000000000000000ULL;
  char out[37];
  std::snprintf(out, sizeof out, "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32),
                static_cast<unsigned>((high >> 16) & 0xFFFF), static_cast<unsigned>(high & 0xFFFF),
                static_cast<unsigned>(low >> 48),
                static_cast<unsigned long long>(low & 0xFFFFFFFFFFFFULL));
  return out;
}

double Random::unit() {
  return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

namespace {
class SystemRandom final : public Random {
 public:
  std::uint64_t next() override {
    return (static_cast<std::uint64_t>(device_()) << 32) | device_();
  }

 private:
  std::random_device device_;
};
}  // namespace

Random& system_random() {
  static SystemRandom random;
  return random;
}

}  // namespace flowferry
