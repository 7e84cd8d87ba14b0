#include "plan/circle_search.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <queue>
#include <utility>

#include "plan/circle_kernel.h"

namespace flowferry::plan {
namespace {

using List = std::vector<std::size_t>;

/// Takes the busiest node and applies the rules, again and again.
List greedy(const CircleProblem& problem) {
  CircleKernel kernel(problem.out, problem.weight);
  const auto score = [&](std::size_t v) {
    return static_cast<double>(kernel.in(v).size()) * static_cast<double>(kernel.out(v).size()) /
           problem.weight[v];
  };
  using Scored = std::pair<double, std::size_t>;
  std::priority_queue<Scored> heap;
  for (std::size_t v = 0; v < problem.size(); ++v) heap.emplace(score(v), v);
  List chosen;
  kernel.reduce(chosen);
  while (kernel.left() > 0 && !heap.empty()) {
    const auto [old_score, v] = heap.top();
    heap.pop();
    if (!kernel.alive(v)) continue;
    // Neighbours may have gone, or come, since: look at it again in its new place.
    if (const double now = score(v); now < old_score) {
      heap.emplace(now, v);
      continue;
    }
    List around = kernel.in(v);
    around.insert(around.end(), kernel.out(v).begin(), kernel.out(v).end());
    chosen.push_back(v);
    kernel.remove(v);
    kernel.reduce_around(std::move(around), chosen);
  }
  return chosen;
}

/// The nodes that are not in the set, in an order in which every reference among them leads
/// forward; the order proves that no circle is left. A move puts one more node in its place among
/// them and takes out those that its references then run against.
class Ordering {
 public:
  Ordering(const CircleProblem& problem, const List& removed)
      : problem_(problem),
        in_(problem.size()),
        next_(problem.size() + 1),
        previous_(problem.size() + 1),
        label_(problem.size() + 1, 0),
        where_(problem.size(), 0) {
    for (std::size_t v = 0; v < problem.size(); ++v) {
      for (const std::size_t s : problem.out[v]) in_[s].push_back(v);
    }
    const std::size_t end = anchor();
    next_[end] = previous_[end] = end;
    std::vector<char> gone(problem.size(), 0);
    for (const std::size_t v : removed) gone[v] = 1;
    for (const std::size_t v : sorted(gone)) link_after(previous_[end], v);
    relabel();
    for (std::size_t v = 0; v < problem.size(); ++v) {
      if (label_[v] == 0) take_out(v);
    }
  }

  const List& outside() const { return outside_; }
  std::size_t effort() const { return effort_; }

  /// Tries to put `node` in: behind all that refer to it, or before all that it refers to. Keeps
  /// the move if the set's weight grows by no more than `tolerance`. Returns by how much it grew.
  long try_move(std::size_t node, bool behind, long tolerance) {
    const List& fixed = behind ? in_[node] : problem_.out[node];
    const List& others = behind ? problem_.out[node] : in_[node];
    effort_ += fixed.size() + others.size();
    std::size_t edge = anchor();
    for (const std::size_t v : fixed) {
      if (v == node) return k_never;  // it refers to itself
      if (label_[v] == 0) continue;
      if (edge == anchor() || (behind ? label_[v] > label_[edge] : label_[v] < label_[edge])) {
        edge = v;
      }
    }
    conflicts_.clear();
    long growth = -problem_.weight[node];
    for (const std::size_t v : others) {
      if (label_[v] == 0 || edge == anchor()) continue;
      if (behind ? label_[v] > label_[edge] : label_[v] < label_[edge]) continue;
      conflicts_.push_back(v);
      growth += problem_.weight[v];
    }
    if (growth > tolerance) return k_never;
    // Without neighbours inside on that side: at the very beginning, or the very end.
    std::size_t after = edge;
    if (!behind) after = edge == anchor() ? previous_[anchor()] : previous_[edge];
    while (std::find(conflicts_.begin(), conflicts_.end(), after) != conflicts_.end()) {
      after = previous_[after];
    }
    for (const std::size_t v : conflicts_) unlink(v);
    put_in(node, after);
    return growth;
  }

  static constexpr long k_never = 1L << 60;

 private:
  std::size_t anchor() const { return problem_.size(); }

  /// An order of all nodes that are not `gone`; those on circles, if any, are left out.
  List sorted(const std::vector<char>& gone) const {
    std::vector<std::size_t> degree(problem_.size(), 0);
    for (std::size_t v = 0; v < problem_.size(); ++v) {
      if (gone[v]) continue;
      for (const std::size_t s : problem_.out[v]) ++degree[s];
    }
    List order;
    for (std::size_t v = 0; v < problem_.size(); ++v) {
      if (!gone[v] && degree[v] == 0) order.push_back(v);
    }
    for (std::size_t head = 0; head < order.size(); ++head) {
      for (const std::size_t s : problem_.out[order[head]]) {
        if (!gone[s] && --degree[s] == 0) order.push_back(s);
      }
    }
    return order;
  }

  void link_after(std::size_t before, std::size_t v) {
    next_[v] = next_[before];
    previous_[v] = before;
    previous_[next_[before]] = v;
    next_[before] = v;
    label_[v] = 1;
  }

  /// Labels grow along the order; 0 is outside.
  void relabel() {
    std::uint64_t label = 0;
    for (std::size_t v = next_[anchor()]; v != anchor(); v = next_[v]) {
      label_[v] = label += std::uint64_t{1} << 32;
    }
    effort_ += problem_.size() / 4;
  }

  void put_in(std::size_t v, std::size_t after) {
    const std::size_t before = next_[after];
    const std::uint64_t low = after == anchor() ? 0 : label_[after];
    const std::uint64_t high = before == anchor() ? low + (std::uint64_t{1} << 33) : label_[before];
    link_after(after, v);
    label_[v] = low + (high - low) / 2;
    if (high - low < 2 || high > (std::uint64_t{1} << 62)) relabel();
    const std::size_t at = where_[v];
    outside_[at] = outside_.back();
    where_[outside_[at]] = at;
    outside_.pop_back();
  }

  void unlink(std::size_t v) {
    next_[previous_[v]] = next_[v];
    previous_[next_[v]] = previous_[v];
    take_out(v);
  }

  void take_out(std::size_t v) {
    label_[v] = 0;
    where_[v] = outside_.size();
    outside_.push_back(v);
  }

  const CircleProblem& problem_;
  std::vector<List> in_;
  List next_, previous_;              ///< A ring through the anchor, in order.
  std::vector<std::uint64_t> label_;  ///< Place in the order; 0: outside.
  List outside_;                      ///< The set.
  List where_;                        ///< Places in outside_.
  List conflicts_;
  std::size_t effort_ = 0;
};

/// A small generator of our own: the same sequence with every standard library.
class Dice {
 public:
  std::uint64_t next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return state_ >> 33;
  }
  double unit() { return (static_cast<double>(next()) + 1.0) / 2147483649.0; }

 private:
  std::uint64_t state_ = 20240607;
};

/// Puts every node back that is not needed.
void put_back(Ordering& order) {
  for (bool again = true; again;) {
    again = false;
    const List nodes = order.outside();
    for (const std::size_t v : nodes) {
      again = order.try_move(v, true, -1) < 0 || again;
    }
  }
}

/// Simulated annealing from `start` on.
List anneal(const CircleProblem& problem, const List& start, std::size_t effort) {
  Ordering order(problem, start);
  put_back(order);
  List best = order.outside();
  long weight = problem.weight_of(best);
  long best_weight = weight;
  Dice dice;
  const long unit = *std::min_element(problem.weight.begin(), problem.weight.end());
  while (order.effort() < effort && !order.outside().empty()) {
    const double spent = static_cast<double>(order.effort()) / static_cast<double>(effort);
    const double heat = 0.3 * (1.0 - spent) + 0.02;
    const long tolerance =
        static_cast<long>(-std::log(dice.unit()) * heat * static_cast<double>(unit));
    const std::size_t node = order.outside()[dice.next() % order.outside().size()];
    const long growth = order.try_move(node, dice.next() % 2 == 0, tolerance);
    if (growth == Ordering::k_never) continue;
    weight += growth;
    if (weight < best_weight) {
      best_weight = weight;
      best = order.outside();
    }
  }
  return best;
}

/// Leaves out members that are not needed after all: those through which no circle leads in what is
/// left. Looks at about `effort` edges at most.
List without_superfluous(const CircleProblem& problem, List nodes, std::size_t effort) {
  std::vector<char> removed(problem.size(), 0);
  for (const std::size_t v : nodes) removed[v] = 1;
  List seen(problem.size(), problem.size());
  for (const std::size_t v : nodes) {
    List work{v};
    bool needed = false;
    while (!work.empty() && !needed && effort > 0) {
      const std::size_t u = work.back();
      work.pop_back();
      effort -= std::min(effort, problem.out[u].size() + 1);
      for (const std::size_t s : problem.out[u]) {
        needed = needed || s == v;
        if (removed[s] || seen[s] == v) continue;
        seen[s] = v;
        work.push_back(s);
      }
    }
    if (effort == 0) break;
    if (!needed) removed[v] = 0;
  }
  nodes.erase(
      std::remove_if(nodes.begin(), nodes.end(), [&](std::size_t v) { return !removed[v]; }),
      nodes.end());
  return nodes;
}

}  // namespace

long CircleProblem::weight_of(const std::vector<std::size_t>& nodes) const {
  long sum = 0;
  for (const std::size_t v : nodes) sum += weight[v];
  return sum;
}

std::vector<std::size_t> open_circles_well(const CircleProblem& problem, std::size_t effort) {
  return without_superfluous(problem, anneal(problem, greedy(problem), effort), effort);
}

}  // namespace flowferry::plan
