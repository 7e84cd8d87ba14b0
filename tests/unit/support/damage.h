// support/damage.h
//
// Damaged input for readers.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace flowferry::test {

/// Makes up to three small changes to a text: takes bytes out, puts some of `alphabet` in, or
/// repeats a part of it.
inline void damage(std::string& text, std::string_view alphabet, std::mt19937& random) {
  for (unsigned edits = random() % 4; edits > 0 && !text.empty(); --edits) {
    const std::size_t at = random() % text.size();
    switch (random() % 4) {
      case 0:
        text.erase(at, 1 + random() % 3);
        break;
      case 1:
        text.insert(at, 1, alphabet[random() % alphabet.size()]);
        break;
      case 2:
        text[at] = alphabet[random() % alphabet.size()];
        break;
      default:
        text.insert(at, text.substr(random() % text.size(), random() % 8));
        break;
    }
  }
}

}  // namespace flowferry::test
