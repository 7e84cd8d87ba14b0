#include "connect/flow_calls.h"

#include "net/url.h"

namespace flowferry::connect {
namespace {

constexpr FlowWire k_flow{"/contact-flows/", "ContactFlow",    "ContactFlow",
                          "ContactFlowId",   "ContactFlowArn", "ContactFlowState"};
constexpr FlowWire k_module{
    "/contact-flow-modules/", "ContactFlowModule", "ContactFlowModule", "Id", "Arn", "State"};

}  // namespace

bool is_flow_kind(ResourceKind kind) {
  return kind == ResourceKind::contact_flow || kind == ResourceKind::flow_module;
}

tl::unexpected<Error> malformed(const std::string& operation, const std::string& what) {
  return fail(ErrorKind::malformed, "the answer to " + operation + " has " + what,
              "check that the endpoint is the service's");
}

tl::unexpected<Error> not_a_flow_kind(ResourceKind kind) {
  return fail(ErrorKind::refused, "a " + std::string(label(kind)) + " is no flow or module");
}

const FlowWire& wire_of(ResourceKind kind) {
  return kind == ResourceKind::flow_module ? k_module : k_flow;
}

aws::Call flow_call(const FlowWire& wire, std::string_view verb, std::string_view aspect,
                    std::string_view method, const std::string& instance_id) {
  aws::Call call;
  call.operation = std::string(verb) + std::string(wire.noun) + std::string(aspect);
  call.method = method;
  call.target = net::Target(wire.path).member(instance_id).text();
  return call;
}

void add_member(aws::Call& call, std::string_view value) {
  call.target += "/" + net::percent_encode(value);
}

Task<Result<Acknowledged>> acknowledge(aws::Service& service, aws::Call call) {
  const Result<aws::Answer> answer = co_await service.send(std::move(call));
  if (!answer) co_return fail(answer.error());
  co_return Acknowledged{answer->request_id};
}

Task<Result<Acknowledged>> acknowledge_deleted(aws::Service& service, aws::Call call) {
  Result<Acknowledged> done = co_await acknowledge(service, std::move(call));
  if (!done && done.error().code == "ResourceNotFoundException") {
    co_return Acknowledged{done.error().request_id};
  }
  co_return done;
}

}  // namespace flowferry::connect
