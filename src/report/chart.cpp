#include "report/chart.h"

#include <fmt/format.h>

#include "base/text.h"

namespace flowferry::report {

using json::Value;
using lookup::ChartBlock;
using lookup::ChartBranch;
using lookup::FlowChart;

namespace {

/// "UpdateContactTargetQueue" → "Update contact target queue".
std::string words_of(const std::string& type) {
  std::string out;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const char c = type[i];
    const bool upper = c >= 'A' && c <= 'Z';
    const bool next_lower = i + 1 < type.size() && type[i + 1] >= 'a' && type[i + 1] <= 'z';
    if (upper && i > 0 && next_lower) out += ' ';
    out += upper && i > 0 && next_lower ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

std::string title_of(const ChartBlock& block) {
  if (block.friendly && !block.identifier.empty()) return block.identifier;
  return block.type.empty() ? block.identifier : words_of(block.type);
}

/// What the block is about, shortly: what it names, else what it says.
std::string about(const ChartBlock& block) {
  std::vector<std::string> parts;
  for (const lookup::NamedResource& resource : block.resources)
    parts.push_back(std::string(label(resource.kind)) + " \"" + resource.called() + "\"");
  if (parts.empty() && !block.says.empty()) parts.push_back("\"" + block.says + "\"");
  return join(parts, ", ");
}

std::string_view kind_word(ChartBranch::Kind kind) {
  switch (kind) {
    case ChartBranch::Kind::next:
      return "next";
    case ChartBranch::Kind::condition:
      return "condition";
    case ChartBranch::Kind::error:
      return "error";
  }
  return "";
}

/// Blocks as a reader meets them from the start on, those that nothing leads to last.
std::vector<std::size_t> reading_order(const FlowChart& chart) {
  std::vector<std::size_t> out, stack;
  std::vector<char> seen(chart.blocks.size(), 0);
  if (chart.start) stack.push_back(*chart.start);
  while (!stack.empty()) {
    const std::size_t block = stack.back();
    stack.pop_back();
    if (seen[block]) continue;
    seen[block] = 1;
    out.push_back(block);
    const auto& branches = chart.blocks[block].branches;
    for (auto it = branches.rbegin(); it != branches.rend(); ++it) {
      if (it->at) stack.push_back(*it->at);
    }
  }
  for (std::size_t block = 0; block < chart.blocks.size(); ++block) {
    if (!seen[block]) out.push_back(block);
  }
  return out;
}

}  // namespace

std::string chart_text(const FlowChart& chart, const Flow& flow, const Style& style) {
  std::string out = tinted(style, Tone::strong, "\"" + printable(flow.name) + "\"") + " " +
                    (flow.type.empty() ? std::string(label(flow.kind)) : printable(flow.type)) +
                    ": " + counted(chart.blocks.size(), "block") + "\n";
  const auto order = reading_order(chart);
  std::vector<std::size_t> number(chart.blocks.size());
  for (std::size_t i = 0; i < order.size(); ++i) number[order[i]] = i + 1;
  for (const std::size_t index : order) {
    const ChartBlock& block = chart.blocks[index];
    out += fmt::format("\n{:3}. {}", number[index],
                       tinted(style, Tone::strong, printable(title_of(block))));
    if (block.friendly) out += " (" + printable(block.type) + ")";
    if (!block.reached) out += " " + tinted(style, Tone::warn, "[nothing leads here]");
    out += "\n";
    if (const std::string what = about(block); !what.empty())
      out += "     " + printable(what) + "\n";
    for (const ChartBranch& branch : block.branches) {
      const std::string to =
          branch.at ? fmt::format("{}. {}", number[*branch.at],
                                  printable(title_of(chart.blocks[*branch.at])))
                    : tinted(style, Tone::bad, "no block \"" + printable(branch.to) + "\"");
      out += fmt::format("     {} → {}\n", printable(branch.label), to);
    }
  }
  return out;
}

Value chart_json(const FlowChart& chart, const Flow& flow, const std::string& environment) {
  const auto index = [](const std::optional<std::size_t>& at) {
    return at ? Value(static_cast<std::uint64_t>(*at)) : Value();
  };
  Value blocks = Value::array();
  for (const ChartBlock& block : chart.blocks) {
    Value resources = Value::array(), branches = Value::array();
    for (const lookup::NamedResource& resource : block.resources) {
      resources.push(Value::object(
          {{"kind", to_string(resource.kind)}, {"name", resource.name}, {"id", resource.id}}));
    }
    for (const ChartBranch& branch : block.branches) {
      branches.push(Value::object({{"kind", kind_word(branch.kind)},
                                   {"label", branch.label},
                                   {"to", branch.to},
                                   {"block", index(branch.at)}}));
    }
    Value entry = Value::object({{"action", block.identifier},
                                 {"action_is_name", block.friendly},
                                 {"action_type", block.type},
                                 {"reached", block.reached}});
    if (!block.says.empty()) entry.set("text", block.says);
    if (block.position)
      entry.set("position", Value::object({{"x", block.position->x}, {"y", block.position->y}}));
    entry.set("resources", std::move(resources)).set("branches", std::move(branches));
    blocks.push(std::move(entry));
  }
  Value where = Value::object({{"kind", to_string(flow.kind)}, {"name", flow.name}});
  if (!flow.type.empty()) where.set("type", flow.type);
  where.set("id", flow.id).set("arn", flow.arn);
  return Value::object({{"flowferry", FLOWFERRY_VERSION},
                        {"command", "graph"},
                        {"environment", environment},
                        {"flow", std::move(where)},
                        {"start", index(chart.start)},
                        {"blocks", std::move(blocks)}});
}

Diagram chart_diagram(const FlowChart& chart, const Flow& flow) {
  Diagram out;
  out.title = flow.name;
  out.subtitle = (flow.type.empty() ? std::string(label(flow.kind)) : flow.type) + " · " +
                 counted(chart.blocks.size(), "block");
  for (const ChartBlock& block : chart.blocks) {
    DiagramNode box;
    const bool leaves = block.branches.empty() || block.type == "TransferToFlow";
    box.look = leaves ? DiagramNode::Look::ending : DiagramNode::Look::block;
    box.title = title_of(block);
    box.subtitle = about(block);
    if (box.subtitle.empty() && block.friendly) box.subtitle = words_of(block.type);
    box.tooltip = block.type + (block.says.empty() ? "" : ": " + block.says);
    if (!block.reached)
      box.subtitle += (box.subtitle.empty() ? "" : " · ") + std::string("unreached");
    if (block.position) box.position = DiagramNode::Position{block.position->x, block.position->y};
    for (const ChartBranch& branch : block.branches) box.ports.push_back(branch.label);
    out.nodes.push_back(std::move(box));
  }
  for (std::size_t n = 0; n < chart.blocks.size(); ++n) {
    const auto& branches = chart.blocks[n].branches;
    for (std::size_t b = 0; b < branches.size(); ++b) {
      if (!branches[b].at) continue;
      DiagramEdge line;
      line.from = n;
      line.to = *branches[b].at;
      line.port = b;
      line.label = branches[b].label;
      line.family = kind_word(branches[b].kind);
      line.look = branches[b].kind == ChartBranch::Kind::error       ? DiagramEdge::Look::bad
                  : branches[b].kind == ChartBranch::Kind::condition ? DiagramEdge::Look::soft
                                                                     : DiagramEdge::Look::plain;
      out.edges.push_back(std::move(line));
    }
  }
  if (!chart.start) return out;
  DiagramNode entry;
  entry.look = DiagramNode::Look::start;
  entry.title = "Start";
  if (chart.entry) entry.position = DiagramNode::Position{chart.entry->x, chart.entry->y};
  out.nodes.push_back(std::move(entry));
  DiagramEdge first;
  first.from = out.nodes.size() - 1;
  first.to = *chart.start;
  out.edges.push_back(std::move(first));
  return out;
}

}  // namespace flowferry::report
