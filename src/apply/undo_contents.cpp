#include "apply/undo_contents.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace flowferry::apply {

namespace {

/// What stands behind an id that ends at `end`: a colon, and an alias' id or a version.
std::string qualifier_at(const std::string& text, std::size_t end) {
  if (end >= text.size() || text[end] != ':') return {};
  const auto ends = [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_'; };
  const auto begin = text.begin() + static_cast<std::ptrdiff_t>(end) + 1;
  return {begin, std::find_if(begin, text.end(), ends)};
}

}  // namespace

std::vector<std::size_t> places_of_ids(const std::string& text) {
  constexpr std::size_t k_first_dash = 8;
  std::vector<std::size_t> out;
  for (std::size_t dash = text.find('-'); dash != std::string::npos;
       dash = text.find('-', dash + 1)) {
    if (dash < k_first_dash) continue;
    const std::size_t begin = dash - k_first_dash;
    if (!is_uuid(std::string_view(text).substr(begin, k_id_length))) continue;
    if (out.empty() || begin >= out.back() + k_id_length) out.push_back(begin);
  }
  return out;
}

FormerContents::FormerContents(const std::vector<Trace>& traces,
                               const std::vector<std::optional<Flow>>& current,
                               const AliasUndo& aliases)
    : current_(current), aliases_(aliases) {
  for (std::size_t n = 0; n < traces.size(); ++n) {
    const bool removed = traces[n].removed && !current[n];
    if (removed || aliases.brings_back(n)) recreated_.emplace(traces[n].id, n);
  }
}

plan::Content FormerContents::with_holes(const std::string& content) const {
  plan::Content out;
  out.texts.emplace_back();
  std::size_t copied = 0;
  for (const std::size_t at :
       recreated_.empty() ? std::vector<std::size_t>() : places_of_ids(content)) {
    const auto found = recreated_.find(content.substr(at, k_id_length));
    if (found == recreated_.end()) continue;
    const std::size_t n = found->second;
    std::size_t end = at + k_id_length;
    plan::Content::Hole hole{n, false, {}};
    if (const std::string qualifier = qualifier_at(content, end); !qualifier.empty()) {
      if (const auto name = aliases_.comes_back(n, qualifier)) {
        hole.alias = *name;
        end += 1 + qualifier.size();
      }
    }
    if (hole.alias.empty() && current_[n]) continue;
    out.texts.back() += content.substr(copied, at - copied);
    out.holes.push_back(std::move(hole));
    out.texts.emplace_back();
    copied = end;
  }
  out.texts.back() += content.substr(copied);
  return out;
}

}  // namespace flowferry::apply
