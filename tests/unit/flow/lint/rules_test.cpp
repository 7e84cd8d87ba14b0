#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "cases.h"

namespace flowferry::flow::lint {
namespace {

using flowferry::testing::Case;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<Case> all_cases() {
  std::vector<Case> out = flowferry::testing::publishing_cases();
  for (Case& c : flowferry::testing::practice_cases()) out.push_back(std::move(c));
  return out;
}

Findings of_rule(const Case& c, const Snapshot& snapshot) {
  Options options;
  options.settings = c.settings;
  Findings out;
  for (Finding& finding : lint(snapshot, options)) {
    if (finding.id == c.rule) out.push_back(std::move(finding));
  }
  return out;
}

TEST(LintRules, EachFindsWhatBreaksItAndNotWhatNearlyDoes) {
  for (const Case& c : all_cases()) {
    const Findings found = of_rule(c, c.bad);
    ASSERT_THAT(found, SizeIs(1)) << c.rule << " " << c.pointer;
    EXPECT_EQ(found[0].severity, c.severity) << c.rule << " " << c.pointer;
    EXPECT_EQ(found[0].where.pointer, c.pointer) << c.rule;
    EXPECT_FALSE(found[0].text.empty()) << c.rule;
    EXPECT_FALSE(found[0].help.empty()) << c.rule;
    EXPECT_FALSE(found[0].where.name.empty()) << c.rule;
    EXPECT_THAT(of_rule(c, c.near_miss), IsEmpty()) << c.rule << " " << c.pointer;
  }
}

TEST(LintRules, EveryRuleIsProvedAtItsGravest) {
  std::set<std::pair<std::string, Severity>> proved;
  for (const Case& c : all_cases()) proved.emplace(c.rule, c.severity);
  for (const Rule& rule : rules()) {
    EXPECT_TRUE(proved.count({std::string(rule.id), rule.severity}) > 0) << rule.id;
  }
  for (const auto& [id, severity] : proved) {
    const Rule* rule = find_rule(id);
    ASSERT_NE(rule, nullptr) << id;
    EXPECT_LE(severity, rule->severity) << id;
  }
}

TEST(LintRules, AreDescribedAndOfOneId) {
  std::set<std::string_view> ids;
  for (const Rule& rule : rules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    EXPECT_TRUE(std::regex_match(std::string(rule.id), std::regex("[a-z]+(-[a-z]+)*"))) << rule.id;
    EXPECT_EQ(find_rule(rule.id), &rule);
    for (const std::string_view text : {rule.title, rule.explanation, rule.remedy}) {
      EXPECT_FALSE(text.empty()) << rule.id;
      EXPECT_EQ(text.find('\n'), std::string_view::npos) << rule.id;
    }
    EXPECT_FALSE(rule.title.ends_with('.')) << rule.id;
    EXPECT_TRUE(rule.explanation.ends_with('.')) << rule.id;
    EXPECT_TRUE(rule.remedy.ends_with('.')) << rule.id;
    EXPECT_TRUE(rule.severity != Severity::error || rule.family == Family::refused) << rule.id;
  }
  EXPECT_EQ(find_rule("no-such-rule"), nullptr);
}

TEST(LintRules, ADraftMayBeUnfinished) {
  for (const Case& c : flowferry::testing::publishing_cases()) {
    Snapshot drafts = c.bad;
    for (auto& [id, flow] : drafts.flows) flow.status = "SAVED";
    for (const Finding& finding : lint(drafts, {})) {
      EXPECT_NE(finding.severity, Severity::error) << c.rule << ": " << finding.text;
    }
  }
}

TEST(LintRules, AFlowWithoutFaultsHasNoFindings) {
  using flowferry::testing::block;
  const std::string good = flowferry::testing::document(
      block("a", "UpdateFlowLoggingBehavior", R"({"FlowLoggingBehavior":"Enabled"})", "b") + "," +
      block("b", "MessageParticipant", R"({"Text":"hello"})", "c", {{"NoMatchingError", "c"}}) +
      "," +
      block("c", "UpdateContactTargetQueue",
            R"({"QueueId":")" + flowferry::testing::queue_arn(1) + "\"}", "d",
            {{"NoMatchingError", "end"}}) +
      "," +
      block("d", "TransferContactToQueue", "{}", "end",
            {{"QueueAtCapacity", "end"}, {"NoMatchingError", "end"}}) +
      "," + block("end", "DisconnectParticipant", "{}"));
  const Findings found =
      lint(flowferry::testing::environment({flowferry::testing::main_flow(good)}), {});
  for (const Finding& finding : found) ADD_FAILURE() << finding.id << ": " << finding.text;
}

}  // namespace
}  // namespace flowferry::flow::lint
