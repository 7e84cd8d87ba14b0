#include "lookup/flow_chart.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace flowferry::lookup {
namespace {

using Position = ChartBlock::Position;

class ChartReader {
 public:
  ChartReader(const Snapshot& snapshot, const SurveyedFlow& flow, const flow::Document& document)
      : snapshot_(snapshot), flow_(flow), document_(document) {}

  FlowChart read() {
    const auto& actions = document_.actions();
    for (std::size_t i = 0; i < actions.size(); ++i) number_.try_emplace(actions[i].identifier, i);
    for (const flow::Action& action : actions) chart_.blocks.push_back(block_of(action));
    add_resources();
    chart_.start = at(text(document_.member(0, "StartAction")));
    if (document_.metadata() != json::k_none)
      chart_.entry = position(document_.metadata(), "entryPointPosition");
    mark_reached();
    return std::move(chart_);
  }

 private:
  /// A member of an object, or k_none, also where `object` is none.
  std::uint32_t member(std::uint32_t object, std::string_view name) const {
    if (object == json::k_none || document_.node(object).kind != json::Kind::object)
      return json::k_none;
    return document_.member(object, name);
  }

  std::string text(std::uint32_t node) const {
    if (node == json::k_none || document_.node(node).kind != json::Kind::string) return {};
    return document_.text(node);
  }

  /// Items of an array; none where `node` is no array.
  std::vector<std::uint32_t> items(std::uint32_t node) const {
    std::vector<std::uint32_t> out;
    if (node == json::k_none || document_.node(node).kind != json::Kind::array) return out;
    for (std::uint32_t item = node + 1; item < document_.node(node).next;
         item = document_.node(item).next)
      out.push_back(item);
    return out;
  }

  std::optional<std::size_t> at(const std::string& identifier) const {
    const auto found = number_.find(identifier);
    if (identifier.empty() || found == number_.end()) return std::nullopt;
    return found->second;
  }

  std::optional<double> number(std::uint32_t node) const {
    if (node == json::k_none || document_.node(node).kind != json::Kind::number)
      return std::nullopt;
    const auto& token = document_.node(node);
    double out = 0;
    const char* end = document_.bytes().data() + token.end;
    const auto read = std::from_chars(document_.bytes().data() + token.begin, end, out);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return out;
  }

  std::optional<Position> position(std::uint32_t object, std::string_view name) const {
    const std::uint32_t place = member(object, name);
    const auto x = number(member(place, "x")), y = number(member(place, "y"));
    if (!x || !y) return std::nullopt;
    return Position{*x, *y};
  }

  ChartBlock block_of(const flow::Action& action) const {
    ChartBlock out;
    out.identifier = action.identifier;
    out.type = action.type;
    out.friendly = is_friendly(flow_, action.identifier);
    out.says = text(member(action.parameters, "Text"));
    const std::uint32_t entries = member(document_.metadata(), "ActionMetadata");
    out.position = position(member(entries, action.identifier), "position");
    const std::uint32_t transitions = member(action.node, "Transitions");
    add_branch(out, ChartBranch::Kind::next, "Next", transitions);
    for (const std::uint32_t item : items(member(transitions, "Conditions"))) {
      const std::uint32_t condition = member(item, "Condition");
      std::string label = text(member(condition, "Operator"));
      for (const std::uint32_t operand : items(member(condition, "Operands")))
        label += " " + text(operand);
      add_branch(out, ChartBranch::Kind::condition, std::move(label), item);
    }
    for (const std::uint32_t item : items(member(transitions, "Errors")))
      add_branch(out, ChartBranch::Kind::error, text(member(item, "ErrorType")), item);
    return out;
  }

  void add_branch(ChartBlock& block, ChartBranch::Kind kind, std::string label,
                  std::uint32_t object) const {
    std::string to = text(member(object, "NextAction"));
    if (to.empty()) return;
    block.branches.push_back({kind, std::move(label), to, at(to)});
  }

  void add_resources() {
    std::vector<std::set<std::string>> seen(chart_.blocks.size());
    for (const flow::Reference& reference : flow_.references) {
      const auto block = at(reference.action);
      if (!block || reference.in_metadata || reference.kind == ResourceKind::instance) continue;
      NamedResource resource = resource_of(snapshot_, reference);
      if (seen[*block].insert(identity_of(resource)).second)
        chart_.blocks[*block].resources.push_back(std::move(resource));
    }
  }

  void mark_reached() {
    std::vector<std::size_t> front;
    const auto reach = [&](const std::optional<std::size_t>& block) {
      if (!block || chart_.blocks[*block].reached) return;
      chart_.blocks[*block].reached = true;
      front.push_back(*block);
    };
    reach(chart_.start);
    while (!front.empty()) {
      const std::size_t block = front.back();
      front.pop_back();
      for (const ChartBranch& branch : chart_.blocks[block].branches) reach(branch.at);
    }
  }

  const Snapshot& snapshot_;
  const SurveyedFlow& flow_;
  const flow::Document& document_;
  std::map<std::string, std::size_t> number_;
  FlowChart chart_;
};

}  // namespace

Result<FlowChart> flow_chart(const Snapshot& snapshot, const SurveyedFlow& flow) {
  const auto document = flow::Document::parse(flow.flow->content);
  if (!document) return fail(document.error());
  return ChartReader(snapshot, flow, *document).read();
}

}  // namespace flowferry::lookup
