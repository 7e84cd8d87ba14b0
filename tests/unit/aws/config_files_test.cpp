#include "aws/config_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/files.h"
#include "base/random.h"

namespace flowferry::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

ConfigFiles parse(std::string_view config, std::string_view credentials = {}) {
  ConfigFiles files;
  EXPECT_TRUE(files.add(ConfigFiles::Kind::config, config, "config"));
  EXPECT_TRUE(files.add(ConfigFiles::Kind::credentials, credentials, "credentials"));
  return files;
}

std::string value(const FileSection* section, std::string_view name) {
  if (section == nullptr) return "(no section)";
  const FileSetting* found = section->find(name);
  return found == nullptr ? "(no setting)" : found->value;
}

TEST(ConfigFiles, ReadsProfilesSessionsAndServices) {
  const auto files = parse(
      "# a comment\n"
      "[default]\n"
      "region = us-east-1\n"
      "\n"
      "[profile acme]\r\n"
      "Region=eu-west-2\r\n"
      "  ; another\n"
      "[profile \"two words\"] # behind it\n"
      "region = ap-northeast-1\n"
      "[sso-session corp]\n"
      "sso_region = us-east-1\n"
      "[services local]\n"
      "connect =\n"
      "  endpoint_url = http://127.0.0.1:8080\n"
      "s3 =\n"
      "\tmax_concurrent_requests = 3\n"
      "[plugins]\n"
      "x = y\n");
  EXPECT_EQ(value(files.profile("default"), "region"), "us-east-1");
  EXPECT_EQ(value(files.profile("acme"), "region"), "eu-west-2");
  EXPECT_EQ(value(files.profile("two words"), "region"), "ap-northeast-1");
  EXPECT_EQ(value(files.sso_session("corp"), "sso_region"), "us-east-1");
  const auto& connect = files.services("local")->settings.at("connect");
  EXPECT_EQ(connect.nested.at("endpoint_url").value, "http://127.0.0.1:8080");
  EXPECT_EQ(connect.nested.at("endpoint_url").where, "config:14");
  EXPECT_EQ(files.profile("plugins"), nullptr);
  EXPECT_THAT(files.profile_names(), ElementsAre("acme", "default", "two words"));
}

TEST(ConfigFiles, KnowsWhereEachValueStands) {
  const auto files = parse("[profile a]\n\nregion = x\n", "[a]\naws_access_key_id = K\n");
  EXPECT_EQ(files.profile("a")->where, "config:1");
  EXPECT_EQ(files.profile("a")->find("region")->where, "config:3");
  EXPECT_EQ(files.profile("a")->find("aws_access_key_id")->where, "credentials:2");
}

TEST(ConfigFiles, CredentialsGoBeforeConfig) {
  const auto files =
      parse("[profile a]\naws_access_key_id = OLD\nregion = r\n", "[a]\naws_access_key_id = NEW\n");
  EXPECT_EQ(value(files.profile("a"), "aws_access_key_id"), "NEW");
  EXPECT_EQ(value(files.profile("a"), "region"), "r");
}

TEST(ConfigFiles, TheProfilePrefixIsForTheConfigFileOnly) {
  const auto files = parse("[bare]\nx = 1\n", "[profile odd]\nx = 1\n");
  EXPECT_EQ(files.profile("bare"), nullptr);
  EXPECT_NE(files.profile("profile odd"), nullptr);
}

TEST(ConfigFiles, ProfileDefaultGoesBeforeDefault) {
  for (const char* text : {"[default]\nregion = a\n[profile default]\nregion = b\n",
                           "[profile default]\nregion = b\n[default]\nregion = a\n"}) {
    EXPECT_EQ(value(parse(text).profile("default"), "region"), "b");
  }
}

TEST(ConfigFiles, SectionsThatComeTwiceAreOneAndTheLastValueCounts) {
  const auto files = parse("[profile a]\nx = 1\ny = 1\n[profile b]\n[profile a]\nx = 2\n");
  EXPECT_EQ(value(files.profile("a"), "x"), "2");
  EXPECT_EQ(value(files.profile("a"), "y"), "1");
}

TEST(ConfigFiles, ValuesKeepEqualsSignsAndHashes) {
  const auto files = parse("[default]\nsecret = a=b#c ; d\ncredential_process = /bin/x --a=1\n");
  EXPECT_EQ(value(files.profile("default"), "secret"), "a=b#c ; d");
  EXPECT_EQ(value(files.profile("default"), "credential_process"), "/bin/x --a=1");
}

TEST(ConfigFiles, AWholeSectionMayBeIndentedAndAColonServesToo) {
  const auto files = parse(
      "[profile a]\n  region = r\n\n  # a note\n  role_arn: arn:aws:iam::1:role/x\n"
      "  s3 =\n    region = other\n  output = json\n    more\n");
  EXPECT_EQ(value(files.profile("a"), "region"), "r");
  EXPECT_EQ(value(files.profile("a"), "role_arn"), "arn:aws:iam::1:role/x");
  EXPECT_EQ(files.profile("a")->settings.at("s3").nested.at("region").value, "other");
  EXPECT_EQ(value(files.profile("a"), "output"), "json\nmore");
}

TEST(ConfigFiles, ErrorsNameFileAndLineButNotTheLineItself) {
  for (const auto& [text, line] :
       {std::pair("[default\nx=1\n", "config:1"), std::pair("\nx = 1\n", "config:2"),
        std::pair("[default]\nhunter2\n", "config:2"),
        std::pair("[default]\n = hunter2\n", "config:2"),
        std::pair("[default] hunter2\n", "config:1")}) {
    ConfigFiles files;
    const auto added = files.add(ConfigFiles::Kind::config, text, "config");
    ASSERT_FALSE(added) << text;
    EXPECT_EQ(added.error().kind, ErrorKind::config);
    EXPECT_EQ(added.error().subject, line);
    EXPECT_THAT(one_line(added.error()), Not(HasSubstr("hunter2")));
    EXPECT_FALSE(added.error().hint.empty());
  }
}

TEST(ConfigFiles, LoadsTheFilesThatTheVariablesName) {
  const auto folder =
      std::filesystem::path(testing::TempDir()) / ("config_files_test." + std::to_string(getpid()));
  ASSERT_TRUE(write_file(folder / ".aws/config", "[profile a]\nregion = r\n"));
  ASSERT_TRUE(write_file(folder / "other", "[b]\naws_access_key_id = K\n"));
  auto files = ConfigFiles::load(Environment({{"HOME", folder.string()}}));
  ASSERT_TRUE(files);
  EXPECT_NE(files->profile("a"), nullptr);
  EXPECT_THAT(files->paths().at(1), HasSubstr("does not exist"));
  files = ConfigFiles::load(
      Environment({{"HOME", folder.string()}, {"AWS_SHARED_CREDENTIALS_FILE", "~/other"}}));
  ASSERT_TRUE(files);
  EXPECT_NE(files->profile("b"), nullptr);
  files = ConfigFiles::load(Environment({{"AWS_CONFIG_FILE", folder.string()}}));
  EXPECT_FALSE(files) << "a folder is no file";
  std::filesystem::remove_all(folder);
}

TEST(ConfigFiles, SurvivesAnyBytes) {
  SeededRandom random(5);
  const std::string_view pieces[] = {
      "[",         "]",  "profile ", "default", "=",
      "\n",        " ",  "\t",       "a",       "#",
      "\r\n",      "\"", "'",        "\xff",    std::string_view("\0", 1),
      "services x"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const auto count = random.next() % 20;
    for (std::uint64_t i = 0; i < count; ++i) text += pieces[random.next() % std::size(pieces)];
    ConfigFiles files;
    const auto added = files.add(ConfigFiles::Kind::config, text, "f");
    if (!added) {
      EXPECT_FALSE(added.error().subject.empty());
    }
  }
}

}  // namespace
}  // namespace flowferry::aws
