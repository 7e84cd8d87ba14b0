#include "report/picture/layered_layout.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "report/picture/layers.h"

namespace flowferry::report {
namespace {

constexpr double k_gap = 36;  ///< Between parts.

/// Nodes and edges of one connected part, by their numbers in the whole.
struct Part {
  std::vector<std::size_t> nodes;
  std::vector<std::size_t> edges;
};

std::vector<Part> parts_of(std::size_t count, const std::vector<LayoutEdge>& edges) {
  std::vector<std::size_t> parent(count);
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  const auto root = [&](std::size_t n) {
    while (parent[n] != n) n = parent[n] = parent[parent[n]];
    return n;
  };
  for (const LayoutEdge& edge : edges) {
    const std::size_t a = root(edge.from), b = root(edge.to);
    parent[std::max(a, b)] = std::min(a, b);
  }
  std::vector<std::size_t> number(count, 0);
  std::vector<Part> out;
  for (std::size_t n = 0; n < count; ++n) {
    if (root(n) == n) {
      number[n] = out.size();
      out.emplace_back();
    }
    out[number[root(n)]].nodes.push_back(n);
  }
  for (std::size_t e = 0; e < edges.size(); ++e)
    out[number[root(edges[e].from)]].edges.push_back(e);
  return out;
}

/// A part laid out by itself, its lines by edge of the part.
Layout lay_out(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges) {
  Layers layers = make_layers(nodes, edges);
  order_layers(layers);
  place_in_layers(layers);

  // Layers stand apart the further the more their lines climb.
  std::vector<double> left(layers.members.size()), width(layers.members.size(), 0);
  for (std::size_t n = 0; n < nodes.size(); ++n)
    width[layers.layer[n]] = std::max(width[layers.layer[n]], nodes[n].width);
  double x = 0;
  for (std::size_t l = 0; l < layers.members.size(); ++l) {
    left[l] = x;
    double climb = 0;
    for (const std::size_t n : layers.members[l]) {
      for (const auto& link : layers.right[n])
        climb = std::max(climb, std::abs(layers.middle[link.to] - layers.middle[n]));
    }
    x += width[l] + std::clamp(climb / 5, 56.0, 220.0);
  }

  Layout out;
  double top = 0;
  for (std::size_t n = 0; n < layers.layer.size(); ++n)
    top = n == 0 ? layers.middle[n] - layers.height[n] / 2
                 : std::min(top, layers.middle[n] - layers.height[n] / 2);
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const std::size_t l = layers.layer[n];
    out.corners.push_back({left[l], layers.middle[n] - nodes[n].height / 2 - top});
    out.width = std::max(out.width, left[l] + nodes[n].width);
  }
  for (std::size_t n = 0; n < layers.layer.size(); ++n)
    out.height = std::max(out.height, layers.middle[n] + layers.height[n] / 2 - top);
  for (std::size_t e = 0; e < edges.size(); ++e) {
    LayoutLine line;
    const LayoutEdge& edge = edges[e];
    const Point from = out.corners[edge.from], to = out.corners[edge.to];
    if (edge.from == edge.to) {
      line.points = {{from.x + nodes[edge.from].width, from.y + edge.from_y},
                     {from.x + nodes[edge.from].width, from.y + 4}};
    } else {
      line.backward = layers.backward[e] != 0;
      const auto& chain = layers.chain[e];
      std::vector<Point> way;
      for (std::size_t i = 1; i + 1 < chain.size(); ++i) {
        const std::size_t l = layers.layer[chain[i]];
        const double y = layers.middle[chain[i]] - top;
        way.push_back({left[l], y});
        way.push_back({left[l] + width[l], y});
      }
      if (line.backward) std::reverse(way.begin(), way.end());
      // Beside the line of the other direction, where there is one.
      const double aside = line.backward ? 7 : 0;
      const double from_y = std::min(edge.from_y + aside, nodes[edge.from].height - 2);
      const double to_y =
          to.y + std::min(nodes[edge.to].height / 2 + aside, nodes[edge.to].height - 2);
      line.points.push_back(
          {line.backward ? from.x : from.x + nodes[edge.from].width, from.y + from_y});
      line.points.insert(line.points.end(), way.begin(), way.end());
      line.points.push_back({line.backward ? to.x + nodes[edge.to].width : to.x, to_y});
    }
    out.lines.push_back(std::move(line));
  }
  return out;
}

/// Puts boxes into rows of about the width `room`.
class Shelves {
 public:
  Shelves(double room, double gap) : room_(room), gap_(gap) {}
  Point place(double width, double height) {
    if (x_ > 0 && x_ + width > room_) {
      top_ += row_ + gap_;
      x_ = row_ = 0;
    }
    const Point out{x_, top_};
    x_ += width + gap_;
    row_ = std::max(row_, height);
    used_.x = std::max(used_.x, out.x + width);
    used_.y = std::max(used_.y, out.y + height);
    return out;
  }
  Point used() const { return used_; }  ///< Lower right corner of all.

 private:
  double room_, gap_, x_ = 0, top_ = 0, row_ = 0;
  Point used_;
};

}  // namespace

Layout layered_layout(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges) {
  Layout out;
  out.corners.resize(nodes.size());
  out.lines.resize(edges.size());
  auto parts = parts_of(nodes.size(), edges);
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    if (a.edges.empty() != b.edges.empty()) return b.edges.empty();
    return a.nodes.size() > b.nodes.size();
  });
  std::vector<Layout> drawn;
  double widest = 900;
  std::vector<std::size_t> number(nodes.size(), 0);
  for (const Part& part : parts) {
    if (part.edges.empty()) break;
    std::vector<LayoutNode> own;
    for (const std::size_t n : part.nodes) {
      number[n] = own.size();
      own.push_back(nodes[n]);
    }
    std::vector<LayoutEdge> own_edges;
    for (const std::size_t e : part.edges)
      own_edges.push_back({number[edges[e].from], number[edges[e].to], edges[e].from_y});
    drawn.push_back(lay_out(own, own_edges));
    widest = std::max(widest, drawn.back().width);
  }
  Shelves shelves(widest, k_gap);
  for (std::size_t p = 0; p < drawn.size(); ++p) {
    const Point at = shelves.place(drawn[p].width, drawn[p].height);
    for (std::size_t i = 0; i < parts[p].nodes.size(); ++i) {
      const Point corner = drawn[p].corners[i];
      out.corners[parts[p].nodes[i]] = {corner.x + at.x, corner.y + at.y};
    }
    for (std::size_t i = 0; i < parts[p].edges.size(); ++i) {
      LayoutLine line = std::move(drawn[p].lines[i]);
      for (Point& point : line.points) point = {point.x + at.x, point.y + at.y};
      out.lines[parts[p].edges[i]] = std::move(line);
    }
  }
  // Nodes without edges, in rows of even columns.
  const double below = shelves.used().y + (drawn.empty() ? 0 : k_gap);
  double column = 0;
  for (std::size_t p = drawn.size(); p < parts.size(); ++p)
    column = std::max(column, nodes[parts[p].nodes.front()].width);
  Shelves rest(widest, 16);
  for (std::size_t p = drawn.size(); p < parts.size(); ++p) {
    const std::size_t n = parts[p].nodes.front();
    const Point at = rest.place(column, nodes[n].height);
    out.corners[n] = {at.x, at.y + below};
  }
  out.width = std::max(shelves.used().x, rest.used().x);
  out.height = parts.size() > drawn.size() ? below + rest.used().y : shelves.used().y;
  return out;
}

}  // namespace flowferry::report
