#include "flow/comparison.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "flow/block_graph.h"
#include "flow/block_matching.h"
#include "flow/value_changes.h"

namespace flowferry::flow {

using json::k_none;
using json::Kind;

namespace {

bool same_bytes(const Document& a, std::uint32_t i, const Document& b, std::uint32_t j) {
  const json::Node& x = a.node(i);
  const json::Node& y = b.node(j);
  return std::string_view(a.bytes()).substr(x.begin, x.end - x.begin) ==
         std::string_view(b.bytes()).substr(y.begin, y.end - y.begin);
}

class Comparer {
 public:
  Comparer(const Document& left, const Document& right, const std::vector<Naming>& left_names,
           const std::vector<Naming>& right_names)
      : left_(left),
        right_(right),
        left_graph_(left),
        right_graph_(right),
        left_values_(left, left_names),
        right_values_(right, right_names),
        walk_(left_values_, right_values_, renewed_),
        matching_(match_blocks(left_graph_, right_graph_)) {}

  Comparison run() {
    note_renewed();
    metadata_both_ = left_.metadata() != k_none && right_.metadata() != k_none;
    for (std::uint32_t l = 0; l < left_graph_.size(); ++l) {
      const std::uint32_t r = matching_.right_of[l];
      if (r == k_none) {
        only_one(l, k_none);
      } else {
        both(l, r);
      }
    }
    for (std::uint32_t r = 0; r < right_graph_.size(); ++r) {
      if (matching_.left_of[r] == k_none) only_one(k_none, r);
    }
    order_of_blocks();
    start();
    root();
    metadata();
    out_.internals += walk_.internals();
    if (out_.same()) {
      out_.rest =
          !json::same_meaning(left_.bytes(), left_.tokens(), right_.bytes(), right_.tokens());
    }
    return std::move(out_);
  }

 private:
  void note_renewed() {
    for (std::uint32_t l = 0; l < left_graph_.size(); ++l) {
      const std::uint32_t r = matching_.right_of[l];
      if (r == k_none) continue;
      const std::string& was = left_graph_.action(l).identifier;
      const std::string& is = right_graph_.action(r).identifier;
      if (was == is || !renewed_.emplace(was, is).second) continue;
      out_.renewed.push_back({was, is});
    }
  }

  void order_of_blocks() {
    std::uint32_t last = 0;
    for (const std::uint32_t r : matching_.right_of) {
      if (r == k_none) continue;
      if (r < last) {
        ++out_.internals;
        return;
      }
      last = r;
    }
  }

  // --- blocks

  /// A block that only one side has.
  void only_one(std::uint32_t l, std::uint32_t r) {
    const bool on_left = l != k_none;
    const BlockGraph& graph = on_left ? left_graph_ : right_graph_;
    const NamedDocument& values = on_left ? left_values_ : right_values_;
    const std::uint32_t block = on_left ? l : r;
    BlockDifference out;
    (on_left ? out.left : out.right) = graph.name(block);
    each_member(graph.document(), graph.action(block).parameters,
                [&](std::uint32_t name, std::uint32_t value) {
                  ValueChange change;
                  change.path = member_path({}, graph.document().text(name));
                  (on_left ? change.left : change.right) = values.value(value);
                  out.parameters.push_back(std::move(change));
                });
    for (const Edge& edge : graph.edges(block)) {
      BranchChange change;
      (on_left ? change.left : change.right) = branch(graph, values, edge);
      out.branches.push_back(std::move(change));
    }
    out_.blocks.push_back(std::move(out));
  }

  void both(std::uint32_t l, std::uint32_t r) {
    const Action& was = left_graph_.action(l);
    const Action& is = right_graph_.action(r);
    BlockDifference out;
    // Where no identifier is another, equal bytes lead to equal blocks.
    if (!renewed_.empty() || !same_bytes(left_, was.node, right_, is.node)) {
      action(l, r, out);
      branches(l, r, out);
    }
    if (metadata_both_) notes(l, r, out);
    const bool differs = !out.parameters.empty() || !out.branches.empty() ||
                         !out.order_left.empty() || !out.notes.empty();
    if (!differs) return;
    out.left = left_graph_.name(l);
    out.right = right_graph_.name(r);
    out_.blocks.push_back(std::move(out));
  }

  void action(std::uint32_t l, std::uint32_t r, BlockDifference& out) {
    if (left_graph_.content(l) == right_graph_.content(r)) {
      const Action& was = left_graph_.action(l);
      const Action& is = right_graph_.action(r);
      const bool had = left_.member(was.node, "Parameters") != k_none;
      if (had != (right_.member(is.node, "Parameters") != k_none)) ++out_.internals;
      return;
    }
    const Action& was = left_graph_.action(l);
    const Action& is = right_graph_.action(r);
    walk_.compare_members(was.node, is.node, {}, Matter::flow,
                          {"Identifier", "Transitions", "Parameters"}, out.parameters);
    const std::uint32_t had = left_.member(was.node, "Parameters");
    const std::uint32_t has = right_.member(is.node, "Parameters");
    const auto fits = [](const Document& document, std::uint32_t node) {
      return node == k_none || document.node(node).kind == Kind::object;
    };
    if (fits(left_, had) && fits(right_, has)) {
      walk_.compare_members(had, has, {}, Matter::flow, {}, out.parameters);
    } else {
      walk_.compare(had, has, "Parameters", Matter::flow, out.parameters);
    }
    if (out.parameters.empty()) out_.rest = true;
  }

  // --- branches

  static Branch branch(const BlockGraph& graph, const NamedDocument& values, const Edge& edge) {
    Branch out;
    switch (edge.kind) {
      case Edge::Kind::next:
        out.kind = Branch::Kind::next;
        break;
      case Edge::Kind::error:
        out.kind = Branch::Kind::error;
        out.label = edge.error;
        break;
      case Edge::Kind::condition:
        out.kind = Branch::Kind::condition;
        out.label = condition_words(graph.document(), values, edge.condition);
        break;
    }
    if (edge.leads) out.target = graph.target_name(edge);
    return out;
  }

  static std::string condition_words(const Document& document, const NamedDocument& values,
                                     std::uint32_t condition) {
    if (condition == k_none) return {};
    const std::uint32_t name = document.member(condition, "Operator");
    if (name == k_none || document.node(name).kind != Kind::string) return values.words(condition);
    std::string out = document.text(name);
    std::string separator = " ";
    for (const std::uint32_t operand : items_of(document, document.member(condition, "Operands"))) {
      out += separator + values.words(operand);
      separator = ", ";
    }
    return out;
  }

  bool same_target(const Edge& a, const Edge& b) const {
    if (a.leads != b.leads) return false;
    if (a.target == k_none || b.target == k_none) {
      return a.target == b.target && a.target_name == b.target_name;
    }
    return matching_.right_of[a.target] == b.target;
  }

  BranchChange change_of(const Edge* a, const Edge* b) const {
    BranchChange out;
    if (a != nullptr) out.left = branch(left_graph_, left_values_, *a);
    if (b != nullptr) out.right = branch(right_graph_, right_values_, *b);
    return out;
  }

  void branches(std::uint32_t l, std::uint32_t r, BlockDifference& out) {
    const auto& had = left_graph_.edges(l);
    const auto& has = right_graph_.edges(r);
    std::unordered_map<std::uint64_t, std::size_t> by_label;
    for (std::size_t i = 0; i < has.size(); ++i) by_label.emplace(has[i].label, i);
    std::vector<std::size_t> pair(had.size(), static_cast<std::size_t>(-1));
    std::vector<bool> used(has.size());
    for (std::size_t i = 0; i < had.size(); ++i) {
      const auto found = by_label.find(had[i].label);
      if (found == by_label.end()) continue;
      pair[i] = found->second;
      used[found->second] = true;
    }
    const bool reordered = order_of_branches(had, has, pair, out);
    pair_changed_conditions(had, has, pair, used);
    for (std::size_t i = 0; i < had.size(); ++i) {
      if (pair[i] == static_cast<std::size_t>(-1)) {
        out.branches.push_back(change_of(&had[i], nullptr));
        continue;
      }
      const Edge& other = has[pair[i]];
      if (had[i].label != other.label || !same_target(had[i], other)) {
        out.branches.push_back(change_of(&had[i], &other));
      }
      walk_.compare_members(had[i].entry, other.entry, "Transitions", Matter::flow,
                            {"NextAction", "ErrorType", "Condition"}, out.parameters);
    }
    for (std::size_t i = 0; i < has.size(); ++i) {
      if (!used[i]) out.branches.push_back(change_of(nullptr, &has[i]));
    }
    other_transitions(l, r, reordered, out);
  }

  /// The first condition that fits counts, so their order is meaning; that of errors is not.
  bool order_of_branches(const std::vector<Edge>& had, const std::vector<Edge>& has,
                         const std::vector<std::size_t>& pair, BlockDifference& out) {
    std::size_t last[3] = {0, 0, 0};
    bool changed[3] = {false, false, false};
    for (std::size_t i = 0; i < had.size(); ++i) {
      if (pair[i] == static_cast<std::size_t>(-1)) continue;
      const auto kind = static_cast<std::size_t>(had[i].kind);
      changed[kind] = changed[kind] || pair[i] < last[kind];
      last[kind] = pair[i];
    }
    const auto condition = static_cast<std::size_t>(Edge::Kind::condition);
    if (changed[static_cast<std::size_t>(Edge::Kind::error)]) ++out_.internals;
    if (!changed[condition]) return false;
    for (const Edge& edge : had) {
      if (edge.kind == Edge::Kind::condition) {
        out.order_left.push_back(condition_words(left_, left_values_, edge.condition));
      }
    }
    for (const Edge& edge : has) {
      if (edge.kind == Edge::Kind::condition) {
        out.order_right.push_back(condition_words(right_, right_values_, edge.condition));
      }
    }
    return true;
  }

  /// Conditions that only one side has, and that lead to the same block, are one that was changed.
  void pair_changed_conditions(const std::vector<Edge>& had, const std::vector<Edge>& has,
                               std::vector<std::size_t>& pair, std::vector<bool>& used) const {
    std::size_t from = 0;
    for (std::size_t i = 0; i < had.size(); ++i) {
      if (pair[i] != static_cast<std::size_t>(-1) || had[i].kind != Edge::Kind::condition) continue;
      for (std::size_t j = from; j < has.size(); ++j) {
        if (used[j] || has[j].kind != Edge::Kind::condition || !same_target(had[i], has[j])) {
          continue;
        }
        pair[i] = j;
        used[j] = true;
        from = j + 1;  // Each once, in order: no quadratic search.
        break;
      }
    }
  }

  void other_transitions(std::uint32_t l, std::uint32_t r, bool reordered, BlockDifference& out) {
    const std::uint32_t had = left_.member(left_graph_.action(l).node, "Transitions");
    const std::uint32_t has = right_.member(right_graph_.action(r).node, "Transitions");
    walk_.compare_members(had, has, "Transitions", Matter::flow,
                          {"NextAction", "Errors", "Conditions"}, out.parameters);
    if (had == k_none || has == k_none) {
      if ((had == k_none) != (has == k_none) && out.branches.empty()) ++out_.internals;
      return;
    }
    // An empty list and none at all are the same to the service.
    for (const char* list : {"Errors", "Conditions"}) {
      const bool listed = left_.member(had, list) != k_none;
      if (listed != (right_.member(has, list) != k_none) && out.branches.empty() && !reordered) {
        ++out_.internals;
      }
    }
  }

  // --- what the designer keeps

  std::string place(const Document& document, std::uint32_t position) const {
    if (position == k_none) return {};
    std::string out;
    each_member(document, position, [&](std::uint32_t name, std::uint32_t value) {
      const json::Node& token = document.node(value);
      if (!out.empty()) out += ", ";
      out += document.text(name) + " ";
      out.append(document.bytes(), token.begin, token.end - token.begin);
    });
    return out;
  }

  void placed(std::uint32_t had, std::uint32_t has, std::optional<BlockName> block) {
    if (had != k_none && has != k_none &&
        json::same_meaning(left_.bytes(), left_.tokens(), had, right_.bytes(), right_.tokens(),
                           has)) {
      return;
    }
    if (had == k_none && has == k_none) return;
    out_.moved.push_back({std::move(block), place(left_, had), place(right_, has)});
  }

  static std::uint32_t position_in(const Document& document, std::uint32_t entry) {
    if (entry == k_none) return k_none;
    const std::uint32_t position = document.member(entry, "position");
    return position != k_none ? position : document.member(entry, "Position");
  }

  void notes(std::uint32_t l, std::uint32_t r, BlockDifference& out) {
    const std::uint32_t had = left_graph_.entry(l);
    const std::uint32_t has = right_graph_.entry(r);
    if (had == k_none && has == k_none) return;
    if (had != k_none && has != k_none && same_bytes(left_, had, right_, has)) return;
    placed(position_in(left_, had), position_in(right_, has), right_graph_.name(r));
    const std::size_t before = out.notes.size();
    const std::size_t internals = walk_.internals();
    walk_.compare_members(had, has, {}, Matter::designer, {"position", "Position"}, out.notes);
    // An empty entry against none.
    if ((had == k_none || has == k_none) && out.notes.size() == before &&
        walk_.internals() == internals) {
      ++out_.internals;
    }
  }

  void metadata() {
    const std::uint32_t had = left_.metadata();
    const std::uint32_t has = right_.metadata();
    if (had == k_none && has == k_none) return;
    const bool objects = metadata_both_ && left_.node(had).kind == Kind::object &&
                         right_.node(has).kind == Kind::object;
    if (!objects) {
      walk_.compare(had, has, "Metadata", Matter::designer, out_.metadata);
      return;
    }
    const auto entry_point = [](const Document& document, std::uint32_t metadata) {
      const std::uint32_t position = document.member(metadata, "entryPointPosition");
      return position != k_none ? position : document.member(metadata, "EntryPointPosition");
    };
    placed(entry_point(left_, had), entry_point(right_, has), std::nullopt);
    walk_.compare_members(had, has, {}, Matter::designer,
                          {"ActionMetadata", "entryPointPosition", "EntryPointPosition"},
                          out_.metadata);
    entries_of_no_block(had, has);
  }

  void entries_of_no_block(std::uint32_t had, std::uint32_t has) {
    const std::uint32_t was = left_.member(had, "ActionMetadata");
    const std::uint32_t is = right_.member(has, "ActionMetadata");
    if ((was == k_none) != (is == k_none)) ++out_.internals;
    std::unordered_set<std::string> blocks;
    for (const Action& action : left_.actions()) blocks.insert(action.identifier);
    for (const Action& action : right_.actions()) blocks.insert(action.identifier);
    const auto visit = [&](const std::string& identifier) {
      if (blocks.contains(identifier)) return;
      const auto l = left_graph_.entries().find(identifier);
      const auto r = right_graph_.entries().find(identifier);
      walk_.compare(l == left_graph_.entries().end() ? k_none : l->second,
                    r == right_graph_.entries().end() ? k_none : r->second,
                    member_path("ActionMetadata", identifier), Matter::designer, out_.metadata);
      blocks.insert(identifier);
    };
    each_member(left_, was, [&](std::uint32_t name, std::uint32_t) { visit(left_.text(name)); });
    each_member(right_, is, [&](std::uint32_t name, std::uint32_t) { visit(right_.text(name)); });
  }

  // --- the flow as a whole

  void start() {
    const std::uint32_t had = left_.member(0, "StartAction");
    const std::uint32_t has = right_.member(0, "StartAction");
    const auto edge = [](const Document& document, const BlockGraph& graph, std::uint32_t node) {
      Edge out;
      if (node == k_none || document.node(node).kind != Kind::string) return out;
      out.leads = true;
      out.target_name = document.text(node);
      out.target = graph.find(out.target_name);
      return out;
    };
    const Edge a = edge(left_, left_graph_, had);
    const Edge b = edge(right_, right_graph_, has);
    if (same_target(a, b)) return;
    out_.start = change_of(a.leads ? &a : nullptr, b.leads ? &b : nullptr);
  }

  void root() {
    walk_.compare_members(0, 0, {}, Matter::flow,
                          {"Actions", "StartAction", "Metadata", "Settings"}, out_.other);
    const std::uint32_t had = left_.member(0, "Settings");
    const std::uint32_t has = right_.member(0, "Settings");
    walk_.compare(had, has, "Settings", Matter::flow, out_.settings);
  }

  const Document& left_;
  const Document& right_;
  BlockGraph left_graph_;
  BlockGraph right_graph_;
  NamedDocument left_values_;
  NamedDocument right_values_;
  std::unordered_map<std::string, std::string> renewed_;  ///< Left identifiers to right ones.
  ValueWalk walk_;
  BlockMatching matching_;
  bool metadata_both_ = false;
  Comparison out_;
};

}  // namespace

bool Comparison::acts() const {
  return start || !settings.empty() || !other.empty() || rest ||
         std::any_of(blocks.begin(), blocks.end(),
                     [](const BlockDifference& block) { return block.acts(); });
}

Comparison compare(const Document& left, const Document& right,
                   const std::vector<Naming>& left_names, const std::vector<Naming>& right_names) {
  return Comparer(left, right, left_names, right_names).run();
}

}  // namespace flowferry::flow
