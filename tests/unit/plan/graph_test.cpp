#include "plan/graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <random>

#include "../support/cpu_time.h"

namespace flowferry::plan {
namespace {

using Matrix = std::vector<std::vector<char>>;

Graph random_graph(std::mt19937& random, std::size_t nodes, double density) {
  Graph graph(nodes);
  std::bernoulli_distribution edge(density);
  for (std::size_t a = 0; a < nodes; ++a) {
    for (std::size_t b = 0; b < nodes; ++b) {
      if (!edge(random)) continue;
      graph.add(a, b);
      if (random() % 8 == 0) graph.add(a, b);
    }
    std::shuffle(graph.out[a].begin(), graph.out[a].end(), random);
  }
  return graph;
}

/// Whether a way of at least one edge leads from a to b.
Matrix reachable(const Graph& graph, const std::vector<char>& removed = {}) {
  const std::size_t n = graph.size();
  Matrix reach(n, std::vector<char>(n, 0));
  const auto gone = [&](std::size_t v) { return !removed.empty() && removed[v] != 0; };
  for (std::size_t a = 0; a < n; ++a) {
    if (gone(a)) continue;
    for (const std::size_t b : graph.out[a]) {
      if (!gone(b)) reach[a][b] = 1;
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t a = 0; a < n; ++a) {
      if (!reach[a][k]) continue;
      for (std::size_t b = 0; b < n; ++b) reach[a][b] |= reach[k][b];
    }
  }
  return reach;
}

bool acyclic_without(const Graph& graph, const std::vector<std::size_t>& opened) {
  const std::size_t n = graph.size();
  std::vector<char> removed(n, 0);
  for (const std::size_t v : opened) removed[v] = 1;
  std::vector<std::size_t> degree(n, 0);
  for (std::size_t v = 0; v < n; ++v) {
    if (removed[v]) continue;
    for (const std::size_t s : graph.out[v]) degree[s] += removed[s] ? 0 : 1;
  }
  std::vector<std::size_t> ready;
  for (std::size_t v = 0; v < n; ++v) {
    if (!removed[v] && degree[v] == 0) ready.push_back(v);
  }
  std::size_t done = opened.size();
  while (!ready.empty()) {
    const std::size_t v = ready.back();
    ready.pop_back();
    ++done;
    for (const std::size_t s : graph.out[v]) {
      if (!removed[s] && --degree[s] == 0) ready.push_back(s);
    }
  }
  return done == n;
}

long total(const std::vector<std::size_t>& nodes, const std::vector<int>& weight) {
  long sum = 0;
  for (const std::size_t v : nodes) sum += weight[v];
  return sum;
}

/// The least weight of any set that opens every circle, by trying all sets.
long lightest(const Graph& graph, const std::vector<int>& weight) {
  const std::size_t n = graph.size();
  long best = LONG_MAX;
  for (std::size_t set = 0; set < (std::size_t{1} << n); ++set) {
    std::vector<std::size_t> nodes;
    for (std::size_t v = 0; v < n; ++v) {
      if ((set >> v) & 1U) nodes.push_back(v);
    }
    const long sum = total(nodes, weight);
    if (sum < best && acyclic_without(graph, nodes)) best = sum;
  }
  return best;
}

/// No member can be left out.
bool irredundant(const Graph& graph, const std::vector<std::size_t>& opened) {
  for (std::size_t i = 0; i < opened.size(); ++i) {
    auto fewer = opened;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (acyclic_without(graph, fewer)) return false;
  }
  return true;
}

Graph ring(std::size_t nodes) {
  Graph graph(nodes);
  for (std::size_t v = 0; v < nodes; ++v) graph.add(v, (v + 1) % nodes);
  return graph;
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = test::cpu_time();
  work();
  return (test::cpu_time() - begin).count();
}

// What matters here is that nothing explodes. The benchmark measures.
const double k_quick = test::at_most(std::chrono::seconds(3)).count();

TEST(Components, AgreeWithReachabilityOnRandomGraphs) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    const std::size_t n = random() % 12;
    const Graph graph =
        random_graph(random, n, std::uniform_real_distribution<>(0.02, 0.4)(random));
    const Matrix reach = reachable(graph);
    const auto found = components(graph);
    std::vector<std::size_t> number(n, SIZE_MAX);
    for (std::size_t c = 0; c < found.size(); ++c) {
      ASSERT_FALSE(found[c].empty());
      ASSERT_TRUE(std::is_sorted(found[c].begin(), found[c].end()));
      for (const std::size_t v : found[c]) {
        ASSERT_EQ(number[v], SIZE_MAX) << "a node in two components";
        number[v] = c;
      }
    }
    for (std::size_t a = 0; a < n; ++a) {
      ASSERT_NE(number[a], SIZE_MAX) << "a node in no component";
      for (std::size_t b = 0; b < n; ++b) {
        if (a != b) {
          ASSERT_EQ(number[a] == number[b], reach[a][b] && reach[b][a]);
        }
      }
      for (const std::size_t b : graph.out[a]) ASSERT_LE(number[b], number[a]) << "callee first";
    }
  }
}

TEST(Components, FollowAChainOfAnyLength) {
  constexpr std::size_t k_nodes = 1'000'000;
  Graph graph(k_nodes);
  for (std::size_t v = 0; v + 1 < k_nodes; ++v) graph.add(v, v + 1);
  const auto found = components(graph);
  ASSERT_EQ(found.size(), k_nodes);
  EXPECT_EQ(found.front().front(), k_nodes - 1);
  EXPECT_EQ(found.back().front(), 0U);
  EXPECT_EQ(components(ring(k_nodes)).size(), 1U);
}

TEST(OpenCircles, OpensNothingWhereThereIsNoCircle) {
  std::mt19937 random(2);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = 1 + random() % 30;
    Graph graph(n);
    for (std::size_t a = 0; a < n; ++a) {
      for (std::size_t b = a + 1; b < n; ++b) {
        if (random() % 3 == 0) graph.add(b, a);
      }
    }
    const Openings openings = open_circles(graph, std::vector<int>(n, 1));
    EXPECT_TRUE(openings.nodes.empty());
    EXPECT_TRUE(openings.exact);
  }
}

TEST(OpenCircles, IsTheLightestSetOnEverySmallRandomGraph) {
  std::mt19937 random(3);
  for (int round = 0; round < 1500; ++round) {
    const std::size_t n = 1 + random() % 9;
    const Graph graph = random_graph(random, n, std::uniform_real_distribution<>(0.1, 0.8)(random));
    std::vector<int> weight(n, 1000);
    switch (round % 3) {
      case 0:
        for (int& w : weight) w = 1 + static_cast<int>(random() % 9);
        break;
      case 1:
        for (int& w : weight) w += static_cast<int>(random() % 2);
        break;
      default:
        break;
    }
    const Openings openings = open_circles(graph, weight);
    ASSERT_TRUE(std::is_sorted(openings.nodes.begin(), openings.nodes.end()));
    ASSERT_TRUE(acyclic_without(graph, openings.nodes)) << "round " << round;
    ASSERT_TRUE(openings.exact);
    ASSERT_EQ(total(openings.nodes, weight), lightest(graph, weight)) << "round " << round;
  }
}

TEST(OpenCircles, ChoosesNoNodeTwice) {
  std::mt19937 random(4);
  for (int round = 0; round < 300; ++round) {
    const std::size_t n = 1 + random() % 60;
    const Graph graph = random_graph(random, n, 3.0 / static_cast<double>(n));
    const Openings openings = open_circles(graph, std::vector<int>(n, 1000));
    ASSERT_TRUE(std::adjacent_find(openings.nodes.begin(), openings.nodes.end()) ==
                openings.nodes.end());
    ASSERT_TRUE(acyclic_without(graph, openings.nodes));
    ASSERT_TRUE(irredundant(graph, openings.nodes));
  }
}

TEST(OpenCircles, TakesEveryNodeThatRefersToItself) {
  Graph graph(4);
  graph.add(0, 0);
  graph.add(1, 2);
  graph.add(2, 1);
  graph.add(2, 2);
  graph.add(3, 3);
  graph.add(3, 3);
  EXPECT_EQ(open_circles(graph, {1, 1, 1, 1}).nodes, (std::vector<std::size_t>{0, 2, 3}));
}

TEST(OpenCircles, OpensARingAtItsLightestNode) {
  for (const std::size_t n : {2U, 3U, 7U, 50U, 10000U}) {
    std::vector<int> weight(n, 1001);
    weight[n / 2] = 1000;
    const Openings openings = open_circles(ring(n), weight);
    EXPECT_EQ(openings.nodes, std::vector<std::size_t>{n / 2});
    EXPECT_TRUE(openings.exact);
  }
}

TEST(OpenCircles, OpensEachOfManyRingsOnce) {
  constexpr std::size_t k_rings = 1000;
  constexpr std::size_t k_length = 10;
  Graph graph(k_rings * k_length);
  for (std::size_t r = 0; r < k_rings; ++r) {
    for (std::size_t i = 0; i < k_length; ++i) {
      graph.add(r * k_length + i, r * k_length + (i + 1) % k_length);
    }
    if (r > 0) graph.add(r * k_length, (r - 1) * k_length);  // rings in a chain
  }
  Openings openings;
  EXPECT_LT(seconds_of([&] { openings = open_circles(graph, std::vector<int>(graph.size(), 1)); }),
            k_quick);
  EXPECT_EQ(openings.nodes.size(), k_rings);
  EXPECT_TRUE(openings.exact);
}

TEST(OpenCircles, OpensACompleteGraphWithAllNodesButOne) {
  constexpr std::size_t k_nodes = 40;
  Graph graph(k_nodes);
  for (std::size_t a = 0; a < k_nodes; ++a) {
    for (std::size_t b = 0; b < k_nodes; ++b) {
      if (a != b) graph.add(a, b);
    }
  }
  const Openings openings = open_circles(graph, std::vector<int>(k_nodes, 1000));
  EXPECT_EQ(openings.nodes.size(), k_nodes - 1);
  EXPECT_TRUE(openings.exact);
}

TEST(OpenCircles, IsExactForCirclesThatMeetInOneNode) {
  // A hub: one flow from which all others are reached, and which all lead back to.
  constexpr std::size_t k_leaves = 500;
  Graph graph(k_leaves + 1);
  for (std::size_t v = 1; v <= k_leaves; ++v) {
    graph.add(0, v);
    graph.add(v, 0);
  }
  const Openings openings = open_circles(graph, std::vector<int>(k_leaves + 1, 1));
  EXPECT_EQ(openings.nodes, std::vector<std::size_t>{0});
  EXPECT_TRUE(openings.exact);
}

TEST(OpenCircles, SaysExactOnlyWhereItIs) {
  // With no budget the search may stop early; then it must say so, or be right nevertheless.
  std::mt19937 random(5);
  int inexact = 0;
  for (int round = 0; round < 400; ++round) {
    const std::size_t n = 8 + random() % 2;
    const Graph graph = random_graph(random, n, 0.35);
    const std::vector<int> weight(n, 1);
    const Openings openings = open_circles(graph, weight, 0);
    ASSERT_TRUE(acyclic_without(graph, openings.nodes));
    const long best = lightest(graph, weight);
    ASSERT_GE(total(openings.nodes, weight), best);
    if (openings.exact) {
      ASSERT_EQ(total(openings.nodes, weight), best);
    } else {
      ++inexact;
    }
  }
  EXPECT_GT(inexact, 0);
}

TEST(OpenCircles, CopesWithALargeTangle) {
  std::mt19937 random(6);
  constexpr std::size_t k_nodes = 10'000;
  Graph graph(k_nodes);
  for (std::size_t e = 0; e < 100'000; ++e) graph.add(random() % k_nodes, random() % k_nodes);
  Openings openings;
  EXPECT_LT(seconds_of([&] { openings = open_circles(graph, std::vector<int>(k_nodes, 1000)); }),
            k_quick);
  EXPECT_TRUE(acyclic_without(graph, openings.nodes));
  EXPECT_LT(openings.nodes.size(), 5200U);
}

TEST(OpenCircles, CopesWithADenseComponent) {
  std::mt19937 random(7);
  const Graph graph = random_graph(random, 300, 0.3);
  Openings openings;
  EXPECT_LT(seconds_of([&] { openings = open_circles(graph, std::vector<int>(300, 1000)); }),
            k_quick);
  EXPECT_TRUE(acyclic_without(graph, openings.nodes));
  EXPECT_TRUE(irredundant(graph, openings.nodes));
}

TEST(OpenCircles, CopesWithMediumTanglesOfAnyDensity) {
  std::mt19937 random(8);
  for (const std::size_t n : {60U, 90U, 120U, 121U, 200U, 400U}) {
    for (const double degree : {1.5, 2.0, 3.0, 6.0}) {
      const Graph graph = random_graph(random, n, degree / static_cast<double>(n));
      Openings openings;
      const double seconds =
          seconds_of([&] { openings = open_circles(graph, std::vector<int>(n, 1000)); });
      EXPECT_LT(seconds, k_quick) << n << " nodes, degree " << degree;
      EXPECT_TRUE(acyclic_without(graph, openings.nodes));
      EXPECT_TRUE(irredundant(graph, openings.nodes));
      RecordProperty("n" + std::to_string(n) + "d" + std::to_string(degree),
                     std::to_string(openings.nodes.size()));
      if (std::getenv("FLOWFERRY_VERBOSE") != nullptr) {
        std::printf("%3zu nodes, degree %.1f: %3zu %s %.3f s\n", n, degree, openings.nodes.size(),
                    openings.exact ? "exact" : "found", seconds);
      }
    }
  }
}

TEST(CircleThrough, IsAShortestCircle) {
  std::mt19937 random(9);
  for (int round = 0; round < 1000; ++round) {
    const std::size_t n = 1 + random() % 8;
    const Graph graph = random_graph(random, n, 0.25);
    std::vector<char> members(n);
    for (char& m : members) m = random() % 4 != 0;
    const std::size_t start = random() % n;
    members[start] = 1;
    // Distances by relaxing all edges n times.
    std::vector<std::size_t> distance(n, SIZE_MAX);
    for (std::size_t pass = 0; pass <= n; ++pass) {
      for (const std::size_t s : graph.out[start]) {
        if (members[s]) distance[s] = std::min<std::size_t>(distance[s], 1);
      }
      for (std::size_t v = 0; v < n; ++v) {
        if (!members[v] || distance[v] == SIZE_MAX || v == start) continue;
        for (const std::size_t s : graph.out[v]) {
          if (members[s]) distance[s] = std::min(distance[s], distance[v] + 1);
        }
      }
    }
    const auto circle = circle_through(graph, start, members);
    if (distance[start] == SIZE_MAX) {
      ASSERT_TRUE(circle.empty());
      continue;
    }
    ASSERT_EQ(circle.size(), distance[start]);
    ASSERT_EQ(circle.front(), start);
    for (std::size_t i = 0; i < circle.size(); ++i) {
      const std::size_t next = circle[(i + 1) % circle.size()];
      const auto& out = graph.out[circle[i]];
      ASSERT_TRUE(std::find(out.begin(), out.end(), next) != out.end());
      ASSERT_TRUE(members[circle[i]]);
    }
  }
}

}  // namespace
}  // namespace flowferry::plan
