#include "base/file_names.h"

#include <gtest/gtest.h>

#include <set>

namespace flowferry {
namespace {

TEST(FileNames, KeepsWhatPeopleRead) {
  EXPECT_EQ(file_name_for("代表電話受付"), "代表電話受付");
  EXPECT_EQ(file_name_for("Main line (new) v2.1"), "Main line (new) v2.1");
  EXPECT_EQ(file_name_for("ガイダンス"), "ガイダンス");
}

TEST(FileNames, EncodesWhatSomeFileSystemDoesNotTake) {
  EXPECT_EQ(file_name_for("../x"), "%2E.%2Fx");
  EXPECT_EQ(file_name_for(".."), "%2E%2E");
  EXPECT_EQ(file_name_for("."), "%2E");
  EXPECT_EQ(file_name_for(".git"), "%2Egit");
  EXPECT_EQ(file_name_for("a/b\\c:d*e?f\"g<h>i|j"), "a%2Fb%5Cc%3Ad%2Ae%3Ff%22g%3Ch%3Ei%7Cj");
  EXPECT_EQ(file_name_for("<script>"), "%3Cscript%3E");
  EXPECT_EQ(file_name_for("x. "), "x.%20");
  EXPECT_EQ(file_name_for(" x"), "%20x");
  EXPECT_EQ(file_name_for("-rf"), "%2Drf");
  EXPECT_EQ(file_name_for("a\x01\x7F\n"), "a%01%7F%0A");
  EXPECT_EQ(file_name_for("100%~"), "100%25%7E");
  EXPECT_EQ(file_name_for("a\u202Eb\u200Bc"), "a%E2%80%AEb%E2%80%8Bc");
  EXPECT_EQ(file_name_for(""), "%00");
}

TEST(FileNames, AvoidsDevices) {
  EXPECT_EQ(file_name_for("CON"), "%43ON");
  EXPECT_EQ(file_name_for("con.txt"), "%63on.txt");
  EXPECT_EQ(file_name_for("Lpt1 .x"), "%4Cpt1 .x");
  EXPECT_EQ(file_name_for("COM\u00B9"), "%43OM\u00B9");
  EXPECT_EQ(file_name_for("CONTACT"), "CONTACT");
  EXPECT_EQ(file_name_for("COM10"), "COM10");
}

TEST(FileNames, NormalisesToOneForm) {
  EXPECT_EQ(file_name_for("か\u3099"), "が");
  EXPECT_EQ(file_name_key("か\u3099"), file_name_key("が"));
  EXPECT_EQ(file_name_key("MAIN Straße É"), file_name_key("main STRASSE e\u0301"));
  EXPECT_NE(file_name_key("ハ"), file_name_key("は"));
}

TEST(FileNames, TellsApartWhatWouldMeet) {
  const std::vector<NamedThing> things = {{"Main", "a"}, {"MAIN", "a"},     {"Main", "b"},
                                          {"が", "a"},   {"か\u3099", "a"}, {"Other", "a"},
                                          {"CON", "a"}};
  const auto names = unique_file_names(things);
  std::set<std::string> keys;
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_TRUE(keys.insert(file_name_key(names[i])).second) << names[i];
    EXPECT_TRUE(is_file_name_of(names[i], things[i])) << names[i];
    EXPECT_FALSE(is_file_name_of(names[i], {"Another", "a"}));
  }
  EXPECT_EQ(names[5], "Other");
  EXPECT_EQ(names[0].substr(0, 5), "Main~");
  EXPECT_EQ(names[0].size(), 13U);
  EXPECT_EQ(names[3].substr(0, 4), "が~");
  // Alone it needs no mark; the marked one still is its file.
  EXPECT_EQ(unique_file_names({{"Main", "a"}}).front(), "Main");
  EXPECT_FALSE(is_file_name_of(names[0], {"Main", "b"}));
}

TEST(FileNames, FitsIn255BytesWithRoomForAnEnding) {
  std::string japanese;
  for (int i = 0; i < 250; ++i) japanese += "受";
  const auto names = unique_file_names({{japanese, "a"}, {japanese + "付", "a"}, {"short", ""}});
  for (const auto& name : names) EXPECT_LE(name.size(), 245U);
  EXPECT_NE(names[0], names[1]);
  EXPECT_EQ(names[0].substr(0, 180), japanese.substr(0, 180));
  std::string slashes(200, '/');
  EXPECT_EQ(file_name_for(slashes).size(), 180U);  // No escape is cut in two.
}

TEST(FileNames, ANameThatLooksMarkedIsNotTakenForOne) {
  const std::string marked = unique_file_names({{"Main", "a"}, {"main", "a"}}).front();
  const auto names = unique_file_names({{"Main", "a"}, {"main", "a"}, {marked, "a"}});
  EXPECT_NE(file_name_key(names[2]), file_name_key(names[0]));
  EXPECT_NE(names[2].find("%7E"), std::string::npos);
}

}  // namespace
}  // namespace flowferry
