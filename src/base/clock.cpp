#include "base/clock.h"

#include <ctime>

namespace flowferry {
namespace {

class SystemClock final : public Clock {
 public:
  SystemTime now() override { return std::chrono::system_clock::now(); }
  SteadyTime steady() override { return std::chrono::steady_clock::now(); }
};

std::string format_utc(SystemTime time, const char* format) {
  const std::time_t seconds =
      std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char buffer[40];
  const std::size_t n = std::strftime(buffer, sizeof buffer, format, &parts);
  return std::string(buffer, n);
}

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

std::string iso8601(SystemTime time) {
  return format_utc(time, "%Y-%m-%dT%H:%M:%SZ");
}
std::string amz_date(SystemTime time) {
  return format_utc(time, "%Y%m%dT%H%M%SZ");
}

}  // namespace flowferry
