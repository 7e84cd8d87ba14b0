#include "flow/lint/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "cases.h"
#include "flow/lint/links.h"

namespace flowferry::flow::lint {
namespace {

using ::testing::ElementsAre;

Finding finding(std::string id, std::string flow, std::string block) {
  Finding out;
  out.id = std::move(id);
  out.where.name = std::move(flow);
  out.where.action = std::move(block);
  out.severity = Severity::warning;
  return out;
}

const Findings k_findings = {finding("phone-hard", "Main", "a"), finding("phone-hard", "Main", "b"),
                             finding("phone-hard", "Other", "a"), finding("no-exit", "Main", "a")};

std::vector<std::string> left(const Settings& settings) {
  std::vector<std::size_t> used;
  std::vector<std::string> out;
  for (const Finding& f : apply(settings, k_findings, used)) {
    out.push_back(f.id + " " + f.where.name + " " + f.where.action);
  }
  return out;
}

TEST(LintSettings, SwitchRulesOff) {
  EXPECT_THAT(left({{"phone-hard"}, {}, {}}), ElementsAre("no-exit Main a"));
}

TEST(LintSettings, ExceptPlacesByRuleFlowAndBlock) {
  EXPECT_THAT(left({{}, {}, {{"phone-hard", "M*", "", "", 1}}}),
              ElementsAre("phone-hard Other a", "no-exit Main a"));
  EXPECT_THAT(left({{}, {}, {{"phone-hard", "Main", "b", "", 1}}}),
              ElementsAre("phone-hard Main a", "phone-hard Other a", "no-exit Main a"));
  EXPECT_THAT(left({{}, {}, {{"", "Main", "", "", 1}}}), ElementsAre("phone-hard Other a"));
}

TEST(LintSettings, CountWhatAnExceptionTookAway) {
  std::vector<std::size_t> used;
  apply({{}, {}, {{"phone-hard", "Main", "", "", 1}, {"no-exit", "Other", "", "", 2}}}, k_findings,
        used);
  EXPECT_THAT(used, ElementsAre(2, 0));
}

TEST(LintSettings, ChangeTheSeverityOfARule) {
  std::vector<std::size_t> used;
  const Settings settings{{}, {{"no-exit", Severity::error}}, {}};
  for (const Finding& f : apply(settings, k_findings, used)) {
    EXPECT_EQ(f.severity, f.id == "no-exit" ? Severity::error : Severity::warning);
  }
}

TEST(LintOptions, LookOnlyAtTheRulesAskedFor) {
  const auto cases = flowferry::testing::practice_cases();
  Options options;
  options.only = {"phone-hard"};
  for (const auto& c : cases) {
    for (const Finding& f : lint(c.bad, options)) EXPECT_EQ(f.id, "phone-hard");
  }
}

TEST(LintOptions, TellNothingOfWhatNobodyUsesWhenNotAllWasRead) {
  for (const auto& c : flowferry::testing::practice_cases()) {
    Options options;
    options.whole = false;
    options.settings = c.settings;
    for (const Finding& f : lint(c.bad, options)) {
      EXPECT_FALSE(f.id.starts_with("unused-") || f.id == "exception-unused") << f.id;
    }
  }
}

/// `finding` of the flow "called", which disconnects at once, when "main" leads to it so.
Findings about_called(const std::string& rule, const std::string& type,
                      const std::string& parameters) {
  using namespace flowferry::testing;
  const Snapshot snapshot = environment(
      {main_flow(document(block("a", type, parameters, "b", {{"NoMatchingError", "b"}}) + "," +
                          block("b", "DisconnectParticipant", "{}"))),
       flow_of_type("called", "CONTACT_FLOW",
                    document(block("a", "DisconnectParticipant", "{}")))});
  Findings out;
  for (Finding& f : lint(snapshot, {})) {
    if (f.where.name == "called" && f.id == rule) out.push_back(std::move(f));
  }
  return out;
}

TEST(LintCallers, MayHaveSpokenBefore) {
  const std::string arn = "\"" + flowferry::testing::flow_arn("called") + "\"";
  const auto severity = [](const Findings& findings) {
    return findings.size() == 1 ? std::optional(findings[0].severity) : std::nullopt;
  };
  const std::string rule = "disconnect-silent";
  EXPECT_EQ(severity(about_called(rule, "TagContact", R"({"Tags":{"x":"y"}})")), Severity::warning);
  EXPECT_EQ(severity(about_called(rule, "TransferToFlow", "{\"ContactFlowId\":" + arn + "}")),
            Severity::info);
  // After the customer left, nobody hears.
  EXPECT_TRUE(about_called(rule, "UpdateContactEventHooks",
                           R"({"EventHooks":{"CustomerRemaining":)" + arn + "}}")
                  .empty());
  EXPECT_EQ(about_called("logging-unset", "TagContact", R"({"Tags":{"x":"y"}})").size(), 1U);
  EXPECT_TRUE(
      about_called("logging-unset", "TransferToFlow", "{\"ContactFlowId\":" + arn + "}").empty());
}

TEST(LintOptions, TakeWhatIsNotListedForUnknownWhereNotAllWasListed) {
  using namespace flowferry::testing;
  const Snapshot snapshot = environment({main_flow(
      document(block("a", "UpdateContactTargetQueue", R"({"QueueId":")" + queue_arn(9) + "\"}",
                     "end", {{"NoMatchingError", "end"}}) +
               "," + block("end", "DisconnectParticipant", "{}")))});
  const auto unresolved = [&](const Options& options) {
    std::size_t count = 0;
    for (const Finding& f : lint(snapshot, options)) count += f.id == "ref-unresolved" ? 1 : 0;
    return count;
  };
  Options options;
  EXPECT_EQ(unresolved(options), 1U);
  options.listed = false;
  EXPECT_EQ(unresolved(options), 0U);
}

TEST(LintLinks, CirclesAreTheSetsThatLeadToEachOther) {
  // 0 → 1 → 2 → 0, 2 → 3 → 4, 4 → 4, 5
  const Links links = {{1}, {2}, {0, 3}, {4}, {4}, {}};
  EXPECT_THAT(circles(links), ElementsAre(ElementsAre(0, 1, 2), ElementsAre(4)));
  EXPECT_THAT(circles({{1}, {2}, {}}), ElementsAre());
  // Two circles with a way between them, and a way into the first.
  EXPECT_THAT(circles({{1}, {2}, {1, 3}, {4}, {3}}),
              ElementsAre(ElementsAre(1, 2), ElementsAre(3, 4)));
}

TEST(LintLinks, ChainsAreCountedOutsideOfCircles) {
  EXPECT_THAT(chain_lengths({{1, 2}, {2}, {}}), ElementsAre(3, 2, 1));
  EXPECT_THAT(chain_lengths({{1}, {2}, {1}}), ElementsAre(1, 1, 1));
}

TEST(LintLinks, TakeChainsOfAnyLength) {
  constexpr std::size_t k_many = 100'000;
  Links links(k_many);
  for (std::size_t i = 0; i + 1 < k_many; ++i) links[i].push_back(i + 1);
  EXPECT_EQ(chain_lengths(links).front(), k_many);
  links.back().push_back(0);
  EXPECT_EQ(circles(links).size(), 1U);
}

}  // namespace
}  // namespace flowferry::flow::lint
