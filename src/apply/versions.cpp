// Versions of a flow or module side by side, for people.
#include <algorithm>

#include "apply/parts.h"
#include "base/text.h"
#include "flow/comparison_words.h"
#include "flow/document.h"

namespace flowferry::apply {
namespace {

constexpr std::size_t k_most_lines = 8;      // of one content
constexpr std::size_t k_value_columns = 80;  // of one value

std::string quoted(const std::string& value) {
  return "\"" + ellipsize(printable(value), k_value_columns) + "\"";
}

std::string quoted(const std::string* tag) {
  return tag == nullptr ? "none" : quoted(*tag);
}

std::string shown(const std::string& json) {
  return json.empty() ? "nothing" : ellipsize(printable(json), k_value_columns);
}

std::string place_of(const flow::PlacedLine& line) {
  std::string out;
  if (!line.action.empty()) {
    out = "block \"" + printable(line.action) + "\" (" + printable(line.type) + ")";
    if (!line.place.empty()) out += " ";
  }
  return out + printable(line.place);
}

std::vector<flow::PlacedLine> content_differences(const std::string& left,
                                                  const std::string& right) {
  const auto a = flow::Document::parse(left);
  const auto b = flow::Document::parse(right);
  if (!a || !b) return {};
  return flow::listed(flow::compare(*a, *b));
}

/// `wanted` unless the plan leaves the part as it is.
void one_line_of(const char* part, const std::string* before, const std::string& there,
                 const std::string& wanted, bool writes, const Parties& parties,
                 std::vector<std::string>& out) {
  if (before != nullptr && *before == there) return;
  if (before == nullptr && there == wanted) return;
  std::string line = std::string(part) + ": ";
  if (before != nullptr) line += std::string(parties.before) + " " + quoted(*before) + ", ";
  line += "there is " + quoted(there) + " now, " + parties.wants;
  line += writes ? " wants " + quoted(wanted) : " leaves it as it is";
  out.push_back(std::move(line));
}

/// What somebody changed in the content, with what the plan wants in the same places.
void content_lines(const Flow& before, const Flow& there, const Desired& desired,
                   const Parties& parties, std::vector<std::string>& out) {
  const auto theirs = content_differences(before.content, there.content);
  std::vector<flow::PlacedLine> ours;
  if (desired.writes_content) ours = content_differences(before.content, desired.flow.content);
  out.push_back("content: changed in " + std::to_string(theirs.size()) +
                (theirs.size() == 1 ? " place " : " places ") + parties.since + "; " +
                parties.wants + " changes " + std::to_string(ours.size()));
  for (std::size_t i = 0; i < theirs.size() && i < k_most_lines; ++i) {
    const flow::PlacedLine& place = theirs[i];
    std::string wanted = place.left;
    for (const flow::PlacedLine& own : ours) {
      if (own.action == place.action && own.place == place.place) wanted = own.right;
    }
    out.push_back("  " + place_of(place) + ": " + parties.before + " " + shown(place.left) +
                  ", there is " + shown(place.right) + " now, " + parties.wants + " wants " +
                  shown(wanted));
  }
  if (theirs.size() > k_most_lines) {
    out.push_back("  and " + std::to_string(theirs.size() - k_most_lines) + " more");
  }
}

/// Without knowledge of what the plan saw: what is there against what the plan wants.
void content_lines(const Flow& there, const Desired& desired, const Parties& parties,
                   std::vector<std::string>& out) {
  const auto between = content_differences(there.content, desired.flow.content);
  out.push_back(std::string("content: differs from what ") + parties.wants + " wants in " +
                std::to_string(between.size()) + (between.size() == 1 ? " place" : " places"));
  for (std::size_t i = 0; i < between.size() && i < k_most_lines; ++i) {
    out.push_back("  " + place_of(between[i]) + ": there is " + shown(between[i].left) + " now, " +
                  parties.wants + " wants " + shown(between[i].right));
  }
}

}  // namespace

std::vector<std::string> three_way(const Flow* before, const Flow& there, const Desired& desired,
                                   const Parties& parties) {
  const Flow& wanted = desired.flow;
  std::vector<std::string> out;
  const auto of = [&](const std::string Flow::*member) {
    return before == nullptr ? nullptr : &(before->*member);
  };
  if (before == nullptr) {
    if (!same_content(there.content, wanted.content, false))
      content_lines(there, desired, parties, out);
  } else if (!same_content(there.content, before->content, false)) {
    content_lines(*before, there, desired, parties, out);
  }
  one_line_of("status", of(&Flow::status), there.status, wanted.status, desired.writes_content,
              parties, out);
  if (there.kind == ResourceKind::flow_module &&
      !same_settings(there.settings, before == nullptr ? wanted.settings : before->settings)) {
    one_line_of("settings", of(&Flow::settings), there.settings, wanted.settings,
                desired.writes_content, parties, out);
  }
  one_line_of("description", of(&Flow::description), there.description, wanted.description,
              desired.writes_metadata, parties, out);
  one_line_of("name", of(&Flow::name), there.name, wanted.name, desired.writes_metadata, parties,
              out);
  one_line_of("state", of(&Flow::state), there.state, wanted.state, desired.writes_metadata,
              parties, out);
  if (before == nullptr) return out;
  for (const std::string& key : keys_of(before->tags, there.tags)) {
    const std::string* was = tag_of(before->tags, key);
    const std::string* is = tag_of(there.tags, key);
    if (same_tag(was, is)) continue;
    const std::string* to_be = wanted_tag(desired, key, was);
    out.push_back("tag " + quoted(key) + ": " + parties.before + " " + quoted(was) + ", there is " +
                  quoted(is) + " now, " + parties.wants +
                  (same_tag(to_be, was) ? " leaves it as it is" : " wants " + quoted(to_be)));
  }
  return out;
}

std::vector<std::string> remaining_lines(const Desired& desired, const Flow& there) {
  const Flow& wanted = desired.flow;
  std::vector<std::string> out;
  const auto line = [&](const std::string& part, const std::string& to_be, const std::string& is) {
    out.push_back(part + ": wanted " + to_be + ", there is " + is);
  };
  if (!same_content(there.content, wanted.content, false)) {
    const auto between = content_differences(wanted.content, there.content);
    for (std::size_t i = 0; i < between.size() && i < k_most_lines; ++i) {
      line("content, " + place_of(between[i]), shown(between[i].left), shown(between[i].right));
    }
    if (between.size() > k_most_lines) {
      out.push_back("content: and " + std::to_string(between.size() - k_most_lines) +
                    " more places");
    }
    if (between.empty())
      out.emplace_back("content: what is there cannot be compared block by block");
  }
  if (there.status != wanted.status) line("status", wanted.status, there.status);
  if (there.kind == ResourceKind::flow_module && !same_settings(there.settings, wanted.settings)) {
    line("settings", shown(wanted.settings), shown(there.settings));
  }
  const MetadataWish wish = metadata_wish(desired, there);
  if (wish.description) line("description", quoted(*wish.description), quoted(there.description));
  if (wish.name) line("name", quoted(*wish.name), quoted(there.name));
  if (wish.state) line("state", *wish.state, there.state);
  for (const auto& [key, value] : desired.flow.tags) {
    const std::string* is = tag_of(there.tags, key);
    if (!same_tag(is, &value)) line("tag " + quoted(key), quoted(value), quoted(is));
  }
  for (const std::string& key : desired.untag) {
    const std::string* is = tag_of(there.tags, key);
    if (is != nullptr) line("tag " + quoted(key), "none", quoted(is));
  }
  return out;
}

bool lacks_only(const std::vector<std::string>& ids, const std::string& wanted,
                const std::string& there) {
  const auto left = flow::Document::parse(wanted);
  const auto right = flow::Document::parse(there);
  if (!left || !right) return false;
  const auto between = flow::listed(flow::compare(*left, *right));
  if (between.empty()) return false;
  return std::all_of(between.begin(), between.end(), [&](const flow::PlacedLine& place) {
    if (!place.note && !place.right.empty() && place.right != "null") return false;
    const auto block =
        std::find_if(left->actions().begin(), left->actions().end(),
                     [&](const flow::Action& action) { return action.identifier == place.action; });
    if (place.action.empty() || block == left->actions().end()) return false;
    const json::Node& token = left->node(block->node);
    const auto text = std::string_view(left->bytes()).substr(token.begin, token.end - token.begin);
    return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
      return !id.empty() && text.find(id) != std::string_view::npos;
    });
  });
}

}  // namespace flowferry::apply
