#include "simulator/placeholders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_instance.h"

namespace flowferry::simulator {
namespace {

using testing::HasSubstr;

class Placeholders : public testing::Test {
 protected:
  Placeholders() {
    instance.add(ResourceKind::queue, "BasicQueue");
    instance.add(ResourceKind::queue, "国内ツアー予約");
    instance.add(ResourceKind::queue, "a \"quoted\" \\ name");
    instance.add(ResourceKind::queue, "with: colons: in it");
    instance.add_module("本人確認: 共通").aliases["live"] = "alias-id-1";
  }
  std::string fill(std::string_view text) {
    auto result = fill_placeholders(text, instance, "flows/main.json");
    EXPECT_TRUE(result) << one_line(result.error());
    return result.value_or("");
  }
  Error refuse(std::string_view text) {
    auto result = fill_placeholders(text, instance, "flows/main.json");
    EXPECT_FALSE(result);
    return result ? Error{} : result.error();
  }
  FakeInstance instance;
};

TEST_F(Placeholders, ArnsIdsAndTheInstanceItselfAreFilledIn) {
  const std::string id = instance.id_of(ResourceKind::queue, "BasicQueue");
  const std::string arn = instance.arn_of(ResourceKind::queue, "BasicQueue");
  EXPECT_EQ(fill("{{arn:queue:BasicQueue}}"), arn);
  EXPECT_EQ(fill("x{{id:queue:BasicQueue}}y{{id:queue:BasicQueue}}"), "x" + id + "y" + id);
  EXPECT_EQ(fill("{{account}}/{{region}}/{{instance-id}}/{{instance-arn}}"),
            instance.account() + "/" + instance.region() + "/" + instance.instance_id() + "/" +
                instance.instance_arn());
}

TEST_F(Placeholders, NamesStandAsInJsonText) {
  const std::string id = instance.id_of(ResourceKind::queue, "a \"quoted\" \\ name");
  EXPECT_EQ(fill(R"({{id:queue:a \"quoted\" \\ name}})"), id);
  EXPECT_EQ(fill(R"({{id:queue:a \u0022quoted\u0022 \u005c name}})"), id);
  EXPECT_EQ(fill("{{id:queue:国内ツアー予約}}"),
            instance.id_of(ResourceKind::queue, "国内ツアー予約"));
  EXPECT_EQ(fill(R"({{id:queue:\u56fd\u5185ツアー予約}})"),
            instance.id_of(ResourceKind::queue, "国内ツアー予約"));
}

TEST_F(Placeholders, NamesMayHoldColons) {
  EXPECT_EQ(fill("{{id:queue:with: colons: in it}}"),
            instance.id_of(ResourceKind::queue, "with: colons: in it"));
}

TEST_F(Placeholders, AModuleAliasIsNamedByTheModuleAndTheTextBehindTheLastColon) {
  EXPECT_EQ(fill("{{arn:flow-module:本人確認: 共通}}:{{alias-id:本人確認: 共通:live}}"),
            *instance.arn("flow-module", "本人確認: 共通") + ":alias-id-1");
}

TEST_F(Placeholders, EveryOtherByteStays) {
  for (const std::string text :
       {"", "{", "{{", "{{x}}", "}}", "{{ account }}", "{{Account}}", "{{arn}}", "{{acct}}\r\n\t",
        "{\"a\":{\"b\":{}}}", "{{\n}}", "\xff\xfe", "{{{{", "{{id}}"}) {
    EXPECT_EQ(fill(text), text);
  }
}

TEST_F(Placeholders, BracesAroundAPlaceholderStay) {
  EXPECT_EQ(fill("{{{region}}}"), "{" + instance.region() + "}");
  EXPECT_EQ(fill("{{x{{region}}y}}"), "{{x" + instance.region() + "y}}");
}

TEST_F(Placeholders, AnUnknownNameIsRefusedWithPlaceAndClosestNames) {
  const Error error = refuse("{\n \"q\": \"{{arn:queue:BasicQueu}}\"}");
  EXPECT_EQ(error.kind, ErrorKind::config);
  EXPECT_THAT(error.message, HasSubstr("flows/main.json:2:8: no queue named \"BasicQueu\""));
  EXPECT_THAT(error.message, HasSubstr("did you mean \"BasicQueue\""));
}

TEST_F(Placeholders, AnUnknownKindIsRefusedWithTheNearestOne) {
  EXPECT_THAT(refuse("{{arn:ques:x}}").message, HasSubstr("did you mean \"queue\""));
  EXPECT_THAT(refuse("{{arn:instance:x}}").message, HasSubstr("unknown kind \"instance\""));
}

TEST_F(Placeholders, AnUnknownModuleOrAliasIsRefused) {
  EXPECT_THAT(refuse("{{alias-id:本人確認:live}}").message, HasSubstr("no flow-module named"));
  EXPECT_THAT(refuse("{{alias-id:本人確認: 共通:liv}}").message,
              HasSubstr("has no alias \"liv\"; did you mean \"live\"?"));
  EXPECT_THAT(refuse("{{alias-id:x}}").message, HasSubstr("has no alias"));
}

TEST_F(Placeholders, WhatIsBegunMustEnd) {
  EXPECT_THAT(refuse("{{arn:queue:BasicQueue").message, HasSubstr("1:1: a placeholder has no end"));
  EXPECT_THAT(refuse("{{arn:queue:Basic\nQueue}}").message, HasSubstr("has no end"));
  EXPECT_THAT(refuse("{{id:queue}}").message, HasSubstr("has no name"));
  EXPECT_THAT(refuse(R"({{id:queue:\x}})").message, HasSubstr("wrong escape"));
  EXPECT_THAT(refuse(R"({{id:queue:\ud800}})").message, HasSubstr("wrong escape"));
}

TEST_F(Placeholders, AllProblemsComeAtOnce) {
  const Error error = refuse("{{id:queue:a}}\n{{id:queue:BasicQueue}}{{id:nope:b}}");
  ASSERT_EQ(error.details.size(), 2u);
  EXPECT_EQ(error.message, error.details.front());
  EXPECT_THAT(error.details[1], HasSubstr("flows/main.json:2:24: unknown kind"));
}

}  // namespace
}  // namespace flowferry::simulator
