#include "flow/module_version.h"

#include <charconv>

#include "flow/document.h"

namespace flowferry::flow {

std::int64_t version_number(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? out : 0;
}

const Flow* version_of(const Snapshot& snapshot, const std::string& module, std::int64_t number) {
  const auto versions = snapshot.module_versions.find(module);
  if (versions == snapshot.module_versions.end()) return nullptr;
  const auto found = versions->second.find(number);
  return found == versions->second.end() ? nullptr : &found->second;
}

bool same_settings(const std::string& a, const std::string& b) {
  return same_meaning(a.empty() ? "{}" : a, b.empty() ? "{}" : b);
}

bool is_current_version(const Snapshot& source, const std::string& module, const Flow& version) {
  const auto now = source.flows.find(module);
  return now != source.flows.end() && now->second.status != "SAVED" &&
         same_meaning(version.content, now->second.content) &&
         same_settings(version.settings, now->second.settings);
}

}  // namespace flowferry::flow
