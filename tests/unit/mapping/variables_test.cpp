#include "mapping/variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "flow/json_path.h"
#include "mapping/rules.h"

namespace flowferry::mapping {
namespace {

using ::testing::ElementsAre;

constexpr const char* k_document = R"({"Version":"2019-10-30","StartAction":"a","Metadata":
{"ActionMetadata":{"a":{"note":"one"}}},"Actions":[{"Identifier":"a","Type":"MessageParticipant",
"Parameters":{"Text":"one two \u6771one","Media":{"Uri":"s3://one"},"Messages":[{"Text":"one"},{"Text":"x"}]},
"Transitions":{"NextAction":"one","Conditions":[{"NextAction":"b","Condition":{"Operator":"Equals","Operands":["one"]}}]}},
{"Identifier":"one","Type":"Wait","Parameters":{"Text":"one"},"Transitions":{}}]})";

flow::Document document(const std::string& text = k_document) {
  auto out = flow::Document::parse(text);
  EXPECT_TRUE(out);
  return *std::move(out);
}

Resource a_flow() {
  Resource out;
  out.kind = ResourceKind::contact_flow;
  out.name = "Main";
  out.type = "CONTACT_FLOW";
  return out;
}

Variable variable(std::map<std::string, std::string> values) {
  Variable out;
  out.values = std::move(values);
  return out;
}

/// The document with what `variables` change from `dev` to `prod`.
std::string replaced(const std::vector<Variable>& variables, const std::string& from = "dev",
                     const std::string& to = "prod", const std::string& text = k_document) {
  const flow::Document here = document(text);
  const auto substitutions = substitutions_for(variables, from, to);
  const auto changes = find_changes(here, a_flow(), {}, substitutions);
  std::vector<flow::Splice> splices;
  for (const Change& change : changes) {
    splices.push_back({change.node, change.text, change.offset, change.length});
  }
  return here.spliced(splices);
}

std::string with(std::string text, const std::string& from, const std::string& to, int most = 100) {
  for (std::size_t at = text.find(from); at != std::string::npos && most > 0; --most) {
    text.replace(at, from.size(), to);
    at = text.find(from, at + to.size());
  }
  return text;
}

TEST(Variables, ReplaceInValuesOfBlocksOnly) {
  const std::string out = replaced({variable({{"dev", "one"}, {"prod", "1"}})});
  EXPECT_NE(out.find(R"("note":"one")"), std::string::npos) << "notes of the designer stay";
  EXPECT_NE(out.find(R"("NextAction":"one")"), std::string::npos);
  EXPECT_NE(out.find(R"("Identifier":"one")"), std::string::npos);
  EXPECT_NE(out.find(R"("Text":"1 two \u67711")"), std::string::npos) << out;
  EXPECT_NE(out.find(R"("Uri":"s3://1")"), std::string::npos);
  EXPECT_NE(out.find(R"("Operands":["1"])"), std::string::npos);
}

TEST(Variables, AreNarrowedByPlaceBlockFlowAndKind) {
  Variable v = variable({{"dev", "one"}, {"prod", "1"}});
  v.place = *flow::JsonPath::parse_parameter("Messages[*].Text");
  v.below_parameters = true;
  EXPECT_EQ(replaced({v}), with(k_document, R"([{"Text":"one"})", R"([{"Text":"1"})"));
  v.action = "Wait";
  EXPECT_EQ(replaced({v}), k_document);
  v = variable({{"dev", "one"}, {"prod", "1"}});
  v.action = "Wait";
  EXPECT_EQ(replaced({v}), with(k_document, R"({"Text":"one"},"Transitions":{})",
                                R"({"Text":"1"},"Transitions":{})"));
  v.flows = *make_flow_patterns({"Other*", "type:CUSTOMER_QUEUE"});
  EXPECT_EQ(replaced({v}), k_document);
  v.flows.clear();
  v.kind = ResourceKind::flow_module;
  EXPECT_EQ(replaced({v}), k_document);
}

TEST(Variables, WithoutTheSourcesValueLookForTheOthersOrSetThePlace) {
  const Variable three = variable({{"dev", "one"}, {"stg", "on"}, {"prod", "1"}});
  EXPECT_EQ(replaced({three}, "repo", "prod"), replaced({three}, "dev", "prod"))
      << "the longest first";
  Variable text = variable({{"prod", "1"}});
  text.text = "two";
  EXPECT_EQ(replaced({text}, "dev"), with(k_document, "two", "1"));
  Variable place = variable({{"prod", "s3://prod"}});
  place.place = *flow::JsonPath::parse("$..Media.Uri");
  EXPECT_EQ(replaced({place}, "dev"), with(k_document, "s3://one", "s3://prod"));
  EXPECT_EQ(replaced({place}, "prod", "dev"), k_document) << "no value for the target";
}

TEST(Variables, ThereAndBackIsTheIdentityAndASecondTimeChangesNothing) {
  std::mt19937 random(5);
  const std::vector<std::string> words = {"one", "two", "s3://", "東", " ", "x"};
  for (int round = 0; round < 300; ++round) {
    std::vector<Variable> variables;
    for (int i = 0; i < 3; ++i) {
      // Values of the target that no source has: then nothing is mistaken on the way back.
      std::string from;
      for (std::size_t n = random() % 2 + 1; n > 0; --n) from += words[random() % words.size()];
      variables.push_back(
          variable({{"dev", from},
                    {"prod", "<" + std::to_string(round) +
                                 std::string(1, static_cast<char>('a' + i)) + ">"}}));
    }
    const std::string there = replaced(variables);
    // Escapes of what was replaced as a whole may be spelled otherwise when it comes back.
    const std::string back = replaced(variables, "prod", "dev", there);
    EXPECT_TRUE(flow::same_meaning(back, k_document)) << back;
    EXPECT_EQ(with(back, "東", "\\u6771"), k_document);
    EXPECT_EQ(replaced(variables, "dev", "prod"), there);
  }
}

TEST(Variables, OfTwoThatMeetTheFirstCounts) {
  EXPECT_NE(replaced({variable({{"dev", "one two"}, {"prod", "A"}}),
                      variable({{"dev", "two"}, {"prod", "B"}})})
                .find(R"("Text":"A \u6771one")"),
            std::string::npos);
  EXPECT_NE(replaced({variable({{"dev", "two"}, {"prod", "B"}}),
                      variable({{"dev", "one two"}, {"prod", "A"}})})
                .find(R"("Text":"one B \u6771one")"),
            std::string::npos);
}

TEST(JsonPath, DescribesPlaces) {
  const flow::Document here = document();
  const auto hits = [&](const char* text) {
    const auto path = flow::JsonPath::parse(text);
    EXPECT_TRUE(path) << text;
    std::vector<std::string> out;
    flow::Places places(here);
    for (std::uint32_t i = 1; i < here.tokens().nodes.size(); ++i) {
      if (here.node(i).is_key) continue;
      places.move_to(i);
      if (path->matches(here, places.steps())) out.push_back(places.pointer());
    }
    return out;
  };
  EXPECT_THAT(hits("$.Actions[1].Parameters.Text"), ElementsAre("/Actions/1/Parameters/Text"));
  EXPECT_THAT(hits("$['Actions'][*].Type"), ElementsAre("/Actions/0/Type", "/Actions/1/Type"));
  EXPECT_THAT(hits("$..Uri"), ElementsAre("/Actions/0/Parameters/Media/Uri"));
  EXPECT_THAT(hits("$..Messages[*].Text"), ElementsAre("/Actions/0/Parameters/Messages/0/Text",
                                                       "/Actions/0/Parameters/Messages/1/Text"));
  EXPECT_THAT(hits("$.Actions.*.Parameters.Media.*"),
              ElementsAre("/Actions/0/Parameters/Media/Uri"));
  EXPECT_THAT(hits("$.Actions[7]"), ElementsAre());
  for (const char* bad : {"", "$", "Actions", "$.", "$[", "$[1", "$['a", "$[x]", "$.a b..", "$a",
                          "$..a..b..c", "$[99999999999]"}) {
    const auto path = flow::JsonPath::parse(bad);
    ASSERT_FALSE(path) << bad;
    EXPECT_FALSE(path.error().hint.empty());
  }
}

TEST(RuleUse, TellsWhatWasOfNoUseAndWhatMet) {
  Rules rules;
  rules.file = "f.yaml";
  rules.renames.push_back(*make_rename(ResourceKind::queue, "^dev-", ""));
  rules.renames.back().line = 7;
  rules.renames.push_back(*make_rename(ResourceKind::prompt, "x", "y"));
  rules.renames.back().line = 8;
  rules.pins.push_back(Pin{ResourceKind::queue, "P", "dev-B", 9});
  RuleUse use;
  EXPECT_EQ(rules.target_name(ResourceKind::queue, "dev-A", &use), "A");
  EXPECT_EQ(rules.target_name(ResourceKind::queue, "A", &use), "A");
  EXPECT_EQ(rules.target_name(ResourceKind::prompt, "z", &use), "z");
  const Findings findings = examine_use(rules, use, {});
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].where.name, "f.yaml:8");
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[1].where.name, "f.yaml:9");
  EXPECT_EQ(findings[2].id, "name-collision");
  EXPECT_EQ(findings[2].severity, Severity::error);
  EXPECT_NE(findings[2].text.find("\"A\" and \"dev-A\""), std::string::npos) << findings[2].text;
}

}  // namespace
}  // namespace flowferry::mapping
