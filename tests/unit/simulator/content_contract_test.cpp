#include "content_fixture.h"

namespace flowferry::simulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string k_contract = R"({
  "input": {"schema": {"type": "object", "properties": {
     "name": {"type": "string"}, "count": {"type": "number"}, "deep": {"type": "object", "properties": {"x": {"type": "boolean"}}}}}},
  "resultData": {"schema": {"type": "object", "properties": {"score": {"type": "number"}, "word": {"type": "string"}}, "required": ["word"]}},
  "transitions": {"results": [{"name": "verified", "description": ""}, {"name": "refused"}]}})";

class Contracts : public ContentTest {
 protected:
  Contracts() : module(instance.add_module("本人確認", k_contract)) {}

  std::vector<std::string> call(const std::string& input, const std::string& result = {},
                                const std::string& qualifier = ":$LATEST") const {
    std::string parameters = "\"FlowModuleId\":" + json_text(module.id + qualifier);
    if (!input.empty()) parameters += ",\"Input\":" + input;
    std::string branches = errors({"NoMatchingError", "NoMatchingCondition"});
    if (!result.empty()) branches += "," + conditions({{"Equals", result}});
    return of("InvokeFlowModule", parameters, branches);
  }
  std::vector<std::string> finish(const std::string& parameters) const {
    const std::string content =
        R"({"Version":"2019-10-30","StartAction":"a","Settings":{},"Actions":[{"Identifier":"a","Type":"EndFlowModuleExecution","Parameters":{)" +
        parameters + R"(},"Transitions":{}}]})";
    return problems(content, "MODULE");
  }
  static auto value(const std::string& path) {
    return ElementsAre("Invalid Action property value. Path: Actions[0]." + path);
  }
  static auto name(const std::string& path) {
    return ElementsAre("Invalid Action property name. Path: Actions[0]." + path);
  }
  FakeInstance::Module& module;
};

TEST_F(Contracts, ACallerPassesOnlyDeclaredInput) {
  EXPECT_THAT(call(""), IsEmpty());
  EXPECT_THAT(call("{}"), IsEmpty());
  EXPECT_THAT(call(R"({"name":"x","count":7,"deep":{"x":true}})"), IsEmpty());
  EXPECT_THAT(call(R"({"other":"x"})"), name("Parameters.Input.other"));
  EXPECT_THAT(call(R"(["x"])"), value("Parameters.Input"));
}

TEST_F(Contracts, InputHasTheDeclaredJsonType) {
  EXPECT_THAT(call(R"({"count":"7"})"), value("Parameters.Input.count"));
  EXPECT_THAT(call(R"({"name":7})"), value("Parameters.Input.name"));
  EXPECT_THAT(call(R"({"deep":{"x":"true"}})"), value("Parameters.Input.deep.x"));
  EXPECT_THAT(call(R"({"name":"$.Attributes.n"})"), IsEmpty());
  EXPECT_THAT(call(R"({"count":"$.Attributes.n"})"), value("Parameters.Input.count"));
}

TEST_F(Contracts, ACallerBranchesOnlyOnDeclaredResults) {
  EXPECT_THAT(call("", "verified"), IsEmpty());
  EXPECT_THAT(call("", "Success"), value("Transitions.Conditions"));
}

TEST_F(Contracts, AModuleWithoutContractTakesNothing) {
  module.target.settings = "{}";
  EXPECT_THAT(call(""), IsEmpty());
  EXPECT_THAT(call(R"({"name":"x"})"), name("Parameters.Input"));
  EXPECT_THAT(call("", "verified"), value("Transitions.Conditions"));
}

TEST_F(Contracts, TheContractOfTheVersionCounts) {
  module.qualifiers = {{"1", "{}"}, {"alias", k_contract}};
  EXPECT_THAT(call(R"({"name":"x"})", "", ":1"), name("Parameters.Input"));
  EXPECT_THAT(call(R"({"name":"x"})", "", ":alias"), IsEmpty());
}

TEST_F(Contracts, TheServiceChecksContractsInEveryMode) {
  references = ReferenceCheck::service;
  EXPECT_THAT(call(R"({"other":"x"})"), name("Parameters.Input.other"));
}

TEST_F(Contracts, AModuleReturnsOnlyWhatItDeclares) {
  settings = k_contract;
  EXPECT_THAT(finish(""), IsEmpty());
  EXPECT_THAT(finish(R"("Result":"verified","ResultData":{"word":"x","score":1.5})"), IsEmpty());
  EXPECT_THAT(finish(R"("Result":"Success")"), value("Parameters.Result"));
  EXPECT_THAT(finish(R"("ResultData":{"word":"x","nope":"y"})"),
              name("Parameters.ResultData.nope"));
  EXPECT_THAT(finish(R"("ResultData":{"word":"x","score":"1"})"),
              value("Parameters.ResultData.score"));
  EXPECT_THAT(
      finish(R"("ResultData":{"score":1})"),
      ElementsAre(
          "Action is missing required property. Path: Actions[0].Parameters.ResultData.word"));
}

TEST_F(Contracts, AModuleWithoutContractReturnsNothing) {
  for (const std::string text : {"", "{}"}) {
    settings = text;
    EXPECT_THAT(finish(""), IsEmpty());
    EXPECT_THAT(finish(R"("Result":"verified")"), value("Parameters.Result"));
    EXPECT_THAT(finish(R"("ResultData":{"word":"x"})"), name("Parameters.ResultData"));
  }
}

TEST(ModuleSettings, AreAnObjectOfTheContractsShape) {
  EXPECT_THAT(check_module_settings(""), IsEmpty());
  EXPECT_THAT(check_module_settings("{}"), IsEmpty());
  EXPECT_THAT(check_module_settings(k_contract), IsEmpty());
  EXPECT_THAT(check_module_settings("[]"), ElementsAre("Settings is not a JSON object"));
  EXPECT_THAT(check_module_settings("{"), ElementsAre("Settings is not a JSON object"));
  EXPECT_THAT(check_module_settings(R"({"input":{}})"),
              ElementsAre(HasSubstr("Settings.input.schema")));
  EXPECT_THAT(check_module_settings(R"({"transitions":{"results":[{"description":"x"}]}})"),
              ElementsAre(HasSubstr("Settings.transitions.results")));
  std::string many;
  for (int i = 0; i < 9; ++i) many += fmt::format(R"({}{{"name":"r{}"}})", i == 0 ? "" : ",", i);
  EXPECT_THAT(check_module_settings(R"({"transitions":{"results":[)" + many + "]}}"),
              ElementsAre(HasSubstr("Settings.transitions.results")));
}

}  // namespace
}  // namespace flowferry::simulator
