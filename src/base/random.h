// base/random.h
//
// Random ids come in through this interface, so that tests and the simulator can seed them.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace flowferry {

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;

  /// A version 4 UUID in lower case.
  std::string uuid();
  /// Uniform in [0, 1).
  double unit();
};

/// Seeded from the operating system. One for the process.
Random& system_random();

/// The same sequence for the same seed, on every machine.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace flowferry
