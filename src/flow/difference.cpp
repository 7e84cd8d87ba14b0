#include "flow/difference.h"

#include <map>
#include <utility>

#include "base/text.h"

namespace flowferry::flow {
namespace {

constexpr std::size_t k_value_columns = 120;

/// The subtree at a node, as its own text and tokens.
struct Part {
  const Document* document = nullptr;
  std::uint32_t node = json::k_none;

  bool absent() const { return node == json::k_none; }
  const json::Node& token() const { return document->node(node); }
  std::string_view text() const {
    return std::string_view(document->bytes()).substr(token().begin, token().end - token().begin);
  }
  Part member(std::string_view name) const {
    return absent() ? Part{document, json::k_none} : Part{document, document->member(node, name)};
  }
};

std::string shown(const Part& part) {
  if (part.absent()) return {};
  return ellipsize(printable(part.text()), k_value_columns);
}

bool same(const Part& a, const Part& b) {
  if (a.absent() || b.absent()) return a.absent() && b.absent();
  return same_meaning(a.text(), b.text());
}

class Comparison {
 public:
  Comparison(const Document& left, const Document& right, std::size_t most)
      : left_(left), right_(right), most_(most) {}

  std::vector<Difference> run() {
    const Part left{&left_, 0};
    const Part right{&right_, 0};
    for (const char* name : {"Version", "StartAction", "Settings"}) {
      compare(left.member(name), right.member(name), name);
    }
    std::map<std::string, std::pair<const Action*, const Action*>> blocks;
    for (const Action& action : left_.actions()) blocks[action.identifier].first = &action;
    for (const Action& action : right_.actions()) blocks[action.identifier].second = &action;
    for (const Action& action : left_.actions()) block(blocks[action.identifier]);
    for (const Action& action : right_.actions()) {
      if (blocks[action.identifier].first == nullptr) block(blocks[action.identifier]);
    }
    here_ = {};
    metadata();
    return std::move(out_);
  }

 private:
  void add(const std::string& path, const Part& a, const Part& b) {
    if (out_.size() >= most_) return;
    out_.push_back(Difference{here_.identifier, here_.type, path, shown(a), shown(b)});
  }

  void block(const std::pair<const Action*, const Action*>& pair) {
    const Action* any = pair.first != nullptr ? pair.first : pair.second;
    here_ = *any;
    const Part a{&left_, pair.first == nullptr ? json::k_none : pair.first->node};
    const Part b{&right_, pair.second == nullptr ? json::k_none : pair.second->node};
    if (a.absent() || b.absent()) {
      add("", a, b);
      return;
    }
    compare(a, b, "");
  }

  /// Goes down as long as both sides are objects; everything else is compared as a whole.
  void compare(const Part& a, const Part& b, const std::string& path) {
    if (same(a, b) || out_.size() >= most_) return;
    const bool objects = !a.absent() && !b.absent() && a.token().kind == json::Kind::object &&
                         b.token().kind == json::Kind::object;
    if (!objects) {
      add(path, a, b);
      return;
    }
    for_members(a, [&](const std::string& name, const Part& value) {
      compare(value, b.member(name), path.empty() ? name : path + "." + name);
    });
    for_members(b, [&](const std::string& name, const Part& value) {
      if (a.member(name).absent()) {
        compare(Part{&left_, json::k_none}, value, path.empty() ? name : path + "." + name);
      }
    });
  }

  template <class Visit>
  static void for_members(const Part& object, Visit visit) {
    if (object.absent() || object.token().kind != json::Kind::object) return;
    for (std::uint32_t i = object.node + 1; i < object.token().next;) {
      visit(object.document->text(i), Part{object.document, i + 1});
      i = object.document->node(i + 1).next;
    }
  }

  void metadata() {
    const Part a{&left_, left_.metadata()};
    const Part b{&right_, right_.metadata()};
    if (same(a, b)) return;
    const Part left_blocks = a.member("ActionMetadata");
    const Part right_blocks = b.member("ActionMetadata");
    bool told = false;
    for_members(left_blocks, [&](const std::string& name, const Part& value) {
      if (same(value, right_blocks.member(name))) return;
      here_.identifier = name;
      add("Metadata", Part{&left_, json::k_none}, Part{&right_, json::k_none});
      told = true;
    });
    here_ = {};
    if (!told) add("Metadata", a, b);
  }

  const Document& left_;
  const Document& right_;
  std::size_t most_;
  Action here_;
  std::vector<Difference> out_;
};

}  // namespace

std::vector<Difference> differences(const Document& left, const Document& right, std::size_t most) {
  return Comparison(left, right, most).run();
}

}  // namespace flowferry::flow
