// Each form of reference, one by one; and each thing that looks like one and is none.
#include "flow/references.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowferry::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Why = Unmapped::Why;

const std::string k_instance = "5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15";
const std::string k_i = "arn:aws:connect:us-east-1:111122223333:instance/" + k_instance;
const std::string k_id = "0a1b2c3d-0000-4000-8000-00000000000a";
const std::string k_other = "0a1b2c3d-0000-4000-8000-00000000000b";

Scope scope() {
  Scope out;
  out.instance.id = k_instance;
  out.instance.account = "111122223333";
  out.instance.region = "us-east-1";
  out.instance.arn = k_i;
  out.known_id = [](std::string_view id) -> std::optional<ResourceKind> {
    if (id == k_id) return ResourceKind::contact_flow;
    return std::nullopt;
  };
  return out;
}

ReferenceList find(const std::string& content) {
  const auto document = Document::parse(content);
  EXPECT_TRUE(document) << document.error().message << content;
  return document ? find_references(*document, scope()) : ReferenceList{};
}

std::string flow(const std::string& type, const std::string& parameters,
                 const std::string& entry = "{}") {
  return R"({"Metadata":{"ActionMetadata":{"a":)" + entry +
         R"(}},"Actions":[{"Identifier":"a","Type":")" + type + R"(","Parameters":)" + parameters +
         "}]}";
}

ReferenceList find(const std::string& type, const std::string& parameters,
                   const std::string& entry = "{}") {
  return find(flow(type, parameters, entry));
}

std::string brief(const Reference& r) {
  std::string out(to_string(r.kind));
  out += " " + r.id;
  if (!r.qualifier.empty()) out += " :" + r.qualifier;
  return out;
}

std::vector<std::string> brief(const ReferenceList& list) {
  std::vector<std::string> out;
  for (const Reference& r : list.references) out.push_back(brief(r));
  return out;
}

std::vector<std::pair<Why, std::string>> left(const ReferenceList& list) {
  std::vector<std::pair<Why, std::string>> out;
  for (const Unmapped& u : list.unmapped) out.emplace_back(u.why, u.text);
  return out;
}

std::string quote(const std::string& text) {
  return json::quoted(text);
}

struct Form1 {
  std::string text;
  std::string expected;
};

TEST(Arns, OfEveryKindAreReadWithIdAndQualifier) {
  const std::vector<Form1> forms = {
      {k_i + "/contact-flow/" + k_id, "contact-flow " + k_id},
      {k_i + "/contact-flow/" + k_id + ":$SAVED", "contact-flow " + k_id + " :$SAVED"},
      {k_i + "/contact-flow/" + k_id + ":12", "contact-flow " + k_id + " :12"},
      {k_i + "/flow-module/" + k_id, "flow-module " + k_id},
      {k_i + "/flow-module/" + k_id + ":$LATEST", "flow-module " + k_id + " :$LATEST"},
      {k_i + "/flow-module/" + k_id + ":7", "flow-module " + k_id + " :7"},
      {k_i + "/flow-module/" + k_id + ":" + k_other, "flow-module " + k_id + " :" + k_other},
      {k_i + "/queue/" + k_id, "queue " + k_id},
      {k_i + "/queue/agent/" + k_id, "user " + k_id},
      {k_i + "/agent/" + k_id, "user " + k_id},
      {k_i + "/prompt/" + k_id, "prompt " + k_id},
      {k_i + "/operating-hours/" + k_id, "hours-of-operation " + k_id},
      {k_i + "/transfer-destination/" + k_id, "quick-connect " + k_id},
      {k_i + "/routing-profile/" + k_id, "routing-profile " + k_id},
      {k_i + "/security-profile/" + k_id, "security-profile " + k_id},
      {k_i + "/agent-group/" + k_id, "hierarchy-group " + k_id},
      {k_i + "/agent-state/" + k_id, "agent-status " + k_id},
      {k_i + "/task-template/" + k_id, "task-template " + k_id},
      {k_i + "/view/" + k_id + ":$LATEST", "view " + k_id + " :$LATEST"},
      {k_i + "/data-table/" + k_id + ":$LATEST", "data-table " + k_id + " :$LATEST"},
      {k_i + "/evaluation-form/" + k_id, "evaluation-form " + k_id},
      {k_i + "/email-address/" + k_id, "email-address " + k_id},
      {k_i + "/phone-number/" + k_id, "phone-number " + k_id},
      {k_i + "/something-new/" + k_id, "unknown " + k_id},
      {k_i + "/queue/CENSUS_GENERAL_QUEUE", "queue CENSUS_GENERAL_QUEUE"},
      {k_i, "instance " + k_instance},
      {"arn:aws:connect:us-east-1:111122223333:phone-number/" + k_id, "phone-number " + k_id},
      {"arn:aws:connect:us-east-1:111122223333:traffic-distribution-group/" + k_id,
       "traffic-distribution-group " + k_id},
      {"arn:aws:connect:us-east-1:aws:view/form:1", "view form :1"},
      {"arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/" + k_instance + "/queue/" +
           k_id,
       "queue " + k_id},
      {"arn:aws:lambda:us-east-1:111122223333:function:f", "lambda-function f"},
      {"arn:aws:lambda:eu-west-1:111122223333:function:f:live", "lambda-function f :live"},
      {"arn:aws:lambda:us-east-1:111122223333:function:f:$LATEST", "lambda-function f :$LATEST"},
      {"arn:aws:lambda:us-east-1:111122223333:function:f:3", "lambda-function f :3"},
      {"arn:aws:lambda:$.AwsRegion:111122223333:function:f", "lambda-function f"},
      {"arn:aws:lex:us-east-1:111122223333:bot-alias/GYRMI028ZL/TSTALIASID",
       "lex-v2-bot-alias GYRMI028ZL/TSTALIASID"},
      {"arn:aws:lex:$.AwsRegion:111122223333:bot-alias/GYRMI028ZL/TSTALIASID",
       "lex-v2-bot-alias GYRMI028ZL/TSTALIASID"},
      {"arn:aws:wisdom:us-east-1:111122223333:assistant/" + k_id, "assistant " + k_id},
      {"arn:aws:wisdom:us-east-1:111122223333:ai-agent/" + k_id + "/" + k_other + ":$LATEST",
       "ai-agent " + k_id + "/" + k_other + " :$LATEST"},
      {"arn:aws:cases:us-east-1:111122223333:domain/" + k_id + "/template/" + k_other,
       "case-template " + k_other},
      {"arn:aws:cases:us-east-1:111122223333:domain/" + k_id + "/field/" + k_other,
       "case-field " + k_other},
      {"arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_AbC",
       "cognito-user-pool us-east-1_AbC"},
      {"arn:aws:chime:us-east-1:111122223333:vc/abcdefghij", "voice-connector abcdefghij"},
      {"arn:aws:dynamodb:us-east-1:111122223333:table/t", "unknown table/t"},
  };
  for (const Form1& form : forms) {
    // Whole values, wherever they stand; within longer text; twice; as member names.
    const auto whole = find("AnyType", R"({"Any":{"Thing":)" + quote(form.text) + "}}");
    EXPECT_THAT(brief(whole), ElementsAre(form.expected)) << form.text;
    ASSERT_EQ(whole.references.size(), 1U);
    EXPECT_TRUE(whole.references[0].whole);
    EXPECT_EQ(whole.references[0].form, Form::arn);
    EXPECT_EQ(whole.references[0].text, form.text);
    EXPECT_EQ(whole.references[0].parameter, "Any.Thing");
    EXPECT_EQ(whole.references[0].pointer, "/Actions/0/Parameters/Any/Thing");
    EXPECT_THAT(whole.unmapped, IsEmpty());

    const auto inside =
        find("AnyType", R"({"Text":)" +
                            quote("To " + form.text + ", then <b>" + form.text +
                                  "</b> or {\"x\":\"" + form.text + "\"}. " + form.text + ".") +
                            "}");
    EXPECT_THAT(brief(inside),
                ElementsAre(form.expected, form.expected, form.expected, form.expected))
        << form.text;
    EXPECT_FALSE(inside.references[0].whole);
    EXPECT_EQ(inside.references[0].offset, 3U);
    EXPECT_EQ(inside.references[3].text, form.text);

    const auto key = find("AnyType", "{" + quote(form.text) + ":1}");
    EXPECT_THAT(brief(key), ElementsAre(form.expected)) << form.text;
    EXPECT_TRUE(key.references[0].is_key);

    std::string escaped = form.text;
    for (std::size_t at = 0; (at = escaped.find('/', at)) != std::string::npos; at += 2)
      escaped.insert(at, "\\");
    escaped.replace(escaped.find("arn"), 1, "\\u0061");
    EXPECT_THAT(brief(find("AnyType", R"({"x":")" + escaped + "\"}")), ElementsAre(form.expected))
        << escaped;
  }
}

TEST(Arns, AreFoundInEveryPartOfADocument) {
  const std::string arn = quote(k_i + "/queue/" + k_id);
  const auto list = find(
      R"({"Actions":[{"Identifier":"a","Type":"Compare","Parameters":{"ComparisonValue":"$.Queue.ARN"},
      "Transitions":{"Conditions":[{"NextAction":"a","Condition":{"Operator":"Equals","Operands":[)" +
      arn + R"(]}}]},"Extra":)" + arn + R"(}],
      "Metadata":{"ActionMetadata":{"a":{"conditionMetadata":[{"id":"x","value":)" +
      arn + R"(}]},"gone":{"queue":)" + arn + R"(}},
      "Annotations":[{"content":)" +
      arn + R"(}]},"Settings":{"x":)" + arn + R"(},"_docs":)" + arn + "}");
  std::vector<std::string> places;
  for (const Reference& r : list.references) {
    places.push_back((r.in_metadata ? "M " : "") + r.action + "/" + r.action_type + "/" +
                     r.parameter);
  }
  EXPECT_THAT(places, ElementsAre("a/Compare/Transitions.Conditions[0].Condition.Operands[0]",
                                  "a/Compare/Extra", "M a/Compare/conditionMetadata[0].value",
                                  "M gone//queue", "M //Annotations[0].content", "//Settings.x",
                                  "//_docs"));
}

TEST(Arns, OfOthersAreReportedAndLeft) {
  const std::vector<std::string> foreign = {
      "arn:aws:lambda:us-west-2:613787477748:function:state-lookup",
      "arn:aws:connect:us-east-1:111122223333:instance/" + k_other + "/queue/" + k_id,
      "arn:aws:connect:us-east-1:999988887777:instance/" + k_other,
      "arn:aws:connect:us-east-1:999988887777:phone-number/" + k_id,
      "arn:aws:lex:us-east-1:999988887777:bot-alias/GYRMI028ZL/TSTALIASID",
      "arn:aws:s3:::bucket/key",
  };
  for (const std::string& arn : foreign) {
    const auto list = find("InvokeLambdaFunction", R"({"LambdaFunctionARN":)" + quote(arn) + "}");
    EXPECT_THAT(brief(list), IsEmpty()) << arn;
    EXPECT_THAT(left(list), ElementsAre(std::pair(Why::foreign, arn)));
  }
  EXPECT_EQ(find("X", "{\"x\":" + quote(foreign[1]) + "}").unmapped[0].kind, ResourceKind::queue);
}

TEST(Arns, ThatCannotBeReadAreReported) {
  const std::vector<std::string> templated = {
      "arn:aws:connect:${REGION}:${ACCT_ID}:instance/${INSTANCE_ID}/queue/${Q}",
      "arn:aws:lambda:<<REGION>>:111122223333:function:f",
      "arn:aws:lambda:us-west-2:{ACCOUNT}:function:f",
      "arn:aws:lambda:us-east-1:YOUR_ACCOUNT_ID:function:f",
      "arn:aws:lambda:us-east-1:111122223333:function:${Name}",
      "arn:aws:connect:us-east-1:111122223333:instance/%%INSTANCE%%/queue/x",
      "arn:aws:connect:us-east-1:111122223333:instance/$.Attributes.instance/queue/x",
      "arn:aws:lambda:$['AwsRegion']:111122223333:function:f",
      "arn:aws:lambda:us-east-1",
      "arn:aws:connect:us-east-1:111122223333:instance\\/" + k_instance +
          "\\/queue\\/x",  // JSON in a string.
  };
  for (const std::string& arn : templated) {
    const auto list = find("X", R"({"QueueId":)" + quote(arn) + "}");
    EXPECT_THAT(brief(list), IsEmpty()) << arn;
    ASSERT_EQ(list.unmapped.size(), 1U) << arn;
    EXPECT_EQ(list.unmapped[0].why, Why::unreadable) << arn;
  }
  // In a typed place with the kind that the place takes; "arn:aws" alone only there.
  EXPECT_EQ(find("TransferToFlow", R"({"ContactFlowId":"arn:aws:connect:${X}"})").unmapped[0].kind,
            ResourceKind::contact_flow);
  EXPECT_THAT(left(find("TransferToFlow", R"({"ContactFlowId":"arn:aws"})")),
              ElementsAre(std::pair(Why::unreadable, "arn:aws")));
}

TEST(Arns, AreNotSeenInWords) {
  for (const char* text :
       {"arn:aws", "arn:", "learn:a:b:c:d:e", "yarn:aws:lambda:us-east-1:111122223333:function:f",
        "ARN:AWS:LAMBDA", "arn aws lambda"}) {
    const auto list = find("X", "{\"x\":" + quote(text) + "}");
    EXPECT_THAT(list.references, IsEmpty()) << text;
    EXPECT_THAT(list.unmapped, IsEmpty()) << text;
  }
}

struct TypedCase {
  std::string type;
  std::string parameters;  // With @ for the value.
  std::string kind;
  std::string parameter;
};

TEST(BareIds, CountInTheParametersOfTheTable) {
  const std::vector<TypedCase> cases = {
      {"TransferToFlow", R"({"ContactFlowId":@})", "contact-flow", "ContactFlowId"},
      {"CreateTask", R"({"ContactFlowId":@})", "contact-flow", "ContactFlowId"},
      {"CreateTask", R"({"TaskTemplateId":@})", "task-template", "TaskTemplateId"},
      {"CreateCallbackContact", R"({"QueueId":@})", "queue", "QueueId"},
      {"CreateCallbackContact", R"({"AgentId":@})", "user", "AgentId"},
      {"CreateCallbackContact", R"({"ContactFlowId":@})", "contact-flow", "ContactFlowId"},
      {"StartOutboundChatContact", R"({"ContactFlowArn":@})", "contact-flow", "ContactFlowArn"},
      {"UpdateContactEventHooks", R"({"EventHooks":{"CustomerQueue":@}})", "contact-flow",
       "EventHooks.CustomerQueue"},
      {"UpdateContactEventHooks", R"({"EventHooks":{"HookToCome":@}})", "contact-flow",
       "EventHooks.HookToCome"},
      {"UpdateContactTargetQueue", R"({"QueueId":@})", "queue", "QueueId"},
      {"UpdateContactTargetQueue", R"({"AgentId":@})", "user", "AgentId"},
      {"DequeueContactAndTransferToQueue", R"({"QueueId":@})", "queue", "QueueId"},
      {"CheckMetricData", R"({"QueueId":@})", "queue", "QueueId"},
      {"GetMetricData", R"({"AgentId":@})", "user", "AgentId"},
      {"UpdateContactRoutingCriteria",
       R"({"RoutingCriteria":{"Steps":[{"Expression":{"OrExpression":[{"AttributeCondition":{"MatchCriteria":{"AgentsCriteria":{"AgentIds":[@]}}}}]}}]}})",
       "user",
       "RoutingCriteria.Steps[0].Expression.OrExpression[0].AttributeCondition.MatchCriteria."
       "AgentsCriteria.AgentIds[0]"},
      {"CheckHoursOfOperation", R"({"HoursOfOperationId":@})", "hours-of-operation",
       "HoursOfOperationId"},
      {"MessageParticipant", R"({"PromptId":@})", "prompt", "PromptId"},
      {"MessageParticipantIteratively", R"({"Messages":[{"Text":"x"},{"PromptId":@}]})", "prompt",
       "Messages[1].PromptId"},
      {"GetParticipantInput", R"({"PromptId":@})", "prompt", "PromptId"},
      {"ConnectParticipantWithLexBot", R"({"PromptId":@})", "prompt", "PromptId"},
      {"ShowView", R"({"ViewResource":{"Id":@}})", "view", "ViewResource.Id"},
      {"InvokeFlowModule", R"({"FlowModuleId":@})", "flow-module", "FlowModuleId"},
      {"CreateCase", R"({"CaseTemplateId":@})", "case-template", "CaseTemplateId"},
      {"CreateCase", R"({"CaseRequestFields":{"assigned_queue":@}})", "queue",
       "CaseRequestFields.assigned_queue"},
      {"GetCase", R"({"CaseResponseFields":["title",@]})", "case-field", "CaseResponseFields[1]"},
      {"EvaluateDataTableValues", R"({"DataTableId":@})", "data-table", "DataTableId"},
      {"GetParticipantInput", R"({"InputEncryption":{"EncryptionKeyId":@}})", "security-key",
       "InputEncryption.EncryptionKeyId"},
  };
  for (const TypedCase& c : cases) {
    const auto with = [&](const std::string& value) {
      std::string parameters = c.parameters;
      return find(c.type, parameters.replace(parameters.find('@'), 1, quote(value)));
    };
    const auto plain = with(k_other);
    EXPECT_THAT(brief(plain), ElementsAre(c.kind + " " + k_other)) << c.type;
    ASSERT_EQ(plain.references.size(), 1U);
    EXPECT_EQ(plain.references[0].form, Form::id);
    EXPECT_TRUE(plain.references[0].typed);
    EXPECT_EQ(plain.references[0].parameter, c.parameter);
    EXPECT_THAT(brief(with(k_other + ":$LATEST")),
                ElementsAre(c.kind + " " + k_other + " :$LATEST"));
    EXPECT_THAT(brief(with(k_other + ":7")), ElementsAre(c.kind + " " + k_other + " :7"));
    EXPECT_THAT(left(with(k_other)), IsEmpty());
    if (c.kind == "case-field") continue;  // System fields are words.
    EXPECT_THAT(left(with("$.Attributes.x")),
                ElementsAre(std::pair(Why::dynamic, "$.Attributes.x")))
        << c.type;
    EXPECT_THAT(left(with("$['Attributes']['x']")),
                ElementsAre(std::pair(Why::dynamic, "$['Attributes']['x']")));
    EXPECT_THAT(left(with("")), ElementsAre(std::pair(Why::empty, "")));
    EXPECT_THAT(left(with("${Template}")), ElementsAre(std::pair(Why::unreadable, "${Template}")))
        << c.type;
    EXPECT_EQ(with("${Template}").unmapped[0].parameter, c.parameter);
    EXPECT_EQ(std::string(to_string(with("").unmapped[0].kind)), c.kind);
    if (c.kind == "view" || c.kind == "security-key") continue;  // Words are fine there.
    EXPECT_THAT(left(with("SELECT ONE")), ElementsAre(std::pair(Why::empty, "SELECT ONE")));
    EXPECT_THAT(left(with("BasicQueue")), ElementsAre(std::pair(Why::unreadable, "BasicQueue")));
  }
}

TEST(BareIds, CountInFreePlacesOnlyWhereTheInventoryKnowsThem) {
  const auto attributes =
      find("UpdateContactAttributes", R"({"Attributes":{"DefaultFlowForAgentUI":)" + quote(k_id) +
                                          R"(,"x":)" + quote(k_other) + R"(,"y":)" +
                                          quote(k_id + ":$LATEST") + "}}");
  EXPECT_THAT(brief(attributes),
              ElementsAre("contact-flow " + k_id, "contact-flow " + k_id + " :$LATEST"));
  EXPECT_FALSE(attributes.references[0].typed);
  EXPECT_EQ(attributes.references[0].parameter, "Attributes.DefaultFlowForAgentUI");
  // In flow attributes, view data, operands, annotations, notes and member names too.
  const auto list = find(
      R"({"Actions":[{"Identifier":"a","Type":"T","Parameters":{"FlowAttributes":{"f":{"Value":")" +
      k_id + R"("}},"ViewData":{"l":[")" + k_id + R"("]},")" + k_id + R"(":1},
      "Transitions":{"Conditions":[{"Condition":{"Operands":[")" +
      k_id + R"("]}}]}}],"Metadata":{"Annotations":[{"content":")" + k_id +
      R"("}],"ActionMetadata":{"a":{"conditionMetadata":[{"value":")" + k_id + R"("}]}}}})");
  EXPECT_EQ(list.references.size(), 6U);
}

TEST(BareIds, OfActionsAreNeverReferences) {
  // One id everywhere, which the inventory knows as a flow.
  const auto list = find(
      R"({"StartAction":"@","Actions":[{"Identifier":"@","Type":"MessageParticipant","Parameters":{},
      "Transitions":{"NextAction":"@","Errors":[{"NextAction":"@","ErrorType":"NoMatchingError"}],
      "Conditions":[{"NextAction":"@","Condition":{"Operator":"Equals","Operands":["1"]}}]}}],
      "Metadata":{"ActionMetadata":{"@":{"children":["@"],"fragments":{"SetContactData":"@"},"conditionMetadata":[{"id":"@","value":"1"}]}},
      "Annotations":[{"id":"@","actionId":"@"}]}})");
  EXPECT_THAT(list.references, IsEmpty());
  std::string content =
      R"({"StartAction":"@","Actions":[{"Identifier":"@","Transitions":{"NextAction":"@"}}],"Metadata":{"ActionMetadata":{"@":{"children":["@"]}}}})";
  for (std::size_t at = 0; (at = content.find('@', at)) != std::string::npos;)
    content.replace(at, 1, k_id);
  EXPECT_THAT(find(content).references, IsEmpty());
}

TEST(BareIds, WithoutAnInventoryFreePlacesAreSearchedForArnsOnly) {
  const auto document =
      *Document::parse(flow("T", R"({"x":")" + k_id + R"(","y":")" + k_i + R"(/queue/q"})"));
  Scope without = scope();
  without.known_id = {};
  EXPECT_THAT(brief(find_references(document, without)), ElementsAre("queue q"));
}

TEST(Instance, IsAReferenceByItsBareIdAndInText) {
  const auto list =
      find("UpdateContactAttributes", R"({"Attributes":{"instance":")" + k_instance +
                                          R"(","url":"https://x/)" + k_instance + R"(/y"}})");
  EXPECT_THAT(brief(list), ElementsAre("instance " + k_instance, "instance " + k_instance));
  EXPECT_EQ(list.references[1].offset, 10U);
  EXPECT_FALSE(list.references[1].whole);
}

TEST(Cases, CustomFieldsAreReferencesAndSystemFieldsAreNot) {
  const auto list =
      find("CreateCase",
           R"({"CaseRequestFields":{")" + k_id + R"(":"v","title":"t","status":"$.Case.)" +
               k_other + R"("},"Text":"$.Case.title and $.Case.)" + k_other + "\"}",
           R"({"requestFieldsOptions":{")" + k_id +
               R"(":"Reason","title":"Title"},"requiredFieldsOptions":["title",")" + k_id + "\"]}");
  EXPECT_THAT(brief(list),
              ElementsAre("case-field " + k_id, "case-field " + k_id, "case-field " + k_id,
                          "case-field " + k_other, "case-field " + k_other));
  EXPECT_TRUE(list.references[2].is_key);
  EXPECT_THAT(list.unmapped, IsEmpty());
}

TEST(Views, OfAwsByWordAreNoReferences) {
  const auto list = find("ShowView", R"({"ViewResource":{"Id":"form","Version":"Latest"}})");
  EXPECT_THAT(list.references, IsEmpty());
  EXPECT_THAT(list.unmapped, IsEmpty());
}

TEST(Names, OfLexV1BotsComeWithTheirRegion) {
  const auto document =
      *Document::parse(flow("ConnectParticipantWithLexBot",
                            R"({"LexBot":{"Name":"Bot","Region":"us-east-1","Alias":"$LATEST"}})"));
  const auto list = find_references(document, scope());
  EXPECT_THAT(brief(list), ElementsAre("lex-v1-bot Bot"));
  EXPECT_EQ(list.references[0].form, Form::name);
  EXPECT_EQ(document.text(list.references[0].region_node), "us-east-1");
  EXPECT_EQ(
      find("ConnectParticipantWithLexBot", R"({"LexBot":{"Name":"Bot","Region":"$.AwsRegion"}})")
          .references[0]
          .region_node,
      json::k_none);
}

TEST(Names, OfEmailAddressesAndClaimedNumbersAreReferences) {
  EXPECT_THAT(
      brief(find(
          "StartOutboundEmailContact",
          R"({"FromEmailAddress":{"EmailAddress":"desk@example.com"},"DestinationEmailAddress":"a@example.com"})")),
      ElementsAre("email-address desk@example.com"));
  const char* const number =
      R"({"CallerId":{"Number":"+81312345678"},"ThirdPartyPhoneNumber":"+12065550100"})";
  EXPECT_THAT(brief(find("TransferParticipantToThirdParty", number,
                         R"({"parameters":{"CallerId":{"Number":{"inputOption":"claimed"}}}})")),
              ElementsAre("phone-number +81312345678"));
  EXPECT_THAT(
      brief(find("TransferParticipantToThirdParty", number, R"({"callerIdSource":"claimed"})")),
      ElementsAre("phone-number +81312345678"));
  EXPECT_THAT(brief(find("CreateCallbackContact", R"({"CallerId":"+81312345678"})",
                         R"({"callerIdSource":"claimed"})")),
              ElementsAre("phone-number +81312345678"));
  EXPECT_THAT(find("TransferParticipantToThirdParty", number).references, IsEmpty());
  EXPECT_THAT(find("TransferParticipantToThirdParty", number).unmapped, IsEmpty());
}

/// The display names of the reference which stands at `pointer`, as "text" or "text (part)".
std::vector<std::string> shown(const std::string& content, const std::string& pointer) {
  const auto document = *Document::parse(content);
  std::vector<std::string> out;
  for (const Reference& r : find_references(document, scope()).references) {
    if (r.pointer != pointer) continue;
    for (const DisplayName& d : r.display_names) {
      out.push_back(document.text(d.node) + (d.part == DisplayName::Part::whole ? ""
                                             : d.part == DisplayName::Part::before_slash
                                                 ? " (bot)"
                                                 : " (alias)"));
    }
  }
  return out;
}

TEST(DisplayNames, AreFoundAtTheMirroredPathAndInTheOldStyle) {
  const std::string queue = k_i + "/queue/" + k_id;
  const std::string at = "/Actions/0/Parameters/";
  EXPECT_THAT(
      shown(flow("UpdateContactTargetQueue", R"({"QueueId":")" + queue + "\"}",
                 R"({"parameters":{"QueueId":{"displayName":"new"}},"queue":{"text":"old"}})"),
            at + "QueueId"),
      ElementsAre("new", "old"));
  EXPECT_THAT(shown(flow("UpdateContactTargetQueue", R"({"QueueId":")" + queue + "\"}",
                         R"({"queue":"plain"})"),
                    at + "QueueId"),
              ElementsAre("plain"));
  EXPECT_THAT(shown(flow("UpdateContactTargetQueue", R"({"AgentId":")" + k_other + "\"}",
                         R"({"queue":{"text":"agent"}})"),
                    at + "AgentId"),
              ElementsAre("agent"));
  // With an id beside it, the text belongs to that id.
  const std::string both = flow("UpdateContactTargetQueue", R"({"QueueId":")" + queue + "\"}",
                                R"({"queue":{"id":")" + queue + R"(","text":"old"}})");
  EXPECT_THAT(shown(both, at + "QueueId"), IsEmpty());
  EXPECT_THAT(shown(both, "/Metadata/ActionMetadata/a/queue/id"), ElementsAre("old"));
  EXPECT_THAT(shown(flow("TransferToFlow", R"({"ContactFlowId":")" + k_other + "\"}",
                         R"({"ContactFlow":{"text":"capital"}})"),
                    at + "ContactFlowId"),
              ElementsAre("capital"));
  EXPECT_THAT(
      shown(
          flow(
              "UpdateContactEventHooks", R"({"EventHooks":{"CustomerQueue":")" + k_other + "\"}}",
              R"({"contactFlow":{"text":"small"},"parameters":{"EventHooks":{"CustomerQueue":{"displayName":"new"}}}})"),
          at + "EventHooks/CustomerQueue"),
      ElementsAre("new", "small"));
  EXPECT_THAT(
      shown(
          flow(
              "InvokeFlowModule", R"({"FlowModuleId":")" + k_other + ":$LATEST\"}",
              R"({"contactFlowModuleName":"M","parameters":{"FlowModuleId":{"displayName":"M2","Alias":{"displayName":"$LATEST"}}}})"),
          at + "FlowModuleId"),
      ElementsAre("M2", "M"));
  EXPECT_THAT(shown(flow("CheckHoursOfOperation", R"({"HoursOfOperationId":")" + k_other + "\"}",
                         R"({"Hours":{"id":"","text":"H"}})"),
                    at + "HoursOfOperationId"),
              ElementsAre("H"));
  EXPECT_THAT(shown(flow("MessageParticipant", R"({"PromptId":")" + k_other + "\"}",
                         R"({"promptName":"Beep.wav"})"),
                    at + "PromptId"),
              ElementsAre("Beep.wav"));
  EXPECT_THAT(
      shown(
          flow(
              "MessageParticipantIteratively",
              R"({"Messages":[{"Text":"x"},{"PromptId":")" + k_other + "\"}]}",
              R"({"audio":[{"text":"x"},{"prompt":{"text":"P"}}],"parameters":{"Messages":[null,{"PromptId":{"displayName":"Q"}}]}})"),
          at + "Messages/1/PromptId"),
      ElementsAre("Q", "P"));
  EXPECT_THAT(shown(flow("CreateCase", R"({"CaseTemplateId":")" + k_other + "\"}",
                         R"({"templateName":"T"})"),
                    at + "CaseTemplateId"),
              ElementsAre("T"));
}

TEST(DisplayNames, OfLexBotsTellBotAndAlias) {
  const std::string arn = "arn:aws:lex:us-east-1:111122223333:bot-alias/GYRMI028ZL/TSTALIASID";
  const std::string content = flow(
      "ConnectParticipantWithLexBot", R"({"LexV2Bot":{"AliasArn":")" + arn + "\"}}",
      R"({"lexV2BotName":"Bot","lexV2BotAliasName":"Alias","LexV2Bot":{"id":")" + arn +
          R"(","text":"Bot"},"parameters":{"LexV2Bot":{"AliasArn":{"displayName":"Alias","lexV2BotName":"Bot"}}}})");
  EXPECT_THAT(shown(content, "/Actions/0/Parameters/LexV2Bot/AliasArn"),
              ElementsAre("Alias (alias)", "Bot (bot)", "Bot (bot)", "Alias (alias)"));
  EXPECT_THAT(shown(content, "/Metadata/ActionMetadata/a/LexV2Bot/id"), ElementsAre("Bot (bot)"));
}

TEST(DisplayNames, AreNeitherEmptyNorDynamicNorReferencesThemselves) {
  const std::string at = "/Actions/0/Parameters/QueueId";
  for (const char* entry : {R"({"parameters":{"QueueId":{"displayName":""}}})",
                            R"({"parameters":{"QueueId":{"displayName":null}}})",
                            R"({"queue":"$.Attributes.q"})", R"({"queue":"arn:aws:connect:x"})",
                            R"({"queue":{"text":7}})", R"({"parameters":7})", "[]", "null"}) {
    EXPECT_THAT(
        shown(flow("UpdateContactTargetQueue", R"({"QueueId":")" + k_other + "\"}", entry), at),
        IsEmpty())
        << entry;
  }
}

TEST(References, CarryTheirPlaceForPeople) {
  const auto list = find(
      "ConnectParticipantWithLexBot",
      R"({"LexSessionAttributes":{"x-amz-lex:q-in-connect:ai-agent-arn":"arn:aws:wisdom:us-east-1:111122223333:ai-agent/a/b:$LATEST"}})");
  ASSERT_EQ(list.references.size(), 1U);
  const Reference& r = list.references[0];
  EXPECT_TRUE(r.typed);
  EXPECT_EQ(r.action, "a");
  EXPECT_EQ(r.action_type, "ConnectParticipantWithLexBot");
  EXPECT_EQ(r.parameter, R"(LexSessionAttributes["x-amz-lex:q-in-connect:ai-agent-arn"])");
  EXPECT_EQ(r.pointer,
            "/Actions/0/Parameters/LexSessionAttributes/x-amz-lex:q-in-connect:ai-agent-arn");
}

TEST(References, AreFoundInOddDocumentsWithoutFailing) {
  for (
      const char* content :
      {R"({"Actions":{"QueueId":"x"},"Metadata":[]})",
       R"({"Actions":[],"Metadata":{"ActionMetadata":[{}]}})",
       R"({"Actions":[[],null,{"Parameters":[]},{"Transitions":[],"Parameters":{"Messages":{}}}]})",
       R"({"Actions":[{"Type":"MessageParticipantIteratively","Parameters":{"Messages":[7,null,{"PromptId":[]}]}}]})",
       R"({"Version":"x","Metadata":{"Annotations":7,"ActionMetadata":{"a":7,"b":{"conditionMetadata":{},"audio":[7]}}}})"}) {
    EXPECT_THAT(find(content).references, IsEmpty()) << content;
  }
}

}  // namespace
}  // namespace flowferry::flow
