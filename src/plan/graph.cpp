#include "plan/graph.h"

#include <algorithm>
#include <queue>
#include <set>
#include <utility>

namespace flowferry::plan {

std::vector<std::vector<std::size_t>> components(const Graph& graph) {
  constexpr std::size_t k_unseen = static_cast<std::size_t>(-1);
  const std::size_t n = graph.size();
  std::vector<std::size_t> index(n, k_unseen);
  std::vector<std::size_t> low(n, 0);
  std::vector<char> on_stack(n, 0);
  std::vector<std::size_t> stack;
  std::vector<std::pair<std::size_t, std::size_t>> calls;  // node, next edge
  std::vector<std::vector<std::size_t>> out;
  std::size_t counter = 0;
  for (std::size_t root = 0; root < n; ++root) {
    if (index[root] != k_unseen) continue;
    calls.emplace_back(root, 0);
    while (!calls.empty()) {
      const std::size_t node = calls.back().first;
      if (calls.back().second == 0) {
        index[node] = low[node] = counter++;
        stack.push_back(node);
        on_stack[node] = 1;
      }
      bool entered = false;
      while (calls.back().second < graph.out[node].size()) {
        const std::size_t next = graph.out[node][calls.back().second++];
        if (index[next] == k_unseen) {
          calls.emplace_back(next, 0);
          entered = true;
          break;
        }
        if (on_stack[next]) low[node] = std::min(low[node], index[next]);
      }
      if (entered) continue;
      calls.pop_back();
      if (!calls.empty()) {
        const std::size_t parent = calls.back().first;
        low[parent] = std::min(low[parent], low[node]);
      }
      if (low[node] == index[node]) {
        auto& component = out.emplace_back();
        for (;;) {
          const std::size_t member = stack.back();
          stack.pop_back();
          on_stack[member] = 0;
          component.push_back(member);
          if (member == node) break;
        }
        std::sort(component.begin(), component.end());
      }
    }
  }
  return out;
}

namespace {

/// A small weighted feedback vertex set problem that is taken apart while it is solved.
class Problem {
 public:
  using Set = std::set<std::size_t>;

  Problem(std::size_t n, const std::vector<int>& weight)
      : in_(n), out_(n), alive_(n, 1), weight_(&weight) {}

  void connect(std::size_t from, std::size_t to) {
    out_[from].insert(to);
    in_[to].insert(from);
  }

  /// Applies the rules that keep an optimum until none fits; adds forced nodes to `chosen`.
  void reduce(std::vector<std::size_t>& chosen) {
    std::vector<std::size_t> work;
    for (std::size_t v = 0; v < alive_.size(); ++v) {
      if (alive_[v]) work.push_back(v);
    }
    while (!work.empty()) {
      const std::size_t v = work.back();
      work.pop_back();
      if (!alive_[v]) continue;
      const auto wake = [&] {
        work.insert(work.end(), in_[v].begin(), in_[v].end());
        work.insert(work.end(), out_[v].begin(), out_[v].end());
      };
      if (out_[v].contains(v)) {
        wake();
        remove(v);
        chosen.push_back(v);
      } else if (in_[v].empty() || out_[v].empty()) {
        wake();
        remove(v);
      } else if (can_bypass(v)) {
        wake();
        bypass(v);
      }
    }
  }

  void remove(std::size_t v) {
    for (const std::size_t p : in_[v]) out_[p].erase(v);
    for (const std::size_t s : out_[v]) in_[s].erase(v);
    in_[v].clear();
    out_[v].clear();
    alive_[v] = 0;
  }

  /// v is not in the set: what leads to it leads to where it leads.
  void bypass(std::size_t v) {
    const Set before = in_[v];
    const Set after = out_[v];
    remove(v);
    for (const std::size_t p : before) {
      for (const std::size_t s : after) connect(p, s);
    }
  }

  std::size_t left() const {
    return static_cast<std::size_t>(std::count(alive_.begin(), alive_.end(), 1));
  }

  /// The node that most circles are likely to go through.
  std::size_t busiest() const {
    std::size_t best = alive_.size();
    double best_score = -1;
    for (std::size_t v = 0; v < alive_.size(); ++v) {
      if (!alive_[v]) continue;
      const double score =
          static_cast<double>(in_[v].size()) * static_cast<double>(out_[v].size()) / (*weight_)[v];
      if (score > best_score) {
        best_score = score;
        best = v;
      }
    }
    return best;
  }

  int weight(std::size_t v) const { return (*weight_)[v]; }

  /// Weight that any solution must have at least: circles that share no node, each by its lightest.
  int lower_bound() const {
    std::vector<char> used(alive_.size(), 0);
    int bound = 0;
    for (std::size_t v = 0; v < alive_.size(); ++v) {
      if (!alive_[v] || used[v]) continue;
      const auto circle = shortest_circle(v, used);
      if (circle.empty()) continue;
      int lightest = weight(circle.front());
      for (const std::size_t member : circle) {
        used[member] = 1;
        lightest = std::min(lightest, weight(member));
      }
      bound += lightest;
    }
    return bound;
  }

 private:
  bool can_bypass(std::size_t v) const {
    if (in_[v].size() == 1) return weight(*in_[v].begin()) <= weight(v);
    if (out_[v].size() == 1) return weight(*out_[v].begin()) <= weight(v);
    return false;
  }

  std::vector<std::size_t> shortest_circle(std::size_t start, const std::vector<char>& used) const {
    std::vector<std::size_t> from(alive_.size(), alive_.size());
    std::vector<std::size_t> queue{start};
    for (std::size_t head = 0; head < queue.size(); ++head) {
      const std::size_t v = queue[head];
      for (const std::size_t s : out_[v]) {
        if (s == start) {
          std::vector<std::size_t> circle;
          for (std::size_t at = v; at != start; at = from[at]) circle.push_back(at);
          circle.push_back(start);
          return circle;
        }
        if (used[s] || from[s] != alive_.size()) continue;
        from[s] = v;
        queue.push_back(s);
      }
    }
    return {};
  }

  std::vector<Set> in_, out_;
  std::vector<char> alive_;
  const std::vector<int>* weight_;
};

/// Branch and bound over one component.
class Search {
 public:
  Search(std::size_t budget) : budget_(budget) {}

  void run(Problem problem, std::vector<std::size_t> chosen, int cost) {
    const std::size_t before = chosen.size();
    problem.reduce(chosen);
    for (std::size_t i = before; i < chosen.size(); ++i) cost += problem.weight(chosen[i]);
    if (best_cost_ >= 0 && cost >= best_cost_) return;
    if (problem.left() == 0) {
      best_cost_ = cost;
      best_ = std::move(chosen);
      return;
    }
    if (best_cost_ >= 0 && cost + problem.lower_bound() >= best_cost_) return;
    if (steps_++ >= budget_ && best_cost_ >= 0) {
      cut_short_ = true;
      return;
    }
    const std::size_t v = problem.busiest();
    Problem with = problem;
    with.remove(v);
    auto taken = chosen;
    taken.push_back(v);
    run(std::move(with), std::move(taken), cost + problem.weight(v));
    problem.bypass(v);
    run(std::move(problem), std::move(chosen), cost);
  }

  std::vector<std::size_t> best() const { return best_; }
  bool cut_short() const { return cut_short_; }

 private:
  std::size_t budget_;
  std::size_t steps_ = 0;
  int best_cost_ = -1;
  bool cut_short_ = false;
  std::vector<std::size_t> best_;
};

/// Above this size a component gets the greedy set only.
constexpr std::size_t k_search_limit = 120;

bool acyclic_without(const std::vector<std::vector<std::size_t>>& out,
                     const std::vector<char>& removed) {
  std::vector<std::size_t> degree(out.size(), 0);
  std::size_t left = 0;
  for (std::size_t v = 0; v < out.size(); ++v) {
    if (removed[v]) continue;
    ++left;
    for (const std::size_t s : out[v]) {
      if (!removed[s]) ++degree[s];
    }
  }
  std::vector<std::size_t> queue;
  for (std::size_t v = 0; v < out.size(); ++v) {
    if (!removed[v] && degree[v] == 0) queue.push_back(v);
  }
  for (std::size_t head = 0; head < queue.size(); ++head) {
    for (const std::size_t s : out[queue[head]]) {
      if (!removed[s] && --degree[s] == 0) queue.push_back(s);
    }
  }
  return queue.size() == left;
}

/// Removes the busiest node again and again; then puts back those that were not needed after all.
std::vector<std::size_t> greedy(const std::vector<std::vector<std::size_t>>& out,
                                const std::vector<int>& weight) {
  const std::size_t n = out.size();
  std::vector<std::vector<std::size_t>> in(n);
  std::vector<std::size_t> ins(n, 0);
  std::vector<std::size_t> outs(n, 0);
  std::vector<char> self(n, 0);
  for (std::size_t v = 0; v < n; ++v) {
    for (const std::size_t s : out[v]) {
      if (s == v) {
        self[v] = 1;
        continue;
      }
      in[s].push_back(v);
      ++ins[s];
      ++outs[v];
    }
  }
  std::vector<char> gone(n, 0);
  std::vector<std::size_t> chosen;
  std::vector<std::size_t> idle;
  using Scored = std::pair<double, std::size_t>;
  std::priority_queue<Scored> heap;
  const auto score = [&](std::size_t v) {
    return static_cast<double>(ins[v]) * static_cast<double>(outs[v]) / weight[v];
  };
  const auto drop = [&](std::size_t v) {
    gone[v] = 1;
    for (const std::size_t s : out[v]) {
      if (s == v || gone[s]) continue;
      if (--ins[s] == 0) idle.push_back(s);
    }
    for (const std::size_t p : in[v]) {
      if (gone[p]) continue;
      if (--outs[p] == 0) idle.push_back(p);
    }
  };
  for (std::size_t v = 0; v < n; ++v) {
    if (!self[v] && (ins[v] == 0 || outs[v] == 0)) idle.push_back(v);
    heap.emplace(score(v), v);
  }
  for (std::size_t v = 0; v < n; ++v) {
    if (self[v]) {
      chosen.push_back(v);
      drop(v);
    }
  }
  for (;;) {
    while (!idle.empty()) {
      const std::size_t v = idle.back();
      idle.pop_back();
      if (!gone[v]) drop(v);
    }
    if (heap.empty()) break;
    const auto [old_score, v] = heap.top();
    heap.pop();
    if (gone[v]) continue;
    const double now = score(v);
    if (now < old_score) {  // Stale: its neighbours went. Look at it again in its new place.
      heap.emplace(now, v);
      continue;
    }
    chosen.push_back(v);
    drop(v);
  }
  std::vector<char> removed(n, 0);
  for (const std::size_t v : chosen) removed[v] = 1;
  // Putting back costs a pass over the graph each: worth it only while graphs are moderate.
  constexpr std::size_t k_put_back_limit = 400;
  if (chosen.size() <= k_put_back_limit) {
    for (auto it = chosen.rbegin(); it != chosen.rend(); ++it) {
      if (self[*it]) continue;
      removed[*it] = 0;
      if (!acyclic_without(out, removed)) removed[*it] = 1;
    }
  }
  std::vector<std::size_t> kept;
  for (std::size_t v = 0; v < n; ++v) {
    if (removed[v]) kept.push_back(v);
  }
  return kept;
}

/// The part of the graph inside `component`, renumbered.
std::vector<std::vector<std::size_t>> inside(const Graph& graph,
                                             const std::vector<std::size_t>& component,
                                             std::vector<std::size_t>& number) {
  for (std::size_t i = 0; i < component.size(); ++i) number[component[i]] = i;
  std::vector<std::vector<std::size_t>> out(component.size());
  for (std::size_t i = 0; i < component.size(); ++i) {
    for (const std::size_t to : graph.out[component[i]]) {
      if (number[to] != static_cast<std::size_t>(-1)) out[i].push_back(number[to]);
    }
    std::sort(out[i].begin(), out[i].end());
    out[i].erase(std::unique(out[i].begin(), out[i].end()), out[i].end());
  }
  for (const std::size_t node : component) number[node] = static_cast<std::size_t>(-1);
  return out;
}

}  // namespace

Openings open_circles(const Graph& graph, const std::vector<int>& weight, std::size_t budget) {
  Openings result;
  std::vector<std::size_t> number(graph.size(), static_cast<std::size_t>(-1));
  for (const auto& component : components(graph)) {
    const std::size_t only = component.front();
    if (component.size() == 1) {
      const auto& out = graph.out[only];
      if (std::find(out.begin(), out.end(), only) != out.end()) result.nodes.push_back(only);
      continue;
    }
    const auto out = inside(graph, component, number);
    std::vector<int> weights;
    for (const std::size_t node : component) weights.push_back(weight[node]);
    std::vector<std::size_t> chosen;
    std::size_t edges = 0;
    for (const auto& targets : out) edges += targets.size();
    Problem problem(component.size(), weights);
    for (std::size_t v = 0; v < out.size(); ++v) {
      for (const std::size_t s : out[v]) problem.connect(v, s);
    }
    // Bypassing can fill a large dense graph with edges: reduce only what is sparse or small.
    const bool reducible = component.size() <= 2000 || edges <= 3 * component.size();
    if (reducible) problem.reduce(chosen);
    if (reducible && problem.left() == 0) {
      // The rules alone opened everything: that is an optimum.
    } else if (reducible && problem.left() <= k_search_limit) {
      Search search(budget);
      search.run(std::move(problem), {}, 0);
      const auto found = search.best();
      chosen.insert(chosen.end(), found.begin(), found.end());
      result.exact = result.exact && !search.cut_short();
    } else {
      chosen = greedy(out, weights);
      result.exact = false;
    }
    for (const std::size_t v : chosen) result.nodes.push_back(component[v]);
  }
  std::sort(result.nodes.begin(), result.nodes.end());
  return result;
}

std::vector<std::size_t> circle_through(const Graph& graph, std::size_t node,
                                        const std::vector<char>& members) {
  constexpr std::size_t k_unseen = static_cast<std::size_t>(-1);
  std::vector<std::size_t> from(graph.size(), k_unseen);
  std::vector<std::size_t> queue{node};
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const std::size_t v = queue[head];
    for (const std::size_t s : graph.out[v]) {
      if (s == node) {
        std::vector<std::size_t> circle;
        for (std::size_t at = v; at != node; at = from[at]) circle.push_back(at);
        circle.push_back(node);
        std::reverse(circle.begin(), circle.end());
        return circle;
      }
      if (!members[s] || from[s] != k_unseen) continue;
      from[s] = v;
      queue.push_back(s);
    }
  }
  return {};
}

}  // namespace flowferry::plan
