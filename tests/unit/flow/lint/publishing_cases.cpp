// What publishing refuses.
#include "cases.h"

namespace flowferry::testing {
namespace {

const std::string k_end = block("end", "DisconnectParticipant", "{}");
const std::string k_say = R"({"Text":"hello"})";
const std::string k_settings =
    R"(,"Settings":{"InputParameters":[],"OutputParameters":[],"Transitions":[]})";

/// A flow of these blocks and an end.
Snapshot one(const std::string& blocks, const std::string& more = {}) {
  return environment({main_flow(document(blocks + "," + k_end, more))});
}

Snapshot of_type(const std::string& type, const std::string& blocks) {
  return environment({flow_of_type("main", type, document(blocks))});
}

std::string message(const std::string& parameters) {
  return block("a", "MessageParticipant", parameters, "end");
}

std::string attributes(const std::string& attributes) {
  return block("a", "UpdateContactAttributes", R"({"Attributes":)" + attributes + "}", "end",
               {{"NoMatchingError", "end"}});
}

std::string compare(const std::string& condition) {
  return R"({"Identifier":"a","Type":"Compare","Parameters":{"ComparisonValue":"$.Attributes.x"},"Transitions":{"NextAction":"end","Errors":[{"NextAction":"end","ErrorType":"NoMatchingCondition"}],"Conditions":[{"NextAction":"end","Condition":)" +
         condition + "}]}}";
}

std::string hours(const std::vector<To>& conditions) {
  return block("a", "CheckHoursOfOperation", "{}", "end", {{"NoMatchingError", "end"}}, conditions);
}

std::string hook(const std::string& parameters) {
  return block("a", "UpdateContactEventHooks", parameters, "end", {{"NoMatchingError", "end"}});
}

std::string target(const std::string& queue) {
  return block("a", "UpdateContactTargetQueue", R"({"QueueId":")" + queue + "\"}", "end",
               {{"NoMatchingError", "end"}});
}

std::string transfer(const std::string& flow) {
  return block("a", "TransferToFlow", R"({"ContactFlowId":")" + flow_arn(flow) + "\"}", "end",
               {{"NoMatchingError", "end"}});
}

std::string lambda(const std::string& more) {
  return block("a", "InvokeLambdaFunction", R"({"LambdaFunctionARN":"$.Attributes.f")" + more + "}",
               "end", {{"NoMatchingError", "end"}});
}

std::string many(std::size_t count) {
  std::string out = message(k_say);
  for (std::size_t i = 0; i < count; ++i) {
    out += "," + block("n" + std::to_string(i), "MessageParticipant", k_say, "end");
  }
  return out;
}

std::string tags(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += (i > 0 ? ",\"" : "\"") + std::to_string(i) + R"(":"x")";
  }
  return block("a", "TagContact", R"({"Tags":{)" + out + "}}", "end", {{"NoMatchingError", "end"}});
}

const std::string k_module_end = block("a", "EndFlowModuleExecution", "{}");

Snapshot module_call(const std::string& input) {
  Flow module = module_of("ask", document(k_module_end, k_settings),
                          R"({"input":{"schema":{"properties":{"language":{}}}}})");
  return environment(
      {main_flow(document(block("a", "InvokeFlowModule",
                                R"({"FlowModuleId":")" + std::string(k_instance_arn) +
                                    R"(/flow-module/ask","Input":{")" + input + R"(":"ja"}})",
                                "end", {{"NoMatchingError", "end"}}) +
                          "," + k_end)),
       std::move(module)});
}

Snapshot with_content(const std::string& content) {
  return environment({main_flow(content)});
}

Snapshot two_flows(const std::string& content, const std::string& other_type) {
  return environment(
      {main_flow(content),
       flow_of_type("other", other_type,
                    document(k_end + "," + block("a", "MessageParticipant", k_say, "end")))});
}

Snapshot named(std::size_t length) {
  Flow flow = main_flow(document(message(k_say) + "," + k_end));
  flow.name.clear();
  for (std::size_t i = 0; i < length; ++i) flow.name += "\xE6\xA1\x88";
  return environment({std::move(flow)});
}

std::string sized(std::size_t characters) {
  const std::string empty = document(message(R"({"Text":"x"})") + "," + k_end);
  std::string content = empty;
  content.insert(content.find(R"(x"})"), std::string(characters - empty.size(), 'y'));
  return content;
}

constexpr auto E = Severity::error;
constexpr auto W = Severity::warning;

}  // namespace

std::vector<Case> publishing_cases() {
  const std::string ok = message(k_say);
  return {
      {"action-incomplete", E, "/Actions/0",
       one(R"({"Identifier":"a","Parameters":{},"Transitions":{"NextAction":"end"}})"), one(ok)},
      {"action-incomplete", W, "/Actions/0",
       with_content(document(R"({"Identifier":"a","Type":"DisconnectParticipant"})")),
       with_content(document(block("a", "DisconnectParticipant", "{}")))},
      {"condition-invalid", E, "/Actions/0/Transitions/Conditions/0",
       one(compare(R"({"Operator":"And","Operands":["1"]})")),
       one(compare(R"({"Operator":"KeyExists","Operands":["1"]})"))},
      {"condition-invalid", E, "/Actions/0/Transitions/Conditions/0",
       one(compare(R"({"Operator":"Equals","Operands":["1","2"]})")),
       one(compare(R"({"Operator":"Equals","Operands":["1"]})"))},
      {"condition-missing", W, "/Actions/0/Transitions/Conditions", one(hours({{"True", "end"}})),
       one(hours({{"True", "end"}, {"False", "end"}}))},
      {"condition-refused", E, "/Actions/0/Transitions/Conditions",
       one(block("a", "MessageParticipant", k_say, "end", {}, {{"1", "end"}})), one(ok)},
      {"error-refused", E, "/Actions/0/Transitions/Errors/0",
       one(block("a", "UpdateFlowLoggingBehavior", R"({"FlowLoggingBehavior":"Enabled"})", "end",
                 {{"NoMatchingError", "end"}})),
       one(block("a", "UpdateFlowLoggingBehavior", R"({"FlowLoggingBehavior":"Enabled"})", "end"))},
      {"error-refused", W, "/Actions/0/Transitions/Errors/0",
       one(block("a", "MessageParticipant", k_say, "end", {{"QueueAtCapacity", "end"}})),
       one(block("a", "MessageParticipant", k_say, "end", {{"NoMatchingError", "end"}}))},
      {"error-required", E, "/Actions/0",
       one(block("a", "TagContact", R"({"Tags":{"x":"y"}})", "end")), one(tags(1))},
      {"flow-settings", W, "/Settings", one(ok, k_settings),
       environment({module_of("m", document(k_module_end, k_settings))})},
      {"hook-config", W, "/Actions/0/Parameters/EventHooksConfiguration",
       one(hook(
           R"({"EventHooks":{"CustomerQueue":"$.Attributes.f"},"EventHooksConfiguration":{}})")),
       one(hook(R"({"EventHooks":{"CustomerQueue":"$.Attributes.f"}})"))},
      {"hook-unknown", W, "/Actions/0/Parameters/EventHooks/OnHold",
       one(hook(R"({"EventHooks":{"OnHold":"$.Attributes.f"}})")),
       one(hook(R"({"EventHooks":{"CustomerHold":"$.Attributes.f"}})"))},
      {"hook-unknown", W, "/Actions/0/Parameters/EventHooks",
       one(hook(
           R"({"EventHooks":{"CustomerHold":"$.Attributes.f","AgentHold":"$.Attributes.f"}})")),
       one(hook(R"({"EventHooks":{"AgentHold":"$.Attributes.f"}})"))},
      {"id-duplicate", E, "/Actions/1", one(ok + "," + ok),
       one(ok + "," + block("A", "MessageParticipant", k_say, "end"))},
      {"id-illegal", W, "/Actions/1",
       one(ok + "," + block("b;", "MessageParticipant", k_say, "end")),
       one(ok + "," + block("b \xE6\xA1\x88 yes", "MessageParticipant", k_say, "end"))},
      {"json-duplicate-key", E, "/Actions/0/Parameters/Text",
       one(message(R"({"Text":"1","Text":"2"})")), one(message(R"({"Text":"1","text":"2"})"))},
      {"legacy-export", E, "", with_content(R"({"modules":[],"start":"a","version":"1"})"),
       with_content(document(block("a", "DisconnectParticipant", "{}"), R"(,"modules":[])"))},
      {"module-contract", E, "/Actions/0/Parameters/Input/tongue", module_call("tongue"),
       module_call("language")},
      {"module-contract", E, "/Actions/0/Parameters/Result",
       environment({module_of(
           "m", document(block("a", "EndFlowModuleExecution", R"({"Result":"No"})"), k_settings),
           R"({"transitions":{"results":[{"name":"Yes"}]}})")}),
       environment({module_of(
           "m", document(block("a", "EndFlowModuleExecution", R"({"Result":"Yes"})"), k_settings),
           R"({"transitions":{"results":[{"name":"Yes"}]}})")})},
      {"module-settings", E, "", environment({module_of("m", document(k_module_end))}),
       environment({module_of("m", document(k_module_end, k_settings))})},
      {"name-too-long", W, "", named(128), named(127)},
      {"next-dangling", E, "/Actions/0/Transitions/NextAction",
       one(block("a", "MessageParticipant", k_say, "End")), one(ok)},
      {"next-missing", E, "/Actions/0/Transitions", one(block("a", "MessageParticipant", k_say)),
       of_type("CUSTOMER_HOLD",
               block("a", "MessageParticipantIteratively", R"({"Messages":[{"Text":"x"}]})"))},
      {"not-a-flow", E, "", with_content("{"), one(ok)},
      {"not-a-flow", E, "", with_content("[]"), one(ok)},
      {"parameter-choice", E, "/Actions/0/Parameters",
       one(message(R"({"Text":"x","SSML":"<speak/>"})")), one(ok)},
      {"parameter-choice", E, "/Actions/0/Parameters", one(message("{}")), one(ok)},
      {"parameter-choice", E, "/Actions/0/Parameters/Messages/1",
       of_type("CUSTOMER_HOLD",
               block("a", "MessageParticipantIteratively", R"({"Messages":[{"Text":"x"},{}]})")),
       of_type("CUSTOMER_HOLD", block("a", "MessageParticipantIteratively",
                                      R"({"Messages":[{"Text":"x"},{"Text":"y"}]})"))},
      {"parameter-form", W, "/Actions/0/Parameters/FlowLoggingBehavior",
       one(block("a", "UpdateFlowLoggingBehavior", R"({"FlowLoggingBehavior":"$.Attributes.x"})",
                 "end")),
       one(block("a", "UpdateFlowLoggingBehavior", R"({"FlowLoggingBehavior":"Disabled"})",
                 "end"))},
      {"parameter-form", W, "/Actions/0/Parameters/ComparisonValue",
       one(block("a", "Compare", R"({"ComparisonValue":"Attributes.x"})", "end",
                 {{"NoMatchingCondition", "end"}}, {{"1", "end"}})),
       one(block("a", "Compare", R"({"ComparisonValue":"$.Attributes.x"})", "end",
                 {{"NoMatchingCondition", "end"}}, {{"1", "end"}}))},
      {"condition-invalid", W, "/Actions/0/Transitions/Conditions/0",
       one(block("a", "GetParticipantInput",
                 R"({"Text":"1?","StoreInput":"False","InputTimeLimitSeconds":"5"})", "end",
                 {{"NoMatchingCondition", "end"},
                  {"InputTimeLimitExceeded", "end"},
                  {"NoMatchingError", "end"}},
                 {{"12", "end"}})),
       one(block("a", "GetParticipantInput",
                 R"({"Text":"1?","StoreInput":"False","InputTimeLimitSeconds":"5"})", "end",
                 {{"NoMatchingCondition", "end"},
                  {"InputTimeLimitExceeded", "end"},
                  {"NoMatchingError", "end"}},
                 {{"#", "end"}}))},
      {"parameter-invalid", E, "/Actions/0/Parameters/FlowLoggingBehavior",
       one(block("a", "UpdateFlowLoggingBehavior", R"({"FlowLoggingBehavior":"On"})", "end")),
       one(block("a", "UpdateFlowLoggingBehavior", R"({"FlowLoggingBehavior":"enabled"})", "end"))},
      {"parameter-invalid", W, "/Actions/0/Parameters/LoopCount",
       one(block("a", "Loop", R"({"LoopCount":"101"})", "end", {},
                 {{"ContinueLooping", "end"}, {"DoneLooping", "end"}})),
       one(block("a", "Loop", R"({"LoopCount":"100"})", "end", {},
                 {{"ContinueLooping", "end"}, {"DoneLooping", "end"}}))},
      {"parameter-missing", E, "/Actions/0/Parameters", one(lambda("")),
       one(lambda(R"(,"InvocationTimeLimitSeconds":"3")"))},
      {"parameter-unknown", E, "/Actions/0/Parameters/TimeoutSeconds",
       one(block("a", "Wait", R"({"TimeLimitSeconds":"5","TimeoutSeconds":"5"})", "end", {},
                 {{"WaitCompleted", "end"}})),
       one(block("a", "Wait", R"({"TimeLimitSeconds":"5"})", "end", {},
                 {{"WaitCompleted", "end"}}))},
      {"parameter-unknown", W, "/Actions/0/Parameters/Txt",
       one(message(R"({"Text":"x","Txt":"x"})")), one(ok)},
      {"ref-flowtype", E, "/Actions/0/Parameters/ContactFlowId",
       two_flows(document(transfer("other") + "," + k_end), "CUSTOMER_QUEUE"),
       two_flows(document(transfer("other") + "," + k_end), "QUEUE_TRANSFER")},
      {"ref-flowtype", E, "/Actions/0/Parameters/EventHooks/CustomerHold",
       two_flows(document(hook(R"({"EventHooks":{"CustomerHold":")" + flow_arn("other") + "\"}}") +
                          "," + k_end),
                 "CUSTOMER_QUEUE"),
       two_flows(document(hook(R"({"EventHooks":{"CustomerQueue":")" + flow_arn("other") + "\"}}") +
                          "," + k_end),
                 "CUSTOMER_QUEUE")},
      {"ref-placeholder", E, "/Actions/0/Parameters/QueueId", one(target("SELECT A QUEUE")),
       one(target("$.Attributes.queue"))},
      {"ref-placeholder", W, "/Actions/0/Parameters/LambdaFunctionARN",
       one(block("a", "InvokeLambdaFunction",
                 R"({"LambdaFunctionARN":"${Function}","InvocationTimeLimitSeconds":"3"})", "end",
                 {{"NoMatchingError", "end"}})),
       one(lambda(R"(,"InvocationTimeLimitSeconds":"3")"))},
      {"ref-unresolved", E, "/Actions/0/Parameters/QueueId", one(target(queue_arn(7))),
       one(target(queue_arn(3)))},
      {"start-missing", E, "/StartAction", with_content(document(k_end)), one(ok)},
      {"tags-too-many", E, "/Actions/0/Parameters/Tags", one(tags(7)), one(tags(6))},
      {"terminal-transitions", E, "/Actions/0/Transitions",
       one(block("a", "DisconnectParticipant", "{}", "end")),
       with_content(document(
           R"({"Identifier":"a","Type":"DisconnectParticipant","Transitions":{"Errors":[]}})"))},
      {"too-long", E, "", with_content(sized(256'001)), with_content(sized(256'000))},
      {"too-many-actions", E, "/Actions", one(many(249)), one(many(248))},
      {"type-flowtype", E, "/Actions/0/Type",
       of_type("CUSTOMER_WHISPER", block("a", "DisconnectParticipant", "{}")),
       of_type("CUSTOMER_WHISPER", block("a", "EndFlowExecution", "{}"))},
      {"type-flowtype", W, "/Actions/0/Type",
       of_type("CUSTOMER_HOLD", block("a", "MessageParticipant", k_say, "b") + "," +
                                    block("b", "EndFlowExecution", "{}")),
       of_type("CUSTOMER_WHISPER", block("a", "MessageParticipant", k_say, "b") + "," +
                                       block("b", "EndFlowExecution", "{}"))},
      {"type-legacy", E, "/Actions/0", one(block("a", "PlayPrompt", "{}", "end")), one(ok)},
      {"type-unknown", W, "/Actions/0", one(block("a", "SummonAgent", "{}", "end")),
       one(block("a", "RouteContactToAgent", "{}", "end"))},
      {"value-empty", E, "/Actions/0/Parameters/Attributes/x", one(attributes(R"({"x":""})")),
       one(attributes(R"({"x":" ","":"y"})"))},
      {"value-empty", E, "/Actions/0/Transitions/Conditions/0/Condition/Operands/0",
       one(compare(R"({"Operator":"Equals","Operands":[""]})")),
       one(compare(R"({"Operator":"Equals","Operands":[" "]})"))},
      {"value-empty", W, "/Actions/0/Parameters/ViewData/x",
       one(block(
           "a", "ShowView",
           R"({"ViewResource":{"Id":"form","Version":"1"},"InvocationTimeLimitSeconds":"30","ViewData":{"x":""}})",
           "end",
           {{"NoMatchingCondition", "end"},
            {"NoMatchingError", "end"},
            {"TimeLimitExceeded", "end"}})),
       one(block(
           "a", "ShowView",
           R"({"ViewResource":{"Id":"form","Version":"1"},"InvocationTimeLimitSeconds":"30","ViewData":{"x":{}}})",
           "end",
           {{"NoMatchingCondition", "end"},
            {"NoMatchingError", "end"},
            {"TimeLimitExceeded", "end"}}))},
      {"value-type", E, "/Actions/0/Parameters/Attributes/x", one(attributes(R"({"x":true})")),
       one(attributes(R"({"x":"true"})"))},
      {"version-unknown", E, "/Version",
       with_content(R"({"Version":"2020-10-30","StartAction":"a","Actions":[)" +
                    block("a", "DisconnectParticipant", "{}") + "]}"),
       one(ok)},
  };
}

}  // namespace flowferry::testing
