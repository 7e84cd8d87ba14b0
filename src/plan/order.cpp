#include <algorithm>
#include <functional>
#include <map>
#include <queue>

#include "plan/graph.h"
#include "plan/plan.h"

namespace flowferry::plan {
namespace {

using List = std::vector<std::size_t>;

bool creates(OperationType type) {
  return type == OperationType::create || type == OperationType::create_stub;
}

/// What each operation waits for.
struct Waits {
  std::vector<List> hard;  ///< What must be done before.
  std::vector<List> soft;  ///< What had better be done before: given up where circles leave no way.
};

class Waiting {
 public:
  explicit Waiting(const Plan& plan) : plan_(plan), marks_(plan.nodes.size()) {
    waits_.hard.resize(plan.operations.size());
    waits_.soft.resize(plan.operations.size());
  }

  Waits run() {
    for (std::size_t i = 0; i < plan_.operations.size(); ++i) {
      Milestones& mark = marks_[plan_.operations[i].node];
      const OperationType type = plan_.operations[i].type;
      if (creates(type)) mark.exists = i;
      if (type == OperationType::create || type == OperationType::update_content) mark.complete = i;
      mark.all.push_back(i);
      if (!is_on_alias(type)) continue;
      // One after the other: the second finds the version that the first has published.
      if (!mark.aliases.empty()) waits_.hard[i].push_back(mark.aliases.back());
      mark.aliases.push_back(i);
      if (type == OperationType::publish_alias)
        aliases_[{plan_.operations[i].node, wish(i).name}] = i;
    }
    for (std::size_t i = 0; i < plan_.operations.size(); ++i) write(i);
    for (std::size_t caller = 0; caller < plan_.nodes.size(); ++caller) removals_under(caller);
    for (auto* lists : {&waits_.hard, &waits_.soft}) {
      for (List& list : *lists) {
        std::sort(list.begin(), list.end());
        list.erase(std::unique(list.begin(), list.end()), list.end());
      }
    }
    return std::move(waits_);
  }

 private:
  /// The operation after which others may refer to a node (`exists`), and the one after which it is
  /// complete.
  struct Milestones {
    std::size_t exists = k_none;
    std::size_t complete = k_none;
    List aliases;
    List all;
  };

  const AliasWish& wish(std::size_t i) const {
    return plan_.nodes[plan_.operations[i].node].aliases[plan_.operations[i].alias];
  }

  void write(std::size_t i) {
    const Operation& operation = plan_.operations[i];
    const Milestones& own = marks_[operation.node];
    if (!creates(operation.type) && own.exists != k_none) waits_.hard[i].push_back(own.exists);
    if (operation.type == OperationType::remove) {
      for (const std::size_t other : own.all) {
        if (other != i) waits_.hard[i].push_back(other);
      }
      return;
    }
    if (operation.type == OperationType::publish_alias && own.complete != k_none &&
        wish(i).version.empty()) {
      waits_.hard[i].push_back(own.complete);
    }
    if (operation.type == OperationType::retract_alias) after_callers(i);
    if (operation.type != OperationType::create &&
        operation.type != OperationType::update_content) {
      return;
    }
    for (const Content::Hole& hole : plan_.nodes[operation.node].content.holes) {
      const auto alias = aliases_.find({hole.node, hole.alias});
      if (alias != aliases_.end()) waits_.hard[i].push_back(alias->second);
    }
    for (const std::size_t callee : plan_.nodes[operation.node].refers_to) {
      if (callee == operation.node) continue;
      const Milestones& other = marks_[callee];
      if (other.exists != k_none) waits_.hard[i].push_back(other.exists);
      const bool restored = other.exists == k_none && own.exists == k_none;
      List before = other.aliases;
      if (other.complete != k_none) before.push_back(other.complete);
      for (const std::size_t wanted : before) {
        if (plan_.operations[wanted].type == OperationType::retract_alias) continue;
        if (plan_.callers_first && restored) {
          waits_.soft[wanted].push_back(i);
        } else {
          waits_.soft[i].push_back(wanted);
        }
      }
    }
  }

  /// An alias goes back when nobody names it any more.
  void after_callers(std::size_t i) {
    const std::size_t callee = plan_.operations[i].node;
    for (std::size_t caller = 0; caller < plan_.nodes.size(); ++caller) {
      const auto& callees = plan_.nodes[caller].refers_to;
      if (caller == callee || !std::binary_search(callees.begin(), callees.end(), callee)) continue;
      for (const std::size_t before : marks_[caller].all) {
        const OperationType type = plan_.operations[before].type;
        if (type == OperationType::update_content || type == OperationType::remove) {
          waits_.hard[i].push_back(before);
        }
      }
    }
  }

  /// Whoever refers to what is deleted goes first, or lets go of it first.
  void removals_under(std::size_t caller) {
    for (const std::size_t callee : plan_.nodes[caller].refers_to) {
      if (plan_.nodes[callee].action != Action::remove || caller == callee) continue;
      for (const std::size_t removal : marks_[callee].all) {
        if (plan_.operations[removal].type != OperationType::remove) continue;
        for (const std::size_t before : marks_[caller].all) {
          const OperationType type = plan_.operations[before].type;
          if (type == OperationType::update_content) waits_.hard[removal].push_back(before);
          if (type == OperationType::remove) waits_.soft[removal].push_back(before);
        }
      }
    }
  }

  const Plan& plan_;
  std::vector<Milestones> marks_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> aliases_;  ///< Who publishes them.
  Waits waits_;
};

/// The soft waits that can be kept together with the hard ones: as many operations as can be found
/// keep all of theirs, and who gives up gives up only what its circles are made of.
std::vector<List> kept_wishes(const Plan& plan, const Waits& waits) {
  const std::size_t n = waits.hard.size();
  // An operation's soft waits lead through a node of their own (n + i), so that to open a circle
  // there means to give them up and nothing else.
  constexpr int k_not_this = 1 << 28;
  Graph graph(2 * n);
  std::vector<int> weight(2 * n, k_not_this);
  for (std::size_t i = 0; i < n; ++i) {
    graph.out[i] = waits.hard[i];
    if (waits.soft[i].empty()) continue;
    graph.add(i, n + i);
    graph.out[n + i] = waits.soft[i];
    // A flow in use had better not be older than what it refers to; a new one has no callers yet.
    const bool in_use = plan.nodes[plan.operations[i].node].action == Action::update;
    weight[n + i] = in_use ? 2 : 1;
  }
  std::vector<List> kept = waits.soft;
  const Openings openings = open_circles(graph, weight);
  if (openings.nodes.empty()) return kept;
  List part(2 * n, 0);
  const auto parts = components(graph);
  for (std::size_t c = 0; c < parts.size(); ++c) {
    for (const std::size_t v : parts[c]) part[v] = c;
  }
  for (const std::size_t v : openings.nodes) {
    if (v < n) continue;
    List& wishes = kept[v - n];
    wishes.erase(std::remove_if(wishes.begin(), wishes.end(),
                                [&](std::size_t before) { return part[before] == part[v]; }),
                 wishes.end());
  }
  return kept;
}

/// All operations, each behind what it waits for (Kahn's algorithm); of several that could be next,
/// the first in the list. Should there be a circle, it is cut at its first operation.
List sorted(const std::vector<List>& hard, const std::vector<List>& soft) {
  const std::size_t n = hard.size();
  std::vector<List> next(n);
  List left(n, 0);
  for (const auto* lists : {&hard, &soft}) {
    for (std::size_t i = 0; i < n; ++i) {
      left[i] += (*lists)[i].size();
      for (const std::size_t before : (*lists)[i]) next[before].push_back(i);
    }
  }
  std::priority_queue<std::size_t, List, std::greater<>> ready;
  for (std::size_t i = 0; i < n; ++i) {
    if (left[i] == 0) ready.push(i);
  }
  List order;
  std::vector<char> done(n, 0);
  for (std::size_t first = 0; order.size() < n;) {
    while (ready.empty()) {
      if (!done[first]) ready.push(first);
      ++first;
    }
    const std::size_t i = ready.top();
    ready.pop();
    if (done[i]) continue;
    done[i] = 1;
    order.push_back(i);
    for (const std::size_t later : next[i]) {
      if (--left[later] == 0 && !done[later]) ready.push(later);
    }
  }
  return order;
}

}  // namespace

void order_operations(Plan& plan) {
  const Waits waits = Waiting(plan).run();
  const List order = sorted(waits.hard, kept_wishes(plan, waits));
  List position(order.size(), 0);
  for (std::size_t at = 0; at < order.size(); ++at) position[order[at]] = at;
  std::vector<Operation> operations;
  operations.reserve(order.size());
  for (const std::size_t i : order) {
    Operation operation = plan.operations[i];
    operation.after.clear();
    operation.chain = 1;
    // Also wishes that were given up, where the order grants them all the same.
    for (const auto* list : {&waits.hard[i], &waits.soft[i]}) {
      for (const std::size_t before : *list) {
        if (position[before] < position[i]) operation.after.push_back(position[before]);
      }
    }
    std::sort(operation.after.begin(), operation.after.end());
    operation.after.erase(std::unique(operation.after.begin(), operation.after.end()),
                          operation.after.end());
    operations.push_back(std::move(operation));
  }
  for (std::size_t i = operations.size(); i-- > 0;) {
    for (const std::size_t before : operations[i].after) {
      operations[before].chain = std::max(operations[before].chain, operations[i].chain + 1);
    }
  }
  plan.operations = std::move(operations);
}

}  // namespace flowferry::plan
