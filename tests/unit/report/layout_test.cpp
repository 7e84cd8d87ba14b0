#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "report/picture/layered_layout.h"
#include "report/picture/layers.h"

namespace flowferry::report {
namespace {

struct Random {
  std::vector<LayoutNode> nodes;
  std::vector<LayoutEdge> edges;
};

Random random_graph(unsigned seed, std::size_t count, std::size_t edges) {
  std::mt19937 random(seed);
  Random out;
  for (std::size_t n = 0; n < count; ++n)
    out.nodes.push_back({40.0 + random() % 160, 20.0 + random() % 80});
  for (std::size_t e = 0; e < edges; ++e) {
    const std::size_t from = random() % count, to = random() % count;
    out.edges.push_back({from, to, out.nodes[from].height * 0.5});
  }
  return out;
}

/// Laws: no two boxes meet, all is inside, every line goes from its box to its box.
void expect_lawful(const Random& graph, const Layout& layout) {
  ASSERT_EQ(graph.nodes.size(), layout.corners.size());
  ASSERT_EQ(graph.edges.size(), layout.lines.size());
  const auto& nodes = graph.nodes;
  for (std::size_t a = 0; a < nodes.size(); ++a) {
    const Point p = layout.corners[a];
    EXPECT_GE(p.x, -1e-6);
    EXPECT_GE(p.y, -1e-6);
    EXPECT_LE(p.x + nodes[a].width, layout.width + 1e-6);
    EXPECT_LE(p.y + nodes[a].height, layout.height + 1e-6);
    for (std::size_t b = a + 1; b < nodes.size(); ++b) {
      const Point q = layout.corners[b];
      const bool apart = p.x + nodes[a].width < q.x || q.x + nodes[b].width < p.x ||
                         p.y + nodes[a].height < q.y || q.y + nodes[b].height < p.y;
      EXPECT_TRUE(apart) << a << " and " << b;
    }
  }
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    const LayoutEdge& edge = graph.edges[e];
    const LayoutLine& line = layout.lines[e];
    ASSERT_GE(line.points.size(), 2U);
    EXPECT_EQ(0U, line.points.size() % 2);
    const Point from = layout.corners[edge.from], to = layout.corners[edge.to];
    const Point begin = line.points.front(), end = line.points.back();
    EXPECT_NEAR(line.backward ? from.x : from.x + nodes[edge.from].width, begin.x, 1e-6);
    EXPECT_GE(begin.y, from.y);
    EXPECT_LE(begin.y, from.y + nodes[edge.from].height);
    EXPECT_GE(end.y, to.y);
    EXPECT_LE(end.y, to.y + nodes[edge.to].height);
    if (edge.from == edge.to) continue;
    EXPECT_NEAR(line.backward ? to.x + nodes[edge.to].width : to.x, end.x, 1e-6);
    // Lines run one way only.
    for (std::size_t i = 1; i < line.points.size(); ++i) {
      const double step = line.points[i].x - line.points[i - 1].x;
      EXPECT_GE(line.backward ? -step : step, 0) << "edge " << e;
    }
  }
}

TEST(LayeredLayout, KeepsBoxesApartAndLinesAttached) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    const Random graph = random_graph(seed, 1 + seed % 40, seed * 2);
    SCOPED_TRACE(seed);
    expect_lawful(graph, layered_layout(graph.nodes, graph.edges));
  }
}

TEST(LayeredLayout, IsTheSameForTheSameGraph) {
  const Random graph = random_graph(7, 60, 120);
  const Layout a = layered_layout(graph.nodes, graph.edges);
  const Layout b = layered_layout(graph.nodes, graph.edges);
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    EXPECT_EQ(a.corners[n].x, b.corners[n].x);
    EXPECT_EQ(a.corners[n].y, b.corners[n].y);
  }
}

TEST(LayeredLayout, OfNothingIsNothing) {
  const Layout layout = layered_layout({}, {});
  EXPECT_EQ(0, layout.width);
  EXPECT_EQ(0, layout.height);
}

TEST(LayeredLayout, DrawsATreeWithoutCrossingsAndAChainAsAStraightLine) {
  std::vector<LayoutNode> nodes(15, LayoutNode{100, 30});
  std::vector<LayoutEdge> edges;
  // Children out of order: sorting has to find them.
  for (const std::size_t child : {14, 3, 9, 6, 12, 1, 8, 5, 11, 2, 13, 4, 10, 7})
    edges.push_back({(child - 1) / 2, child, 15});
  Layers layers = make_layers(nodes, edges);
  order_layers(layers);
  EXPECT_EQ(0U, count_crossings(layers));

  edges.clear();
  for (std::size_t n = 0; n + 1 < nodes.size(); ++n) edges.push_back({n, n + 1, 15});
  const Layout layout = layered_layout(nodes, edges);
  for (const Point& corner : layout.corners) EXPECT_NEAR(layout.corners[0].y, corner.y, 0.5);
}

TEST(LayeredLayout, CountsCrossingsAsTheEyeDoes) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    const Random graph = random_graph(seed, 24, 40);
    const Layers layers = make_layers(graph.nodes, graph.edges);
    std::vector<std::size_t> rank(layers.layer.size());
    for (const auto& members : layers.members) {
      for (std::size_t i = 0; i < members.size(); ++i) rank[members[i]] = i;
    }
    std::size_t expected = 0;
    for (std::size_t a = 0; a < layers.layer.size(); ++a) {
      for (std::size_t b = 0; b < layers.layer.size(); ++b) {
        if (layers.layer[a] != layers.layer[b] || rank[a] >= rank[b]) continue;
        for (const auto& x : layers.right[a]) {
          for (const auto& y : layers.right[b]) expected += rank[x.to] > rank[y.to] ? 1 : 0;
        }
      }
    }
    EXPECT_EQ(expected, count_crossings(layers)) << seed;
  }
}

}  // namespace
}  // namespace flowferry::report
