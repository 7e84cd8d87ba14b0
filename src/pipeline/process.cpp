#include "pipeline/process.h"

#include <unistd.h>

#include "base/files.h"
#include "base/text.h"

namespace flowferry::pipeline {

std::string process_start(std::int64_t pid) {
  const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  if (!stat) return {};
  // The command's name stands in parentheses and may hold anything, also ") ": count from its end.
  const std::size_t end = stat->rfind(')');
  if (end == std::string::npos) return {};
  const auto fields = split(std::string_view(*stat).substr(end + 2), ' ');
  constexpr std::size_t k_start_time = 22 - 3;  // field 22; the rest begins with field 3
  if (fields.size() <= k_start_time || fields[0] == "Z") return {};
  return std::string(fields[k_start_time]);
}

bool holder_is_alive(const apply::LockRecord& holder) {
  if (holder.host != host_name()) return true;
  const std::string start = process_start(holder.pid);
  return !start.empty() && start == holder.process_start;
}

bool holder_is_alive_here(const apply::LockRecord& holder) {
  return holder.host == host_name() && holder_is_alive(holder);
}

std::string host_name() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0) return "unknown";
  return name;
}

}  // namespace flowferry::pipeline
