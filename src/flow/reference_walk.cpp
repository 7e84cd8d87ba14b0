#include "flow/reference_walk.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace flowferry::flow {
namespace {

using json::k_none;
using json::Kind;
using json::Node;

/// Length of the member name that a path begins with.
std::size_t name_length(std::string_view path) {
  std::size_t length = 0;
  while (length < path.size() && path[length] != '.' && path[length] != '[') ++length;
  return length;
}

/// Walks one path of the table from a container down.
class PathWalk {
 public:
  PathWalk(const Document& document, const ReferencePath& path, std::vector<TypedToken>& out)
      : bytes_(document.bytes()), nodes_(document.tokens().nodes), path_(path), out_(out) {}

  void from(std::uint32_t node, std::string_view rest) {
    if (rest.empty()) {
      out_.push_back({node, &path_});
      return;
    }
    if (rest.front() == '.') rest.remove_prefix(1);
    if (rest.starts_with("[]")) {
      items(node, rest.substr(2));
    } else if (rest.starts_with("[\"")) {
      const std::size_t end = rest.find("\"]");
      members(node, rest.substr(2, end - 2), rest.substr(end + 2));
    } else if (rest == "*~") {
      if (nodes_[node].kind != Kind::object) return;
      for (std::uint32_t key = node + 1; key < nodes_[node].next; key = nodes_[key + 1].next) {
        out_.push_back({key, &path_});
      }
    } else if (rest.starts_with("**")) {
      for (std::uint32_t i = node; i < nodes_[node].next; ++i) {
        if (nodes_[i].kind == Kind::object) from(i, rest.substr(2));
      }
    } else {
      const std::size_t end = name_length(rest);
      members(node, rest.substr(0, end), rest.substr(end));
    }
  }

 private:
  void items(std::uint32_t node, std::string_view rest) {
    if (nodes_[node].kind != Kind::array) return;
    for (std::uint32_t i = node + 1; i < nodes_[node].next; i = nodes_[i].next) from(i, rest);
  }

  void members(std::uint32_t node, std::string_view name, std::string_view rest) {
    if (nodes_[node].kind != Kind::object) return;
    for (std::uint32_t key = node + 1; key < nodes_[node].next; key = nodes_[key + 1].next) {
      if (name == "*" || json::string_equals(bytes_, nodes_[key], name)) from(key + 1, rest);
    }
  }

  std::string_view bytes_;
  const std::vector<Node>& nodes_;
  const ReferencePath& path_;
  std::vector<TypedToken>& out_;
};

constexpr std::array<bool, 256> k_hex = [] {
  std::array<bool, 256> out{};
  for (const char c : std::string_view("0123456789abcdefABCDEF"))
    out[static_cast<unsigned char>(c)] = true;
  return out;
}();

/// Whether `text`, of at least 36 characters, has dashes where a UUID has them.
bool has_dashes(std::string_view text) {
  return text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
}

/// The shortest string that can hold an ARN: "arn:a:b:::c".
constexpr std::size_t k_shortest = 11;
constexpr std::string_view k_case = "$.Case.";

class Scan {
 public:
  Scan(const Document& document, std::string_view instance_id)
      : document_(document),
        bytes_(document.bytes()),
        nodes_(document.tokens().nodes),
        instance_id_(instance_id) {}

  std::vector<Suspect> run() {
    for (std::uint32_t key = 1; key < nodes_.size(); key = nodes_[key + 1].next) {
      look(key, false);
      const std::string_view name = name_of(key);
      if (name == "Actions") {
        actions(key + 1);
      } else if (name == "Metadata") {
        metadata(key + 1);
      } else {
        all(key + 1, name != "StartAction" && name != "Version");
      }
    }
    return std::move(out_);
  }

 private:
  std::string_view raw(std::uint32_t node) const { return json::raw_string(bytes_, nodes_[node]); }
  /// A member's name, good until the next call.
  std::string_view name_of(std::uint32_t key) {
    if (!nodes_[key].escaped) return raw(key);
    return name_ = document_.text(key);
  }
  bool is_object(std::uint32_t node) const { return nodes_[node].kind == Kind::object; }
  bool is_array(std::uint32_t node) const { return nodes_[node].kind == Kind::array; }

  /// `node` and all that it contains.
  void all(std::uint32_t node, bool free) {
    for (std::uint32_t i = node; i < nodes_[node].next; ++i) {
      if (nodes_[i].kind == Kind::string && is_long(nodes_[i])) look_long(i, free);
    }
  }

  /// Calls `member(name, value)` for each member of an object; other values are free places.
  template <class Member>
  void members(std::uint32_t node, Member member) {
    if (!is_object(node)) return all(node, true);
    for (std::uint32_t key = node + 1; key < nodes_[node].next; key = nodes_[key + 1].next) {
      look(key, true);
      member(name_of(key), key + 1);
    }
  }

  template <class Item>
  void items(std::uint32_t node, Item item) {
    if (!is_array(node)) return all(node, true);
    for (std::uint32_t i = node + 1; i < nodes_[node].next; i = nodes_[i].next) item(i);
  }

  void actions(std::uint32_t node) {
    items(node, [&](std::uint32_t action) {
      members(action, [&](std::string_view name, std::uint32_t value) {
        if (name == "Transitions") {
          transitions(value);
        } else {
          all(value, name != "Identifier" && name != "Type");
        }
      });
    });
  }

  void transitions(std::uint32_t node) {
    members(node, [&](std::string_view name, std::uint32_t value) {
      if (name != "Conditions") return all(value, false);
      items(value, [&](std::uint32_t branch) {
        members(branch, [&](std::string_view part, std::uint32_t inner) {
          all(inner, part == "Condition");
        });
      });
    });
  }

  void metadata(std::uint32_t node) {
    members(node, [&](std::string_view name, std::uint32_t value) {
      if (name == "ActionMetadata" && is_object(value)) {
        for (std::uint32_t key = value + 1; key < nodes_[value].next; key = nodes_[key + 1].next) {
          look(key, false);
          entry(key + 1);
        }
      } else if (name == "Annotations") {
        items(value, [&](std::uint32_t note) {
          members(note, [&](std::string_view part, std::uint32_t inner) {
            all(inner, part != "id" && part != "actionId");
          });
        });
      } else {
        all(value, true);
      }
    });
  }

  void entry(std::uint32_t node) {
    members(node, [&](std::string_view name, std::uint32_t value) {
      if (name == "conditionMetadata") {
        items(value, [&](std::uint32_t condition) {
          members(condition,
                  [&](std::string_view part, std::uint32_t inner) { all(inner, part != "id"); });
        });
      } else {
        all(value, name != "children" && name != "fragments");
      }
    });
  }

  static bool is_long(const Node& token) { return token.end - token.begin >= k_shortest + 2; }

  void look(std::uint32_t node, bool free) {
    if (is_long(nodes_[node])) look_long(node, free);
  }

  void look_long(std::uint32_t node, bool free) {
    const Node& token = nodes_[node];
    // A \u escape may hide any letter; other escapes hide none of those that are looked for.
    if (!token.escaped || raw(node).find("\\u") == std::string_view::npos) {
      look_at(node, raw(node), free);
    } else {
      look_at(node, document_.text(node), free);
    }
  }

  void look_at(std::uint32_t node, std::string_view value, bool free) {
    // Most long strings are identifiers of actions: let them go at the first glance.
    if (value.size() == 36 && !free && has_dashes(value)) return;
    if (free && begins_with_uuid(value) && (value.size() == 36 || value[36] == ':')) {
      out_.push_back({node, false, true});
      return;
    }
    if (has_arn(value) || (value.size() > 36 && has_known_uuid(value))) {
      out_.push_back({node, true, false});
    }
  }

  static bool has_arn(std::string_view value) {
    const char* at = value.data() + 3;
    const char* const end = value.data() + value.size();
    while (at < end) {
      at = static_cast<const char*>(std::memchr(at, ':', static_cast<std::size_t>(end - at)));
      if (at == nullptr) return false;
      if (at[-1] == 'n' && at[-2] == 'r' && at[-3] == 'a') return true;
      ++at;
    }
    return false;
  }

  /// Whether the instance's id, or a case field's behind "$.Case.", stands in `value`.
  bool has_known_uuid(std::string_view value) const {
    for (std::size_t at = 8; at + 28 <= value.size(); ++at) {
      at = value.find('-', at);
      if (at == std::string_view::npos || at + 28 > value.size()) return false;
      const std::string_view from = value.substr(at - 8);
      if (from[13] != '-' || !begins_with_uuid(from)) continue;
      if (!instance_id_.empty() && from.starts_with(instance_id_)) return true;
      if (value.substr(0, at - 8).ends_with(k_case)) return true;
    }
    return false;
  }

  const Document& document_;
  std::string_view bytes_;
  const std::vector<Node>& nodes_;
  std::string_view instance_id_;
  std::string name_;
  std::vector<Suspect> out_;
};

}  // namespace

bool begins_with_uuid(std::string_view text) {
  if (text.size() < 36 || !has_dashes(text)) return false;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < 36; ++i) digits += k_hex[static_cast<unsigned char>(text[i])];
  return digits == 32;
}

namespace {

/// The table's paths in metadata by the length of their first name: entries are many, and most of
/// their members are of no interest.
using MetadataPaths = std::array<std::vector<const ReferencePath*>, 32>;

const MetadataPaths& metadata_paths() {
  static const MetadataPaths out = [] {
    MetadataPaths paths;
    for (const ReferencePath& path : reference_metadata()) {
      paths.at(name_length(path.path)).push_back(&path);
    }
    return paths;
  }();
  return out;
}

void metadata_tokens(const Document& document, std::vector<TypedToken>& out) {
  const std::uint32_t entries = document.member(document.metadata(), "ActionMetadata");
  if (entries == k_none || document.node(entries).kind != Kind::object) return;
  const auto& nodes = document.tokens().nodes;
  const MetadataPaths& paths = metadata_paths();
  std::string decoded;
  for (std::uint32_t entry = entries + 2; entry <= nodes[entries].next;
       entry = nodes[entry].next + 1) {
    if (nodes[entry].kind != Kind::object) continue;
    for (std::uint32_t key = entry + 1; key < nodes[entry].next; key = nodes[key + 1].next) {
      std::string_view name = json::raw_string(document.bytes(), nodes[key]);
      if (nodes[key].escaped) name = decoded = document.text(key);
      if (name.size() >= paths.size()) continue;
      for (const ReferencePath* path : paths[name.size()]) {
        if (path->path.starts_with(name)) {
          PathWalk(document, *path, out).from(key + 1, path->path.substr(name.size()));
        }
      }
    }
  }
}

}  // namespace

std::vector<TypedToken> typed_tokens(const Document& document) {
  std::vector<TypedToken> out;
  for (const Action& action : document.actions()) {
    if (action.parameters == k_none) continue;
    for (const ReferencePath& path : reference_parameters(action.type)) {
      PathWalk(document, path, out).from(action.parameters, path.path);
    }
  }
  metadata_tokens(document, out);
  std::stable_sort(out.begin(), out.end(),
                   [](const TypedToken& a, const TypedToken& b) { return a.node < b.node; });
  // `**` can reach a token more than once.
  out.erase(std::unique(out.begin(), out.end(),
                        [](const TypedToken& a, const TypedToken& b) { return a.node == b.node; }),
            out.end());
  return out;
}

std::vector<Suspect> suspects(const Document& document, std::string_view instance_id) {
  return Scan(document, instance_id).run();
}

}  // namespace flowferry::flow
