#include "plan/graph.h"

#include <algorithm>
#include <utility>

#include "plan/circle_kernel.h"
#include "plan/circle_search.h"

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

constexpr std::size_t k_outside = static_cast<std::size_t>(-1);

/// The part of the kernel inside `part`, renumbered. `number` is all k_outside, and is so again
/// afterwards.
CircleProblem inside(const CircleKernel& kernel, const std::vector<std::size_t>& part,
                     std::vector<std::size_t>& number) {
  for (std::size_t i = 0; i < part.size(); ++i) number[part[i]] = i;
  CircleProblem problem;
  problem.out.resize(part.size());
  for (std::size_t i = 0; i < part.size(); ++i) {
    problem.weight.push_back(kernel.weight(part[i]));
    for (const std::size_t to : kernel.out(part[i])) {
      if (number[to] != k_outside) problem.out[i].push_back(number[to]);
    }
  }
  for (const std::size_t node : part) number[node] = k_outside;
  return problem;
}

/// Above this size a part that no rule takes apart is not searched exactly.
constexpr std::size_t k_search_limit = 256;

/// How many edges the search for a good set may look at, in all: some tens of milliseconds.
constexpr std::size_t k_effort = 4'000'000;
constexpr std::size_t k_effort_an_edge = 1000;

/// Opens one irreducible strongly connected part. false: perhaps not with the lightest set.
bool open_part(const CircleProblem& problem, std::size_t& budget, std::size_t effort,
               std::vector<std::size_t>& chosen) {
  chosen = open_circles_well(problem, effort);
  if (problem.size() > k_search_limit) return false;
  auto lighter = open_circles_exactly(problem, problem.weight_of(chosen), budget);
  if (lighter) chosen = *std::move(lighter);
  return budget > 0;
}

}  // namespace

Openings open_circles(const Graph& graph, const std::vector<int>& weight, std::size_t budget) {
  Openings result;
  std::vector<std::vector<std::size_t>> out = graph.out;
  for (auto& targets : out) {
    std::sort(targets.begin(), targets.end());
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  }
  CircleKernel kernel(out, weight);
  kernel.reduce(result.nodes);
  std::size_t edges = 0;
  for (std::size_t v = 0; v < kernel.size(); ++v) edges += kernel.out(v).size();
  std::vector<std::size_t> number(kernel.size(), k_outside);
  for (const auto& part : kernel.parts()) {
    const CircleProblem problem = inside(kernel, part, number);
    std::size_t own_edges = 0;
    for (const auto& targets : problem.out) own_edges += targets.size();
    std::vector<std::size_t> chosen;
    const std::size_t effort = std::min(k_effort * own_edges / edges, k_effort_an_edge * own_edges);
    const bool exact = open_part(problem, budget, effort, chosen);
    result.exact = result.exact && exact;
    for (const std::size_t v : chosen) result.nodes.push_back(part[v]);
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
