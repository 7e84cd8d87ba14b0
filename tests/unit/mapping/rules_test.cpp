#include "mapping/rules.h"

#include <gtest/gtest.h>

#include <chrono>

#include "../support/cpu_time.h"

namespace flowferry::mapping {
namespace {

std::string renamed(const std::string& from, const std::string& to, const std::string& name) {
  Rules rules;
  auto rename = make_rename(ResourceKind::queue, from, to);
  EXPECT_TRUE(rename) << from << ": " << rename.error().message;
  if (!rename) return "?";
  rules.renames.push_back(*std::move(rename));
  return rules.target_name(ResourceKind::queue, name);
}

TEST(Rename, ReplacesAsEcmaScriptDoes) {
  EXPECT_EQ(renamed("^dev-(.*)$", "prod-$1", "dev-sales"), "prod-sales");
  EXPECT_EQ(renamed("^dev-(.*)$", "prod-$1", "sales"), "sales") << "no match, no change";
  EXPECT_EQ(renamed("a", "b", "banana"), "bbnbnb") << "every match is replaced";
  EXPECT_EQ(renamed("(a)(n)?", "<$2$1>", "banana"), "b<na><na><a>") << "a group without a match";
  EXPECT_EQ(renamed("x", "$$1", "xy"), "$1y");
  EXPECT_EQ(renamed("b", "[$&]", "abc"), "a[b]c");
  EXPECT_EQ(renamed("b", "$", "abc"), "a$c");
  EXPECT_EQ(renamed("b", "$x", "abc"), "a$xc");
  EXPECT_EQ(renamed("(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)", "$10$1", "abcdefghij"), "ja");
  EXPECT_EQ(renamed("(.)$", "$10", "ab"), "ab0") << "group 1 and a zero where there is no group 10";
  EXPECT_EQ(renamed("", "-", "abc"), "-a-b-c-");
  EXPECT_EQ(renamed("$", "!", "abc"), "abc!");
  EXPECT_EQ(renamed("^", "x", ""), "x");
  EXPECT_EQ(renamed("c$", "", "abc"), "ab");
  EXPECT_EQ(renamed("\\d+", "N", "a12b3"), "aNbN");
  EXPECT_EQ(renamed("\\u0041", "B", "AA"), "BB");
}

TEST(Rename, TakesCharactersNotBytes) {
  EXPECT_EQ(renamed("^(.)(.*)$", "$2$1", "開発"), "発開");
  EXPECT_EQ(renamed("[（(]検証[)）]", "", "予約（検証）"), "予約");
  EXPECT_EQ(renamed("^開発_(.*)$", "本番_$1", "開発_航空券"), "本番_航空券");
  EXPECT_EQ(renamed("", "-", "あ😀"), "-あ-😀-");
  EXPECT_EQ(renamed("[あ-ん]+", "x", "あいう漢字えお"), "x漢字x");
}

TEST(Rename, LeavesNamesAloneThatAreNotUtf8) {
  EXPECT_EQ(renamed("a", "b", "a\xFFz"), "a\xFFz");
}

TEST(Rename, IsOnlyForItsKindAndTheFirstThatMatchesCounts) {
  Rules rules;
  rules.renames.push_back(*make_rename(ResourceKind::prompt, "a", "prompt"));
  rules.renames.push_back(*make_rename(ResourceKind::queue, "b", "second"));
  rules.renames.push_back(*make_rename(ResourceKind::queue, "a", "third"));
  EXPECT_EQ(rules.target_name(ResourceKind::queue, "a"), "third");
  EXPECT_EQ(rules.target_name(ResourceKind::queue, "b"), "second");
  EXPECT_EQ(rules.target_name(ResourceKind::prompt, "a"), "prompt");
  EXPECT_EQ(rules.target_name(ResourceKind::user, "a"), "a");
}

TEST(Rename, RefusesWhatIsNoRegularExpression) {
  for (const char* bad : {"(", ")", "[", "*", "a{2,1}", "(?<", "\\", "(?P<n>x)(?P<n>y)", "[z-a]"}) {
    const auto rename = make_rename(ResourceKind::queue, bad, "x");
    ASSERT_FALSE(rename) << bad;
    EXPECT_EQ(rename.error().kind, ErrorKind::config);
    EXPECT_NE(rename.error().message.find(bad), std::string::npos) << "names the expression";
    EXPECT_NE(rename.error().message.find("at character"), std::string::npos);
    EXPECT_FALSE(rename.error().hint.empty());
  }
  EXPECT_FALSE(make_rename(ResourceKind::queue, "\xFF", "x"));
  EXPECT_FALSE(make_rename(ResourceKind::queue, "x", "\xFF"));
}

TEST(Rename, RefusesAReplacementThatNamesAGroupThatIsNotThere) {
  EXPECT_FALSE(make_rename(ResourceKind::queue, "^dev-.*$", "prod-$1"));
  EXPECT_FALSE(make_rename(ResourceKind::queue, "(a)(b)", "$3"));
  EXPECT_TRUE(make_rename(ResourceKind::queue, "(a)(b)", "$2"));
  EXPECT_TRUE(make_rename(ResourceKind::queue, "(a)", "$12")) << "group 1 and a 2";
}

TEST(Rename, SurvivesHugeDeepAndSlowExpressions) {
  EXPECT_FALSE(make_rename(ResourceKind::queue, std::string(100000, '('), "x"));
  EXPECT_FALSE(make_rename(ResourceKind::queue, std::string(100000, 'a'), "x"));
  std::string deep(900, '(');
  deep += std::string(900, ')');
  (void)make_rename(ResourceKind::queue, deep, "x");  // either way, without a crash
  const auto begin = test::cpu_time();
  const std::string name = std::string(100, 'a') + "!";
  EXPECT_EQ(renamed("^(a+)+$", "x", name), name);
  EXPECT_LT(test::cpu_time() - begin, test::at_most(std::chrono::seconds(5)));
}

TEST(Pins, WinOverRenamesAndAreTakenLiterally) {
  Rules rules;
  rules.renames.push_back(*make_rename(ResourceKind::queue, "^(.*)$", "x-$1"));
  rules.pins.push_back(Pin{ResourceKind::queue, "a.*[b]$1", "to $1 \\ (x)"});
  EXPECT_EQ(rules.target_name(ResourceKind::queue, "a.*[b]$1"), "to $1 \\ (x)");
  EXPECT_EQ(rules.target_name(ResourceKind::queue, "aaab"), "x-aaab");
  EXPECT_EQ(rules.target_name(ResourceKind::prompt, "a.*[b]$1"), "a.*[b]$1");
  EXPECT_EQ(rules.pin(ResourceKind::queue, "a"), nullptr);
}

TEST(Rules, HaveOneCanonicalTextThatSeesEveryRule) {
  Rules rules;
  const std::string none = rules.canonical();
  rules.pins.push_back(Pin{ResourceKind::queue, "a", "b"});
  const std::string pin = rules.canonical();
  EXPECT_NE(pin, none);
  rules.pins[0].kind = ResourceKind::prompt;
  EXPECT_NE(rules.canonical(), pin);
  rules.pins.clear();
  rules.renames.push_back(*make_rename(ResourceKind::queue, "a", "b"));
  EXPECT_NE(rules.canonical(), pin);
  rules.renames.clear();
  rules.missing[ResourceKind::queue] = Missing::keep;
  const std::string keep = rules.canonical();
  rules.missing[ResourceKind::queue] = Missing::skip_flow;
  EXPECT_NE(rules.canonical(), keep);
  EXPECT_EQ(rules.policy(ResourceKind::queue), Missing::skip_flow);
  EXPECT_EQ(rules.policy(ResourceKind::prompt), Missing::fail);
}

}  // namespace
}  // namespace flowferry::mapping
