#include "pipeline/file_places.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.h"

namespace flowferry::pipeline {
namespace {

class FilePlacesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("flowferry-places-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string place(const std::string& content, const std::string& pointer) {
    EXPECT_TRUE(write_file(folder_ / "flows" / "main.json", content));
    FilePlaces places(folder_, {{{"contact-flow", "Main"}, "flows/main.json"}});
    Finding finding;
    finding.where = {"contact-flow", "Main", {}, {}, {}, pointer};
    const auto found = places.find(finding);
    if (!found) return "none";
    EXPECT_EQ(found->path, (folder_ / "flows/main.json").generic_string());
    return std::to_string(found->line) + ":" + std::to_string(found->column);
  }

  std::filesystem::path folder_;
};

const std::string k_pretty = R"({
  "Version": "2019-10-30",
  "Actions": [
    {
      "Parameters": { "a/b~c": "案", "x": "案", "y": ["1", "2"] }
    }
  ]
})";

TEST_F(FilePlacesTest, AreWhereThePointerLeads) {
  EXPECT_EQ(place(k_pretty, ""), "1:1");
  EXPECT_EQ(place(k_pretty, "/Version"), "2:14");
  EXPECT_EQ(place(k_pretty, "/Actions/0"), "4:5");
  EXPECT_EQ(place(k_pretty, "/Actions/0/Parameters/a~1b~0c"), "5:32");
  EXPECT_EQ(place(k_pretty, "/Actions/0/Parameters/x"), "5:42") << "columns are code points";
  EXPECT_EQ(place(k_pretty, "/Actions/0/Parameters/y/1"), "5:58");
}

TEST_F(FilePlacesTest, AreTheNearestThingAroundWhatTheFileDoesNotHave) {
  EXPECT_EQ(place(k_pretty, "/Actions/0/Parameters/z/1"), "5:21");
  EXPECT_EQ(place(k_pretty, "/Actions/7/Parameters"), "3:14");
  EXPECT_EQ(place(k_pretty, "/Actions/x"), "3:14");
}

TEST_F(FilePlacesTest, InAnAnswerOfTheApiAreThatOfTheContent) {
  EXPECT_EQ(place("{\"ContactFlow\": {\n \"Content\": \"{}\"}}", "/Actions/0"), "2:13");
}

TEST_F(FilePlacesTest, OfWhatCannotBeReadAreItsBeginning) {
  EXPECT_EQ(place("{", "/Actions/0"), "1:1");
  FilePlaces places(folder_, {{{"contact-flow", "Main"}, "no/such.json"}});
  Finding finding;
  finding.where = {"contact-flow", "Main", {}, {}, {}, "/Actions"};
  EXPECT_EQ(places.find(finding)->line, 1U);
  finding.where.name = "Other";
  EXPECT_FALSE(places.find(finding));
}

}  // namespace
}  // namespace flowferry::pipeline
