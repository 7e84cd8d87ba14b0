#include "connect/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace flowferry::connect {
namespace {

aws::Answer answer(std::string body) {
  aws::Answer out;
  auto tokens = json::tokenize(body);
  if (tokens) out.tokens = std::move(*tokens);
  out.body = std::move(body);
  return out;
}

TEST(View, FindsValuesInPlace) {
  const auto a = answer(R"({"A":{"B":"x\u00e9"},"N":3,"L":["p","q"],"T":true,"S":"true"})");
  const View view(a);
  EXPECT_EQ(view["A"]["B"].text(), "xé");
  EXPECT_EQ(view["N"].number(), 3);
  EXPECT_TRUE(view["T"].truth());
  EXPECT_TRUE(view["S"].truth());
  std::vector<std::string> items;
  view["L"].each([&](const View& item) { items.push_back(item.text()); });
  EXPECT_THAT(items, testing::ElementsAre("p", "q"));
  std::vector<std::string> names;
  view.each_member([&](std::string name, const View&) { names.push_back(std::move(name)); });
  EXPECT_THAT(names, testing::ElementsAre("A", "N", "L", "T", "S"));
}

TEST(View, AbsentNullAndOtherKindsAreNothing) {
  const auto a = answer(R"({"A":null,"B":3,"C":"x"})");
  const View view(a);
  for (const char* name : {"A", "Z"}) {
    EXPECT_FALSE(view[name].present());
    EXPECT_EQ(view[name].text(), "");
    EXPECT_FALSE(view[name]["deep"]["deeper"].present());
    view[name].each([](const View&) { FAIL(); });
  }
  EXPECT_EQ(view["B"].text(), "");
  EXPECT_FALSE(view["C"].number());
  EXPECT_FALSE(view["C"].truth());
  EXPECT_FALSE(View().present());
  EXPECT_FALSE(View(aws::Answer{}).present());
}

TEST(View, ReadsNumbersInEveryForm) {
  const auto a = answer("[1.7E9, -3, 1e400, 9223372036854775807, 99999999999999999999]");
  std::vector<std::optional<std::int64_t>> numbers;
  View(a).each([&](const View& item) { numbers.push_back(item.number()); });
  EXPECT_EQ(numbers[0], 1'700'000'000);
  EXPECT_EQ(numbers[1], -3);
  EXPECT_FALSE(numbers[2]);
  EXPECT_EQ(numbers[3], 9223372036854775807);
  EXPECT_FALSE(numbers[4]);
}

TEST(Body, WritesAnObjectOnce) {
  EXPECT_EQ(Body().finish(), "{}");
  EXPECT_EQ(Body().text("a", "\"\n").raw("n", "3").text_unless_empty("e", "").finish(),
            R"({"a":"\"\n","n":3})");
}

}  // namespace
}  // namespace flowferry::connect
