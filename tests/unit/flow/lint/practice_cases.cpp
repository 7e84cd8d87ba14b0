// What people regret.
#include "cases.h"

namespace flowferry::testing {
namespace {

constexpr auto W = Severity::warning;
constexpr auto I = Severity::info;

const std::string k_end = block("end", "DisconnectParticipant", "{}");
const std::string k_say = R"({"Text":"hello"})";
const std::string k_settings =
    R"(,"Settings":{"InputParameters":[],"OutputParameters":[],"Transitions":[]})";

Snapshot one(const std::string& blocks) {
  return environment({main_flow(document(blocks))});
}

/// A message, then these blocks.
Snapshot said(const std::string& blocks) {
  return one(block("a", "MessageParticipant", k_say, "b", {{"NoMatchingError", "b"}}) + "," +
             blocks);
}

std::string attributes(const std::string& name, const std::string& value,
                       const std::string& id = "b") {
  return block(id, "UpdateContactAttributes",
               R"({"Attributes":{")" + name + R"(":")" + value + R"("}})", "end",
               {{"NoMatchingError", "end"}}) +
         "," + k_end;
}

std::string lambda(const std::string& arn, const std::string& seconds, const std::string& error) {
  return block("b", "InvokeLambdaFunction",
               R"({"LambdaFunctionARN":")" + arn + R"(","InvocationTimeLimitSeconds":")" + seconds +
                   "\"}",
               "end", {{"NoMatchingError", error}}) +
         "," + block("sorry", "MessageParticipant", k_say, "end") + "," + k_end;
}

std::string compare(const std::vector<To>& conditions) {
  return block("b", "Compare", R"({"ComparisonValue":"$.Attributes.x"})", "",
               {{"NoMatchingCondition", "end"}}, conditions) +
         "," + k_end;
}

std::string logging(const std::string& id, const std::string& word, const std::string& next) {
  return block(id, "UpdateFlowLoggingBehavior", R"({"FlowLoggingBehavior":")" + word + "\"}", next);
}

std::string bot(const std::string& alias) {
  return block(
             "b", "ConnectParticipantWithLexBot",
             R"({"Text":"x","LexV2Bot":{"AliasArn":"arn:aws:lex:ap-northeast-1:111122223333:bot-alias/ABCDEFGHIJ/)" +
                 alias + "\"}}",
             "end", {{"NoMatchingCondition", "end"}, {"NoMatchingError", "end"}}) +
         "," + k_end;
}

std::string stores(const std::string& more) {
  return block(
             "c", "GetParticipantInput",
             R"({"Text":"card?","StoreInput":"True","InputTimeLimitSeconds":"5","InputValidation":{"CustomValidation":{"MaximumLength":"16"}})" +
                 more + "}",
             "end", {{"NoMatchingError", "end"}}) +
         "," + k_end;
}

std::string transfer(const std::string& id, const std::string& flow, const std::string& next) {
  return block(id, "TransferToFlow", R"({"ContactFlowId":")" + flow_arn(flow) + "\"}", next,
               {{"NoMatchingError", next}});
}

std::string target(const std::string& queue, const std::string& metadata) {
  return document(
      block("a", "UpdateContactTargetQueue", R"({"QueueId":")" + queue + "\"}", "end",
            {{"NoMatchingError", "end"}}) +
          "," + block("end", "MessageParticipant", k_say, "bye") + "," +
          block("bye", "DisconnectParticipant", "{}"),
      R"(,"Metadata":{"ActionMetadata":{"a":{"parameters":{"QueueId":{"displayName":")" + metadata +
          "\"}}}}}");
}

const std::string k_return = block("r", "EndFlowModuleExecution", "{}");

/// A module that invokes another one.
std::string invokes(const std::string& module) {
  return document(
      block("a", "InvokeFlowModule",
            R"({"FlowModuleId":")" + std::string(k_instance_arn) + "/flow-module/" + module + "\"}",
            "r", {{"NoMatchingError", "r"}}) +
          "," + k_return,
      k_settings);
}

std::string leaf() {
  return document(block("a", "EndFlowModuleExecution", "{}"), k_settings);
}

/// Flows f0 to f`count - 1`, each transfers to the next.
Snapshot chain(int count) {
  std::vector<Flow> flows;
  for (int i = 0; i < count; ++i) {
    const std::string content =
        i + 1 == count ? document(block("a", "MessageParticipant", k_say, "end") + "," + k_end)
                       : document(transfer("a", "f" + std::to_string(i + 1), "end") + "," + k_end);
    flows.push_back(flow_of_type("f" + std::to_string(i), "CONTACT_FLOW", content));
  }
  return environment(std::move(flows));
}

/// Modules m0 to m`count - 1`, each invokes the next.
Snapshot nest(int count) {
  std::vector<Flow> flows;
  for (int i = 0; i < count; ++i) {
    flows.push_back(module_of("m" + std::to_string(i),
                              i + 1 == count ? leaf() : invokes("m" + std::to_string(i + 1))));
  }
  return environment(std::move(flows));
}

Snapshot two_modules(const std::string& second) {
  return environment({module_of("m1", invokes("m2")), module_of("m2", second)});
}

/// Two flows that transfer to each other. Their error branches lead back into the transfer, so that
/// there is no end but `end` of the second.
Snapshot circle(const std::string& end) {
  const auto flow = [](const std::string& to, const std::string& error, const std::string& more) {
    return document(block("a", "MessageParticipant", k_say, "t") + "," +
                    block("t", "TransferToFlow", R"({"ContactFlowId":")" + flow_arn(to) + "\"}",
                          "a", {{"NoMatchingError", error}}) +
                    more);
  };
  return environment(
      {flow_of_type("f1", "CONTACT_FLOW", flow("f2", "a", "")),
       flow_of_type("f2", "CONTACT_FLOW", flow("f1", end, end == "a" ? "" : "," + k_end))});
}

Snapshot other(const std::string& state, const std::string& status) {
  Flow flow = flow_of_type("other", "CONTACT_FLOW",
                           document(block("a", "MessageParticipant", k_say, "end") + "," + k_end));
  flow.state = state;
  flow.status = status;
  return environment(
      {main_flow(document(transfer("a", "other", "end") + "," + k_end)), std::move(flow)});
}

/// A bot whose alias has this name, as a bundle knows it: under a made-up id.
Snapshot bot_called(const std::string& alias) {
  Snapshot out = said(bot("MADEUPIDXX"));
  Resource resource;
  resource.kind = ResourceKind::lex_v2_bot_alias;
  resource.id = "ABCDEFGHIJ/MADEUPIDXX";
  resource.name = "TravelBot/" + alias;
  out.inventories[resource.kind].add(resource);
  return out;
}

/// The flow uses queue `number`; queue 2 has the name of queue 1.
Snapshot twins(int number) {
  Snapshot out =
      said(block("b", "UpdateContactTargetQueue", R"({"QueueId":")" + queue_arn(number) + "\"}",
                 "end", {{"NoMatchingError", "end"}}) +
           "," + k_end);
  Inventory queues;
  for (Resource queue : out.inventories[ResourceKind::queue].all()) {
    if (queue.name == "queue 2") queue.name = "queue 1";
    queues.add(std::move(queue));
  }
  out.inventories[ResourceKind::queue] = std::move(queues);
  return out;
}

Snapshot queue_flow(bool used) {
  const std::string hook =
      block("a", "UpdateContactEventHooks",
            R"({"EventHooks":{"CustomerQueue":")" + flow_arn(used ? "waiting" : "else") + "\"}}",
            "end", {{"NoMatchingError", "end"}});
  return environment({main_flow(document(hook + "," + k_end)),
                      flow_of_type("waiting", "CUSTOMER_QUEUE",
                                   document(block("a", "MessageParticipantIteratively",
                                                  R"({"Messages":[{"Text":"x"}]})")))});
}

flow::lint::Settings except(const std::string& rule) {
  flow::lint::Settings out;
  out.except.push_back({rule, "main", "", "agreed", 3});
  return out;
}

const std::string k_function = "arn:aws:lambda:ap-northeast-1:111122223333:function:crm";

}  // namespace

std::vector<Case> practice_cases() {
  return {
      {"account-hard", W, "/Actions/1/Parameters/Attributes/x",
       said(attributes("x", "https://sqs.ap-northeast-1.amazonaws.com/222233334444/q")),
       said(attributes("x", "https://sqs.ap-northeast-1.amazonaws.com/q/222233334444x"))},
      {"account-hard", W, "/Actions/1/Parameters/Attributes/x",
       said(attributes("x", "account 111122223333")), said(attributes("x", "order 999922223333"))},
      {"condition-shadowed", W, "/Actions/1/Transitions/Conditions/1",
       said(compare({{"1", "end"}, {"1", "end"}})), said(compare({{"1", "end"}, {"2", "end"}}))},
      {"deprecated", W, "/Actions/1/Parameters/LexBot",
       said(block("b", "ConnectParticipantWithLexBot",
                  R"({"Text":"x","LexBot":{"Name":"Old","Region":"us-east-1","Alias":"live"}})",
                  "end", {{"NoMatchingCondition", "end"}, {"NoMatchingError", "end"}}) +
            "," + k_end),
       said(bot("ABCDEFGHIJ"))},
      {"disconnect-silent", W, "/Actions/1", one(attributes("x", "y", "a")),
       said(attributes("x", "y"))},
      {"email-hard", I, "/Actions/1/Parameters/Attributes/x",
       said(attributes("x", "help@example.com")), said(attributes("x", "help@example"))},
      {"error-ignored", I, "/Actions/1/Transitions/Errors/0", said(lambda(k_function, "3", "end")),
       said(lambda(k_function, "3", "sorry"))},
      {"error-loops", W, "/Actions/1/Transitions/Errors/0", said(lambda(k_function, "3", "b")),
       said(lambda(k_function, "3", "sorry"))},
      {"error-unhandled", I, "/Actions/0",
       one(block("a", "MessageParticipant", k_say, "end") + "," + k_end),
       said(block("b", "DisconnectParticipant", "{}"))},
      {"exception-unused", I, "",
       environment(
           {main_flow(document(block("a", "MessageParticipant", k_say, "end") + "," + k_end))}),
       said(attributes("x", "+81312345678")), except("phone-hard")},
      {"lambda-timeout", W, "/Actions/1/Parameters/InvocationTimeLimitSeconds",
       said(lambda(k_function, "9", "sorry")), said(lambda(k_function, "8", "sorry"))},
      {"logging-off", W, "/Actions/1/Parameters/FlowLoggingBehavior",
       said(logging("b", "Disabled", "end") + "," + k_end),
       said(logging("b", "Enabled", "end") + "," + k_end)},
      {"logging-unset", I, "", said(block("b", "DisconnectParticipant", "{}")),
       said(logging("b", "Enabled", "end") + "," + k_end)},
      {"module-circle", W, "", two_modules(invokes("m1")), two_modules(leaf())},
      {"module-nesting", W, "", nest(6), nest(5)},
      {"name-stale", I, "/Actions/0/Parameters/QueueId",
       environment({main_flow(target(queue_arn(1), "queue 2"))}),
       environment({main_flow(target(queue_arn(1), "queue 1"))})},
      {"no-exit", W, "/Actions/0",
       one(block("a", "MessageParticipant", k_say, "b") + "," +
           block("b", "MessageParticipant", k_say, "a")),
       one(block("a", "MessageParticipant", k_say, "b") + "," +
           block("b", "MessageParticipant", k_say, "a", {{"NoMatchingError", "end"}}) + "," +
           k_end)},
      {"phone-hard", W, "/Actions/1/Parameters/Attributes/x", said(attributes("x", "+81312345678")),
       said(attributes("x", "81312345678"))},
      {"queue-unset", W, "/Actions/1",
       said(block("b", "TransferContactToQueue", "{}", "end",
                  {{"QueueAtCapacity", "end"}, {"NoMatchingError", "end"}}) +
            "," + k_end),
       said(block("b", "UpdateContactTargetQueue", R"({"QueueId":")" + queue_arn(1) + "\"}", "q",
                  {{"NoMatchingError", "end"}}) +
            "," +
            block("q", "TransferContactToQueue", "{}", "end",
                  {{"QueueAtCapacity", "end"}, {"NoMatchingError", "end"}}) +
            "," + k_end)},
      // The error branch of the block that sets the queue leads to the transfer.
      {"queue-unset", W, "/Actions/2",
       said(block("b", "UpdateContactTargetQueue", R"({"QueueId":")" + queue_arn(1) + "\"}", "q",
                  {{"NoMatchingError", "q"}}) +
            "," +
            block("q", "TransferContactToQueue", "{}", "end",
                  {{"QueueAtCapacity", "end"}, {"NoMatchingError", "end"}}) +
            "," + k_end),
       said(k_end + "," + block("b", "EndFlowExecution", "{}"))},
      {"ref-ambiguous", W, "/Actions/1/Parameters/QueueId", twins(1), twins(3)},
      {"ref-archived", W, "/Actions/0/Parameters/ContactFlowId", other("ARCHIVED", "PUBLISHED"),
       other("ACTIVE", "PUBLISHED")},
      {"ref-dynamic", I, "/Actions/1/Parameters/LambdaFunctionARN",
       said(lambda("$.Attributes.f", "3", "sorry")), said(lambda(k_function, "3", "sorry"))},
      {"ref-foreign", W, "/Actions/1/Parameters/LambdaFunctionARN",
       said(lambda("arn:aws:lambda:ap-northeast-1:613787477748:function:f", "3", "sorry")),
       said(lambda(k_function, "3", "sorry"))},
      {"ref-stored", I, "/Actions/1/Parameters/Attributes/x", said(attributes("x", queue_arn(1))),
       said(attributes("x", "queue 1"))},
      {"ref-testalias", W, "/Actions/1/Parameters/LexV2Bot/AliasArn", said(bot("TSTALIASID")),
       said(bot("TESTALIASI"))},
      {"ref-testalias", W, "/Actions/1/Parameters/LambdaFunctionARN",
       said(lambda(k_function + ":$LATEST", "3", "sorry")),
       said(lambda(k_function + ":live", "3", "sorry"))},
      {"ref-testalias", W, "/Actions/1/Parameters/LexV2Bot/AliasArn", bot_called("TestBotAlias"),
       bot_called("live")},
      {"ref-unpublished", W, "/Actions/0/Parameters/ContactFlowId", other("ACTIVE", "SAVED"),
       other("ACTIVE", "PUBLISHED")},
      {"ref-version", W, "/Actions/1/Parameters/LambdaFunctionARN",
       said(lambda(k_function + ":7", "3", "sorry")),
       said(lambda(k_function + ":v7", "3", "sorry"))},
      {"region-cross", W, "/Actions/1/Parameters/LambdaFunctionARN",
       said(lambda("arn:aws:lambda:us-east-1:111122223333:function:crm", "3", "sorry")),
       said(lambda("arn:aws:lambda:$.AwsRegion:111122223333:function:crm", "3", "sorry"))},
      {"region-hard", I, "/Actions/1/Parameters/Attributes/x",
       said(attributes("x", "go to eu-central-1 now")), said(attributes("x", "eu-central-15 x"))},
      {"secret", W, "/Actions/1/Parameters/Attributes/api_key",
       said(attributes("api_key", "sk8fj39dk20")), said(attributes("api_key", "$.Attributes.key"))},
      {"secret", W, "/Actions/1/Parameters/Attributes/x",
       said(attributes("x", "key AKIAIOSFODNN7EXAMPLE")),
       said(attributes("x", "key AKIAIOSFODNN7EXAMPL"))},
      {"store-plain", W, "/Actions/2", said(logging("b", "Enabled", "c") + "," + stores("")),
       said(logging("b", "Enabled", "c") + "," +
            stores(R"(,"InputEncryption":{"EncryptionKeyId":"k","Key":"p"})"))},
      {"store-plain", W, "/Actions/3",
       one(logging("a", "Enabled", "b") + "," + logging("b", "Enabled", "c") + "," +
           logging("x", "Disabled", "c") + "," + stores("")),
       one(logging("a", "Enabled", "b") + "," + logging("b", "Disabled", "c") + "," + stores(""))},
      {"transfer-chain", W, "", chain(9), chain(8)},
      {"transfer-circle", W, "", circle("a"), circle("end")},
      {"unreachable", W, "/Actions/2",
       said(block("b", "DisconnectParticipant", "{}") + "," +
            block("c", "MessageParticipant", k_say, "b")),
       said(block("b", "DisconnectParticipant", "{}"))},
      {"unused-flow", I, "", queue_flow(false), queue_flow(true)},
      {"unused-module", W, "", environment({module_of("m", leaf())}),
       environment({module_of("m", leaf()), main_flow(invokes("m"))})},
      {"url-hard", I, "/Actions/1/Parameters/Attributes/x",
       said(attributes("x", "see https://example.com/x")),
       said(attributes("x", "see example.com://x"))},
  };
}

}  // namespace flowferry::testing
