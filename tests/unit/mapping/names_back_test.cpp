#include "mapping/names_back.h"

#include <gtest/gtest.h>

#include <random>

namespace flowferry::mapping {
namespace {

Rename rename(const std::string& from, const std::string& to,
              ResourceKind kind = ResourceKind::queue) {
  auto out = make_rename(kind, from, to);
  EXPECT_TRUE(out) << from;
  return *std::move(out);
}

TEST(NamesBack, ReversesWhatCanBeReversedAndNothingElse) {
  const auto back = [](const char* from, const char* to) {
    const auto out = reversed(rename(from, to));
    return out ? out->from + " -> " + out->to : std::string("none");
  };
  EXPECT_EQ(back("^dev-(.*)$", "prod-$1"), "^prod-(.*)$ -> dev-$1");
  EXPECT_EQ(back("^(.+) \\(dev\\)$", "$1 (prod)"), "^(.*) \\(prod\\)$ -> $1 (dev)");
  EXPECT_EQ(back("^dev-", "prod-"), "^prod- -> dev-");
  EXPECT_EQ(back("-dev$", "-prod"), "-prod$ -> -dev");
  EXPECT_EQ(back("^A$", "B"), "^B$ -> A");
  EXPECT_EQ(back("^a\\.b(.*)$", "x$$y$1"), "^x\\$y(.*)$ -> a.b$1");
  for (const auto& [from, to] :
       {std::pair("^dev-(.*)$", "$1"), std::pair("dev", "prod"), std::pair("^dev-(.*)", "prod-$1"),
        std::pair("^(a|b)(.*)$", "x$1"), std::pair("^dev-(.*)$", "prod"), std::pair("^dev-", ""),
        std::pair("^d.v-(.*)$", "prod-$1"), std::pair("^\\d(.*)$", "x$1"),
        std::pair("^dev-(.*)$", "prod-$1-$1"), std::pair("^dev-(.*)$", "prod-$&")}) {
    EXPECT_EQ(back(from, to), "none") << from << " " << to;
  }
}

TEST(NamesBack, ThereAndBackIsTheIdentityForWhateverTheRulesReach) {
  std::mt19937 random(7);
  const std::vector<std::string> parts = {"dev-", "prod-", "A",   "予約", " ",
                                          ".",    "$1",    "(x)", "dev"};
  const auto text = [&](std::size_t most) {
    std::string out;
    for (std::size_t n = random() % most; n > 0; --n) out += parts[random() % parts.size()];
    return out;
  };
  Rules rules;
  rules.renames = {rename("^dev-(.*)$", "prod-$1"), rename("^(.+)dev$", "$1 (live)")};
  rules.pins = {Pin{ResourceKind::queue, "Odd", "Even", 3}};
  const NamesBack back(rules, nullptr);
  for (int round = 0; round < 2000; ++round) {
    const std::string name = round == 0 ? "Odd" : text(5);
    const std::string there = rules.target_name(ResourceKind::queue, name);
    const std::string again = back.source_name(ResourceKind::queue, there);
    // Another name of the source may become the same; what comes back becomes it as well.
    EXPECT_EQ(rules.target_name(ResourceKind::queue, again), there) << name << " " << there;
    if (there != name) {
      EXPECT_NE(again, there) << name;
    }
    EXPECT_EQ(back.source_name(ResourceKind::prompt, name), name) << "another kind";
  }
  EXPECT_EQ(back.source_name(ResourceKind::queue, "Even"), "Odd");
  EXPECT_EQ(back.source_name(ResourceKind::queue, "prod-A"), "dev-A");
}

TEST(NamesBack, TellsWhatHasNoWayBackUnlessThePairSaysIt) {
  Rules rules;
  rules.file = "f.yaml";
  rules.renames = {rename("^dev-(.*)$", "$1"), rename("^x-(.*)$", "y-$1", ResourceKind::prompt)};
  rules.renames[0].line = 4;
  const NamesBack alone(rules, nullptr);
  const Findings findings = alone.one_way("repo", "prod");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].where.name, "f.yaml:4");
  EXPECT_NE(findings[0].help.find("from: prod, to: repo"), std::string::npos);
  Rules said;
  said.renames = {rename("^(.*)$", "dev-$1")};
  const NamesBack both(rules, &said);
  EXPECT_TRUE(both.one_way("repo", "prod").empty());
  EXPECT_EQ(both.source_name(ResourceKind::queue, "A"), "dev-A");
}

TEST(NamesBack, RefusesToGiveTwoResourcesOneName) {
  Rules rules;
  rules.renames = {rename("^dev-(.*)$", "prod-$1")};
  Snapshot snapshot;
  Inventory queues;
  for (const char* name : {"prod-A", "dev-A", "B"}) {
    Resource queue;
    queue.kind = ResourceKind::queue;
    queue.name = name;
    queue.id = name;
    queues.add(queue);
  }
  snapshot.inventories[ResourceKind::queue] = queues;
  Findings findings;
  const NamesBack back(rules, nullptr);
  with_source_names(snapshot, back, findings);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].id, "name-collision");
  EXPECT_NE(findings[0].text.find("\"prod-A\" and \"dev-A\""), std::string::npos)
      << findings[0].text;
}

}  // namespace
}  // namespace flowferry::mapping
