#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "plan/graph.h"
#include "plan/plan.h"

namespace flowferry::plan {
namespace {

using List = std::vector<std::size_t>;

Node node_of(Action action, List refers_to = {}) {
  Node node;
  node.action = action;
  node.refers_to = std::move(refers_to);
  return node;
}

void add(Plan& plan, OperationType type, std::size_t node) {
  Operation operation;
  operation.type = type;
  operation.node = node;
  plan.operations.push_back(operation);
}

/// The operations that make_plan() gives to nodes of each action.
void add_operations(Plan& plan, std::mt19937* random = nullptr) {
  const auto sometimes = [&] { return random != nullptr && (*random)() % 3 == 0; };
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const Node& node = plan.nodes[i];
    if (node.action == Action::create) {
      add(plan, node.stub ? OperationType::create_stub : OperationType::create, i);
      if (node.stub) add(plan, OperationType::update_content, i);
    } else if (node.action == Action::update) {
      add(plan, OperationType::update_content, i);
      if (sometimes()) add(plan, OperationType::update_metadata, i);
      if (sometimes()) add(plan, OperationType::tag, i);
    } else if (node.action == Action::remove) {
      if (sometimes()) add(plan, OperationType::update_content, i);
      add(plan, OperationType::remove, i);
    }
  }
  if (random != nullptr) std::shuffle(plan.operations.begin(), plan.operations.end(), *random);
}

std::size_t place(const Plan& plan, OperationType type, std::size_t node) {
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    if (plan.operations[i].type == type && plan.operations[i].node == node) return i;
  }
  return k_none;
}

/// Where the node is there to be referred to; k_none: it was there before, or never is.
std::size_t exists_at(const Plan& plan, std::size_t node) {
  return std::min(place(plan, OperationType::create, node),
                  place(plan, OperationType::create_stub, node));
}

std::size_t complete_at(const Plan& plan, std::size_t node) {
  return std::min(place(plan, OperationType::create, node),
                  place(plan, OperationType::update_content, node));
}

/// All operations that must be done before `operation`, directly or not.
std::set<std::size_t> before(const Plan& plan, std::size_t operation) {
  std::set<std::size_t> out;
  List work{operation};
  while (!work.empty()) {
    const std::size_t at = work.back();
    work.pop_back();
    for (const std::size_t b : plan.operations[at].after) {
      if (out.insert(b).second) work.push_back(b);
    }
  }
  return out;
}

void expect_sound(const Plan& plan) {
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    const Operation& operation = plan.operations[i];
    const auto& after = operation.after;
    ASSERT_TRUE(std::is_sorted(after.begin(), after.end()));
    ASSERT_TRUE(std::adjacent_find(after.begin(), after.end()) == after.end());
    if (!after.empty()) {
      ASSERT_LT(after.back(), i);
    }
    const auto done = before(plan, i);
    // Of a node of its own: creation before all else, deletion behind all else.
    const std::size_t own = exists_at(plan, operation.node);
    if (own != k_none && own != i) {
      ASSERT_TRUE(done.contains(own));
    }
    if (operation.type == OperationType::remove) {
      for (std::size_t k = 0; k < plan.operations.size(); ++k) {
        if (k != i && plan.operations[k].node == operation.node) {
          ASSERT_TRUE(done.contains(k));
        }
      }
    }
    if (operation.type != OperationType::create &&
        operation.type != OperationType::update_content) {
      continue;
    }
    for (const std::size_t callee : plan.nodes[operation.node].refers_to) {
      const std::size_t there = exists_at(plan, callee);
      if (callee != operation.node && there != k_none) {
        ASSERT_TRUE(done.contains(there)) << "refers to what does not exist yet";
      }
    }
  }
  List chain(plan.operations.size(), 1);
  for (std::size_t i = plan.operations.size(); i-- > 0;) {
    ASSERT_EQ(plan.operations[i].chain, chain[i]);
    for (const std::size_t b : plan.operations[i].after) {
      chain[b] = std::max(chain[b], chain[i] + 1);
    }
  }
}

using Key = std::pair<OperationType, std::size_t>;

std::multiset<Key> keys(const Plan& plan) {
  std::multiset<Key> out;
  for (const Operation& o : plan.operations) out.emplace(o.type, o.node);
  return out;
}

Plan random_plan(std::mt19937& random, std::size_t nodes, double density, bool acyclic) {
  Plan plan;
  List rank(nodes);
  for (std::size_t i = 0; i < nodes; ++i) rank[i] = i;
  std::shuffle(rank.begin(), rank.end(), random);
  std::bernoulli_distribution edge(density);
  for (std::size_t a = 0; a < nodes; ++a) {
    constexpr Action k_actions[] = {Action::create, Action::create,    Action::update,
                                    Action::update, Action::unchanged, Action::skip};
    Node node = node_of(k_actions[random() % 6]);
    for (std::size_t b = 0; b < nodes; ++b) {
      if (edge(random) && (!acyclic || rank[b] < rank[a])) node.refers_to.push_back(b);
    }
    plan.nodes.push_back(std::move(node));
  }
  choose_stubs(plan);
  add_operations(plan, &random);
  return plan;
}

TEST(OrderOperations, KeepsWhatMustBeKeptOnRandomPlans) {
  std::mt19937 random(1);
  for (int round = 0; round < 1500; ++round) {
    Plan plan = random_plan(random, 1 + random() % 14, 0.18, false);
    const auto all = keys(plan);
    order_operations(plan);
    ASSERT_EQ(keys(plan), all) << "no operation is lost or made up";
    expect_sound(plan);
  }
}

TEST(OrderOperations, GoesCalleeFirstWhereThereIsNoCircle) {
  std::mt19937 random(2);
  for (int round = 0; round < 800; ++round) {
    Plan plan = random_plan(random, 1 + random() % 14, 0.3, true);
    order_operations(plan);
    expect_sound(plan);
    for (std::size_t caller = 0; caller < plan.nodes.size(); ++caller) {
      EXPECT_FALSE(plan.nodes[caller].stub);
      const std::size_t own = complete_at(plan, caller);
      if (own == k_none) continue;
      for (const std::size_t callee : plan.nodes[caller].refers_to) {
        const std::size_t other = complete_at(plan, callee);
        if (other != k_none) {
          ASSERT_TRUE(before(plan, own).contains(other));
        }
      }
    }
  }
}

TEST(OrderOperations, GivesUpCalleeFirstOnlyInsideCircles) {
  std::mt19937 random(3);
  for (int round = 0; round < 1500; ++round) {
    Plan plan;
    const std::size_t nodes = 2 + random() % 12;
    Graph graph(nodes);
    for (std::size_t a = 0; a < nodes; ++a) {
      Node node = node_of(Action::update);
      for (std::size_t b = 0; b < nodes; ++b) {
        if (random() % 6 == 0) node.refers_to.push_back(b);
      }
      graph.out[a] = node.refers_to;
      plan.nodes.push_back(std::move(node));
    }
    add_operations(plan, &random);
    order_operations(plan);
    expect_sound(plan);
    List part(nodes, 0);
    const auto parts = components(graph);
    for (std::size_t c = 0; c < parts.size(); ++c) {
      for (const std::size_t v : parts[c]) part[v] = c;
    }
    std::set<std::size_t> early;  // callers that go before a callee
    for (std::size_t a = 0; a < nodes; ++a) {
      for (const std::size_t b : graph.out[a]) {
        if (complete_at(plan, a) >= complete_at(plan, b)) continue;
        ASSERT_EQ(part[a], part[b]) << a << " goes before its callee " << b << " without need";
        early.insert(a);
      }
    }
    // As few as possible: the fewest nodes that open every circle (self references apart).
    Graph without_selves(nodes);
    for (std::size_t a = 0; a < nodes; ++a) {
      for (const std::size_t b : graph.out[a]) {
        if (a != b) without_selves.add(a, b);
      }
    }
    ASSERT_EQ(early.size(), open_circles(without_selves, std::vector<int>(nodes, 1)).nodes.size());
  }
}

TEST(OrderOperations, WaitsForWholeCirclesBeforeTheirCallers) {
  // caller → middle → a ⇄ b, all updates: only a or b may go before what it refers to.
  Plan plan;
  plan.nodes = {node_of(Action::update, {1}), node_of(Action::update, {2}),
                node_of(Action::update, {3}), node_of(Action::update, {2})};
  add_operations(plan);
  order_operations(plan);
  EXPECT_GT(complete_at(plan, 0), complete_at(plan, 1));
  EXPECT_GT(complete_at(plan, 1), complete_at(plan, 2));
  EXPECT_EQ(plan.operations.back().node, 0U);
}

TEST(OrderOperations, LetsANewFlowGoBeforeItsCalleeRatherThanOneInUse) {
  // 0 (new) ⇄ 1 (in use): the new one must exist before the other is updated, so it goes first.
  Plan plan;
  plan.nodes = {node_of(Action::create, {1}), node_of(Action::update, {0})};
  choose_stubs(plan);
  EXPECT_FALSE(plan.nodes[0].stub);
  add_operations(plan);
  order_operations(plan);
  ASSERT_EQ(plan.operations.size(), 2U);
  EXPECT_EQ(plan.operations[0].node, 0U);
  EXPECT_EQ(plan.operations[1].after, List{0});
}

TEST(OrderOperations, FillsAStubBeforeItsCallersWhereItCan) {
  // 0 ⇄ 1, stub at one of them; 2 → both.
  Plan plan;
  plan.nodes = {node_of(Action::create, {1}), node_of(Action::create, {0}),
                node_of(Action::create, {0, 1})};
  choose_stubs(plan);
  EXPECT_EQ(plan.nodes[0].stub + plan.nodes[1].stub, 1);
  const std::size_t stub = plan.nodes[0].stub ? 0 : 1;
  EXPECT_EQ(plan.nodes[stub].circle, (List{stub, 1 - stub}));
  add_operations(plan);
  order_operations(plan);
  expect_sound(plan);
  ASSERT_EQ(plan.operations.size(), 4U);
  EXPECT_EQ(plan.operations[0].type, OperationType::create_stub);
  EXPECT_EQ(plan.operations[1].node, 1 - stub);
  EXPECT_EQ(plan.operations[2].type, OperationType::update_content);
  EXPECT_EQ(plan.operations[3].node, 2U);
  EXPECT_EQ(plan.operations[3].after, (List{0, 1, 2}));
  EXPECT_EQ(plan.operations[0].chain, 4U);
}

TEST(OrderOperations, CreatesASelfReferringFlowAsAStubAndFillsIt) {
  Plan plan;
  plan.nodes = {node_of(Action::create, {0})};
  choose_stubs(plan);
  EXPECT_TRUE(plan.nodes[0].stub);
  EXPECT_EQ(plan.nodes[0].circle, List{0});
  add_operations(plan);
  order_operations(plan);
  ASSERT_EQ(plan.operations.size(), 2U);
  EXPECT_EQ(plan.operations[0].type, OperationType::create_stub);
  EXPECT_EQ(plan.operations[1].after, List{0});
}

TEST(OrderOperations, DeletesCallersFirst) {
  // 0 → 1 → 2 are deleted; 3, which stays, lets go of 1 by an update.
  Plan plan;
  plan.nodes = {node_of(Action::remove, {1}), node_of(Action::remove, {2}), node_of(Action::remove),
                node_of(Action::update, {1})};
  add_operations(plan);
  std::mt19937 random(4);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(plan.operations.begin(), plan.operations.end(), random);
    order_operations(plan);
    expect_sound(plan);
    EXPECT_LT(place(plan, OperationType::remove, 0), place(plan, OperationType::remove, 1));
    EXPECT_LT(place(plan, OperationType::remove, 1), place(plan, OperationType::remove, 2));
    EXPECT_LT(place(plan, OperationType::update_content, 3), place(plan, OperationType::remove, 1));
    EXPECT_TRUE(before(plan, place(plan, OperationType::remove, 1))
                    .contains(place(plan, OperationType::update_content, 3)));
  }
}

TEST(OrderOperations, DeletesCirclesAndRandomRestsOfThem) {
  std::mt19937 random(5);
  for (int round = 0; round < 500; ++round) {
    Plan plan;
    const std::size_t nodes = 1 + random() % 10;
    for (std::size_t a = 0; a < nodes; ++a) {
      Node node = node_of(random() % 3 == 0 ? Action::update : Action::remove);
      for (std::size_t b = 0; b < nodes; ++b) {
        if (random() % 5 == 0) node.refers_to.push_back(b);
      }
      plan.nodes.push_back(std::move(node));
    }
    add_operations(plan, &random);
    const auto all = keys(plan);
    order_operations(plan);
    ASSERT_EQ(keys(plan), all);
    expect_sound(plan);
  }
}

TEST(OrderOperations, RestoresCallersBeforeCalleesInAnUndo) {
  Plan plan;
  plan.callers_first = true;
  plan.nodes = {node_of(Action::update, {1}), node_of(Action::update, {2}),
                node_of(Action::update)};
  add_operations(plan);
  order_operations(plan);
  EXPECT_LT(complete_at(plan, 0), complete_at(plan, 1));
  EXPECT_LT(complete_at(plan, 1), complete_at(plan, 2));
}

TEST(OrderOperations, KeepsAllOperationsEvenIfACircleWasLeftClosed) {
  Plan plan;
  plan.nodes = {node_of(Action::create, {1}), node_of(Action::create, {0})};
  add_operations(plan);  // no stub: not a plan that make_plan() makes
  order_operations(plan);
  EXPECT_EQ(plan.operations.size(), 2U);
}

TEST(OrderOperations, GivesTheSameOrderAgain) {
  std::mt19937 random(6);
  for (int round = 0; round < 100; ++round) {
    Plan plan = random_plan(random, 12, 0.2, false);
    Plan other = plan;
    order_operations(plan);
    order_operations(other);
    ASSERT_EQ(plan.operations.size(), other.operations.size());
    for (std::size_t i = 0; i < plan.operations.size(); ++i) {
      ASSERT_EQ(plan.operations[i].node, other.operations[i].node);
      ASSERT_EQ(plan.operations[i].after, other.operations[i].after);
    }
  }
}

}  // namespace
}  // namespace flowferry::plan
