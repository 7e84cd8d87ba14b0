#include "apply/parts.h"

#include <algorithm>

#include "flow/document.h"

namespace flowferry::apply {

bool same_content(const std::string& a, const std::string& b, bool exact) {
  return a == b || (!exact && flow::same_meaning(a, b));
}

const std::string* tag_of(const Tags& tags, const std::string& key) {
  const auto found = tags.find(key);
  return found == tags.end() ? nullptr : &found->second;
}

bool same_tag(const std::string* a, const std::string* b) {
  return a == nullptr || b == nullptr ? a == b : *a == *b;
}

const std::string* wanted_tag(const Desired& desired, const std::string& key,
                              const std::string* before) {
  if (!desired.writes_tags) return before;
  if (const std::string* set = tag_of(desired.flow.tags, key)) return set;
  const bool removed =
      std::find(desired.untag.begin(), desired.untag.end(), key) != desired.untag.end();
  return removed ? nullptr : before;
}

std::set<std::string> keys_of(const Tags& a, const Tags& b) {
  std::set<std::string> keys;
  for (const Tags* tags : {&a, &b}) {
    for (const auto& [key, value] : *tags) {
      if (!key.starts_with("aws:")) keys.insert(key);
    }
  }
  return keys;
}

}  // namespace flowferry::apply
