#include "base/hash.h"

#include <gtest/gtest.h>

#include <random>

namespace flowferry {
namespace {

TEST(Sha256, OfPiecesIsThatOfTheWhole) {
  // FIPS 180-4, of "abc".
  Sha256 abc;
  abc.add("a");
  abc.add("");
  abc.add("bc");
  EXPECT_EQ(abc.finish_hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256().finish_hex(), sha256_hex(""));
  std::mt19937 random(5);
  for (int round = 0; round < 100; ++round) {
    Sha256 digest;
    std::string whole;
    for (std::size_t n = random() % 10; n > 0; --n) {
      const std::string piece(random() % 200, static_cast<char>(random()));
      digest.add(piece);
      whole += piece;
    }
    ASSERT_EQ(digest.finish_hex(), sha256_hex(whole));
  }
}

}  // namespace
}  // namespace flowferry
