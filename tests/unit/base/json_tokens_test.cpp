#include "base/json/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "support/damage.h"

namespace flowferry::json {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Tokens read(std::string_view text) {
  auto tokens = tokenize(text);
  EXPECT_TRUE(tokens) << tokens.error().message << " in " << text;
  return tokens ? *std::move(tokens) : Tokens{};
}

std::string error_of(std::string_view text, TokenizeLimits limits = {}) {
  const auto tokens = tokenize(text, limits);
  return tokens ? "" : tokens.error().message;
}

constexpr std::string_view k_sample =
    " {\"a\" : [1, -2.50e+3, true, null, {\"b\": \"x\\u00e9\\/\"}], \"c\":{}, \"d\": []}\r\n";

TEST(Tokenize, ListsNodesInDocumentOrderWithTheirExtent) {
  const Tokens t = read(k_sample);
  std::vector<std::string> seen;
  for (const Node& n : t.nodes) {
    seen.emplace_back(k_sample.substr(n.begin, n.end - n.begin));
    if (n.is_key) seen.back() += " key";
  }
  EXPECT_THAT(
      seen,
      ElementsAre(
          "{\"a\" : [1, -2.50e+3, true, null, {\"b\": \"x\\u00e9\\/\"}], \"c\":{}, \"d\": []}",
          "\"a\" key", "[1, -2.50e+3, true, null, {\"b\": \"x\\u00e9\\/\"}]", "1", "-2.50e+3",
          "true", "null", "{\"b\": \"x\\u00e9\\/\"}", "\"b\" key", "\"x\\u00e9\\/\"", "\"c\" key",
          "{}", "\"d\" key", "[]"));
  EXPECT_EQ(t.nodes[0].next, t.nodes.size());
  EXPECT_EQ(t.nodes[2].next, 10U);
  EXPECT_TRUE(t.nodes[9].escaped);
  EXPECT_FALSE(t.nodes[1].escaped);
}

TEST(Tokenize, AcceptsEveryScalarAtTheTop) {
  for (const char* text : {"0", "-0", "1E3", "273.750", "12345678901234567890123", "true", "false",
                           "null", "\"\"", " \t\r\n1 "}) {
    EXPECT_EQ(error_of(text), "") << text;
  }
}

TEST(Tokenize, RefusesWhatIsNotJsonAndSaysWhere) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "line 1, column 1: text is empty"},
      {"  \n ", "line 2, column 2: text is empty"},
      {"{", "line 1, column 2: text ends too early"},
      {"[1,]", "line 1, column 4: value expected"},
      {"{\"a\":1,}", "line 1, column 8: member name expected"},
      {"{\"a\" 1}", "line 1, column 6: ':' expected"},
      {"[1 2]", "column 4: ',' or ']' expected"},
      {"{\"a\":1 \"b\":2}", "column 8: ',' or '}' expected"},
      {"[1}", "column 3: ',' or ']' expected"},
      {"tru", "column 1: value expected"},
      {"nulls", "column 5: more text after the value"},
      {"01", "column 2: a number must not begin with 0"},
      {"-", "column 2: digit expected"},
      {"1.", "column 3: digit expected after the point"},
      {"1e", "column 3: digit expected in the exponent"},
      {"+1", "value expected"},
      {".5", "value expected"},
      {"NaN", "value expected"},
      {"'a'", "value expected"},
      {"\"a", "column 1: string is not closed"},
      {"\"a\\", "string is not closed"},
      {"\"\\x\"", "unknown escape"},
      {"\"\\u12g4\"", "four hexadecimal digits"},
      {"\"\\u123", "four hexadecimal digits"},
      {"\"a\nb\"", "column 3: control character"},
      {std::string("\"\0\"", 3), "control character"},
      {"\"\x80\"", "not UTF-8"},
      {"\"\xC0\xAF\"", "not UTF-8"},          // Overlong.
      {"\"\xE0\x80\x80\"", "not UTF-8"},      // Overlong.
      {"\"\xED\xA0\x80\"", "not UTF-8"},      // A surrogate.
      {"\"\xF4\x90\x80\x80\"", "not UTF-8"},  // Beyond U+10FFFF.
      {"\"\xF0\x9F\x98\"", "not UTF-8"},      // Cut off.
      {"\"\xE3\x81", "not UTF-8"},
      {"\xEF\xBB\xBF{}", "byte order mark"},
      {"{} {}", "more text after the value"},
      {"{1:2}", "member name expected"},
      {"\"案内\", 1", "column 5: more text"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_THAT(error_of(text), HasSubstr(message)) << text;
  }
}

TEST(Tokenize, LimitsTheDepthWithoutRecursion) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(error_of(nested(512)), "");
  EXPECT_THAT(error_of(nested(513)), HasSubstr("nested too deeply"));
  EXPECT_THAT(error_of(std::string(1'000'000, '[')), HasSubstr("nested too deeply"));
  EXPECT_THAT(error_of(std::string(1'000'000, '['), {2'000'000}), HasSubstr("ends too early"));
  EXPECT_EQ(error_of(nested(1'000'000), {2'000'000}), "");
}

TEST(Tokenize, FindsTheEndOfAStringAtEveryAlignment) {
  for (std::size_t length = 0; length < 40; ++length) {
    for (const char* tail : {"", "\\n", "é", "🛫"}) {
      const std::string text =
          "\"" + std::string(length, 'x') + tail + std::string(length % 7, 'y') + "\"";
      const Tokens t = read(text);
      ASSERT_EQ(t.nodes.size(), 1U);
      EXPECT_EQ(t.nodes[0].end, text.size());
    }
    const std::string open(length, 'x');
    EXPECT_THAT(error_of("\"" + open), HasSubstr("not closed"));
    EXPECT_THAT(error_of("\"" + open + "\x01\""), HasSubstr("control character"));
    EXPECT_THAT(error_of("\"" + open + "\xFF\""), HasSubstr("not UTF-8"));
  }
}

TEST(Tokenize, CoversEveryByteOfAString) {
  for (int c = 0; c < 256; ++c) {
    const std::string text = "\"abcdefgh" + std::string(1, static_cast<char>(c)) + "ijklmnop\"";
    const bool good = c >= 0x20 && c < 0x80 && c != '\\' && c != '"';
    EXPECT_EQ(static_cast<bool>(tokenize(text)), good) << c;
  }
}

TEST(Tokenize, AcceptsAllOfUnicode) {
  std::string all = "\"";
  for (unsigned code = 0x20; code < 0x110000; code += code < 0x3000 ? 1 : 37) {
    if ((code >= 0xD800 && code < 0xE000) || code == '"' || code == '\\') continue;
    if (code < 0x80) {
      all += static_cast<char>(code);
    } else if (code < 0x800) {
      all += {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
    } else if (code < 0x10000) {
      all += {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
              static_cast<char>(0x80 | (code & 0x3F))};
    } else {
      all +=
          {static_cast<char>(0xF0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 0x3F)),
           static_cast<char>(0x80 | (code >> 6 & 0x3F)), static_cast<char>(0x80 | (code & 0x3F))};
    }
  }
  all += '"';
  EXPECT_EQ(error_of(all), "");
}

// What RFC 8259 allows and nlohmann does not, or the other way round.
bool oracle_differs_by_design(const std::string& text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") return true;
  const auto tokens = tokenize(text);
  if (!tokens) return false;
  for (const Node& n : tokens->nodes) {
    if (n.kind == Kind::string && has_lone_surrogate(text, n)) return true;
    if (n.kind == Kind::number &&
        std::isinf(std::strtod(text.substr(n.begin, n.end - n.begin).c_str(), nullptr))) {
      return true;
    }
  }
  return false;
}

TEST(Tokenize, AgreesWithAnotherReaderOnDamagedInput) {
  const std::vector<std::string> seeds = {
      std::string(k_sample),
      R"({"Version":"2019-10-30","Actions":[{"Parameters":{"Text":"caf\u00e9 \ud83d\ude00 \"x\""},"n":1E3}]})",
      "[[],{},[{}],\"\",\"é🛫\",-0.0e-0,1.5E+10,true,false,null]",
      "[\"\\b\\f\\n\\r\\t\\\\\\/\\\"\",{\"\":{\"\":[]}}]"};
  const std::string alphabet =
      "{}[]\",:\\0123456789.eE+-truefalsn \n\t\x01\x7F\x80\xC3\xA9\xED\xF0\x9F ud8cafb";
  std::mt19937 random(7);
  std::size_t good = 0;
  for (int round = 0; round < 60000; ++round) {
    std::string text = seeds[random() % seeds.size()];
    test::damage(text, alphabet, random);
    if (oracle_differs_by_design(text)) continue;
    const bool mine = static_cast<bool>(tokenize(text));
    ASSERT_EQ(mine, nlohmann::json::accept(text)) << text;
    if (!mine) continue;
    ++good;
    const Tokens t = *tokenize(text);
    const auto oracle = nlohmann::ordered_json::parse(text);
    if (!find_duplicate_keys(text, t).empty()) continue;
    // The same values: minified and read again, they are equal to the oracle's.
    const std::string small = minify(text, t);
    ASSERT_EQ(nlohmann::ordered_json::parse(small), oracle) << text;
    const std::string indented = pretty(text, t);
    ASSERT_EQ(nlohmann::ordered_json::parse(indented), oracle) << text;
    ASSERT_TRUE(same_meaning(text, t, small, *tokenize(small)));
    ASSERT_TRUE(same_meaning(indented, *tokenize(indented), small, *tokenize(small)));
  }
  EXPECT_GT(good, 10000U);
}

TEST(Tokenize, PointersAndValuesAgreeWithAnotherReader) {
  const std::string text =
      R"({"a/b":[{"~":"x\u00e9\ud83d\ude00\n"}],"":{"deep":[[1,[2]],"3"]},"é":"\/"})";
  const Tokens t = read(text);
  const auto oracle = nlohmann::json::parse(text);
  for (std::uint32_t i = 0; i < t.nodes.size(); ++i) {
    const auto& value = oracle.at(nlohmann::json::json_pointer(pointer_to(text, t, i)));
    const Node& n = t.nodes[i].is_key ? t.nodes[i + 1] : t.nodes[i];
    if (n.kind == Kind::string) {
      EXPECT_EQ(value.get<std::string>(), unescape(text, n));
      EXPECT_TRUE(string_equals(text, n, value.get<std::string>()));
      EXPECT_FALSE(string_equals(text, n, value.get<std::string>() + "x"));
    }
    EXPECT_EQ(value.is_array(), n.kind == Kind::array);
    EXPECT_EQ(value.is_object(), n.kind == Kind::object);
  }
  EXPECT_EQ(pointer_to(text, t, 0), "");
  EXPECT_EQ(pointer_to(text, t, 1), "/a~1b");
}

TEST(Pretty, IndentsLikeAnotherPrinter) {
  const std::string text = R"({"a":[],"b":{},"c":[1,{"d":[[],{}]}],"e":"x"})";
  EXPECT_EQ(pretty(text, read(text)), nlohmann::ordered_json::parse(text).dump(2));
  EXPECT_EQ(minify(text, read(text)), text);
  EXPECT_EQ(pretty("[]", read("[]")), "[]");
  EXPECT_EQ(pretty(" 1 ", read(" 1 ")), "1");
}

TEST(Minify, KeepsTokensAsTheyStand) {
  const std::string text = "{ \"n\" : [ 1E3 , 273.750,-0 ],\r\n\"s\":\"\\/\\u0041\" , \"n\": 1 }";
  EXPECT_EQ(minify(text, read(text)), "{\"n\":[1E3,273.750,-0],\"s\":\"\\/\\u0041\",\"n\":1}");
}

TEST(FindMember, TakesTheFirstOfDuplicatesAndReadsEscapedNames) {
  const std::string text = R"({"x":{"k":0},"k":1,"k":2,"\u0065":3})";
  const Tokens t = read(text);
  const auto value = [&](std::uint32_t i) {
    return text.substr(t.nodes[i].begin, t.nodes[i].end - t.nodes[i].begin);
  };
  EXPECT_EQ(value(find_member(text, t, 0, "k")), "1");
  EXPECT_EQ(value(find_member(text, t, 0, "e")), "3");
  EXPECT_EQ(find_member(text, t, 0, "none"), k_none);
  EXPECT_EQ(find_member(text, t, k_none, "k"), k_none);
  EXPECT_EQ(find_member(text, t, find_member(text, t, 0, "k"), "k"), k_none);
}

TEST(FindDuplicateKeys, ComparesNamesByValueWithinOneObject) {
  const std::string text = R"({"a":{"a":1},"b":[{"a":1},{"a":2}],"\u0061":2,"A":1})";
  EXPECT_THAT(find_duplicate_keys(text, read(text)),
              ElementsAre(find_member(text, read(text), 0, "A") - 3));
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(find_duplicate_keys(many + "\"z\":0}", read(many + "\"z\":0}")).empty());
  EXPECT_THAT(find_duplicate_keys(many + "\"k7\":0}", read(many + "\"k7\":0}")), ElementsAre(201U));
  EXPECT_THAT(find_duplicate_keys(many + "\"\\u006b7\":0}", read(many + "\"\\u006b7\":0}")),
              ElementsAre(201U));
  // Two lone surrogates are two names.
  const std::string lone = R"({"\ud800":1,"\ud801":2,"\ufffd":3})";
  EXPECT_TRUE(find_duplicate_keys(lone, read(lone)).empty());
}

TEST(Quoted, IsReadBackAsItWas) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  for (std::size_t length = 0; length <= all.size(); ++length) {
    const std::string value = all.substr(all.size() - length) + "é🛫";
    const std::string token = json::quoted(value);
    const Tokens t = read(token);
    ASSERT_EQ(unescape(token, t.nodes[0]), value);
    ASSERT_EQ(nlohmann::json::parse(token).get<std::string>(), value);
  }
  EXPECT_EQ(json::quoted("a\"b\\c/\x1f\x7f é\n"), "\"a\\\"b\\\\c/\\u001f\x7f é\\n\"");
}

TEST(LoneSurrogates, AreKeptAndTold) {
  for (const char* text :
       {R"("\ud800")", R"("x\udc00y")", R"("\ud800\ud800\udc00")", R"("\ud800\n")"}) {
    const Tokens t = read(text);
    EXPECT_TRUE(has_lone_surrogate(text, t.nodes[0])) << text;
    EXPECT_THAT(unescape(text, t.nodes[0]), HasSubstr("\xEF\xBF\xBD"));
    EXPECT_EQ(minify(text, t), text);
  }
  EXPECT_FALSE(has_lone_surrogate(R"("\ud83d\ude00")", read(R"("\ud83d\ude00")").nodes[0]));
}

bool same(std::string_view a, std::string_view b) {
  return same_meaning(a, read(a), b, read(b));
}

TEST(SameMeaning, IgnoresSpaceAndOrderOfMembersOnly) {
  EXPECT_TRUE(same(R"({"a":1,"b":[1,2]})", "{ \"b\" : [1, 2],\n\"a\":1}"));
  EXPECT_TRUE(same(R"("caf\u00e9\/")", R"("café/")"));
  EXPECT_TRUE(same(R"({"\u0061":1})", R"({"a":1})"));
  EXPECT_FALSE(same("[1,2]", "[2,1]"));
  EXPECT_FALSE(same("1.0", "1"));
  EXPECT_FALSE(same("1E3", "1e3"));
  EXPECT_FALSE(same("\"1\"", "1"));
  EXPECT_FALSE(same("[1]", "[1,2]"));
  EXPECT_FALSE(same("[1,2]", "[1]"));
  EXPECT_FALSE(same("{}", "[]"));
  EXPECT_FALSE(same("null", "false"));
  EXPECT_FALSE(same(R"({"a":1})", R"({"a":1,"b":1})"));
  EXPECT_FALSE(same(R"({"a":1,"b":1})", R"({"a":1})"));
  EXPECT_FALSE(same(R"({"a":{"x":1}})", R"({"a":{"x":2}})"));
  EXPECT_FALSE(same(R"("\ud800")", R"("\ud801")"));
  EXPECT_FALSE(same(R"({"\ud800":1})", R"({"\ud801":1})"));
  EXPECT_TRUE(same(R"("\ud800")", R"("\uD800")"));
}

TEST(SameMeaning, KeepsTheOrderOfDuplicates) {
  EXPECT_TRUE(same(R"({"a":1,"a":2,"b":0})", R"({"b":0,"a":1,"a":2})"));
  EXPECT_FALSE(same(R"({"a":1,"a":2})", R"({"a":2,"a":1})"));
  EXPECT_FALSE(same(R"({"a":1,"a":1})", R"({"a":1})"));
  EXPECT_FALSE(same(R"({"b":0,"a":1})", R"({"a":1,"a":1})"));
}

TEST(SameMeaning, HoldsForDeepDocuments) {
  const std::string deep = std::string(512, '[') + std::string(512, ']');
  EXPECT_TRUE(same(deep, deep));
}

TEST(PositionOf, CountsLinesAndCodePoints) {
  const auto at = [](std::string_view text, std::size_t offset) {
    const TextPosition p = position_of(text, offset);
    return std::pair(p.line, p.column);
  };
  EXPECT_EQ(at("abc", 0), std::pair(std::size_t{1}, std::size_t{1}));
  EXPECT_EQ(at("a\nbc", 2), std::pair(std::size_t{2}, std::size_t{1}));
  EXPECT_EQ(at("a\n案内x", 8), std::pair(std::size_t{2}, std::size_t{3}));
  EXPECT_EQ(at("ab", 99), std::pair(std::size_t{1}, std::size_t{3}));
}

}  // namespace
}  // namespace flowferry::json
