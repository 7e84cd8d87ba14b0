#include "flow/places.h"

#include <algorithm>
#include <array>

namespace flowferry::flow {

using json::k_none;
using json::Kind;

namespace {

/// Characters of member names that stand in a parameter path without quotes.
constexpr std::array<bool, 256> k_plain = [] {
  std::array<bool, 256> out{};
  for (std::size_t c = 0; c < 256; ++c) {
    out[c] = c >= 0x80 || c == '_' || c == '-' || c == '$' || (c >= '0' && c <= '9') ||
             (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
  return out;
}();

}  // namespace

void Places::move_to(std::uint32_t node) {
  const auto& nodes = document_.tokens().nodes;
  if (nodes[node].is_key) ++node;
  while (!steps_.empty() && node >= nodes[steps_.back().container].next) steps_.pop_back();
  std::uint32_t container = 0;
  if (!steps_.empty()) {
    Step& step = steps_.back();
    while (nodes[step.value].next <= node) {
      const std::uint32_t next = nodes[step.value].next;
      if (step.key != k_none) step.key = next;
      step.value = step.key != k_none ? next + 1 : next;
      ++step.index;
    }
    container = step.value;
  }
  while (container != node) {
    const bool object = nodes[container].kind == Kind::object;
    Step step{container, object ? container + 1 : k_none, container + (object ? 2U : 1U), 0};
    while (nodes[step.value].next <= node) {
      const std::uint32_t next = nodes[step.value].next;
      if (object) step.key = next;
      step.value = object ? next + 1 : next;
      ++step.index;
    }
    steps_.push_back(step);
    container = step.value;
  }
}

bool Places::key_is(std::size_t step, std::string_view name) const {
  return step < steps_.size() && steps_[step].key != k_none &&
         json::string_equals(document_.bytes(), document_.node(steps_[step].key), name);
}

const Action* Places::action_at(std::uint32_t node) const {
  const auto& actions = document_.actions();
  const auto found = std::lower_bound(actions.begin(), actions.end(), node,
                                      [](const Action& a, std::uint32_t n) { return a.node < n; });
  return found != actions.end() && found->node == node ? &*found : nullptr;
}

const Action* Places::action_named(std::string_view identifier) {
  const auto& actions = document_.actions();
  if (!actions_) {
    actions_.emplace(actions.size());
    for (std::uint32_t i = 0; i < actions.size(); ++i) actions_->add(actions[i].identifier, i);
  }
  const std::uint32_t found = actions_->find(identifier);
  return found == k_none ? nullptr : &actions[found];
}

std::uint32_t Places::entry_of(std::string_view identifier) {
  if (entries_) return entries_->find(identifier);
  const std::uint32_t all = document_.member(document_.metadata(), "ActionMetadata");
  const auto& nodes = document_.tokens().nodes;
  std::vector<std::uint32_t> keys;
  if (all != k_none && nodes[all].kind == Kind::object) {
    for (std::uint32_t key = all + 1; key < nodes[all].next; key = nodes[key + 1].next) {
      keys.push_back(key);
    }
  }
  entries_.emplace(keys.size());
  for (const std::uint32_t key : keys) {
    std::string_view name = json::raw_string(document_.bytes(), nodes[key]);
    if (nodes[key].escaped) name = names_.emplace_back(document_.text(key));
    entries_->add(name, key + 1);
  }
  return entries_->find(identifier);
}

TokenPlace Places::place() {
  TokenPlace out;
  if (key_is(0, "Actions")) {
    if (steps_.size() < 2) return out;
    out.action = action_at(steps_[1].value);
    if (out.action == nullptr) return out;
    out.identifier = out.action->identifier;
    out.entry = entry_of(out.identifier);
    out.in_parameters = key_is(2, "Parameters");
    out.parameter_step = out.in_parameters ? 3 : 2;
  } else if (key_is(0, "Metadata")) {
    out.in_metadata = true;
    out.parameter_step = 1;
    if (!key_is(1, "ActionMetadata") || steps_.size() < 3) return out;
    out.identifier = document_.text(steps_[2].key);
    out.action = action_named(out.identifier);
    out.entry = steps_[2].value;
    out.parameter_step = 3;
  }
  return out;
}

std::string Places::pointer() const {
  std::string out;
  out.reserve(64);
  for (const Step& step : steps_) {
    out += '/';
    if (step.key == k_none) {
      out += std::to_string(step.index);
      continue;
    }
    const json::Node& key = document_.node(step.key);
    const std::string_view raw = json::raw_string(document_.bytes(), key);
    if (!key.escaped && raw.find('~') == std::string_view::npos &&
        raw.find('/') == std::string_view::npos) {
      out += raw;
      continue;
    }
    for (const char c : document_.text(step.key)) {
      if (c == '~') {
        out += "~0";
      } else if (c == '/') {
        out += "~1";
      } else {
        out += c;
      }
    }
  }
  return out;
}

std::string Places::parameter(std::size_t first) const {
  const auto plain = [](std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return k_plain[static_cast<unsigned char>(c)];
    });
  };
  std::string out;
  for (std::size_t i = first; i < steps_.size(); ++i) {
    if (steps_[i].key == k_none) {
      out += '[' + std::to_string(steps_[i].index) + ']';
      continue;
    }
    const json::Node& key = document_.node(steps_[i].key);
    const std::string_view raw = json::raw_string(document_.bytes(), key);
    if (!key.escaped && plain(raw)) {
      if (!out.empty()) out += '.';
      out += raw;
    } else {
      out += '[' + json::quoted(document_.text(steps_[i].key)) + ']';
    }
  }
  return out;
}

}  // namespace flowferry::flow
