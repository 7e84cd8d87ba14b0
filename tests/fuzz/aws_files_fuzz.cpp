// Any bytes as the shared AWS files: first the config file, and behind a zero byte the credentials
// file. Nothing crashes; an error names file and line.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "aws/config_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flowferry;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\0');
  aws::ConfigFiles files;
  const auto check = [](const Result<void>& added, const char* path) {
    if (added || one_line(added.error()).find(path) != std::string::npos) return;
    std::fprintf(stderr, "broken: an error names the file: %s\n", one_line(added.error()).c_str());
    std::abort();
  };
  check(files.add(aws::ConfigFiles::Kind::config, text.substr(0, end), "/home/me/.aws/config"),
        ".aws/config");
  if (end != std::string::npos) {
    check(files.add(aws::ConfigFiles::Kind::credentials, text.substr(end + 1),
                    "/home/me/.aws/credentials"),
          ".aws/credentials");
  }
  for (const std::string& name : files.profile_names()) {
    const aws::FileSection* profile = files.profile(name);
    if (profile != nullptr) (void)profile->find("region");
  }
  (void)files.sso_session("main");
  (void)files.services("local");
  return 0;
}
