#include "plan/plan.h"

#include <gtest/gtest.h>

#include <random>

#include "base/json/tokens.h"
#include "base/json/value.h"
#include "flow/document.h"

namespace flowferry::plan {
namespace {

Content::Identity identity(std::size_t node) {
  const std::string n = std::to_string(node);
  return {"id-" + n, "arn:aws:connect:us-east-1:2:instance/i/contact-flow/id-" + n};
}

TEST(Content, FillsHolesWithIdsAndArnsAndQualifiers) {
  Content content;
  content.texts = {"{\"a\":\"", "\",\"b\":\"", "\",\"c\":\"", "\"}"};
  content.holes = {{3, false, ""}, {4, true, ""}, {5, false, "$LATEST"}};
  EXPECT_FALSE(content.complete());
  EXPECT_EQ(content.fill(identity),
            "{\"a\":\"id-3\",\"b\":\"arn:aws:connect:us-east-1:2:instance/i/contact-flow/id-4\","
            "\"c\":\"id-5:$LATEST\"}");
}

TEST(Content, SpellsSlashesAsWhatTheHoleReplaces) {
  Content content;
  content.texts = {"[\"", "\"]"};
  content.holes = {{4, true, "", true}};
  EXPECT_EQ(content.fill(identity),
            "[\"arn:aws:connect:us-east-1:2:instance\\/i\\/contact-flow\\/id-4\"]");
}

TEST(Content, IsItsTextWhereThereAreNoHoles) {
  const Content content = Content::of("{\"x\": 1}");
  EXPECT_TRUE(content.complete());
  EXPECT_EQ(content.fill(identity), "{\"x\": 1}");
  EXPECT_EQ(Content{}.fill(identity), "");
}

TEST(Content, EscapesWhatItFillsIn) {
  Content content;
  content.texts = {"[\"", "\"]"};
  content.holes = {{1, false, "a\"b\\c\n"}};
  const std::string filled = content.fill(identity);
  const auto parsed = json::parse(filled);
  ASSERT_TRUE(parsed) << filled;
  EXPECT_EQ(parsed->items().at(0).as_string(), "id-1:a\"b\\c\n");
}

Flow flow_with(std::string content) {
  Flow flow;
  flow.name = "Main";
  flow.type = "CONTACT_FLOW";
  flow.state = "ACTIVE";
  flow.status = "PUBLISHED";
  flow.content = std::move(content);
  return flow;
}

std::string mark_of(std::string content) {
  return change_mark(flow_with(std::move(content)));
}

TEST(ChangeMark, DoesNotSeeWhiteSpaceKeyOrderAndSpelling) {
  const std::string mark = mark_of(R"({"a":1,"b":[1,2,{"c":"x","d":null}]})");
  EXPECT_EQ(mark.size(), 64U);
  EXPECT_EQ(mark_of(" {\"b\" : [ 1,2, {\"d\":null ,\"c\":\"\\u0078\"}],\n\"a\":1 }\n"), mark);
  EXPECT_EQ(mark_of("{\"\\u0061\":1,\"b\":[1,2,{\"c\":\"x\",\"d\":null}]}"), mark);
  EXPECT_EQ(mark_of(R"(["あ/い"])"), mark_of("[\"\\u3042\\/\\u3044\"]"));
  EXPECT_EQ(mark_of(R"(["\ud83d\ude00"])"), mark_of("[\"\xF0\x9F\x98\x80\"]"));
}

TEST(ChangeMark, SeesEveryDifferenceOfMeaning) {
  const std::string contents[] = {
      R"({})",
      R"([])",
      R"("")",
      R"(null)",
      R"({"a":1})",
      R"({"a":1.0})",
      R"({"a":"1"})",
      R"({"a":[1]})",
      R"({"a":true})",
      R"({"a":false})",
      R"({"a":{}})",
      R"({"a":[]})",
      R"({"b":1})",
      R"({"a":1,"b":2})",
      R"({"a":2,"b":1})",
      R"([1,2])",
      R"([2,1])",
      R"([12])",
      R"([[1],2])",
      R"([1,[2]])",
      R"({"a":1,"a":2})",
      R"({"a":2,"a":1})",
      R"({"a":1,})",
      R"({"a":1} x)",
      R"(["\ud800"])",
      R"(["\ud801"])",
      R"(["\\ud800"])",
      R"(["a,b"])",
      R"(["a","b"])",
      R"({"a:1":2})",
      R"(not json)",
      R"()",
      "[\"\xEF\xBF\xBD\"]",
      R"(["A"])",
      R"(["a"])",
      R"([" a"])",
  };
  std::map<std::string, std::string> seen;
  for (const std::string& content : contents) {
    const auto [at, fresh] = seen.emplace(mark_of(content), content);
    EXPECT_TRUE(fresh) << content << " has the mark of " << at->second;
  }
}

TEST(ChangeMark, ReadsLoneSurrogatesInAnySpelling) {
  EXPECT_EQ(mark_of(R"(["\uD800x\u0041"])"), mark_of(R"(["\ud800xA"])"));
  EXPECT_EQ(mark_of(R"(["\ud83d\ude00\udc00"])"), mark_of("[\"\xF0\x9F\x98\x80\\uDC00\"]"));
  EXPECT_NE(mark_of(R"(["\ude00\ud83d"])"), mark_of(R"(["\ud83d\ude00"])"));
}

TEST(ChangeMark, SeesEveryMemberThatARunCanChange) {
  const Flow flow = flow_with("{}");
  const std::string mark = change_mark(flow);
  const auto differs = [&](auto change) {
    Flow other = flow;
    change(other);
    return change_mark(other) != mark;
  };
  EXPECT_TRUE(differs([](Flow& f) { f.name = "main"; }));
  EXPECT_TRUE(differs([](Flow& f) { f.description = "x"; }));
  EXPECT_TRUE(differs([](Flow& f) { f.status = "SAVED"; }));
  EXPECT_TRUE(differs([](Flow& f) { f.state = "ARCHIVED"; }));
  EXPECT_TRUE(differs([](Flow& f) { f.settings = R"({"input":{}})"; }));
  EXPECT_TRUE(differs([](Flow& f) { f.tags["team"] = "sales"; }));
  EXPECT_FALSE(differs([](Flow& f) { f.tags["aws:cloudformation:stack-name"] = "s"; }));
  EXPECT_FALSE(differs([](Flow& f) { f.settings = " { } "; }));
  EXPECT_FALSE(differs([](Flow& f) { f.id = "other"; }));
}

TEST(ChangeMark, TellsTagsApart) {
  Flow one = flow_with("{}");
  Flow other = one;
  one.tags = {{"a", "b"}, {"c", "d"}};
  other.tags = {{"a", "b,c"}, {"d", ""}};
  EXPECT_NE(change_mark(one), change_mark(other));
  // The description "x" with status "" is not the description "" with status "x".
  one = other = flow_with("{}");
  one.description = "x";
  one.status = "";
  other.description = "";
  other.status = "x";
  EXPECT_NE(change_mark(one), change_mark(other));
}

/// A random JSON text, and the same with other white space, key order and spelling.
struct Twins {
  std::string one, other;
};

class TwinMaker {
 public:
  explicit TwinMaker(std::mt19937& random) : random_(random) {}

  Twins value(int depth) {
    switch (random_() % (depth > 0 ? 7 : 5)) {
      case 0:
        return both("null");
      case 1:
        return both(random_() % 2 ? "true" : "false");
      case 2:
        return both(std::to_string(random_() % 20));
      case 3:
        return both("1.50e3");
      case 4:
        return string();
      case 5: {
        Twins out = both("[");
        for (std::size_t i = 0, n = random_() % 4; i < n; ++i) {
          append(out, both(i > 0 ? "," : ""));
          append(out, value(depth - 1));
        }
        append(out, both("]"));
        return out;
      }
      default:
        return object(depth);
    }
  }

 private:
  Twins both(const std::string& text) { return {text + space(), space() + text}; }
  std::string space() { return std::string(random_() % 3, ' '); }
  static void append(Twins& to, const Twins& part) {
    to.one += part.one;
    to.other += part.other;
  }

  Twins string() {
    Twins out{"\"", "\""};
    for (std::size_t i = 0, n = random_() % 5; i < n; ++i) {
      switch (random_() % 5) {
        case 0:
          append(out, {"あ", "\\u3042"});
          break;
        case 1:
          append(out, {"/", "\\/"});
          break;
        case 2:
          append(out, {"\\ud83d\\uDE00", "\xF0\x9F\x98\x80"});
          break;
        case 3:
          append(out, {"\\uDBFF", "\\udbff"});
          break;
        default:
          append(out, {"a", random_() % 2 ? "a" : "\\u0061"});
      }
    }
    append(out, {"\"", "\""});
    return out;
  }

  Twins object(int depth) {
    std::vector<Twins> members;
    for (std::size_t i = 0, n = random_() % 4; i < n; ++i) {
      Twins member{"\"k" + std::to_string(i) + "あ\":", "\"k" + std::to_string(i) + "\\u3042\" :"};
      append(member, value(depth - 1));
      members.push_back(std::move(member));
    }
    Twins out{"{", " {"};
    for (std::size_t i = 0; i < members.size(); ++i) {
      out.one += (i > 0 ? "," : "") + members[i].one;
      out.other += (i > 0 ? " , " : "") + members[members.size() - 1 - i].other;
    }
    append(out, {"}", "\n}"});
    return out;
  }

  std::mt19937& random_;
};

TEST(ChangeMark, AgreesWithTheComparisonByMeaning) {
  std::mt19937 random(7);
  TwinMaker maker(random);
  int same = 0;
  for (int round = 0; round < 2000; ++round) {
    const Twins a = maker.value(3);
    const Twins b = maker.value(2);
    ASSERT_TRUE(json::tokenize(a.one)) << a.one;
    ASSERT_TRUE(flow::same_meaning(a.one, a.other)) << a.one << "\n" << a.other;
    ASSERT_EQ(mark_of(a.one), mark_of(a.other)) << a.one << "\n" << a.other;
    ASSERT_EQ(mark_of(a.one) == mark_of(b.one), flow::same_meaning(a.one, b.one)) << a.one << "\n"
                                                                                  << b.one;
    same += flow::same_meaning(a.one, b.one) ? 1 : 0;
  }
  EXPECT_GT(same, 10);
}

TEST(ChangeMark, DoesNotMindDepth) {
  std::string deep;
  for (int i = 0; i < 500; ++i) deep += "[{\"a\":";
  EXPECT_EQ(mark_of(deep), mark_of(deep));
  std::string closed(500, '[');
  closed += std::string(500, ']');
  EXPECT_EQ(mark_of(closed), mark_of(" " + closed));
}

TEST(Words, RoundTrip) {
  for (const OperationType type :
       {OperationType::create, OperationType::create_stub, OperationType::update_content,
        OperationType::update_metadata, OperationType::tag, OperationType::untag,
        OperationType::remove}) {
    EXPECT_EQ(operation_type_from_string(to_string(type)), type);
  }
  EXPECT_FALSE(operation_type_from_string("destroy"));
  EXPECT_EQ(to_string(Action::remove), "delete");
}

}  // namespace
}  // namespace flowferry::plan
