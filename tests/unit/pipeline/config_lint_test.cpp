#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/config.h"

namespace flowferry::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

flow::lint::Settings read(const std::string& text) {
  auto config = parse_config(text, "flowferry.yaml");
  EXPECT_TRUE(config) << text << "\n" << one_line(config.error());
  return config ? config->lint : flow::lint::Settings();
}

TEST(LintConfig, ReadsEveryKey) {
  const auto lint = read(R"(
lint:
  off: [ref-dynamic, error-unhandled]
  severity: { phone-hard: error, unreachable: info }
  except:
    - { rule: phone-hard, flow: "Hotline*", reason: "the number is the same everywhere" }
    - rule: [no-exit, queue-unset]
      block: "Loop ?"
    - { flow: "Sample *" }
)");
  EXPECT_THAT(lint.off, ElementsAre("error-unhandled", "ref-dynamic"));
  EXPECT_EQ(lint.severity.at("phone-hard"), Severity::error);
  EXPECT_EQ(lint.severity.at("unreachable"), Severity::info);
  ASSERT_EQ(lint.except.size(), 4U);
  EXPECT_EQ(lint.except[0].rule, "phone-hard");
  EXPECT_EQ(lint.except[0].flow, "Hotline*");
  EXPECT_EQ(lint.except[0].reason, "the number is the same everywhere");
  EXPECT_EQ(lint.except[0].line, 6U);
  EXPECT_EQ(lint.except[1].rule, "no-exit");
  EXPECT_EQ(lint.except[2].rule, "queue-unset");
  EXPECT_EQ(lint.except[2].block, "Loop ?");
  EXPECT_EQ(lint.except[3].rule, "");
  EXPECT_EQ(lint.except[3].flow, "Sample *");
}

TEST(LintConfig, IsEmptyWithoutTheSection) {
  const auto lint = read("environments: {}");
  EXPECT_TRUE(lint.off.empty() && lint.severity.empty() && lint.except.empty());
}

TEST(LintConfig, RefusesWhatSaysNothing) {
  struct Refusal {
    std::string text;
    std::string message;
    std::string hint;
  };
  for (const Refusal& r : std::vector<Refusal>{
           {"lint: { of: [] }", "unknown key \"of\"", "off"},
           {"lint: { off: [phonehard] }", "unknown rule \"phonehard\"", "phone-hard"},
           {"lint: { severity: { phone-hrd: error } }", "unknown rule", "phone-hard"},
           {"lint: { severity: { phone-hard: off } }", "unknown severity \"off\"", "lint.off"},
           {"lint: { except: [{ rule: nope }] }", "unknown rule", "lint --rules"},
           {"lint: { except: [{ reason: x }] }", "neither rule nor place", "phone-hard"},
           {"lint: { except: { rule: x } }", "must be a list", "phone-hard"},
           {"lint: [x]", "must be a map", "off"},
       }) {
    const auto config = parse_config(r.text, "flowferry.yaml");
    ASSERT_FALSE(config) << r.text;
    EXPECT_EQ(config.error().subject, "flowferry.yaml:1") << r.text;
    EXPECT_THAT(config.error().message, HasSubstr(r.message)) << r.text;
    EXPECT_THAT(config.error().hint, HasSubstr(r.hint)) << r.text;
  }
}

}  // namespace
}  // namespace flowferry::pipeline
