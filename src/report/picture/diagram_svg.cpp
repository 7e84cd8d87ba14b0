#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/text.h"
#include "report/picture/diagram.h"
#include "report/picture/diagram_text.h"
#include "report/picture/layered_layout.h"

namespace flowferry::report {
namespace {

using Look = DiagramNode::Look;

constexpr double k_margin = 28, k_head = 64, k_row = 19, k_pad = 12;
constexpr std::size_t k_columns = 44;  ///< Longer names are cut; the tooltip has them whole.

constexpr std::string_view k_style = R"(
  text { font-family: system-ui, "Segoe UI", "Hiragino Sans", "Yu Gothic UI", Meiryo, "Noto Sans CJK JP", sans-serif; font-size: 12px; fill: #14202b; }
  .page { fill: #ffffff; }
  .title { font-size: 17px; font-weight: 600; }
  .sub, .port { font-size: 10.5px; fill: #55606b; }
  .n rect { stroke-width: 1.2; }
  .flow rect { fill: #e8f1fb; stroke: #3b76b5; }
  .module rect { fill: #eaf6ec; stroke: #3f8f52; }
  .resource rect { fill: #f4f1fa; stroke: #7a67ad; }
  .absent rect { fill: #ffffff; stroke: #7f8790; stroke-dasharray: 4 3; }
  .missing rect { fill: #fdeceb; stroke: #c2392f; stroke-dasharray: 4 3; }
  .start rect { fill: #dfe5ec; stroke: #7f8790; }
  .block rect { fill: #ffffff; stroke: #7f8790; }
  .ending rect { fill: #f3e7d3; stroke: #a5772a; }
  .n.marked rect { stroke: #c2392f; stroke-width: 2.4; }
  .e path { fill: none; stroke-width: 1.3; stroke-opacity: 0.75; }
  .e.plain path { stroke: #3b76b5; } .e.plain { fill: #3b76b5; }
  .e.soft path { stroke: #3f8f52; } .e.soft { fill: #3f8f52; }
  .e.dashed path { stroke: #8a5a00; stroke-dasharray: 6 3; } .e.dashed { fill: #8a5a00; }
  .e.dotted path { stroke: #6b7280; stroke-dasharray: 2 3; } .e.dotted { fill: #6b7280; }
  .e.bad path { stroke: #c2392f; } .e.bad { fill: #c2392f; }
  .e.marked path { stroke-width: 2.4; stroke-opacity: 1; }
  .e:hover path { stroke-width: 3.5; stroke-opacity: 1; }
  .line { stroke: #c9d0d7; stroke-width: 1; }
)";

std::string_view word(Look look) {
  switch (look) {
    case Look::flow:
      return "flow";
    case Look::module:
      return "module";
    case Look::resource:
      return "resource";
    case Look::absent:
      return "absent";
    case Look::missing:
      return "missing";
    case Look::start:
      return "start";
    case Look::block:
      return "block";
    case Look::ending:
      return "ending";
  }
  return "";
}

std::string_view word(DiagramEdge::Look look) {
  switch (look) {
    case DiagramEdge::Look::plain:
      return "plain";
    case DiagramEdge::Look::soft:
      return "soft";
    case DiagramEdge::Look::dashed:
      return "dashed";
    case DiagramEdge::Look::dotted:
      return "dotted";
    case DiagramEdge::Look::bad:
      return "bad";
  }
  return "";
}

/// Pixels with one decimal, and none where it is zero.
std::string px(double value) {
  std::string out = fmt::format("{:.1f}", std::round(value * 10) / 10 + 0.0);
  if (out.ends_with(".0")) out.resize(out.size() - 2);
  return out == "-0" ? "0" : out;
}

std::string cut(std::string_view text) {
  return ellipsize(printable(text), k_columns);
}

/// What a text takes in the fonts that are likely.
double text_width(std::string_view text, double pixels_a_column) {
  return static_cast<double>(display_width(cut(text))) * pixels_a_column;
}

double head_height(const DiagramNode& node) {
  return node.subtitle.empty() ? 28 : 42;
}

LayoutNode size_of(const DiagramNode& node) {
  double width = std::max(text_width(node.title, 7.2), text_width(node.subtitle, 7.4));
  for (const std::string& port : node.ports) width = std::max(width, text_width(port, 6.2));
  return {std::max(width + 2 * k_pad, 60.0),
          head_height(node) + k_row * static_cast<double>(node.ports.size())};
}

double leave_at(const DiagramNode& node, const LayoutNode& size, const DiagramEdge& edge) {
  if (!edge.port || *edge.port >= node.ports.size()) return size.height / 2;
  return head_height(node) + k_row * (static_cast<double>(*edge.port) + 0.5);
}

/// Whether every node has a place and no two boxes meet when the places are stretched by `x`, `y`.
bool fits(const Diagram& diagram, const std::vector<LayoutNode>& sizes, double x, double y) {
  std::vector<std::size_t> order(sizes.size());
  for (std::size_t n = 0; n < order.size(); ++n) {
    if (!diagram.nodes[n].position) return false;
    order[n] = n;
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return diagram.nodes[a].position->x < diagram.nodes[b].position->x;
  });
  double widest = 0;
  for (const LayoutNode& size : sizes) widest = std::max(widest, size.width);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& a = *diagram.nodes[order[i]].position;
    for (std::size_t k = i + 1; k < order.size(); ++k) {
      const auto& b = *diagram.nodes[order[k]].position;
      if ((b.x - a.x) * x >= widest + 8) break;
      const bool beside = (b.x - a.x) * x >= sizes[order[i]].width + 8;
      const bool below = (b.y - a.y) * y >= sizes[order[i]].height + 6;
      const bool above = (a.y - b.y) * y >= sizes[order[k]].height + 6;
      if (!beside && !below && !above) return false;
    }
  }
  return true;
}

/// The picture as it was drawn, stretched as far as its boxes need; nothing if that does not do.
std::optional<Layout> own_layout(const Diagram& diagram, const std::vector<LayoutNode>& sizes,
                                 const std::vector<LayoutEdge>& edges) {
  if (diagram.nodes.empty()) return std::nullopt;
  double x = 0, y = 0;
  for (const double stretch : {1.0, 1.25, 1.5, 2.0}) {
    if (fits(diagram, sizes, stretch, 1)) {
      x = stretch, y = 1;
      break;
    }
    if (fits(diagram, sizes, stretch, stretch)) {
      x = y = stretch;
      break;
    }
  }
  if (x == 0) return std::nullopt;
  Layout out;
  double left = diagram.nodes.front().position->x, top = diagram.nodes.front().position->y;
  for (const DiagramNode& node : diagram.nodes) {
    left = std::min(left, node.position->x);
    top = std::min(top, node.position->y);
  }
  for (std::size_t n = 0; n < sizes.size(); ++n) {
    const auto& at = *diagram.nodes[n].position;
    out.corners.push_back({(at.x - left) * x, (at.y - top) * y});
    out.width = std::max(out.width, out.corners[n].x + sizes[n].width);
    out.height = std::max(out.height, out.corners[n].y + sizes[n].height);
  }
  if (out.width > 100000 || out.height > 100000) return std::nullopt;
  out.width += 40;  // lines that leave to the right and lead back
  for (const LayoutEdge& edge : edges) {
    const Point from = out.corners[edge.from], to = out.corners[edge.to];
    LayoutLine line;
    line.points = {{from.x + sizes[edge.from].width, from.y + edge.from_y},
                   {to.x, to.y + std::min(sizes[edge.to].height / 2, 14.0)}};
    if (edge.from == edge.to) line.points.back().x = from.x + sizes[edge.from].width;
    out.lines.push_back(std::move(line));
  }
  return out;
}

/// A curve through the line's points that leaves and arrives horizontally.
std::string path_of(const LayoutLine& line, bool loop) {
  const auto& points = line.points;
  std::string out = fmt::format("M{} {}", px(points[0].x), px(points[0].y));
  if (loop) {
    const double x = points[0].x + 34;
    return out + fmt::format("C{} {} {} {} {} {}", px(x), px(points[0].y + 12), px(x),
                             px(points[1].y - 12), px(points[1].x), px(points[1].y));
  }
  const double way = line.backward ? -1 : 1;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point a = points[i - 1], b = points[i];
    if (i % 2 == 0) {  // through a layer
      out += fmt::format("L{} {}", px(b.x), px(b.y));
      continue;
    }
    // Against the direction of reading, a wide bow is easier to follow than a short hook.
    const bool against = (b.x - a.x) * way < 0;
    const double bow = against ? std::min(60 + (a.x - b.x) * way * 0.3, 260.0)
                               : std::max(std::abs(b.x - a.x) / 2, 18.0);
    out += fmt::format("C{} {} {} {} {} {}", px(a.x + way * bow), px(a.y), px(b.x - way * bow),
                       px(b.y), px(b.x), px(b.y));
  }
  return out;
}

/// The head at the line's end, which is horizontal.
std::string arrow_head(const Point& tip, bool leftward) {
  const double back = leftward ? 8 : -8;
  return fmt::format("M{} {}l{} -4v8z", px(tip.x), px(tip.y), px(back));
}

std::string edge_svg(const Diagram& diagram, const DiagramEdge& edge, const LayoutLine& line) {
  const bool loop = edge.from == edge.to;
  const std::string tip = diagram.nodes[edge.from].title + " → " + diagram.nodes[edge.to].title +
                          (edge.label.empty() ? "" : ": " + edge.label);
  return fmt::format(
      "<g class=\"e {}{}\"><title>{}</title><path d=\"{}\"/><path class=\"h\" d=\"{}\" "
      "style=\"fill:inherit;stroke:none\"/></g>\n",
      word(edge.look), edge.marked ? " marked" : "", xml_escaped(tip), path_of(line, loop),
      arrow_head(line.points.back(), line.backward || loop));
}

std::string node_svg(const DiagramNode& node, const Point& at, const LayoutNode& size) {
  const bool round = node.look == Look::flow || node.look == Look::absent;
  std::string tip = node.title;
  if (!node.subtitle.empty()) tip += " · " + node.subtitle;
  if (!node.tooltip.empty()) tip += " · " + node.tooltip;
  std::string out = fmt::format(
      "<g class=\"n {}{}\"><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
      "rx=\"{}\"/>",
      word(node.look), node.marked ? " marked" : "", xml_escaped(tip), px(at.x), px(at.y),
      px(size.width), px(size.height), round ? 9 : 3);
  out += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>", px(at.x + k_pad), px(at.y + 18),
                     xml_escaped(cut(node.title)));
  if (!node.subtitle.empty()) {
    out += fmt::format("<text class=\"sub\" x=\"{}\" y=\"{}\">{}</text>", px(at.x + k_pad),
                       px(at.y + 33), xml_escaped(cut(node.subtitle)));
  }
  double y = at.y + head_height(node);
  for (const std::string& port : node.ports) {
    out += fmt::format(
        "<line class=\"line\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/><text class=\"port\" "
        "x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
        px(at.x), px(y), px(at.x + size.width), px(y), px(at.x + size.width - 8), px(y + 13),
        xml_escaped(cut(port)));
    y += k_row;
  }
  return out + "</g>\n";
}

/// The kinds of line that occur, by look.
std::string legend(const Diagram& diagram, double y) {
  std::map<std::string_view, std::set<std::string>> families;
  std::vector<std::string_view> order;
  for (const DiagramEdge& edge : diagram.edges) {
    if (edge.family.empty()) continue;
    auto& names = families[word(edge.look)];
    if (names.empty()) order.push_back(word(edge.look));
    names.insert(edge.family);
  }
  std::sort(order.begin(), order.end());
  std::string out;
  double x = k_margin;
  for (const std::string_view look : order) {
    const std::string text = join({families[look].begin(), families[look].end()}, ", ");
    out += fmt::format(
        "<g class=\"e {}\"><path d=\"M{} {}h34\"/></g><text class=\"sub\" x=\"{}\" "
        "y=\"{}\">{}</text>\n",
        look, px(x), px(y - 4), px(x + 42), px(y), xml_escaped(text));
    x += 42 + text_width(text, 6.2) + 24;
  }
  return out;
}

}  // namespace

std::string diagram_svg(const Diagram& diagram) {
  std::vector<LayoutNode> sizes;
  for (const DiagramNode& node : diagram.nodes) sizes.push_back(size_of(node));
  std::vector<LayoutEdge> edges;
  for (const DiagramEdge& edge : diagram.edges) {
    edges.push_back(
        {edge.from, edge.to, leave_at(diagram.nodes[edge.from], sizes[edge.from], edge)});
  }
  auto own = own_layout(diagram, sizes, edges);
  const Layout layout = own ? std::move(*own) : layered_layout(sizes, edges);
  const double width =
      std::max({layout.width, text_width(diagram.title, 10), text_width(diagram.subtitle, 6.5)}) +
      2 * k_margin;
  const double height = k_head + layout.height + k_margin + 30;
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{0}\" height=\"{1}\" "
      "viewBox=\"0 0 {0} {1}\">\n<title>{2}</title>\n<desc>{3}</desc>\n<style>{4}</style>\n"
      "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n",
      px(width), px(height), xml_escaped(diagram.title), xml_escaped(diagram.subtitle), k_style);
  out += fmt::format("<text class=\"title\" x=\"{}\" y=\"32\">{}</text>\n", px(k_margin),
                     xml_escaped(printable(diagram.title)));
  out += fmt::format("<text class=\"sub\" x=\"{}\" y=\"50\">{}</text>\n", px(k_margin),
                     xml_escaped(printable(diagram.subtitle)));
  out += fmt::format("<g transform=\"translate({} {})\">\n", px(k_margin), px(k_head));
  for (std::size_t e = 0; e < edges.size(); ++e)
    out += edge_svg(diagram, diagram.edges[e], layout.lines[e]);
  for (std::size_t n = 0; n < sizes.size(); ++n)
    out += node_svg(diagram.nodes[n], layout.corners[n], sizes[n]);
  out += "</g>\n" + legend(diagram, height - 16);
  return out + "</svg>\n";
}

}  // namespace flowferry::report
