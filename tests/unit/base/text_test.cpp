#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace flowferry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Utf8, FindsTheFirstIllFormedByte) {
  EXPECT_EQ(find_invalid_utf8("Grüße 案内 🛫"), std::nullopt);
  EXPECT_EQ(find_invalid_utf8(""), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("ab\xFF"), 2U);
  EXPECT_EQ(find_invalid_utf8("\xC0\xAF"), 0U);          // Overlong.
  EXPECT_EQ(find_invalid_utf8("\xE0\x80\xAF"), 0U);      // Overlong.
  EXPECT_EQ(find_invalid_utf8("a\xED\xA0\x80"), 1U);     // A surrogate.
  EXPECT_EQ(find_invalid_utf8("\xF4\x90\x80\x80"), 0U);  // Beyond Unicode.
  EXPECT_EQ(find_invalid_utf8("\xF0\x9F\x9B"), 0U);      // Cut off.
  EXPECT_EQ(find_invalid_utf8("\xE3\x81\x82\x82"), 3U);
}

TEST(Utf8, CountsCodePoints) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("é案🛫a"), 4U);
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("案内"), 4U);
  EXPECT_EQ(display_width("ｱ"), 1U);         // Half-width katakana.
  EXPECT_EQ(display_width("か\u3099"), 2U);  // A combining mark.
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("🛫"), 2U);
  EXPECT_EQ(display_width("한국"), 4U);
  EXPECT_EQ(display_width("\xFF\xFE"), 2U);
}

TEST(Printable, ShowsWhatWouldMoveTheCursorOrHide) {
  EXPECT_EQ(printable("plain 案内 🛫"), "plain 案内 🛫");
  EXPECT_EQ(printable("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(printable("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(printable(std::string_view("\0\x7f", 2)), "\\x00\\x7f");
  EXPECT_EQ(printable("\u0085\u009b"), "\\x85\\x9b");
  EXPECT_EQ(printable("\u202eevil\u202c"), "\\u{202e}evil\\u{202c}");
  EXPECT_EQ(printable("\u2066x\u2069\u200b\ufeff\u061c"),
            "\\u{2066}x\\u{2069}\\u{200b}\\u{feff}\\u{61c}");
  EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(printable("👩\u200d💻"), "👩\u200d💻");  // Joined emoji stay as they are.
}

TEST(Printable, NeverLetsAControlCharacterThrough) {
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (unsigned i = random() % 20; i > 0; --i) text += static_cast<char>(random() % 256);
    const std::string shown = printable(text);
    EXPECT_EQ(find_invalid_utf8(shown), std::nullopt);
    for (const char c : shown) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  }
}

TEST(Ellipsize, CutsByColumns) {
  EXPECT_EQ(ellipsize("abcdef", 6), "abcdef");
  EXPECT_EQ(ellipsize("abcdef", 5), "abcd…");
  EXPECT_EQ(ellipsize("案内係", 5), "案内…");
  EXPECT_EQ(ellipsize("案内係", 4), "案…");
  EXPECT_EQ(ellipsize("abc", 1), "…");
  EXPECT_EQ(ellipsize("abc", 0), "");
  EXPECT_EQ(ellipsize("", 0), "");
  for (std::size_t columns = 0; columns < 20; ++columns) {
    EXPECT_LE(display_width(ellipsize("a案b内🛫cde\u0301f係", columns)), columns);
  }
}

TEST(ClosestNames, FindsWhatWasMeant) {
  const std::vector<std::string> names = {"BasicQueue", "Basic Queue JP", "Sales", "営業 受付",
                                          "Support"};
  EXPECT_THAT(closest_names("basicqueue", names), ::testing::Contains("BasicQueue"));
  EXPECT_EQ(closest_names("BasicQueu", names).front(), "BasicQueue");
  EXPECT_EQ(closest_names("営業受付", names).front(), "営業 受付");
  EXPECT_THAT(closest_names("Zebra", names), IsEmpty());
  EXPECT_THAT(closest_names("", names), IsEmpty());
  EXPECT_THAT(closest_names("Sales", {}), IsEmpty());
  EXPECT_EQ(closest_names("Sales", {"Sales A", "Sales B", "Sales C", "Sales D"}, 2).size(), 2U);
  EXPECT_THAT(closest_names("Sales", {"Sales", "Sales"}), ElementsAre("Sales"));
}

TEST(Pattern, MatchesAsInAShell) {
  EXPECT_TRUE(matches_pattern("*", ""));
  EXPECT_TRUE(matches_pattern("*", "anything"));
  EXPECT_TRUE(matches_pattern("Sample *", "Sample inbound flow"));
  EXPECT_FALSE(matches_pattern("Sample *", "Sampler"));
  EXPECT_TRUE(matches_pattern("a?c", "a案c"));
  EXPECT_FALSE(matches_pattern("a?c", "ac"));
  EXPECT_TRUE(matches_pattern("[a-c]x[!0-9]", "bxz"));
  EXPECT_FALSE(matches_pattern("[a-c]x[!0-9]", "bx7"));
  EXPECT_TRUE(matches_pattern("[]]", "]"));
  EXPECT_TRUE(matches_pattern("a[b", "a[b"));
  EXPECT_TRUE(matches_pattern("\\*", "*"));
  EXPECT_FALSE(matches_pattern("\\*", "x"));
  EXPECT_FALSE(matches_pattern("abc", "ABC"));
  EXPECT_FALSE(matches_pattern("", "a"));
  EXPECT_TRUE(matches_pattern("", ""));
  EXPECT_TRUE(matches_pattern("*a*b*", "xxaxxbxx"));
  EXPECT_FALSE(matches_pattern("*a*b*", "xxbxxaxx"));
}

TEST(Pattern, ManyStarsStayFast) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "a*";
  EXPECT_FALSE(matches_pattern(pattern + "b", std::string(5000, 'a')));
}

TEST(Pattern, EscapedTextMatchesItselfAlone) {
  std::mt19937 random(5);
  const std::string alphabet = "ab*?[]\\!-";
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    std::string pattern;
    for (unsigned i = random() % 8; i > 0; --i) {
      text += alphabet[random() % alphabet.size()];
      pattern += '\\';
      pattern += text.back();
    }
    EXPECT_TRUE(matches_pattern(pattern, text)) << pattern;
    EXPECT_FALSE(matches_pattern(pattern, text + "a"));
    EXPECT_TRUE(matches_pattern("*" + pattern + "*", "x" + text + "y"));
  }
}

TEST(Uuid, IsLowerCaseOnly) {
  EXPECT_TRUE(is_uuid("5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15"));
  EXPECT_FALSE(is_uuid("5F1C0A2E-7B3D-4C96-8E21-D04B9A6C7E15"));
  EXPECT_FALSE(is_uuid("5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e1"));
  EXPECT_FALSE(is_uuid("5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15x"));
  EXPECT_FALSE(is_uuid("5f1c0a2e07b3d-4c96-8e21-d04b9a6c7e15"));
  EXPECT_FALSE(is_uuid("5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7g15"));
}

TEST(Words, AreSplitTrimmedAndJoined) {
  EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_THAT(split(",", ','), ElementsAre("", ""));
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(join({"a", "b", "c"}, ", "), "a, b, c");
  EXPECT_EQ(join({}, ", "), "");
  EXPECT_EQ(ascii_lower("ÀBC案"), "Àbc案");
  EXPECT_TRUE(equals_ignoring_ascii_case("Published", "PUBLISHED"));
  EXPECT_FALSE(equals_ignoring_ascii_case("é", "É"));
}

}  // namespace
}  // namespace flowferry
