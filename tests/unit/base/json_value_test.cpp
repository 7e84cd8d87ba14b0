#include "base/json/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace flowferry::json {
namespace {

TEST(Value, ReadsWhatItPrints) {
  const std::string text =
      R"({"a":[1,-2.5e3,true,false,null,"é\n\"\\"],"b":{"c":{}},"d":[],"big":12345678901234567890123,"f":1536.0})";
  const auto value = parse(text);
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(value->dump(), text);
  EXPECT_EQ(parse(value->dump_pretty())->dump(), text);
}

TEST(Value, PrintsForPeopleAsTokensDo) {
  for (const std::string text :
       {R"({"a":[1,{"x":[],"y":{}},[[2]]],"b":{"c":{"d":"é\n"}},"e":null})", "[]", "{}", "[{}]",
        "\"x\"", "1E3"}) {
    const auto value = parse(text);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(value->dump_pretty(), pretty(text, *tokenize(text)));
    // Deeper: each line but the first stands so much further in.
    std::string expected;
    for (const char c : value->dump_pretty()) expected += c == '\n' ? "\n    " : std::string(1, c);
    std::string inside = "before ";
    value->append_pretty(inside, 2);
    EXPECT_EQ(inside, "before " + expected);
  }
}

TEST(Value, MissesAreNullAndEmptyNeverAnError) {
  const auto value = *parse(R"({"a":{"b":[1]}})");
  EXPECT_TRUE(value["x"]["y"]["z"].is_null());
  EXPECT_EQ(value["a"]["b"].items().size(), 1U);
  EXPECT_TRUE(value["a"].items().empty());
  EXPECT_TRUE(value["a"]["b"].members().empty());
  EXPECT_EQ(value["a"].as_string(), "");
  EXPECT_EQ(value["a"].as_string_or("none"), "none");
  EXPECT_EQ(value.find("x"), nullptr);
  EXPECT_NE(value.find("a"), nullptr);
  EXPECT_TRUE(value["a"].as_bool(true));
}

TEST(Value, NumbersAreReadExactlyOrNotAtAll) {
  EXPECT_EQ(parse("9223372036854775807")->as_int(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse("-9223372036854775808")->as_int(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse("9223372036854775808")->as_int(), std::nullopt);
  EXPECT_EQ(parse("1.5")->as_int(), std::nullopt);
  EXPECT_EQ(parse("1e2")->as_int(), std::nullopt);
  EXPECT_EQ(parse("1e2")->as_double(), 100.0);
  EXPECT_EQ(parse("\"1\"")->as_int(), std::nullopt);
  EXPECT_EQ(parse("1e999")->as_double(), std::nullopt);
  EXPECT_EQ(parse("1e999")->dump(), "1e999");
}

TEST(Value, PrintsEveryKindOfNumber) {
  EXPECT_EQ(Value(std::int64_t{-5}).dump(), "-5");
  EXPECT_EQ(Value(std::uint64_t{18446744073709551615U}).dump(), "18446744073709551615");
  EXPECT_EQ(Value(0.1).dump(), "0.1");
  EXPECT_EQ(Value(1e300).as_double(), 1e300);
  EXPECT_EQ(Value(std::numeric_limits<double>::infinity()).dump(), "null");
  EXPECT_EQ(Value(std::nan("")).dump(), "null");
  for (const double d : {0.0, -0.0, 1.0 / 3, 5e-324, 1.7976931348623157e308, 1e21, 123456789.125}) {
    EXPECT_EQ(nlohmann::json::parse(Value(d).dump()).get<double>(), d) << d;
  }
}

TEST(Value, SetReplacesInPlaceAndPushMakesAnArray) {
  Value object;
  object.set("b", 1).set("a", 2).set("b", "three");
  EXPECT_EQ(object.dump(), R"({"b":"three","a":2})");
  Value list;
  list.push(1).push(Value::object({{"k", nullptr}})).push(true);
  EXPECT_EQ(list.dump(), R"([1,{"k":null},true])");
  EXPECT_EQ(Value::array().dump(), "[]");
  EXPECT_EQ(Value::object().dump(), "{}");
  EXPECT_EQ(Value::array(std::vector<std::string>{"a", "b"}).dump(), R"(["a","b"])");
}

TEST(Value, ParseRefusesWhatIsNoJson) {
  for (const char* text : {"", "{", "[1,]", "{\"a\":tru}", "1 2"}) {
    EXPECT_FALSE(parse(text)) << text;
  }
  EXPECT_EQ(parse("[1,]").error().kind, ErrorKind::malformed);
}

TEST(Value, DeepestTextIsBuiltAndPrinted) {
  const std::string deep = std::string(512, '[') + std::string(512, ']');
  EXPECT_EQ(parse(deep)->dump(), deep);
  EXPECT_FALSE(parse("[" + deep + "]"));
}

}  // namespace
}  // namespace flowferry::json
