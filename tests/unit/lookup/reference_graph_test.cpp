#include "lookup/reference_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "world.h"

namespace flowferry::lookup {
namespace {

using namespace flowferry::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr ResourceKind k_flow = ResourceKind::contact_flow;
constexpr ResourceKind k_module = ResourceKind::flow_module;

Ref to(ResourceKind kind, const std::string& name) {
  return Ref{kind, name, {}, {}, {}};
}

Result<ReferenceGraph> try_graph(const World& world, const GraphOptions& options) {
  const Snapshot snapshot = snapshot_of(world, make_instance("tokyo"));
  return reference_graph(snapshot, survey(snapshot), options);
}

ReferenceGraph graph(const World& world, const GraphOptions& options = {}) {
  auto out = try_graph(world, options);
  EXPECT_TRUE(out) << (out ? "" : one_line(out.error()));
  return out ? *out : ReferenceGraph{};
}

std::vector<std::string> names(const ReferenceGraph& graph) {
  std::vector<std::string> out;
  for (const GraphNode& node : graph.nodes) out.push_back(node.resource.called());
  return out;
}

/// "Main → Greet (module)"
std::vector<std::string> edges(const ReferenceGraph& graph) {
  std::vector<std::string> out;
  for (const GraphEdge& edge : graph.edges) {
    out.push_back(graph.nodes[edge.from].resource.called() + " → " +
                  graph.nodes[edge.to].resource.called() + " (" + std::string(label(edge.kind)) +
                  (edge.hook.empty() ? "" : " " + edge.hook) + ")");
  }
  return out;
}

World centre() {
  World world;
  world.resource(ResourceKind::queue, "Sales");
  world.flow("Main",
             {to(k_flow, "Tours"), to(k_module, "Greet"), to(ResourceKind::queue, "Sales")});
  world.flow("Tours", {to(k_flow, "Bookings")});
  world.flow("Bookings", {to(k_flow, "Tours"), to(k_flow, "Bookings")});
  world.flow("Alone");
  world.module("Greet");
  world.module("Unused");
  return world;
}

TEST(ReferenceGraph, SaysWhoRefersToWhomAndHow) {
  const ReferenceGraph found = graph(centre());
  EXPECT_THAT(names(found), ElementsAre("Alone", "Bookings", "Main", "Tours", "Greet", "Unused"));
  EXPECT_THAT(edges(found), ElementsAre("Bookings → Bookings (transfer)",
                                        "Bookings → Tours (transfer)", "Main → Tours (transfer)",
                                        "Main → Greet (module)", "Tours → Bookings (transfer)"));
  EXPECT_THAT(edges(graph(centre(), {.resources = true})),
              ::testing::Contains("Main → Sales (use)"));
}

TEST(ReferenceGraph, TellsEventHooksTasksAndMentionsApart) {
  World world;
  const Instance tokyo = make_instance("tokyo");
  const auto arn = [&](const std::string& name) { return arn_of(tokyo, k_flow, name); };
  world.flow("Wait");
  world.flow("Main").content =
      R"({"Version":"2019-10-30","StartAction":"a","Metadata":{"ActionMetadata":{"a":{"contactFlow":{"id":")" +
      arn("Wait") + R"("}}}},"Actions":[
      {"Identifier":"a","Type":"UpdateContactEventHooks","Parameters":{"EventHooks":{"CustomerQueue":")" +
      arn("Wait") + R"(","AgentWhisper":"$.Attributes.w"}},"Transitions":{}},
      {"Identifier":"b","Type":"CreateTask","Parameters":{"ContactFlowId":")" +
      arn("Wait") + R"("},"Transitions":{}},
      {"Identifier":"c","Type":"CreateCallbackContact","Parameters":{"ContactFlowId":")" +
      arn("Wait") + R"("},"Transitions":{}},
      {"Identifier":"d","Type":"NewThing","Parameters":{"Flow":")" +
      arn("Wait") + R"("},"Transitions":{}},
      {"Identifier":"e","Type":"NewThing","Parameters":{"Flow":")" +
      arn("Gone") + R"("},"Transitions":{}}]})";
  const ReferenceGraph found = graph(world);
  const std::string gone = id_of(tokyo, k_flow, "Gone");
  EXPECT_THAT(edges(found), ElementsAre("Main → Wait (event hook CustomerQueue)",
                                        "Main → Wait (task)", "Main → Wait (callback)",
                                        "Main → " + gone + " (mention)", "Main → Wait (mention)"));
  for (const GraphNode& node : found.nodes) {
    EXPECT_EQ(node.resource.called() == gone ? GraphNode::State::missing : GraphNode::State::read,
              node.state);
    EXPECT_EQ(node.resource.name == "Main" ? 1U : 0U, node.dynamic);
  }
}

TEST(ReferenceGraph, MarksCirclesTopsAndOrphans) {
  const ReferenceGraph found = graph(centre());
  ASSERT_THAT(found.circles, SizeIs(1));
  std::set<std::string> inside, tops, orphans;
  for (const GraphNode& node : found.nodes) {
    if (node.circle != 0) inside.insert(node.resource.name);
    if (node.top) tops.insert(node.resource.name);
    if (node.orphan) orphans.insert(node.resource.name);
  }
  EXPECT_THAT(inside, ElementsAre("Bookings", "Tours"));
  EXPECT_THAT(tops, ElementsAre("Alone", "Main", "Unused"));
  EXPECT_THAT(orphans, ElementsAre("Alone", "Unused"));
}

TEST(ReferenceGraph, OfARootIsWhatItReachesOrWhatReachesIt) {
  EXPECT_THAT(names(graph(centre(), {.roots = {"Tours"}})), ElementsAre("Bookings", "Tours"));
  EXPECT_THAT(names(graph(centre(), {.roots = {"Main"}, .depth = 1})),
              ElementsAre("Main", "Tours", "Greet"));
  EXPECT_THAT(graph(centre(), {.roots = {"Main"}, .depth = 1}).circles, IsEmpty());
  EXPECT_THAT(names(graph(centre(), {.roots = {"Greet"}, .reverse = true})),
              ElementsAre("Main", "Greet"));
  EXPECT_FALSE(try_graph(centre(), {.roots = {"Sales"}, .reverse = true}));
  EXPECT_THAT(names(graph(centre(), {.resources = true, .roots = {"Sales"}, .reverse = true})),
              ElementsAre("Main", "Sales"));
}

TEST(ReferenceGraph, ARootThatIsNotThereIsAnErrorWithTheNearestNames) {
  const auto found = try_graph(centre(), {.roots = {"Toors"}});
  ASSERT_FALSE(found);
  EXPECT_EQ(ErrorKind::not_found, found.error().kind);
  EXPECT_THAT(found.error().hint, ::testing::HasSubstr("Tours"));
}

/// Laws on random worlds: edges are those of the world; a node is in a circle exactly when it
/// reaches itself.
TEST(ReferenceGraph, AgreesWithTheWorld) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const World world = random_world(random, 14);
    std::set<std::pair<std::string, std::string>> expected;
    const auto key = [](ResourceKind kind, const std::string& name) {
      return std::string(to_string(kind)) + "/" + name;
    };
    for (const WorldFlow& flow : world.flows) {
      const Ref* text = nullptr;
      for (const Ref& ref : flow.refs) {
        if (ref.place == Ref::Place::text) text = &ref;
        if (ref.place == Ref::Place::text) continue;
        if (ref.kind == k_flow || ref.kind == k_module)
          expected.emplace(key(flow.kind, flow.name), key(ref.kind, ref.name));
      }
      if (text != nullptr && (text->kind == k_flow || text->kind == k_module))
        expected.emplace(key(flow.kind, flow.name), key(text->kind, text->name));
    }
    const ReferenceGraph found = graph(world);
    std::set<std::pair<std::string, std::string>> got;
    const std::size_t n = found.nodes.size();
    std::vector<std::vector<char>> reaches(n, std::vector<char>(n, 0));
    for (const GraphEdge& edge : found.edges) {
      const auto& from = found.nodes[edge.from].resource;
      const auto& to_node = found.nodes[edge.to].resource;
      got.emplace(key(from.kind, from.name), key(to_node.kind, to_node.name));
      reaches[edge.from][edge.to] = 1;
    }
    EXPECT_EQ(expected, got) << "seed " << seed;
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j)
          reaches[i][j] = reaches[i][j] || (reaches[i][k] && reaches[k][j]);
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_EQ(reaches[i][i] != 0, found.nodes[i].circle != 0) << "seed " << seed;
      for (std::size_t j = 0; j < n; ++j) {
        const bool together =
            found.nodes[i].circle != 0 && found.nodes[i].circle == found.nodes[j].circle;
        EXPECT_EQ((i == j && reaches[i][i]) || (i != j && reaches[i][j] && reaches[j][i]),
                  together);
      }
    }
    for (const Circle& circle : found.circles) {
      for (std::size_t i = 0; i < circle.way.size(); ++i) {
        const std::size_t a = circle.way[i], b = circle.way[(i + 1) % circle.way.size()];
        EXPECT_TRUE(std::any_of(found.edges.begin(), found.edges.end(),
                                [&](const GraphEdge& e) { return e.from == a && e.to == b; }));
      }
    }
  }
}

}  // namespace
}  // namespace flowferry::lookup
