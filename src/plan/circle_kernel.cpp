#include "plan/circle_kernel.h"

#include <algorithm>

namespace flowferry::plan {
namespace {

using List = std::vector<std::size_t>;

bool contains(const List& list, std::size_t value) {
  return std::binary_search(list.begin(), list.end(), value);
}

void insert(List& list, std::size_t value) {
  const auto at = std::lower_bound(list.begin(), list.end(), value);
  if (at == list.end() || *at != value) list.insert(at, value);
}

void erase(List& list, std::size_t value) {
  const auto at = std::lower_bound(list.begin(), list.end(), value);
  if (at != list.end() && *at == value) list.erase(at);
}

}  // namespace

CircleKernel::CircleKernel(const std::vector<List>& out, const std::vector<int>& weight)
    : in_(out.size()), out_(out), alive_(out.size(), 1), left_(out.size()), weight_(&weight) {
  for (std::size_t v = 0; v < out.size(); ++v) {
    for (const std::size_t s : out[v]) in_[s].push_back(v);  // ascending, as v is
  }
}

void CircleKernel::connect(std::size_t from, std::size_t to) {
  insert(out_[from], to);
  insert(in_[to], from);
}

void CircleKernel::remove(std::size_t node) {
  for (const std::size_t p : in_[node]) {
    if (p != node) erase(out_[p], node);
  }
  for (const std::size_t s : out_[node]) {
    if (s != node) erase(in_[s], node);
  }
  List().swap(in_[node]);
  List().swap(out_[node]);
  alive_[node] = 0;
  --left_;
}

/// `node` is not in the set: what leads to it leads to where it leads. With one edge on one side
/// this adds no edges.
void CircleKernel::bypass(std::size_t node) {
  const List before = in_[node];
  const List after = out_[node];
  remove(node);
  for (const std::size_t p : before) {
    for (const std::size_t s : after) connect(p, s);
  }
}

/// Every circle through `node` goes through its one neighbour, which is no heavier.
bool CircleKernel::can_bypass(std::size_t node) const {
  const auto no_heavier = [&](const List& list) {
    return list.size() == 1 && weight(list.front()) <= weight(node);
  };
  return no_heavier(in_[node]) || no_heavier(out_[node]);
}

void CircleKernel::reduce_around(List work, List& chosen) {
  while (!work.empty()) {
    const std::size_t v = work.back();
    work.pop_back();
    if (!alive_[v]) continue;
    const auto wake = [&] {
      work.insert(work.end(), in_[v].begin(), in_[v].end());
      work.insert(work.end(), out_[v].begin(), out_[v].end());
    };
    if (contains(out_[v], v)) {
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

std::vector<List> CircleKernel::parts() const {
  Graph graph(size());
  graph.out = out_;
  std::vector<List> out;
  for (List& part : components(graph)) {
    if (alive_[part.front()]) out.push_back(std::move(part));
  }
  return out;
}

/// Takes away edges that matter to no solution: those that are on no circle at all, or only on
/// circles which also run along a pair of nodes that refer to each other (the pair has to be opened
/// anyway). Returns the nodes that lost edges.
List CircleKernel::drop_idle_edges() {
  Graph one_way(size());
  for (std::size_t v = 0; v < size(); ++v) {
    for (const std::size_t s : out_[v]) {
      if (!contains(in_[v], s)) one_way.add(v, s);
    }
  }
  List number(size(), 0);
  const auto parts = components(one_way);
  for (std::size_t c = 0; c < parts.size(); ++c) {
    for (const std::size_t v : parts[c]) number[v] = c;
  }
  List touched;
  for (std::size_t v = 0; v < size(); ++v) {
    for (const std::size_t s : one_way.out[v]) {
      if (number[v] == number[s]) continue;
      erase(out_[v], s);
      erase(in_[s], v);
      touched.push_back(v);
      touched.push_back(s);
    }
  }
  return touched;
}

void CircleKernel::reduce(List& chosen) {
  List work;
  for (std::size_t v = size(); v-- > 0;) {
    if (alive_[v]) work.push_back(v);
  }
  while (!work.empty()) {
    reduce_around(std::move(work), chosen);
    work = drop_idle_edges();
  }
}

}  // namespace flowferry::plan
