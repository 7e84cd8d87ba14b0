// What holds for every comparison: of generated flows, and of real ones.

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <random>

#include "base/random.h"
#include "corpus.h"
#include "flow/comparison.h"
#include "generator.h"

namespace flowferry::flow {
namespace {

using Json = nlohmann::ordered_json;

Comparison compared(const std::string& left, const std::string& right) {
  const auto a = Document::parse(left);
  const auto b = Document::parse(right);
  EXPECT_TRUE(a) << left;
  EXPECT_TRUE(b) << right;
  if (!a || !b) return {};
  return compare(*a, *b);
}

std::string everywhere(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

/// A copy as the designer makes it: each identifier another.
std::string renewed(const std::string& content, std::uint64_t seed) {
  SeededRandom random(seed + 1'000'000);
  std::string out = content;
  const Json flow = Json::parse(content);
  std::set<std::string> done;
  for (const Json& action : flow["Actions"]) {
    const std::string identifier = Json(action["Identifier"]).dump();
    if (done.insert(identifier).second)
      out = everywhere(out, identifier, "\"" + random.uuid() + "\"");
  }
  return out;
}

/// A generated flow, spelled plainly, with an error branch in each block.
Json made(std::uint64_t seed) {
  Json flow = Json::parse(testing::generate(seed).content);
  std::size_t i = 0;
  for (Json& action : flow["Actions"]) {
    action["Transitions"]["Errors"] =
        Json::array({{{"NextAction", flow["Actions"][i++ / 2]["Identifier"]},
                      {"ErrorType", "NoMatchingError"}}});
    action["Parameters"]["Number"] = std::to_string(i);
  }
  return flow;
}

/// How many of everything a comparison has.
struct Counts {
  std::size_t added = 0, removed = 0, changed = 0, parameters = 0, branches = 0, orders = 0,
              notes = 0, moved = 0, start = 0, other = 0, settings = 0, metadata = 0, rest = 0;
  auto operator<=>(const Counts&) const = default;
  friend void PrintTo(const Counts& c, std::ostream* out) {
    *out << "added " << c.added << " removed " << c.removed << " changed " << c.changed
         << " parameters " << c.parameters << " branches " << c.branches << " orders " << c.orders
         << " notes " << c.notes << " moved " << c.moved << " start " << c.start << " other "
         << c.other << " settings " << c.settings << " metadata " << c.metadata << " rest "
         << c.rest;
  }
};

Counts counts(const Comparison& comparison) {
  Counts out;
  for (const BlockDifference& block : comparison.blocks) {
    if (!block.left) {
      ++out.added;
    } else if (!block.right) {
      ++out.removed;
    } else {
      ++out.changed;
      out.parameters += block.parameters.size();
      out.branches += block.branches.size();
      out.orders += block.order_left.empty() ? 0 : 1;
      out.notes += block.notes.size();
    }
  }
  out.moved = comparison.moved.size();
  out.start = comparison.start ? 1 : 0;
  out.other = comparison.other.size();
  out.settings = comparison.settings.size();
  out.metadata = comparison.metadata.size();
  out.rest = comparison.rest ? 1 : 0;
  return out;
}

struct Mutation {
  const char* name;
  std::function<void(Json& flow, std::size_t at, std::size_t other)> apply;
  Counts expected;
};

const std::vector<Mutation>& mutations() {
  static const std::vector<Mutation> all = {
      {"another parameter",
       [](Json& f, std::size_t at, std::size_t) {
         f["Actions"][at]["Parameters"]["Number"] = "new";
       },
       {.changed = 1, .parameters = 1}},
      {"one parameter more",
       [](Json& f, std::size_t at, std::size_t) {
         f["Actions"][at]["Parameters"]["More"] = Json::array({1, "x"});
       },
       {.changed = 1, .parameters = 1}},
      {"one parameter less",
       [](Json& f, std::size_t at, std::size_t) { f["Actions"][at]["Parameters"].erase("Number"); },
       {.changed = 1, .parameters = 1}},
      {"another next block",
       [](Json& f, std::size_t at, std::size_t other) {
         Json& next = f["Actions"][at]["Transitions"]["NextAction"];
         const Json& to = f["Actions"][other]["Identifier"];
         next = next == to ? f["Actions"][(other + 1) % f["Actions"].size()]["Identifier"] : to;
       },
       {.changed = 1, .branches = 1}},
      {"a next block that is not there",
       [](Json& f, std::size_t at, std::size_t) {
         f["Actions"][at]["Transitions"]["NextAction"] = "nobody";
       },
       {.changed = 1, .branches = 1}},
      {"no next block",
       [](Json& f, std::size_t at, std::size_t) {
         f["Actions"][at]["Transitions"].erase("NextAction");
       },
       {.changed = 1, .branches = 1}},
      {"a condition with another operand",
       [](Json& f, std::size_t at, std::size_t) {
         f["Actions"][at]["Transitions"]["Conditions"][0]["Condition"]["Operands"] = {"other"};
       },
       {.changed = 1, .branches = 1}},
      {"one condition more",
       [](Json& f, std::size_t at, std::size_t other) {
         f["Actions"][at]["Transitions"]["Conditions"].push_back(
             {{"NextAction", f["Actions"][other]["Identifier"]},
              {"Condition", {{"Operator", "Equals"}, {"Operands", {"more"}}}}});
       },
       {.changed = 1, .branches = 1}},
      {"another error type",
       [](Json& f, std::size_t at, std::size_t) {
         f["Actions"][at]["Transitions"]["Errors"][0]["ErrorType"] = "TimeLimitExceeded";
       },
       {.changed = 1, .branches = 2}},
      {"another type",
       [](Json& f, std::size_t at, std::size_t) { f["Actions"][at]["Type"] = "Other"; },
       {.changed = 1, .parameters = 1}},
      {"one block more",
       [](Json& f, std::size_t at, std::size_t) {
         f["Actions"].insert(
             f["Actions"].begin() + static_cast<std::ptrdiff_t>(at),
             Json::object(
                 {{"Identifier", "more"}, {"Type", "Wait"}, {"Transitions", Json::object()}}));
       },
       {.added = 1}},
      {"another place",
       [](Json& f, std::size_t at, std::size_t) {
         f["Metadata"]["ActionMetadata"][f["Actions"][at]["Identifier"].get<std::string>()]
          ["position"]["x"] = 7.5;
       },
       {.moved = 1}},
      {"another note",
       [](Json& f, std::size_t at, std::size_t) {
         f["Metadata"]["ActionMetadata"][f["Actions"][at]["Identifier"].get<std::string>()]
          ["note"] = "n";
       },
       {.changed = 1, .notes = 1}},
      {"another start",
       [](Json& f, std::size_t at, std::size_t) {
         f["StartAction"] = f["Actions"][at == 0 ? 1 : at]["Identifier"];
       },
       {.start = 1}},
      {"another version",
       [](Json& f, std::size_t, std::size_t) { f["Version"] = "2030"; },
       {.other = 1}},
      {"an annotation",
       [](Json& f, std::size_t, std::size_t) {
         f["Metadata"]["Annotations"][0]["content"] = "new";
       },
       {.metadata = 1}},
      {"other blocks first",
       [](Json& f, std::size_t, std::size_t) {
         std::reverse(f["Actions"].begin(), f["Actions"].end());
       },
       {}},
  };
  return all;
}

TEST(ComparisonLaws, each_single_change_gives_exactly_that_difference_and_its_mirror_image) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Json flow = made(seed);
    std::mt19937_64 dice(seed);
    for (const Mutation& mutation : mutations()) {
      SCOPED_TRACE(::testing::Message() << mutation.name << ", seed " << seed);
      Json changed = flow;
      const std::size_t n = flow["Actions"].size();
      mutation.apply(changed, dice() % n, dice() % n);
      if (changed == flow) continue;
      const Comparison there = compared(flow.dump(), changed.dump());
      EXPECT_EQ(mutation.expected, counts(there));
      EXPECT_FALSE(there.same());
      EXPECT_TRUE(there.renewed.empty());
      Counts mirrored = mutation.expected;
      std::swap(mirrored.added, mirrored.removed);
      const Comparison back = compared(changed.dump(), flow.dump());
      EXPECT_EQ(mirrored, counts(back));
      ASSERT_EQ(there.blocks.size(), back.blocks.size());
      for (std::size_t i = 0; i < there.blocks.size(); ++i) {
        EXPECT_EQ(there.blocks[i].left, back.blocks[i].right);
        EXPECT_EQ(there.blocks[i].right, back.blocks[i].left);
      }
    }
  }
}

TEST(ComparisonLaws, a_block_that_is_taken_out_is_one_removed_and_its_callers_rewired) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    const Json flow = made(seed);
    const std::string gone = Json(flow["Actions"][3]["Identifier"]).dump();
    const std::string next = Json(flow["Actions"][5]["Identifier"]).dump();
    Json fewer = flow;
    fewer["Actions"].erase(3);
    fewer["Metadata"]["ActionMetadata"].erase(flow["Actions"][3]["Identifier"].get<std::string>());
    const Json after = Json::parse(everywhere(fewer.dump(), gone, next));
    const Comparison found = compared(flow.dump(), after.dump());
    const Counts got = counts(found);
    EXPECT_EQ(1U, got.removed);
    EXPECT_EQ(0U, got.added);
    EXPECT_EQ(0U, got.parameters);
    for (const BlockDifference& block : found.blocks) {
      for (const BranchChange& change : block.branches) {
        if (!block.right) continue;
        EXPECT_EQ(gone, Json(change.left->target->identifier).dump());
        EXPECT_EQ(next, Json(change.right->target->identifier).dump());
      }
    }
  }
}

TEST(ComparisonLaws, renewed_identifiers_are_no_difference) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    // Without numbers in them many blocks are alike.
    const std::string flow =
        Json::parse(testing::generate(seed, {.actions = 5 + seed % 40}).content).dump();
    const Comparison found = compared(flow, renewed(flow, seed));
    EXPECT_FALSE(found.shows());
    EXPECT_TRUE(found.moved.empty());
    EXPECT_FALSE(found.renewed.empty());
  }
}

TEST(ComparisonLaws, with_renewed_identifiers_one_change_stays_one) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Json flow = made(seed);
    std::mt19937_64 dice(seed);
    for (const Mutation& mutation : mutations()) {
      SCOPED_TRACE(::testing::Message() << mutation.name << ", seed " << seed);
      Json changed = flow;
      const std::size_t n = flow["Actions"].size();
      mutation.apply(changed, dice() % n, dice() % n);
      const Counts got = counts(compared(flow.dump(), renewed(changed.dump(), seed)));
      // Another type under another identifier is another block.
      if (std::string(mutation.name) == "another type") {
        EXPECT_EQ(1U, got.added);
        EXPECT_EQ(1U, got.removed);
      } else {
        EXPECT_EQ(mutation.expected, got);
      }
    }
  }
}

TEST(ComparisonLaws, is_empty_exactly_where_two_flows_mean_the_same) {
  std::vector<std::string> contents;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto generated = testing::generate(seed % 6, {.actions = 6});
    contents.push_back(generated.content);
    contents.push_back(Json::parse(generated.content).dump(2));
  }
  for (const std::string& a : contents) {
    for (const std::string& b : contents) EXPECT_EQ(same_meaning(a, b), compared(a, b).same());
  }
}

TEST(ComparisonLaws, hold_for_real_flows) {
  const auto flows = testing::corpus("flows");
  if (flows.empty()) GTEST_SKIP() << "the corpus of real flows is not here";
  const std::string* before = nullptr;
  for (const auto& [name, content] : flows) {
    SCOPED_TRACE(name);
    EXPECT_TRUE(compared(content, content).same());
    const Json flow = Json::parse(content);
    const std::string plain = flow.dump();
    const Comparison copy = compared(plain, renewed(plain, 7));
    EXPECT_FALSE(copy.shows());
    EXPECT_EQ(Counts{}, counts(copy));
    for (std::size_t at = 0; at < flow["Actions"].size(); ++at) {
      Json changed = flow;
      changed["Actions"][at]["Parameters"]["Text"] = "something else";
      if (changed == flow) continue;
      EXPECT_EQ((Counts{.changed = 1, .parameters = 1}), counts(compared(plain, changed.dump())));
    }
    if (before != nullptr) {
      const Comparison there = compared(*before, content);
      const Comparison back = compared(content, *before);
      EXPECT_EQ(counts(there).added, counts(back).removed);
      EXPECT_EQ(counts(there).removed, counts(back).added);
      EXPECT_EQ(counts(there).changed, counts(back).changed);
      EXPECT_EQ(same_meaning(*before, content), there.same());
    }
    before = &content;
  }
}

}  // namespace
}  // namespace flowferry::flow
