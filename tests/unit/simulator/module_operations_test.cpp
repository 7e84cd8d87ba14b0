// Flow modules, their versions and aliases: connect-api.md 4.1, 4.6, 4.9.
#include "simulator_fixture.h"

namespace flowferry::simulator {
namespace {

class ModuleOperationsTest : public SimulatorTest {
 protected:
  Answer create(const std::string& name, const std::string& token = "",
                std::string_view content = k_module) {
    js::object input{{"Name", name}, {"Content", content}};
    if (!token.empty()) input["ClientToken"] = token;
    return call("CreateContactFlowModule", input);
  }
  js::object describe(const std::string& id) {
    return call("DescribeContactFlowModule", {{"ContactFlowModuleId", id}})
        .object("ContactFlowModule");
  }
};

TEST_F(ModuleOperationsTest, AnswersInLowerCase) {
  start();
  const js::object module = describe(module_id("Greet"));
  EXPECT_EQ(module.at("State"), "active");
  EXPECT_EQ(module.at("Status"), "published");
  EXPECT_EQ(call("ListContactFlowModules").list("ContactFlowModulesSummaryList")[0].at("State"),
            "active");
  start_with("module-words", "upper");
  EXPECT_EQ(describe(module_id("Greet")).at("Status"), "PUBLISHED");
}

TEST_F(ModuleOperationsTest, RemembersClientTokens) {
  start();
  const Answer first = create("A", "token");
  ASSERT_EQ(first.status, 200) << first.raw.body;
  EXPECT_EQ(create("A", "token").text("Id"), first.text("Id"));
  const Answer other = create("B", "token");
  EXPECT_EQ(other.code, "IdempotencyException");
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(create("A", "another").code, "DuplicateResourceException");
}

TEST_F(ModuleOperationsTest, ValidatesAtCreation) {
  start();
  const Answer refused = create("Bad", "", k_flow);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code, "InvalidRequestException");
  EXPECT_EQ(refused.text("Message"), "JSON field is missing or null for field name: settings");
}

TEST_F(ModuleOperationsTest, KeepsSettingsBesideTheContent) {
  start();
  const std::string settings = R"({"transitions":{"results":[{"name":"Vip","description":""}]}})";
  const std::string id = module_id("Greet");
  EXPECT_EQ(
      call("UpdateContactFlowModuleContent", {{"ContactFlowModuleId", id}, {"Settings", settings}})
          .status,
      200);
  EXPECT_EQ(describe(id).at("Settings"), js::value(js::string(settings)));
  EXPECT_EQ(describe(id).at("Content"), js::value(js::string(k_module)));
  EXPECT_EQ(call("UpdateContactFlowModuleContent", {{"ContactFlowModuleId", id}, {"Settings", "{"}})
                .status,
            400);
}

TEST_F(ModuleOperationsTest, ReformatsContentWhenSwitched) {
  start_with("module-content", "reformat");
  const std::string content(describe(module_id("Greet")).at("Content").get_string());
  EXPECT_NE(content, k_module);
  EXPECT_EQ(js::parse(content), js::parse(js::string_view(k_module.data(), k_module.size())));
}

TEST_F(ModuleOperationsTest, VersionsAndAliasesAreFoundByTheirQualifiers) {
  start_with("optional-members", "always");
  const std::string id = module_id("Greet");
  EXPECT_EQ(call("ListContactFlowModuleVersions", {{"ContactFlowModuleId", id}})
                .list("ContactFlowModuleVersionSummaryList")
                .size(),
            2U);
  const Answer aliases = call("ListContactFlowModuleAliases", {{"ContactFlowModuleId", id}});
  ASSERT_EQ(aliases.list("ContactFlowModuleAliasSummaryList").size(), 1U);
  const std::string alias(
      aliases.list("ContactFlowModuleAliasSummaryList")[0].at("AliasId").get_string());
  EXPECT_EQ(
      call("DescribeContactFlowModuleAlias", {{"ContactFlowModuleId", id}, {"AliasId", alias}})
          .object("ContactFlowModuleAlias")
          .at("Name"),
      "live");
  EXPECT_EQ(describe(id + ":2").at("Version"), 2);
  EXPECT_EQ(describe(id + ':' + alias).at("Version"), 2);
  EXPECT_EQ(call("DescribeContactFlowModule", {{"ContactFlowModuleId", id + ":7"}}).status, 404);

  const Answer version = call("CreateContactFlowModuleVersion", {{"ContactFlowModuleId", id}});
  EXPECT_EQ(version.body.at("Version"), 3);
  EXPECT_EQ(
      call("CreateContactFlowModuleAlias",
           {{"ContactFlowModuleId", id}, {"AliasName", "live"}, {"ContactFlowModuleVersion", 3}})
          .code,
      "DuplicateResourceException");
  EXPECT_EQ(call("UpdateContactFlowModuleAlias",
                 {{"ContactFlowModuleId", id}, {"AliasId", alias}, {"ContactFlowModuleVersion", 3}})
                .status,
            200);
  EXPECT_EQ(call("DeleteContactFlowModuleVersion",
                 {{"ContactFlowModuleId", id}, {"ContactFlowModuleVersion", 3}})
                .status,
            400);
  EXPECT_EQ(call("DeleteContactFlowModuleAlias", {{"ContactFlowModuleId", id}, {"AliasId", alias}})
                .status,
            200);
  EXPECT_EQ(call("DeleteContactFlowModuleVersion",
                 {{"ContactFlowModuleId", id}, {"ContactFlowModuleVersion", 3}})
                .status,
            200);
}

TEST_F(ModuleOperationsTest, SavesDraftsWithoutChecking) {
  start();
  const std::string id = module_id("Greet");
  EXPECT_EQ(call("UpdateContactFlowModuleContent",
                 {{"ContactFlowModuleId", id + ":$SAVED"}, {"Content", "{}"}})
                .status,
            200);
  EXPECT_EQ(describe(id).at("Content"), js::value(js::string(k_module)));
  EXPECT_EQ(describe(id + ":$SAVED").at("Content"), "{}");
  EXPECT_EQ(call("UpdateContactFlowModuleContent", {{"ContactFlowModuleId", id}, {"Content", "{}"}})
                .status,
            400);
}

TEST_F(ModuleOperationsTest, RefusesBlankDescriptions) {
  start();
  EXPECT_EQ(
      call("CreateContactFlowModule", {{"Name", "x"}, {"Content", k_module}, {"Description", " "}})
          .code,
      "InvalidParameterException");
  EXPECT_EQ(call("CreateContactFlowModule",
                 {{"Name", "x"}, {"Content", k_module}, {"Tags", js::object()}})
                .code,
            "InvalidParameterException");
  EXPECT_EQ(
      call("CreateContactFlowModule", {{"Name", std::string(128, 'n')}, {"Content", k_module}})
          .code,
      "InvalidParameterException");
}

}  // namespace
}  // namespace flowferry::simulator
