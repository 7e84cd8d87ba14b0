#include "simulator/world_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace flowferry::simulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WorldFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::path(testing::TempDir()) / ("world_" + std::string(info->name()));
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    write("main.json", "{\"Version\":\"2019-10-30\"}\r\n");
  }
  void TearDown() override {
    if (!HasFailure()) std::filesystem::remove_all(folder);
  }
  void write(const std::string& name, const std::string& bytes) {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << bytes;
  }
  Result<WorldFile> load(const std::string& yaml) {
    write("world.yaml", yaml);
    return load_world(folder / "world.yaml");
  }
  WorldFile good(const std::string& yaml) {
    auto world = load(yaml);
    EXPECT_TRUE(world) << one_line(world.error());
    return world ? std::move(*world) : WorldFile{};
  }
  /// All problems, each without the folder: "world.yaml:3: ...".
  std::vector<std::string> problems(const std::string& yaml) {
    auto world = load(yaml);
    if (world) return {};
    std::vector<std::string> out = world.error().details;
    if (out.empty()) out.push_back(world.error().message);
    for (std::string& text : out) {
      EXPECT_THAT(text, testing::StartsWith(folder.string()));
      text.erase(0, folder.string().size() + 1);
    }
    return out;
  }
  /// Problems of an instance with these lines (from line 6 on).
  std::vector<std::string> instance_problems(const std::string& lines) {
    return problems(
        "version: 1\ninstances:\n  - alias: sakura\n    account: '111122223333'\n"
        "    region: ap-northeast-1\n" +
        lines);
  }
  std::filesystem::path folder;
};

TEST_F(WorldFileTest, EverythingThatTheFormatHasIsRead) {
  write("m.json", "module");
  write("s.json", "{}");
  const WorldFile world = good(R"(version: 1
accounts:
  - { id: "111122223333", access_key_id: AKIA1, secret_access_key: s, session_token: t }
instances:
  - alias: sakura-dev
    account: "111122223333"
    region: ap-northeast-1
    id: 3f1c0000-0000-4000-8000-000000000001
    stock: false
    resources:
      queue: [ BasicQueue2, { name: 国内ツアー予約, description: d, tags: {team: tour}, id: q-1 } ]
      view: [ 名刺, { name: お客様情報, status: SAVED } ]
      lambda-function: [ crm-lookup, { name: x, account: "444455556666", region: us-east-1, qualifiers: [live, "3"], associated: false } ]
      lex-v1-bot: [ { name: OldBot, region: us-east-1, alias: live } ]
      lex-v2-bot-alias: [ { bot: TravelBot, alias: live, bot_id: ABCDEFGHIJ, alias_id: TSTALIASID }, Other/prod ]
      phone-number: [ { name: "+81312345678" } ]
      task-template: [ 苦情, 苦情 ]
      predefined-attribute: [ Language ]
    modules:
      - name: 本人確認
        description: who
        tags: { a: b, empty: }
        state: ARCHIVED
        content: m.json
        draft: m.json
        settings: s.json
        external_invocation: true
        versions: 2
        aliases: [ { name: live, version: 2, id: a-1 }, { name: test } ]
        id: m-1
    flows:
      - { name: " 代表 ", type: CUSTOMER_QUEUE, content: main.json, status: SAVED, grandfathered: yes }
      - { name: " 代表 ", type: CONTACT_FLOW, content: main.json, draft: m.json, id: f-1, state: ARCHIVED }
)");
  ASSERT_EQ(world.accounts.size(), 1u);
  EXPECT_EQ(world.accounts[0].session_token, "t");
  EXPECT_EQ(world.accounts[0].line, 3);
  ASSERT_EQ(world.instances.size(), 1u);
  const WorldInstance& instance = world.instances[0];
  EXPECT_EQ(instance.alias, "sakura-dev");
  EXPECT_EQ(instance.id, "3f1c0000-0000-4000-8000-000000000001");
  EXPECT_FALSE(instance.stock);
  ASSERT_EQ(instance.of("queue").size(), 2u);
  EXPECT_EQ(instance.of("queue")[1].name, "国内ツアー予約");
  EXPECT_EQ(instance.of("queue")[1].tags.at("team"), "tour");
  EXPECT_EQ(instance.of("queue")[1].id, "q-1");
  EXPECT_THAT(instance.of("prompt"), IsEmpty());
  EXPECT_EQ(instance.of("view")[0].status, "PUBLISHED");
  EXPECT_EQ(instance.of("view")[1].status, "SAVED");
  EXPECT_TRUE(instance.of("lambda-function")[0].associated);
  EXPECT_THAT(instance.of("lambda-function")[1].qualifiers, ElementsAre("live", "3"));
  EXPECT_FALSE(instance.of("lambda-function")[1].associated);
  EXPECT_EQ(instance.of("lex-v1-bot")[0].bot, "OldBot");
  EXPECT_EQ(instance.of("lex-v2-bot-alias")[0].name, "TravelBot/live");
  EXPECT_EQ(instance.of("lex-v2-bot-alias")[0].bot_id, "ABCDEFGHIJ");
  EXPECT_EQ(instance.of("lex-v2-bot-alias")[1].alias, "prod");
  EXPECT_EQ(instance.of("phone-number")[0].name, "+81312345678");
  EXPECT_EQ(instance.of("task-template").size(), 2u);
  ASSERT_EQ(instance.modules.size(), 1u);
  const WorldModule& module = instance.modules[0];
  EXPECT_EQ(module.tags.at("empty"), "");
  EXPECT_EQ(module.content.bytes, "module");
  EXPECT_EQ(module.settings->bytes, "{}");
  EXPECT_TRUE(module.external_invocation);
  ASSERT_EQ(module.aliases.size(), 2u);
  EXPECT_EQ(module.aliases[1].version, 2u);  // the newest, where none is given
  ASSERT_EQ(instance.flows.size(), 2u);
  EXPECT_EQ(instance.flows[0].name, " 代表 ");
  EXPECT_EQ(instance.flows[0].content.bytes, "{\"Version\":\"2019-10-30\"}\r\n");
  EXPECT_EQ(instance.flows[0].status, "SAVED");
  EXPECT_TRUE(instance.flows[0].grandfathered);
  EXPECT_EQ(instance.flows[1].draft->bytes, "module");
  EXPECT_EQ(instance.flows[1].line, 33);
}

TEST_F(WorldFileTest, TheLeastWorldIsAnInstance) {
  const WorldFile world = good(
      "version: 1\ninstances: [ { alias: a, account: '111122223333', region: us-gov-west-1 } ]\n");
  EXPECT_TRUE(world.instances[0].stock);
  EXPECT_THAT(world.accounts, IsEmpty());
}

TEST_F(WorldFileTest, UnknownKeysComeWithLineAndNearestKey) {
  EXPECT_THAT(instance_problems("    resource: {}\n"),
              ElementsAre("world.yaml:6: unknown key \"resource\" in an instance; did you mean "
                          "\"resources\"?"));
  EXPECT_THAT(instance_problems("    resources:\n      queues: []\n"),
              ElementsAre("world.yaml:7: unknown key \"queues\" in \"resources\"; did you mean "
                          "\"queue\"?"));
  EXPECT_THAT(instance_problems("    resources: { lambda-function: [ { name: a, id: b } ] }\n"),
              ElementsAre(HasSubstr("world.yaml:6: unknown key \"id\" in a lambda-function")));
}

TEST_F(WorldFileTest, WrongTypesComeWithLine) {
  EXPECT_THAT(instance_problems("    stock: perhaps\n"),
              ElementsAre("world.yaml:6: \"stock\" of an instance must be true or false"));
  EXPECT_THAT(instance_problems("    flows: {}\n"),
              ElementsAre("world.yaml:6: \"flows\" of an instance must be a list"));
  EXPECT_THAT(instance_problems("    resources: []\n"),
              ElementsAre(HasSubstr("world.yaml:6: \"resources\" must be a map")));
  EXPECT_THAT(instance_problems("    resources: { queue: [ [a] ] }\n"),
              ElementsAre(HasSubstr("an entry of \"queue\" must be a name or a map")));
  EXPECT_THAT(instance_problems("    resources: { queue: [ { name: [a] } ] }\n"),
              ElementsAre(HasSubstr("\"name\" of a queue must be a text")));
}

TEST_F(WorldFileTest, ContentInTheFileItselfIsRefused) {
  EXPECT_THAT(
      instance_problems("    flows:\n      - name: a\n        type: CONTACT_FLOW\n"
                        "        content: { Version: x }\n"),
      ElementsAre(HasSubstr("world.yaml:9: \"content\" of a flow must be a text"),
                  HasSubstr("world.yaml:9: \"content\" of a flow must be the path of a file")));
}

TEST_F(WorldFileTest, MissingContentFilesAreNamed) {
  EXPECT_THAT(
      instance_problems("    flows:\n      - { name: a, type: CONTACT_FLOW, content: no.json }\n"),
      ElementsAre(testing::AllOf(HasSubstr("world.yaml:7: \"content\" of a flow cannot be read"),
                                 HasSubstr("no.json"))));
  EXPECT_THAT(instance_problems("    flows:\n      - { name: a, type: CONTACT_FLOW }\n"),
              ElementsAre("world.yaml:7: a flow needs \"content\""));
}

TEST_F(WorldFileTest, ImpossibleValuesAreRefused) {
  EXPECT_THAT(instance_problems("    id: ABC\n"), ElementsAre(HasSubstr("must be a UUID")));
  EXPECT_THAT(
      instance_problems("    flows: [ { name: a, type: CONTACT_FLO, content: main.json } ]\n"),
      ElementsAre("world.yaml:6: \"type\" of a flow cannot be \"CONTACT_FLO\"; did you mean "
                  "\"CONTACT_FLOW\"?"));
  EXPECT_THAT(instance_problems("    modules:\n      - { name: a, content: main.json, versions: 1, "
                                "aliases: [ { name: live, version: 2 } ] }\n"),
              ElementsAre(HasSubstr("alias \"live\" names version 2, but the module has 1")));
  EXPECT_THAT(
      instance_problems("    modules:\n      - { name: a, content: main.json, versions: -1 }\n"),
      ElementsAre(HasSubstr("\"versions\" of a module must be a whole number")));
  EXPECT_THAT(instance_problems("    resources: { lex-v2-bot-alias: [ TravelBot ] }\n"),
              ElementsAre(HasSubstr("must be \"bot/alias\"")));
  EXPECT_THAT(instance_problems("    flows: [ { name: a, type: CONTACT_FLOW, content: main.json, "
                                "status: SAVED, draft: main.json } ]\n"),
              ElementsAre(HasSubstr("a SAVED flow has only \"content\"")));
}

TEST_F(WorldFileTest, AccountsAndRegionsAreChecked) {
  EXPECT_THAT(
      problems("version: 1\naccounts: [ { id: 1234 }, { id: '111122223333', access_key_id: A } ]\n"
               "instances: [ { alias: a b, account: x, region: tokyo } ]\n"),
      ElementsAre(HasSubstr("world.yaml:2: \"id\" of an account is \"1234\""),
                  HasSubstr("has both \"access_key_id\" and"), HasSubstr("world.yaml:3: \"alias\""),
                  HasSubstr("\"account\""), HasSubstr("\"region\" of an instance is \"tokyo\"")));
}

TEST_F(WorldFileTest, NamesThatOccurTwiceAreRefusedWhereOneIsMeant) {
  EXPECT_THAT(
      instance_problems("    resources:\n      queue:\n        - A\n        - a\n        - A\n"),
      ElementsAre("world.yaml:10: a queue named \"A\" is already in line 8"));
  EXPECT_THAT(
      instance_problems("    flows:\n      - { name: A, type: CONTACT_FLOW, content: main.json }\n"
                        "      - { name: A, type: CONTACT_FLOW, content: main.json }\n"),
      ElementsAre("world.yaml:8: a flow of type CONTACT_FLOW named \"A\" is already in line 7"));
  EXPECT_THAT(problems("version: 1\ninstances:\n"
                       "  - { alias: a, account: '111122223333', region: us-east-1 }\n"
                       "  - { alias: a, account: '111122223333', region: us-west-2 }\n"),
              ElementsAre("world.yaml:4: an instance with the alias \"a\" is already in line 3"));
  EXPECT_THAT(instance_problems(
                  "    resources:\n      lambda-function: [ f, { name: f, region: us-east-1 } ]\n"),
              IsEmpty());
}

TEST_F(WorldFileTest, AKeyThatStandsTwiceIsRefused) {
  EXPECT_THAT(instance_problems("    region: us-east-1\n"),
              ElementsAre("world.yaml:6: the key \"region\" stands twice in an instance"));
}

TEST_F(WorldFileTest, TheVersionMustBeOne) {
  EXPECT_THAT(problems("instances: [ { alias: a, account: '111122223333', region: us-east-1 } ]\n"),
              ElementsAre(HasSubstr("a world file needs \"version\"")));
  EXPECT_THAT(
      problems(
          "version: 2\ninstances: [ { alias: a, account: '111122223333', region: us-east-1 } ]\n"),
      ElementsAre("world.yaml:1: \"version\" of a world file is \"2\", but this program reads "
                  "version 1"));
}

TEST_F(WorldFileTest, AWorldWithoutInstancesIsRefused) {
  EXPECT_THAT(problems("version: 1\n"), ElementsAre(HasSubstr("a world needs \"instances\"")));
  EXPECT_THAT(problems(""), ElementsAre(HasSubstr("a world file must be a map")));
  EXPECT_THAT(problems("- a\n"), ElementsAre(HasSubstr("a world file must be a map")));
}

TEST_F(WorldFileTest, WhatIsNoYamlIsRefusedWithItsLine) {
  EXPECT_THAT(problems("version: 1\ninstances: [ {\n"), ElementsAre(HasSubstr("not YAML")));
  EXPECT_THAT(problems("version: 1\n\tx: y\n"), ElementsAre(HasSubstr("world.yaml:2: not YAML")));
  EXPECT_THAT(problems("version: 1\ninstances: *nobody\n"), ElementsAre(HasSubstr("not YAML")));
}

TEST_F(WorldFileTest, AWorldThatIsNotThereSaysSo) {
  auto world = load_world(folder / "none.yaml");
  ASSERT_FALSE(world);
  EXPECT_EQ(world.error().kind, ErrorKind::not_found);
}

TEST_F(WorldFileTest, AnythingCutOffIsRefusedOrReadAndNeverCrashes) {
  const std::string yaml =
      "version: 1\naccounts:\n  - {id: '111122223333', access_key_id: A, secret_access_key: B}\n"
      "instances:\n  - alias: a\n    account: '111122223333'\n    region: us-east-1\n"
      "    resources: {queue: [A, {name: B, tags: {x: y}}]}\n"
      "    modules:\n      - {name: m, content: main.json, versions: 1, aliases: [{name: l}]}\n"
      "    flows:\n      - {name: f, type: CONTACT_FLOW, content: main.json}\n";
  EXPECT_THAT(problems(yaml), IsEmpty());
  for (std::size_t size = 0; size < yaml.size(); ++size) {
    auto world = load(yaml.substr(0, size));
    if (!world) {
      EXPECT_FALSE(world.error().message.empty());
    }
  }
}

}  // namespace
}  // namespace flowferry::simulator
