// Any bytes as flowferry.yaml: nothing crashes and no exception leaves; an error names the file.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "model/resource.h"
#include "pipeline/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flowferry;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto config = pipeline::parse_config(text, "flowferry.yaml");
  if (!config) {
    const Error& error = config.error();
    const bool says =
        !error.message.empty() && one_line(error).find("flowferry.yaml") != std::string::npos;
    if (!says) {
      std::fprintf(stderr, "broken: an error names the file: %s\n", one_line(error).c_str());
      std::abort();
    }
  }
  return 0;
}
