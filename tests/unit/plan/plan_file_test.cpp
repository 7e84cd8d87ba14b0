#include "plan/plan_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/hash.h"
#include "plan/guards.h"
#include "world.h"

namespace flowferry::plan {
namespace {

using namespace flowferry::testing;
using ::testing::HasSubstr;

/// A plan that has every member in use.
Plan full_plan() {
  World here;
  WorldFlow& main =
      here.flow("予約 \"A\"/1\n\x1b", {Ref{ResourceKind::contact_flow, "b", {}, {}, {}},
                                       Ref{ResourceKind::queue, "missing", {}, {}, {}}});
  main.description = "説明";
  main.tags["team"] = "sales";
  here.flow("b", {Ref{ResourceKind::contact_flow, "予約 \"A\"/1\n\x1b", {}, {}, {}},
                  Ref{ResourceKind::flow_module, "m", Ref::Form::id, "$LATEST", {}}});
  here.module("m").settings = "{\"input\":{}}";
  here.flow("changed").description = "new";
  here.flow("old").state = "ARCHIVED";
  here.resource(ResourceKind::queue, "missing");
  World there;
  there.flow("changed").tags["x"] = "y";
  there.resource(ResourceKind::queue, "missing2");
  Plan plan =
      plan_for(snapshot_of(here, make_instance("tokyo")), snapshot_of(there, make_instance("gov")));
  plan.created = "2026-01-15T12:00:00Z";
  plan.nodes[0].untag = {"gone"};
  return plan;
}

std::string resigned(const json::Value& plan) {
  json::Value out = json::Value::object();
  for (const auto& [name, value] : plan.members()) {
    if (name != "checksum") out.set(name, value);
  }
  out.set("checksum", sha256_hex(out.dump()));
  return out.dump_pretty() + "\n";
}

json::Value json_of(const Plan& plan) {
  return json::parse(write_plan(plan)).value_or(json::Value());
}

std::vector<std::string> ids_of(const Findings& findings) {
  std::vector<std::string> out;
  for (const Finding& finding : findings) out.push_back(finding.id);
  return out;
}

TEST(PlanFile, IsHeldToTheLimitsByWhatItSaysOfTheTarget) {
  Plan plan = full_plan();
  plan.findings.clear();
  plan.target_flows = 3;
  plan.target_modules = 1;
  plan.limits_ignored = true;
  auto read = read_plan(write_plan(plan));
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->limits_ignored);
  EXPECT_EQ(read->target_flows, 3);
  EXPECT_EQ(read->target_modules, 1);
  Limits limits;
  limits.share = 0.25;
  limits.modules_per_instance = 2;
  check_limits(*read, limits);
  EXPECT_THAT(ids_of(read->findings), ::testing::IsEmpty());
  limits.creates = 0;
  limits.updates = 0;
  limits.share = 0.24;
  limits.flows_per_instance = 3;
  limits.modules_per_instance = 1;
  check_limits(*read, limits);
  EXPECT_THAT(ids_of(read->findings),
              ::testing::ElementsAre("limit-creates", "limit-updates", "limit-share", "quota-flows",
                                     "quota-modules"));
}

TEST(PlanFile, OfBeforeTheLimitsWereKeptIsNotTakenAsIgnoringThem) {
  Plan plan = full_plan();
  plan.findings.clear();
  json::Value old = json::Value::object();
  const json::Value whole = json_of(plan);
  for (const auto& [name, value] : whole.members()) {
    if (name != "limits_ignored") old.set(name, value);
  }
  EXPECT_EQ(old.find("target_flows"), nullptr);
  auto read = read_plan(resigned(old));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_FALSE(read->limits_ignored);
  Limits limits;
  limits.creates = 100;
  check_limits(*read, limits);
  EXPECT_THAT(ids_of(read->findings), ::testing::IsEmpty());
  limits.share = 1;
  check_limits(*read, limits);
  EXPECT_THAT(ids_of(read->findings), ::testing::ElementsAre("limits-not-known"));
}

TEST(PlanFile, KeepsEveryMember) {
  const Plan plan = full_plan();
  EXPECT_FALSE(plan.findings.empty());
  EXPECT_FALSE(plan.operations.empty());
  const std::string text = write_plan(plan);
  EXPECT_EQ(text.back(), '\n');
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << "control characters are escaped";
  const auto read = read_plan(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(write_plan(*read), text);
  EXPECT_EQ(read->nodes[0].untag, plan.nodes[0].untag);
  EXPECT_EQ(read->nodes[0].name, plan.nodes[0].name);
  EXPECT_EQ(read->created, plan.created);
  EXPECT_EQ(read->source.account, "111111111111");
  EXPECT_EQ(read->target.partition, "aws-us-gov");
  EXPECT_EQ(read->findings[0].closest, plan.findings[0].closest);
  EXPECT_EQ(read->findings[0].where.pointer, plan.findings[0].where.pointer);
}

TEST(PlanFile, IsWrittenInPiecesAsItWouldBeAsAWhole) {
  Plan large = full_plan();
  for (int i = 0; i < 30; ++i) large.nodes.push_back(large.nodes[0]);
  for (std::size_t i = 0; i < large.nodes.size(); ++i) {
    large.nodes[i].description = std::string(i * 700, 'x');
  }
  for (const Plan& plan : {Plan(), full_plan(), large}) {
    std::string whole;
    std::size_t pieces = 0;
    ASSERT_TRUE(write_plan(plan, [&](std::string_view piece) -> Result<void> {
      EXPECT_FALSE(piece.empty());
      EXPECT_LT(piece.size(), 128U << 10);
      whole += piece;
      ++pieces;
      return {};
    }));
    EXPECT_EQ(whole, write_plan(plan));
    // Printed, indented and hashed as one.
    EXPECT_EQ(whole, resigned(json_of(plan)));
    EXPECT_EQ(pieces > 1, whole.size() > 128U << 10);
    const auto read = read_plan(whole);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(write_plan(*read), whole);
  }
}

TEST(PlanFile, EndsWithTheFirstErrorOfWhoKeepsIt) {
  Plan plan = full_plan();
  for (int i = 0; i < 30; ++i) plan.nodes.push_back(plan.nodes[0]);
  for (Node& node : plan.nodes) node.description = std::string(20000, 'x');
  int asked = 0;
  const auto written = write_plan(plan, [&](std::string_view) -> Result<void> {
    if (++asked < 3) return {};
    return fail(ErrorKind::io, "the disk is full");
  });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message, "the disk is full");
  EXPECT_EQ(asked, 3) << "nothing more is given to it";
}

TEST(PlanFile, IsReadInAnyOrderAndLayout) {
  const json::Value plan = json_of(full_plan());
  const std::string whole = write_plan(full_plan());
  json::Value turned = json::Value::object();
  for (std::size_t i = plan.members().size(); i-- > 0;) {
    turned.set(plan.members()[i].first, plan.members()[i].second);
  }
  for (const std::string& text : {plan.dump(), " " + plan.dump() + "\r\n", resigned(turned)}) {
    const auto read = read_plan(text);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(write_plan(*read), whole);
  }
}

TEST(PlanFile, KeepsAPlanOfAnUndo) {
  Plan plan = full_plan();
  plan.callers_first = true;
  plan.fewest_stubs = false;
  plan.nodes[3].action = Action::remove;
  Operation remove;
  remove.type = OperationType::remove;
  remove.node = 3;
  remove.after = {0};
  plan.operations.push_back(remove);
  plan.findings.front().in_target = true;
  // A create without an answer has no id.
  plan.nodes[3].target_id.clear();
  EXPECT_FALSE(read_plan(write_plan(plan)));
  plan.nodes[3].seen = Flow{};
  plan.nodes[3].unsettled_until = "2026-01-02T03:04:05Z";
  const auto read = read_plan(write_plan(plan));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->nodes[3].unsettled_until, "2026-01-02T03:04:05Z");
  EXPECT_TRUE(read->findings.front().in_target);
  EXPECT_TRUE(read->callers_first);
  EXPECT_FALSE(read->fewest_stubs);
  EXPECT_EQ(read->operations.back().type, OperationType::remove);
  EXPECT_EQ(read->nodes[3].action, Action::remove);
}

TEST(PlanFile, RefusesEveryCutOffFile) {
  const std::string text = write_plan(full_plan());
  for (std::size_t length = 0; length + 2 < text.size(); length += 1 + length / 97) {
    const auto read = read_plan(std::string_view(text).substr(0, length));
    ASSERT_FALSE(read) << "cut at " << length;
    EXPECT_EQ(read.error().kind, ErrorKind::malformed);
    EXPECT_FALSE(read.error().hint.empty());
  }
}

TEST(PlanFile, RefusesEveryFlippedBit) {
  const Plan plan = full_plan();
  const std::string text = write_plan(plan);
  std::mt19937 random(1);
  int refused = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string damaged = text;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (random() % 8)));
    if (damaged == text) continue;
    const auto read = read_plan(damaged);
    if (read) {
      // White space between tokens is no part of the plan.
      ASSERT_EQ(write_plan(*read), text) << "byte " << at;
      continue;
    }
    ++refused;
    ASSERT_TRUE(read.error().kind == ErrorKind::malformed ||
                read.error().kind == ErrorKind::refused);
    ASSERT_FALSE(read.error().message.empty());
    ASSERT_FALSE(read.error().hint.empty());
  }
  EXPECT_GT(refused, static_cast<int>(text.size() / 2));
}

TEST(PlanFile, RefusesOtherVersionsAndOtherFiles) {
  json::Value plan = json_of(full_plan());
  plan.set("version", 2);
  auto read = read_plan(resigned(plan));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::refused);
  EXPECT_THAT(read.error().message, HasSubstr("version 2"));
  plan.set("version", "1");
  EXPECT_FALSE(read_plan(resigned(plan)));
  plan = json::Value::object();
  for (const char* other :
       {"{}", "[]", "null", "\"x\"", "1", "{\"format\":\"terraform\"}", "{\"format\":1}"}) {
    read = read_plan(other);
    ASSERT_FALSE(read) << other;
    EXPECT_THAT(read.error().message, HasSubstr("not a flowferry plan"));
  }
  EXPECT_FALSE(read_plan(""));
  EXPECT_FALSE(read_plan("\xEF\xBB\xBF{}"));
  EXPECT_FALSE(read_plan(std::string(100000, '[')));
}

TEST(PlanFile, RefusesAnEditedPlan) {
  std::string text = write_plan(full_plan());
  const std::size_t at = text.find("sales");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 5, "SALES");
  const auto read = read_plan(text);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("checksum"));
}

json::Value list(const std::vector<json::Value>& items) {
  return json::Value::array(items);
}

/// Sets the member at `path` of `value`, however deep; numbers are places in lists.
void set_at(json::Value& value, const std::vector<std::string>& path, const json::Value& to,
            std::size_t depth = 0) {
  if (depth == path.size()) {
    value = to;
    return;
  }
  if (value.is_array()) {
    set_at(value.items().at(std::stoul(path[depth])), path, to, depth + 1);
    return;
  }
  json::Value child = value[path[depth]];
  set_at(child, path, to, depth + 1);
  value.set(path[depth], std::move(child));
}

TEST(PlanFile, RefusesWrongMembersEvenWithARightChecksum) {
  const json::Value plan = json_of(full_plan());
  const json::Value none;
  const std::pair<std::vector<std::string>, json::Value> wrong[] = {
      {{"from"}, none},
      {{"digest"}, 1},
      {{"target"}, none},
      {{"target", "arn"}, none},
      {{"nodes"}, none},
      {{"nodes"}, json::Value::object()},
      {{"operations"}, "x"},
      {{"findings"}, 1},
      {{"nodes", "0"}, none},
      {{"nodes", "0", "kind"}, "spaceship"},
      {{"nodes", "0", "name"}, none},
      {{"nodes", "0", "action"}, "destroy"},
      {{"nodes", "0", "refers_to"}, list({1000})},
      {{"nodes", "0", "refers_to"}, list({-1})},
      {{"nodes", "0", "refers_to"}, list({1.5})},
      {{"nodes", "0", "refers_to"}, list({"1"})},
      {{"nodes", "0", "circle"}, list({99})},
      {{"nodes", "0", "content"}, none},
      {{"nodes", "0", "content"}, list({1})},
      {{"nodes", "0", "content"}, list({"a", "b"})},
      {{"nodes", "0", "content"}, list({"a", json::Value::object({{"node", 0}})})},
      {{"nodes", "0", "content"},
       list({"a", json::Value::object({{"node", 77}, {"as", "arn"}}), "b"})},
      {{"nodes", "0", "content"},
       list({"a", json::Value::object({{"node", 0}, {"as", "name"}}), "b"})},
      {{"nodes", "0", "changes"}, list({1})},
      {{"nodes", "0", "tags"}, list({})},
      {{"nodes", "0", "tags"}, json::Value::object({{"a", 1}})},
      {{"nodes", "0", "untag"}, list({1})},
      {{"nodes", "0", "stub"}, "yes"},
      {{"operations", "0", "type"}, "explode"},
      {{"operations", "0", "node"}, 1000},
      {{"operations", "0", "node"}, none},
      {{"operations", "0", "after"}, list({0})},
      {{"operations", "0", "after"}, list({7})},
      {{"operations", "0", "chain"}, none},
      {{"findings", "0", "id"}, none},
      {{"findings", "0", "severity"}, "mild"},
      {{"fewest_stubs"}, "true"},
  };
  for (const auto& [path, value] : wrong) {
    json::Value changed = plan;
    set_at(changed, path, value);
    const auto read = read_plan(resigned(changed));
    std::string where;
    for (const std::string& step : path) where += "/" + step;
    ASSERT_FALSE(read) << where << " = " << value.dump();
    EXPECT_EQ(read.error().kind, ErrorKind::malformed) << where;
    EXPECT_THAT(read.error().message, HasSubstr("the plan is damaged: ")) << where;
  }
}

TEST(PlanFile, RefusesAListThatIsThereTwice) {
  const json::Value plan = json_of(full_plan());
  std::string text = "{";
  for (const auto& [name, value] : plan.members()) {
    if (name != "checksum") text += json::quoted(name) + ":" + value.dump() + ",";
  }
  text += "\"nodes\":" + plan["nodes"].dump() + "}";
  text.insert(text.size() - 1, ",\"checksum\":\"" + sha256_hex(text) + "\"");
  const auto read = read_plan(text);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("twice"));
}

TEST(PlanFile, RefusesAnOperationWithoutAnythingToWrite) {
  // A creation needs content, an update also a target.
  json::Value plan = json_of(full_plan());
  const std::string node = std::to_string(*plan["operations"].items()[0]["node"].as_int());
  set_at(plan, {"nodes", node, "content"}, list({}));
  EXPECT_FALSE(read_plan(resigned(plan)));
}

}  // namespace
}  // namespace flowferry::plan
