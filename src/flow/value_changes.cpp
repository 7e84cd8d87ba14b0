#include "flow/value_changes.h"

#include <algorithm>
#include <array>

#include "flow/block_graph.h"
#include "flow/comparison_words.h"

namespace flowferry::flow {

using json::k_none;
using json::Kind;

std::string member_path(const std::string& path, std::string_view name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           c == '-' || c == '$';
  });
  if (!plain) return path + "[" + json::quoted(name) + "]";
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

// --- one side

const std::vector<NamedDocument::Named>* NamedDocument::named_at(std::uint32_t node) const {
  if (!named_) {
    named_.emplace();
    for (const Naming& naming : names_) {
      for (Reference& reference : find_references(document_, naming.scope).references) {
        auto& here = (*named_)[reference.node];
        const auto taken = [&](const Named& other) {
          return reference.offset < other.reference.offset + other.reference.text.size() &&
                 other.reference.offset < reference.offset + reference.text.size();
        };
        if (std::any_of(here.begin(), here.end(), taken)) continue;
        auto name = naming.name(reference);
        if (name) here.push_back({std::move(reference), *std::move(name)});
      }
    }
    for (auto& [token, here] : *named_) {
      std::sort(here.begin(), here.end(), [](const Named& a, const Named& b) {
        return a.reference.offset < b.reference.offset;
      });
    }
  }
  const auto found = named_->find(node);
  return found == named_->end() || found->second.empty() ? nullptr : &found->second;
}

std::string NamedDocument::text_at(std::uint32_t node) const {
  std::string text = document_.text(node);
  const auto* named = named_at(node);
  if (named == nullptr) return text;
  std::string out;
  std::size_t done = 0;
  for (const Named& one : *named) {
    out.append(text, done, one.reference.offset - done);
    out += resource_words(one.name);
    done = one.reference.offset + one.reference.text.size();
  }
  out.append(text, done);
  return out;
}

void NamedDocument::append_json(std::string& out, std::uint32_t node) const {
  const json::Node& token = document_.node(node);
  bool first = true;
  const auto separate = [&] {
    if (!first) out += ", ";
    first = false;
  };
  switch (token.kind) {
    case Kind::string:
      json::append_quoted(out, text_at(node));
      return;
    case Kind::object:
      out += '{';
      each_member(document_, node, [&](std::uint32_t name, std::uint32_t value) {
        separate();
        json::append_quoted(out, text_at(name));
        out += ": ";
        append_json(out, value);
      });
      out += '}';
      return;
    case Kind::array:
      out += '[';
      for (const std::uint32_t item : items_of(document_, node)) {
        separate();
        append_json(out, item);
      }
      out += ']';
      return;
    default:
      out.append(document_.bytes(), token.begin, token.end - token.begin);
  }
}

SideValue NamedDocument::value(std::uint32_t node) const {
  SideValue out;
  if (node == k_none) return out;
  out.present = true;
  if (document_.node(node).kind != Kind::string) {
    append_json(out.value, node);
    return out;
  }
  out.is_text = true;
  const auto* named = named_at(node);
  if (named != nullptr && named->front().reference.whole) {
    out.value = document_.text(node);
    out.resource = named->front().name;
  } else {
    out.value = text_at(node);
  }
  return out;
}

std::string NamedDocument::words(std::uint32_t node) const {
  const SideValue it = value(node);
  if (it.resource) return resource_words(*it.resource);
  return it.is_text ? "\"" + it.value + "\"" : it.value;
}

// --- both sides

bool ValueWalk::same(std::uint32_t left, std::uint32_t right) const {
  if (left == k_none || right == k_none) return left == right;
  const Document& l = left_.document();
  const Document& r = right_.document();
  if (json::same_meaning(l.bytes(), l.tokens(), left, r.bytes(), r.tokens(), right)) return true;
  if (renewed_.empty() || l.node(left).kind != Kind::string || r.node(right).kind != Kind::string) {
    return false;
  }
  const auto found = renewed_.find(l.text(left));
  return found != renewed_.end() && found->second == r.text(right);
}

/// Members that only the designer reads: places on its canvas, ids of its own, blocks that it made
/// out of one.
bool ValueWalk::of_designer_only(std::string_view name, const std::string& path) const {
  static constexpr std::array<std::string_view, 14> k_names = {
      "position",   "Position",      "size",          "entryPointPosition", "EntryPointPosition",
      "snapToGrid", "canvas",        "hash",          "$$hashKey",          "children",
      "fragments",  "isSplitModule", "splitModuleId", "isFriendlyName"};
  if (std::find(k_names.begin(), k_names.end(), name) != k_names.end()) return true;
  return name == "id" && (path.find("conditionMetadata[") != std::string::npos ||
                          path.find("Annotations[") != std::string::npos);
}

void ValueWalk::compare(std::uint32_t left, std::uint32_t right, const std::string& path,
                        Matter matter, std::vector<ValueChange>& out) {
  if (same(left, right)) return;
  const Document& l = left_.document();
  const Document& r = right_.document();
  const auto both = [&](Kind kind) {
    return left != k_none && right != k_none && l.node(left).kind == kind &&
           r.node(right).kind == kind;
  };
  if (both(Kind::object)) {
    compare_members(left, right, path, matter, {}, out);
  } else if (both(Kind::array)) {
    compare_items(left, right, path, matter, out);
  } else {
    out.push_back({path, left_.value(left), right_.value(right)});
  }
}

void ValueWalk::compare_members(std::uint32_t left, std::uint32_t right, const std::string& path,
                                Matter matter, std::vector<std::string_view> except,
                                std::vector<ValueChange>& out) {
  std::unordered_map<std::string, std::uint32_t> rights;
  each_member(right_.document(), right, [&](std::uint32_t name, std::uint32_t value) {
    rights.emplace(right_.document().text(name), value);
  });
  std::unordered_map<std::string, std::uint32_t> lefts;
  const auto visit = [&](const std::string& name, std::uint32_t l, std::uint32_t r) {
    if (std::find(except.begin(), except.end(), name) != except.end()) return;
    if (matter == Matter::designer && of_designer_only(name, path)) {
      if (!same(l, r)) ++internals_;
      return;
    }
    compare(l, r, member_path(path, name), matter, out);
  };
  each_member(left_.document(), left, [&](std::uint32_t name, std::uint32_t value) {
    const std::string text = left_.document().text(name);
    if (!lefts.emplace(text, value).second) return;
    const auto found = rights.find(text);
    visit(text, value, found == rights.end() ? k_none : found->second);
  });
  each_member(right_.document(), right, [&](std::uint32_t name, std::uint32_t value) {
    const std::string text = right_.document().text(name);
    if (lefts.emplace(text, value).second) visit(text, k_none, value);
  });
}

/// What is the same at both ends is left out; what is between is compared one by one.
void ValueWalk::compare_items(std::uint32_t left, std::uint32_t right, const std::string& path,
                              Matter matter, std::vector<ValueChange>& out) {
  const auto l = items_of(left_.document(), left);
  const auto r = items_of(right_.document(), right);
  std::size_t begin = 0;
  while (begin < l.size() && begin < r.size() && same(l[begin], r[begin])) ++begin;
  std::size_t end = 0;
  while (end < l.size() - begin && end < r.size() - begin &&
         same(l[l.size() - 1 - end], r[r.size() - 1 - end])) {
    ++end;
  }
  const std::size_t most = std::max(l.size(), r.size()) - end;
  for (std::size_t i = begin; i < most; ++i) {
    compare(i + end < l.size() ? l[i] : k_none, i + end < r.size() ? r[i] : k_none,
            path + "[" + std::to_string(i) + "]", matter, out);
  }
}

}  // namespace flowferry::flow
