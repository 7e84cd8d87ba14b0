#include "flow/stub.h"

#include "base/json/value.h"
#include "flow/document.h"

namespace flowferry::flow {
namespace {

using json::Value;

/// The one action of every stub, by which is_stub() knows them. Never change it: stubs of earlier
/// versions may stand in instances.
constexpr std::string_view k_identifier = "flowferry-stub";

Value content_of(std::string_view type, Value parameters, Value transitions) {
  const std::string id(k_identifier);
  Value action = Value::object({{"Parameters", std::move(parameters)},
                                {"Identifier", id},
                                {"Type", type},
                                {"Transitions", std::move(transitions)}});
  Value position = Value::object(
      {{"position", Value::object({{"x", 200}, {"y", 0}})}, {"isFriendlyName", true}});
  Value metadata = Value::object({{"entryPointPosition", Value::object({{"x", 0}, {"y", 0}})},
                                  {"ActionMetadata", Value::object({{id, std::move(position)}})}});
  return Value::object({{"Version", "2019-10-30"},
                        {"StartAction", id},
                        {"Metadata", std::move(metadata)},
                        {"Actions", Value::array(std::vector<Value>{std::move(action)})}});
}

/// What the first caller hears who meets a hold flow before its content is there.
Value loop_content() {
  Value message = Value::object({{"Text", "One moment, please."}});
  return content_of(
      "MessageParticipantIteratively",
      Value::object({{"Messages", Value::array(std::vector<Value>{std::move(message)})}}),
      Value::object({{"Errors", Value::array()}, {"Conditions", Value::array()}}));
}

Value transition(const char* name) {
  return Value::object({{"DisplayName", name}, {"ReferenceName", name}, {"Description", ""}});
}

}  // namespace

std::string stub_content(std::string_view type) {
  if (type == "CUSTOMER_HOLD" || type == "AGENT_HOLD") return loop_content().dump();
  const bool ends = type == "CUSTOMER_QUEUE" || type == "CUSTOMER_WHISPER" ||
                    type == "AGENT_WHISPER" || type == "OUTBOUND_WHISPER";
  return content_of(ends ? "EndFlowExecution" : "DisconnectParticipant", Value::object({}),
                    Value::object({}))
      .dump();
}

std::string module_stub_content(std::string_view settings, bool name_result) {
  Value parameters = Value::object({});
  if (name_result) {
    if (const auto contract = json::parse(settings)) {
      const auto& results = (*contract)["transitions"]["results"].items();
      if (!results.empty() && results.front()["name"].is_string()) {
        parameters.set("Result", results.front()["name"]);
      }
    }
  }
  Value content = content_of("EndFlowModuleExecution", std::move(parameters), Value::object({}));
  content.set("Settings",
              Value::object({{"InputParameters", Value::array()},
                             {"OutputParameters", Value::array()},
                             {"Transitions", Value::array(std::vector<Value>{
                                                 transition("Success"), transition("Error")})}}));
  return content.dump();
}

bool is_stub(std::string_view content) {
  const auto document = Document::parse(std::string(content));
  return document && document->actions().size() == 1 &&
         document->actions().front().identifier == k_identifier;
}

}  // namespace flowferry::flow
