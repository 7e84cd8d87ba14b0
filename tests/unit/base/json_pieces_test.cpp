#include "base/json/pieces.h"

#include <gtest/gtest.h>

#include <random>

#include "support/damage.h"

namespace flowferry::json {
namespace {

/// The text's value put together from its pieces; whatever is entered is decided by `random`.
Value collected(Pieces& pieces, std::mt19937& random, int depth = 0) {
  if (depth < 6 && random() % 4 != 0) {
    if (pieces.enter_object()) {
      std::vector<Member> members;
      while (auto name = pieces.member()) {
        members.emplace_back(*name, collected(pieces, random, depth + 1));
      }
      // As parse() has them, which keeps duplicates: set() would not.
      std::string text = "{";
      for (const auto& [name, value] : members) {
        text += (text.size() > 1 ? "," : "") + json::quoted(name) + ":" + value.dump();
      }
      return parse(text + "}").value_or(Value());
    }
    if (pieces.enter_list()) {
      Value out = Value::array();
      while (pieces.item()) out.push(collected(pieces, random, depth + 1));
      return out;
    }
  }
  return pieces.value();
}

const std::vector<std::string> k_texts = {
    " {\"a\" : [1, -2.50e+3, true, null, {\"b\": \"x\\u00e9\\/\"}], \"c\":{}, \"d\": []}\r\n",
    R"({"Version":"2019-10-30","Actions":[{"Text":"caf\u00e9 \ud83d\ude00 \"]},\\","n":1E3}]})",
    "[[],{},[{}],\"\",\"é🛫[{\",-0.0e-0,1.5E+10,true,false,null]",
    "[\"\\b\\f\\n\\r\\t\\\\\\/\\\"\",{\"\":{\"\":[]}}]",
    " \"a\" ",
    "17",
    "null"};

TEST(Pieces, GiveWhatTheWholeGives) {
  std::mt19937 random(3);
  for (const std::string& text : k_texts) {
    for (int round = 0; round < 200; ++round) {
      Pieces pieces(text);
      const Value value = collected(pieces, random);
      ASSERT_TRUE(pieces.finish()) << text;
      ASSERT_EQ(value.dump(), parse(text)->dump());
    }
  }
}

TEST(Pieces, RefuseWhatTheWholeRefusesAndAtTheSamePlace) {
  const std::string alphabet = "{}[]\",:\\0123456789.eE+-truefalsn \n\t\x01\x7F\x80\xC3\xA9 ud8";
  std::mt19937 random(7);
  int good = 0;
  int bad = 0;
  for (int round = 0; round < 60000; ++round) {
    std::string text = k_texts[random() % k_texts.size()];
    test::damage(text, alphabet, random);
    Pieces pieces(text);
    const Value value = collected(pieces, random);
    const auto finished = pieces.finish();
    const auto whole = parse(text);
    ASSERT_EQ(finished.has_value(), whole.has_value()) << text;
    if (whole) {
      ++good;
      ASSERT_EQ(value.dump(), whole->dump()) << text;
    } else {
      ++bad;
      ASSERT_EQ(finished.error().message, whole.error().message) << text;
    }
  }
  EXPECT_GT(good, 10000);
  EXPECT_GT(bad, 10000);
}

TEST(Pieces, EndWhereNothingIsEntered) {
  Pieces pieces("[1,2]");
  EXPECT_FALSE(pieces.enter_object());
  ASSERT_TRUE(pieces.enter_list());
  ASSERT_TRUE(pieces.item());
  EXPECT_EQ(pieces.value().dump(), "1");
  const auto early = pieces.finish();
  ASSERT_FALSE(early) << "there is more";
  EXPECT_EQ(early.error().kind, ErrorKind::malformed);
  ASSERT_TRUE(pieces.item());
  EXPECT_EQ(pieces.value().dump(), "2");
  EXPECT_FALSE(pieces.finish()) << "the list was not left";
  EXPECT_FALSE(pieces.item());
  EXPECT_TRUE(pieces.finish());
  for (const char* nothing : {"", " \n"}) {
    EXPECT_FALSE(Pieces(nothing).finish());
    Pieces none(nothing);
    EXPECT_TRUE(none.value().is_null());
    EXPECT_FALSE(none.finish());
  }
}

}  // namespace
}  // namespace flowferry::json
