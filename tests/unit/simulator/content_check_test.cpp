#include "simulator/content_check.h"

#include "content_fixture.h"
#include "simulator/content_actions.h"

namespace flowferry::simulator {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string k_text = R"("Text":"hello")";

// The document

TEST_F(ContentTest, TheSmallestFlowOfEveryTypePasses) {
  const std::string loop =
      R"({"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":)"
      R"("MessageParticipantIteratively","Parameters":{"Messages":[{"Text":"stub"}]},)"
      R"("Transitions":{"Errors":[],"Conditions":[]}}]})";
  const auto lone = [](const std::string& type) {
    return R"({"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":")" +
           type + R"(","Parameters":{},"Transitions":{}}]})";
  };
  for (const std::string type :
       {"CONTACT_FLOW", "CUSTOMER_QUEUE", "AGENT_TRANSFER", "QUEUE_TRANSFER"}) {
    EXPECT_THAT(problems(lone("DisconnectParticipant"), type), IsEmpty()) << type;
  }
  for (const std::string type :
       {"CUSTOMER_WHISPER", "AGENT_WHISPER", "OUTBOUND_WHISPER", "CUSTOMER_QUEUE"}) {
    EXPECT_THAT(problems(lone("EndFlowExecution"), type), IsEmpty()) << type;
  }
  for (const std::string type : {"CUSTOMER_QUEUE", "CUSTOMER_HOLD", "AGENT_HOLD"}) {
    EXPECT_THAT(problems(loop, type), IsEmpty()) << type;
  }
}

TEST_F(ContentTest, WhatIsNoJsonObjectIsRefused) {
  for (const std::string text : {"", " ", "null", "[]", "\"x\"", "{", "{\"a\":1,}", "{'a':1}",
                                 "\xef\xbb\xbf{}", "{\"a\":\"\xff\"}", "{} x", "// c\n{}"}) {
    EXPECT_THAT(problems(text), ElementsAre(HasSubstr("JSON"))) << text;
  }
  EXPECT_THAT(problems(std::string(100'000, '[')), ElementsAre(HasSubstr("JSON")));
}

TEST_F(ContentTest, TheClassicExportIsRefused) {
  EXPECT_THAT(problems(R"({"modules":[{"id":"x","type":"Disconnect"}],"version":"1","start":"x"})"),
              ElementsAre("Missing required property. Path: Actions"));
}

TEST_F(ContentTest, VersionAndStartActionMustBeRight) {
  std::string text = document(action("MessageParticipant", k_text));
  EXPECT_THAT(problems(text), IsEmpty());
  std::string other = text;
  other.replace(other.find("2019-10-30"), 10, "2012-10-17");
  EXPECT_THAT(problems(other), ElementsAre("Invalid property value. Path: Version"));
  other = text;
  other.replace(other.find("\"StartAction\":\"a\""), 17, "\"StartAction\":\"b\"");
  EXPECT_THAT(problems(other), ElementsAre("Invalid property value. Path: StartAction"));
}

TEST_F(ContentTest, MetadataIsNeverLookedAt) {
  std::string text = document(action("MessageParticipant", k_text));
  text.replace(
      text.find("\"Metadata\":{}"), 13,
      R"("Metadata":{"hash":{},"x":[1,"",{"id":"arn:aws:connect:us-east-1:9:instance/x/queue/y"}]})");
  EXPECT_THAT(problems(text), IsEmpty());
}

TEST_F(ContentTest, IdentifiersKeepTheirRules) {
  const auto with = [&](const std::string& identifier) {
    return R"({"Version":"2019-10-30","StartAction":")" + identifier +
           R"(","Actions":[{"Identifier":")" + identifier +
           R"(","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]})";
  };
  const std::string long_name(50, 'x');
  for (const std::string good :
       {"welcome", "Play prompt 1", "応答メッセージ", long_name.c_str(), "a+b&c"}) {
    EXPECT_THAT(problems(with(good)), IsEmpty()) << good;
  }
  for (const std::string& bad :
       {std::string(), long_name + "x", std::string("a%b"), std::string("a:b"), std::string("a(b"),
        std::string("a/b"), std::string("a=b"), std::string("[b"), std::string("}"),
        std::string("toString"), std::string("__proto__")}) {
    EXPECT_THAT(problems(with(bad)),
                Contains("Invalid Action property value. Path: Actions[0].Identifier"))
        << bad;
  }
}

TEST_F(ContentTest, IdentifiersAreUnique) {
  const std::string text =
      R"({"Version":"2019-10-30","StartAction":"a","Actions":[)"
      R"({"Identifier":"a","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}},)"
      R"({"Identifier":"a","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}},)"
      R"({"Identifier":"A","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]})";
  EXPECT_THAT(problems(text),
              ElementsAre("Invalid Action property value. Path: Actions[1].Identifier"));
}

TEST_F(ContentTest, EveryTransitionMustLeadToAnAction) {
  const std::string text = document(
      R"({"Identifier":"a","Type":"GetParticipantInput","Parameters":{"Text":"x","StoreInput":"False",)"
      R"("InputTimeLimitSeconds":"5"},"Transitions":{"NextAction":"gone","Errors":[)"
      R"({"NextAction":"end","ErrorType":"NoMatchingCondition"},{"NextAction":"","ErrorType":"InputTimeLimitExceeded"},)"
      R"({"ErrorType":"NoMatchingError"}],"Conditions":[{"NextAction":"End","Condition":{"Operator":"Equals","Operands":["1"]}}]}})");
  EXPECT_THAT(
      problems(text),
      ElementsAre(
          "Invalid Action property value. Path: Actions[0].Transitions.NextAction",
          "Invalid Action property value. Path: Actions[0].Transitions.Errors[1].NextAction",
          "Action is missing required property. Path: Actions[0].Transitions.Errors[2].NextAction",
          "Invalid Action property value. Path: Actions[0].Transitions.Conditions[0].NextAction"));
}

TEST_F(ContentTest, ActionsNeedTheirFieldsButParametersMayBeAbsent) {
  EXPECT_THAT(
      problems(document(
          R"({"Identifier":"a","Type":"TransferContactToQueue","Transitions":{"NextAction":"end",)" +
          errors({"QueueAtCapacity", "NoMatchingError"}) + "}}")),
      IsEmpty());
  EXPECT_THAT(
      problems(document(R"({"Identifier":"a","Type":"DisconnectParticipant","Parameters":{}})")),
      ElementsAre("Action is missing required property. Path: Actions[0].Transitions"));
  EXPECT_THAT(problems(document(R"({"Identifier":"a","Parameters":{},"Transitions":{}})")),
              ElementsAre("Action is missing required property. Path: Actions[0].Type"));
  EXPECT_THAT(
      problems(document(
          R"({"Identifier":"a","Type":"DisconnectParticipant","Parameters":[],"Transitions":{}})")),
      ElementsAre("Invalid Action property value. Path: Actions[0].Parameters"));
  EXPECT_THAT(problems(document("7")), Contains("Invalid Action property value. Path: Actions[0]"));
}

TEST_F(ContentTest, AtMost250Actions) {
  const auto with = [](int count) {
    std::string actions;
    for (int i = 0; i < count; ++i) {
      actions += fmt::format(
          R"({}{{"Identifier":"a{}","Type":"DisconnectParticipant","Parameters":{{}},"Transitions":{{}}}})",
          i == 0 ? "" : ",", i);
    }
    return R"({"Version":"2019-10-30","StartAction":"a0","Actions":[)" + actions + "]}";
  };
  EXPECT_THAT(problems(with(250)), IsEmpty());
  EXPECT_THAT(problems(with(251)), ElementsAre(HasSubstr("at most 250")));
}

TEST_F(ContentTest, ContentHasAtMost256000Characters) {
  EXPECT_TRUE(content_fits(std::string(256'000, 'x')));
  EXPECT_FALSE(content_fits(std::string(256'001, 'x')));
  std::string wide;
  for (int i = 0; i < 256'000; ++i) wide += "あ";
  EXPECT_TRUE(content_fits(wide));
  EXPECT_FALSE(content_fits(wide + "x"));
  std::string text = document(action("MessageParticipant", k_text));
  text += std::string(256'001 - text.size(), ' ');
  EXPECT_THAT(problems(text), ElementsAre(HasSubstr("256000 characters")));
}

TEST_F(ContentTest, AllProblemsComeAtOnceButAtMostFifty) {
  std::string actions;
  for (int i = 0; i < 40; ++i) {
    actions += fmt::format(
        R"({{"Identifier":"b{}","Type":"PlayPrompt","Parameters":{{}},"Transitions":{{}}}},)", i);
  }
  actions.pop_back();
  EXPECT_THAT(problems(document(actions + "," + action("MessageParticipant", k_text))), SizeIs(50));
  EXPECT_THAT(problems(document(action("MessageParticipant", "\"Txt\":\"x\"", errors({"Nope"})))),
              SizeIs(3));
}

// Types

TEST_F(ContentTest, UnknownTypesAreRefusedTwice) {
  for (const std::string type :
       {"PlayPrompt", "SetContactAttributes", "TransferContactToFlow", "UnTagContact",
        "UpdateRoutingCriteria", "InvokeExternalResource", ""}) {
    const std::string problem = "Invalid Action type. Type: " + type + ", Path: Actions[0].Type";
    EXPECT_THAT(of(type, ""), ElementsAre(problem, problem)) << type;
  }
}

TEST_F(ContentTest, TypesWithoutADocumentedPageAreAccepted) {
  for (const std::string type : {"EvaluateDataTableValues", "AuthenticateParticipant",
                                 "LoadContactContent", "CreateContact", "CheckSegmentMembership"}) {
    EXPECT_THAT(
        of(type, R"("Anything":{"at":["all"]})", errors({"TimeLimitExceeded", "NoMatchingError"})),
        IsEmpty())
        << type;
  }
}

TEST_F(ContentTest, TypesBelongToFlowTypes) {
  const auto refused = [&](const std::string& type, const std::string& flow_type,
                           const std::string& parameters = "", const std::string& branches = "") {
    const auto found = of(type, parameters, branches, flow_type);
    return std::find(found.begin(), found.end(),
                     "Invalid Action type. Type: " + type + ", Path: Actions[0].Type") !=
           found.end();
  };
  for (const std::string type :
       {"CUSTOMER_WHISPER", "AGENT_WHISPER", "OUTBOUND_WHISPER", "CUSTOMER_HOLD", "AGENT_HOLD"}) {
    EXPECT_TRUE(refused("DisconnectParticipant", type)) << type;
  }
  EXPECT_FALSE(refused("DisconnectParticipant", "MODULE"));
  EXPECT_TRUE(refused("CompleteOutboundCall", "CONTACT_FLOW"));
  EXPECT_FALSE(refused("CompleteOutboundCall", "OUTBOUND_WHISPER"));
  EXPECT_TRUE(refused("TransferContactToQueue", "CUSTOMER_QUEUE"));
  EXPECT_TRUE(refused("DequeueContactAndTransferToQueue", "CONTACT_FLOW"));
  EXPECT_FALSE(refused("DequeueContactAndTransferToQueue", "CUSTOMER_QUEUE"));
  EXPECT_TRUE(refused("MessageParticipant", "CUSTOMER_HOLD"));
  EXPECT_TRUE(refused("MessageParticipantIteratively", "CONTACT_FLOW"));
  EXPECT_TRUE(refused("TransferContactToAgent", "CONTACT_FLOW"));
  EXPECT_TRUE(refused("EndFlowModuleExecution", "CONTACT_FLOW"));
  EXPECT_TRUE(refused("EndFlowExecution", "MODULE"));
  // Contradictory in the sources, so accepted.
  for (const std::string type : {"CONTACT_FLOW", "QUEUE_TRANSFER", "CUSTOMER_HOLD"}) {
    EXPECT_FALSE(refused("EndFlowExecution", type)) << type;
  }
}

TEST_F(ContentTest, EveryTypeIsAllowedSomewhereAndTerminalOnesHaveNoErrors) {
  for (const ActionSpec& spec : all_actions()) {
    EXPECT_NE(spec.flow_types, 0) << spec.type;
    if (spec.next == Next::terminal) {
      EXPECT_TRUE(spec.required_errors.empty() && spec.optional_errors.empty()) << spec.type;
      EXPECT_EQ(spec.branching, Branching::none) << spec.type;
    }
    for (const ParameterSpec& parameter : spec.parameters) EXPECT_FALSE(parameter.name.empty());
  }
}

TEST_F(ContentTest, ABooleanOrNumberInPlaceOfAStringLooksLikeAWrongType) {
  const std::string problem =
      "Invalid Action type. Type: UpdateContactAttributes, Path: Actions[0].Type";
  EXPECT_THAT(
      of("UpdateContactAttributes", R"("Attributes":{"a":true})", errors({"NoMatchingError"})),
      ElementsAre(problem, problem));
  EXPECT_THAT(
      of("UpdateContactAttributes", R"("Attributes":{"a":"true"})", errors({"NoMatchingError"})),
      IsEmpty());
  EXPECT_THAT(
      of("ShowView",
         R"("ViewResource":{"Id":"form","Version":"Latest"},"InvocationTimeLimitSeconds":"400","ViewData":{"n":7,"b":[true]})",
         errors({"NoMatchingCondition", "NoMatchingError", "TimeLimitExceeded"})),
      IsEmpty());
}

// Parameters

TEST_F(ContentTest, UnknownParametersAreRefused) {
  EXPECT_THAT(of("TransferContactToQueue", R"("QueueId":"x")",
                 errors({"QueueAtCapacity", "NoMatchingError"})),
              ElementsAre("Invalid Action property name. Path: Actions[0].Parameters.QueueId"));
  EXPECT_THAT(
      of("Wait", R"("TimeoutSeconds":"5")", errors({"NoMatchingError"})),
      testing::UnorderedElementsAre(
          "Invalid Action property name. Path: Actions[0].Parameters.TimeoutSeconds",
          "Action is missing required property. Path: Actions[0].Parameters.TimeLimitSeconds"));
  EXPECT_THAT(
      of("UpdateContactEventHooks",
         R"("EventHooks":{"CustomerQueue":"$.Attributes.f"},"EventHooksConfiguration":{})",
         errors({"NoMatchingError"})),
      ElementsAre(
          "Invalid Action property name. Path: Actions[0].Parameters.EventHooksConfiguration"));
}

TEST_F(ContentTest, RequiredParametersAreMissed) {
  EXPECT_THAT(
      of("TransferToFlow", "", errors({"NoMatchingError"})),
      ElementsAre(
          "Action is missing required property. Path: Actions[0].Parameters.ContactFlowId"));
  EXPECT_THAT(
      of("UpdateContactTargetQueue", "", errors({"NoMatchingError"})),
      ElementsAre("Action is missing required property. Path: Actions[0].Parameters.QueueId"));
  EXPECT_THAT(
      of("CreateTask", R"("Name":"x")", errors({"NoMatchingError"})),
      ElementsAre(
          "Action is missing required property. Path: Actions[0].Parameters.ContactFlowId"));
  EXPECT_THAT(of("UpdateContactData", "", errors({"NoMatchingError"})), SizeIs(1));
  EXPECT_THAT(of("UpdateFlowAttributes", R"("FlowAttributes":{"k":{"Type":"String"}})",
                 errors({"NoMatchingError"})),
              ElementsAre("Action is missing required property. Path: "
                          "Actions[0].Parameters.FlowAttributes.k.Value"));
}

TEST_F(ContentTest, SpeechIsGivenInExactlyOneWay) {
  EXPECT_THAT(
      of("MessageParticipant", ""),
      ElementsAre(
          "At least one of [Text, SSML, PromptId, Media, LexInitializationData] must be set"));
  EXPECT_THAT(of("MessageParticipant", R"("Text":"a","SSML":"<speak>a</speak>")"),
              ElementsAre("Only one of these properties may be defined. Properties: [Text, SSML]"));
  EXPECT_THAT(of("GetParticipantInput", R"("StoreInput":"False","InputTimeLimitSeconds":"5")",
                 errors({"NoMatchingCondition", "InputTimeLimitExceeded", "NoMatchingError"})),
              IsEmpty());
}

TEST_F(ContentTest, EmptyStringsAreRefusedEverywhere) {
  EXPECT_THAT(
      of("UpdateContactAttributes", R"("Attributes":{"a":""})", errors({"NoMatchingError"})),
      ElementsAre("Empty value in Parameters.Attributes"));
  EXPECT_THAT(
      of("UpdateContactAttributes", R"("Attributes":{"a":" "})", errors({"NoMatchingError"})),
      IsEmpty());
  EXPECT_THAT(
      of("ShowView",
         R"("ViewResource":{"Id":"form"},"InvocationTimeLimitSeconds":"400","ViewData":{"n":{"d":[""]}})",
         errors({"NoMatchingCondition", "NoMatchingError", "TimeLimitExceeded"})),
      ElementsAre("Invalid Action property value. Path: 0.Parameter"));
  EXPECT_THAT(of("Compare", R"("ComparisonValue":"$.Attributes.x")",
                 errors({"NoMatchingCondition"}) + "," + conditions({{"Equals", ""}})),
              ElementsAre("Invalid branch. Path: 0.Evaluate"));
  EXPECT_THAT(of("AuthenticateParticipant", R"("CognitoConfiguration":{"AppClientId":""})"),
              ElementsAre("Invalid Action property value. Path: "
                          "Actions[0].Parameters.CognitoConfiguration.AppClientId"));
  EXPECT_THAT(
      of("InvokeLambdaFunction", R"("LambdaFunctionARN":"","InvocationTimeLimitSeconds":"8")",
         errors({"NoMatchingError"})),
      ElementsAre("Invalid Action property value. Path: Actions[0].Parameters.LambdaFunctionARN"));
}

TEST_F(ContentTest, ValuesMustFit) {
  const auto value = [](const std::string& name) {
    return "Invalid Action property value. Path: Actions[0].Parameters." + name;
  };
  EXPECT_THAT(of("InvokeLambdaFunction",
                 R"("LambdaFunctionARN":"$.Attributes.f","InvocationTimeLimitSeconds":"0")",
                 errors({"NoMatchingError"})),
              ElementsAre(value("InvocationTimeLimitSeconds")));
  EXPECT_THAT(of("UpdateFlowLoggingBehavior", R"("FlowLoggingBehavior":"On")"),
              ElementsAre(value("FlowLoggingBehavior")));
  EXPECT_THAT(of("Compare", R"("ComparisonValue":"gold")", errors({"NoMatchingCondition"})),
              ElementsAre(value("ComparisonValue")));
  EXPECT_THAT(of("Compare", R"("ComparisonValue":"$.External")", errors({"NoMatchingCondition"})),
              ElementsAre(value("ComparisonValue")));
  EXPECT_THAT(of("Compare", R"("ComparisonValue":"$.Channel")", errors({"NoMatchingCondition"})),
              IsEmpty());
  EXPECT_THAT(of("UpdateContactCallbackNumber", R"("CallbackNumber":"+15555550100")",
                 errors({"InvalidCallbackNumber", "CallbackNumberNotDialable"})),
              ElementsAre(value("CallbackNumber")));
  EXPECT_THAT(
      of("UpdateContactEventHooks",
         R"("EventHooks":{"CustomerQueue":"$.Attributes.a","CustomerHold":"$.Attributes.b"})",
         errors({"NoMatchingError"})),
      ElementsAre(value("EventHooks")));
  EXPECT_THAT(of("MessageParticipant", R"("Text":{"a":"b"})"), ElementsAre(value("Text")));
  EXPECT_THAT(
      of("TagContact", R"("Tags":{"1":"a","2":"a","3":"a","4":"a","5":"a","6":"a","7":"a"})",
         errors({"NoMatchingError"})),
      ElementsAre("More than 6 tags in Parameters.Tags"));
  EXPECT_THAT(of("Loop", R"("LoopCount":"101")",
                 conditions({{"Equals", "ContinueLooping"}, {"Equals", "DoneLooping"}})),
              ElementsAre(value("LoopCount")));
  EXPECT_THAT(of("Loop", R"("LoopCount":"$.Attributes.n")",
                 conditions({{"Equals", "ContinueLooping"}, {"Equals", "DoneLooping"}})),
              IsEmpty());
}

// Branches

TEST_F(ContentTest, TerminalActionsHaveNoTransitions) {
  for (const std::string type : {"DisconnectParticipant", "EndFlowExecution"}) {
    EXPECT_THAT(of(type, ""), ElementsAre("Action does not support transitions. Path: Actions[0]"))
        << type;
  }
  EXPECT_THAT(of("TransferContactToAgent", "", "", "AGENT_TRANSFER"),
              ElementsAre("Action does not support transitions. Path: Actions[0]"));
  EXPECT_THAT(of("EndFlowModuleExecution", "", "", "MODULE"),
              ElementsAre("Action does not support transitions. Path: Actions[0]"));
}

TEST_F(ContentTest, OtherActionsNeedANextActionButPromptLoops) {
  const std::string text = document(
      R"({"Identifier":"a","Type":"MessageParticipant","Parameters":{"Text":"x"},"Transitions":{}})");
  EXPECT_THAT(
      problems(text),
      ElementsAre("Action is missing required property. Path: Actions[0].Transitions.NextAction"));
  EXPECT_THAT(
      problems(document(R"({"Identifier":"a","Type":"MessageParticipantIteratively","Parameters":)"
                        R"({"Messages":[{"Text":"x"}]},"Transitions":{}})",
                        "CUSTOMER_HOLD"),
               "CUSTOMER_HOLD"),
      IsEmpty());
}

struct ErrorCase {
  std::string type, parameters, conditions;
  std::vector<std::string> required, optional, refused;
};

/// Names the tests in ctest's list.
void PrintTo(const ErrorCase& c, std::ostream* out) {
  *out << c.type << " " << c.parameters << " " << testing::PrintToString(c.optional);
}

class Branches : public ContentTest, public testing::WithParamInterface<ErrorCase> {};

TEST_P(Branches, RequiredErrorsAreMissedOptionalOnesPassOthersAreRefused) {
  const ErrorCase& c = GetParam();
  const std::string flow_type =
      c.type == "MessageParticipantIteratively" ? "CUSTOMER_QUEUE" : "CONTACT_FLOW";
  const auto with = [&](const std::vector<std::string>& types) {
    std::string branches = errors(types);
    if (!c.conditions.empty()) branches += "," + c.conditions;
    return of(c.type, c.parameters, branches, flow_type);
  };
  EXPECT_THAT(with(c.required), IsEmpty());
  for (const auto& error : c.required) {
    auto some = c.required;
    some.erase(std::find(some.begin(), some.end(), error));
    EXPECT_THAT(with(some), ElementsAre("Action is missing required error. Error: " + error +
                                        ", Path: Actions[0]"));
  }
  for (const auto& error : c.optional) {
    auto more = c.required;
    more.push_back(error);
    EXPECT_THAT(with(more), IsEmpty()) << error;
  }
  for (const auto& error : c.refused) {
    auto more = c.required;
    more.push_back(error);
    EXPECT_THAT(with(more),
                ElementsAre("Invalid Action error. Error: " + error + ", Path: Actions[0]"));
  }
}

const std::string k_menu = R"("Text":"x","StoreInput":"False","InputTimeLimitSeconds":"5")";
const std::string k_store =
    R"("Text":"x","StoreInput":"True","InputTimeLimitSeconds":"5","InputValidation":{"CustomValidation":{"MaximumLength":"5"}})";
const std::string k_phone =
    R"("Text":"x","StoreInput":"True","InputTimeLimitSeconds":"5","InputValidation":{"PhoneNumberValidation":{"NumberFormat":"E164"}})";
const std::string k_third =
    R"("ThirdPartyPhoneNumber":"+15555550123","ThirdPartyConnectionTimeLimitSeconds":"30","ContinueFlowExecution":)";

INSTANTIATE_TEST_SUITE_P(
    Types, Branches,
    testing::Values(
        ErrorCase{
            "MessageParticipant", k_text, "", {}, {"NoMatchingError"}, {"NoMatchingCondition"}},
        ErrorCase{"MessageParticipantIteratively",
                  R"("Messages":[{"Text":"x"}])",
                  "",
                  {},
                  {"NoMatchingError"},
                  {"TimeLimitExceeded"}},
        ErrorCase{"GetParticipantInput",
                  k_menu,
                  conditions({{"Equals", "1"}}),
                  {"NoMatchingCondition", "InputTimeLimitExceeded", "NoMatchingError"},
                  {},
                  {"InvalidPhoneNumber"}},
        ErrorCase{"GetParticipantInput",
                  k_store,
                  "",
                  {"NoMatchingError"},
                  {},
                  {"InputTimeLimitExceeded", "InvalidPhoneNumber", "NoMatchingCondition"}},
        ErrorCase{"GetParticipantInput",
                  k_phone,
                  "",
                  {"NoMatchingError"},
                  {"InvalidPhoneNumber"},
                  {"InputTimeLimitExceeded"}},
        ErrorCase{"TransferParticipantToThirdParty",
                  k_third + "\"True\"",
                  "",
                  {"CallFailed", "ConnectionTimeLimitExceeded"},
                  {"NoMatchingError"},
                  {"TimeLimitExceeded"}},
        ErrorCase{"TransferParticipantToThirdParty",
                  k_third + "\"False\"",
                  "",
                  {},
                  {"NoMatchingError"},
                  {"CallFailed", "ConnectionTimeLimitExceeded"}},
        ErrorCase{"TransferContactToQueue",
                  "",
                  "",
                  {"QueueAtCapacity", "NoMatchingError"},
                  {},
                  {"NoMatchingCondition"}},
        ErrorCase{"Compare",
                  R"("ComparisonValue":"$.Attributes.x")",
                  conditions({{"KeyExists", "x"}}),
                  {"NoMatchingCondition"},
                  {},
                  {"NoMatchingError"}},
        ErrorCase{"UpdateContactRecordingBehavior",
                  R"("RecordingBehavior":{"RecordedParticipants":[]})",
                  "",
                  {},
                  {},
                  {"NoMatchingError"}},
        ErrorCase{"UpdateContactRoutingBehavior",
                  R"("QueuePriority":"1")",
                  "",
                  {},
                  {},
                  {"NoMatchingError"}},
        ErrorCase{"UpdateFlowLoggingBehavior",
                  R"("FlowLoggingBehavior":"Enabled")",
                  "",
                  {},
                  {},
                  {"NoMatchingError"}},
        ErrorCase{"UpdateContactRecordingAndAnalyticsBehavior",
                  R"("VoiceBehavior":{"x":"y"})",
                  "",
                  {"NoMatchingError", "ChannelMismatch"},
                  {},
                  {"InFlightRedactionConfigurationFailed"}},
        ErrorCase{"UpdateContactRecordingAndAnalyticsBehavior",
                  R"("ChatBehavior":{"x":"y"})",
                  "",
                  {"NoMatchingError", "ChannelMismatch", "InFlightRedactionConfigurationFailed"},
                  {},
                  {}},
        ErrorCase{"CheckMetricData",
                  R"("MetricType":"NumberOfAgentsStaffed")",
                  conditions({{"NumberGreaterThan", "0"}}),
                  {"NoMatchingError", "NoMatchingCondition"},
                  {},
                  {"TimeLimitExceeded"}},
        ErrorCase{"CheckHoursOfOperation",
                  "",
                  conditions({{"Equals", "True"}, {"Equals", "False"}}),
                  {"NoMatchingError"},
                  {},
                  {"NoMatchingCondition"}},
        ErrorCase{"Wait",
                  R"("TimeLimitSeconds":"900","Events":["CustomerReturned"])",
                  conditions({{"Equals", "WaitCompleted"}}),
                  {},
                  {"NoMatchingError", "ParticipantNotFound"},
                  {"TimeLimitExceeded"}},
        ErrorCase{"UntagContact",
                  R"("TagKeys":["a"])",
                  "",
                  {"NoMatchingError"},
                  {},
                  {"NoMatchingCondition"}},
        ErrorCase{"CreateCase",
                  R"("CaseTemplateId":"$.Attributes.t","LinkContactToCase":"true")",
                  "",
                  {"NoMatchingError", "ContactNotLinked"},
                  {},
                  {"NoneFound"}},
        ErrorCase{"CreateCase",
                  R"("CaseTemplateId":"$.Attributes.t","LinkContactToCase":"false")",
                  "",
                  {"NoMatchingError"},
                  {"ContactNotLinked"},
                  {}},
        ErrorCase{"GetCustomerProfile",
                  R"("ProfileRequestData":{"a":"b"})",
                  "",
                  {"MultipleFoundError", "NoneFoundError", "NoMatchingError"},
                  {},
                  {"MultipleFound"}},
        ErrorCase{"UpdateContactCallbackNumber",
                  R"("CallbackNumber":"$.StoredCustomerInput")",
                  "",
                  {"InvalidCallbackNumber", "CallbackNumberNotDialable"},
                  {},
                  {"NoMatchingError"}}));

TEST_F(ContentTest, InAnAgentTransferAThirdPartyCallHasNoFailureBranches) {
  const std::string parameters = k_third + "\"True\"";
  EXPECT_THAT(of("TransferParticipantToThirdParty", parameters, "", "AGENT_TRANSFER"), IsEmpty());
  EXPECT_THAT(
      of("TransferParticipantToThirdParty", parameters, errors({"CallFailed"}), "AGENT_TRANSFER"),
      ElementsAre("Invalid Action error. Error: CallFailed, Path: Actions[0]"));
}

TEST_F(ContentTest, ConditionsStandOnlyWhereATypeHasThem) {
  EXPECT_THAT(of("MessageParticipant", k_text, conditions({{"Equals", "1"}})),
              ElementsAre("Action does not support conditions. Path: Actions[0]"));
  EXPECT_THAT(of("MessageParticipant", k_text, R"("Conditions":[])"), IsEmpty());
  EXPECT_THAT(of("GetParticipantInput", k_store,
                 errors({"NoMatchingError"}) + "," + conditions({{"Equals", "1"}})),
              ElementsAre("Action does not support conditions. Path: Actions[0]"));
}

TEST_F(ContentTest, ConditionsHaveOneOperandAndAKnownOperator) {
  const std::string problem =
      "Invalid Action property value. Path: Actions[0].Transitions.Conditions";
  const auto compare = [&](const std::string& list) {
    return of("Compare", R"("ComparisonValue":"$.Attributes.x")",
              errors({"NoMatchingCondition"}) + "," + list);
  };
  for (const std::string op : {"And", "Or", "Not", "NumberEquals", "StartsWith", "Contains", ""}) {
    EXPECT_THAT(compare(conditions({{op, "a"}})), ElementsAre(problem)) << op;
  }
  for (const std::string op :
       {"Equals", "TextStartsWith", "TextEndsWith", "TextContains", "NumberGreaterThan",
        "NumberGreaterOrEqualTo", "NumberLessThan", "NumberLessOrEqualTo", "KeyExists"}) {
    EXPECT_THAT(compare(conditions({{op, "a"}})), IsEmpty()) << op;
  }
  EXPECT_THAT(
      compare(
          R"("Conditions":[{"NextAction":"end","Condition":{"Operator":"Equals","Operands":["a","b"]}}])"),
      ElementsAre(problem));
  EXPECT_THAT(compare(R"("Conditions":[{"NextAction":"end"}])"), ElementsAre(problem));
}

TEST_F(ContentTest, SomeTypesAskForCertainConditions) {
  const std::string missing = "Action is missing required property. Path: Transitions.Conditions";
  const std::string wrong =
      "Invalid Action property value. Path: Actions[0].Transitions.Conditions";
  EXPECT_THAT(of("CheckHoursOfOperation", "", errors({"NoMatchingError"})), ElementsAre(missing));
  EXPECT_THAT(of("CheckHoursOfOperation", "",
                 errors({"NoMatchingError"}) + "," + conditions({{"Equals", "True"}})),
              ElementsAre(wrong));
  EXPECT_THAT(of("Loop", R"("LoopCount":"3")"), ElementsAre(missing));
  EXPECT_THAT(
      of("CheckMetricData", R"("MetricType":"NumberOfAgentsOnline")",
         errors({"NoMatchingError", "NoMatchingCondition"}) + "," + conditions({{"Equals", "0"}})),
      ElementsAre(wrong));
  EXPECT_THAT(of("CheckMetricData", R"("MetricType":"NumberOfContactsInQueue")",
                 errors({"NoMatchingError", "NoMatchingCondition"}) + "," +
                     conditions({{"NumberLessOrEqualTo", "12"}})),
              IsEmpty());
  EXPECT_THAT(of("DistributeByPercentage", "",
                 errors({"NoMatchingCondition"}) + "," + conditions({{"Equals", "12"}})),
              ElementsAre(wrong));
  EXPECT_THAT(of("GetParticipantInput", k_menu,
                 errors({"NoMatchingCondition", "InputTimeLimitExceeded", "NoMatchingError"}) +
                     "," + conditions({{"Equals", "12"}})),
              ElementsAre(wrong));
}

// Modules

TEST_F(ContentTest, ModuleContentNeedsSettingsAndFlowContentMustNotHaveThem) {
  const std::string module =
      R"({"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}]})";
  EXPECT_EQ(run(module, "MODULE").invalid_request,
            "JSON field is missing or null for field name: settings");
  EXPECT_FALSE(run(module, "MODULE").ok());
  std::string with = module;
  with.insert(with.size() - 1,
              R"(,"Settings":{"InputParameters":[],"OutputParameters":[],"Transitions":[]})");
  EXPECT_TRUE(run(with, "MODULE").ok());
  std::string null = module;
  null.insert(null.size() - 1, R"(,"Settings":null)");
  EXPECT_FALSE(run(null, "MODULE").invalid_request.empty());
  std::string flow = document(action("MessageParticipant", k_text));
  flow.insert(flow.size() - 1, R"(,"Settings":{})");
  EXPECT_THAT(problems(flow), ElementsAre("Invalid property name. Path: Settings"));
}

// Robustness

TEST_F(ContentTest, AnyCutOfADocumentIsJudgedWithoutACrash) {
  const std::string text =
      document(action("GetParticipantInput", k_menu,
                      errors({"NoMatchingCondition", "InputTimeLimitExceeded", "NoMatchingError"}) +
                          "," + conditions({{"Equals", "1"}})));
  ASSERT_THAT(problems(text), IsEmpty());
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(problems(text.substr(0, size)).empty()) << size;
  }
}

TEST_F(ContentTest, AnyMemberOfAnyOtherTypeIsJudgedWithoutACrash) {
  const std::string text = document(action(
      "ShowView",
      R"("ViewResource":{"Id":"form"},"InvocationTimeLimitSeconds":"400","ViewData":{"a":"b"})",
      errors({"NoMatchingCondition", "NoMatchingError", "TimeLimitExceeded"}) + "," +
          conditions({{"Equals", "1"}})));
  ASSERT_THAT(problems(text), IsEmpty());
  for (std::size_t at = text.find(':'); at != std::string::npos; at = text.find(':', at + 1)) {
    for (const std::string value : {"null", "7", "[]", "{}", "\"\"", "[null]", "[[]]", "true"}) {
      // The value behind this colon becomes another one, what it was moves to a member of its own.
      problems(text.substr(0, at + 1) + value + ",\"moved\":" + text.substr(at + 1));
    }
  }
}

}  // namespace
}  // namespace flowferry::simulator
