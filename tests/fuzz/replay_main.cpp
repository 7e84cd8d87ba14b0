// Replays inputs through a fuzz target: every file of the folders and files given, each as it is,
// cut off, and with some bytes changed. The mutations are the same in every run.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::string mutated(std::string input, std::mt19937& random) {
  constexpr std::string_view k_interesting = "\"\\{}[]:,/$.u0an \xC3\xA9\xFF";
  for (unsigned edits = 1 + random() % 4; edits > 0 && !input.empty(); --edits) {
    const std::size_t at = random() % input.size();
    switch (random() % 4) {
      case 0:
        input[at] = static_cast<char>(random());
        break;
      case 1:
        input[at] = k_interesting[random() % k_interesting.size()];
        break;
      case 2:
        input.erase(at, 1 + random() % 8);
        break;
      default:
        input.insert(at, input.substr(random() % input.size(), random() % 40));
        break;
    }
  }
  return input;
}

}  // namespace

int main(int count, char** arguments) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  for (int i = 1; i < count; ++i) {
    if (fs::is_directory(arguments[i])) {
      for (const auto& entry : fs::recursive_directory_iterator(arguments[i])) {
        if (entry.is_regular_file()) files.push_back(entry.path());
      }
    } else {
      files.emplace_back(arguments[i]);
    }
  }
  if (files.empty()) {
    std::fprintf(stderr, "no input files\n");
    return 1;
  }
  std::sort(files.begin(), files.end());
  std::mt19937 random(1);
  std::size_t runs = 0;
  run("");
  for (const fs::path& file : files) {
    const auto bytes = flowferry::read_file(file);
    if (!bytes) {
      std::fprintf(stderr, "%s\n", flowferry::one_line(bytes.error()).c_str());
      return 1;
    }
    const std::string& input = *bytes;
    run(input);
    const std::size_t step = std::max<std::size_t>(1, input.size() / 200);
    for (std::size_t size = 0; size < input.size(); size += step, ++runs)
      run(input.substr(0, size));
    for (int i = 0; i < 300; ++i, ++runs) run(mutated(input, random));
  }
  std::printf("%zu files, %zu mutations\n", files.size(), runs);
  return 0;
}
