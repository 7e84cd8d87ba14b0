// connect/flow_calls.h
//
// What the operations of flows and those of modules share (connect-api.md, "Contact flows" and
// "Contact flow modules").
#pragma once

#include <string>
#include <string_view>

#include "aws/service.h"
#include "base/result.h"
#include "base/task.h"
#include "connect/client.h"
#include "model/resource.h"

namespace flowferry::connect {

/// Whether a kind is that of flows or that of modules.
bool is_flow_kind(ResourceKind kind);

/// The refusal of any other kind.
tl::unexpected<Error> not_a_flow_kind(ResourceKind kind);

/// The error of an answer that lacks what it must have: `what` says it, "no Content".
tl::unexpected<Error> malformed(const std::string& operation, const std::string& what);

/// What differs between the operations of flows and those of modules.
struct FlowWire {
  std::string_view path;    ///< "/contact-flows/"
  std::string_view object;  ///< Member of the answer to Describe.
  std::string_view noun;    ///< In the names of operations.
  std::string_view new_id;  ///< Members of the answer to Create.
  std::string_view new_arn;
  std::string_view state;  ///< Member of UpdateMetadata.
};

/// Those of a kind, which has to be one of the two.
const FlowWire& wire_of(ResourceKind kind);

/// A call of an operation, "Update" + noun + "Content", to the instance's flows or modules; its
/// path ends with the instance.
aws::Call flow_call(const FlowWire& wire, std::string_view verb, std::string_view aspect,
                    std::string_view method, const std::string& instance_id);

/// Adds one more part to a call's path, encoded.
void add_member(aws::Call& call, std::string_view value);

/// Sends a write of whose answer only the request id matters. Errors: those of Service::send.
Task<Result<Acknowledged>> acknowledge(aws::Service& service, aws::Call call);

/// The same of a delete: what is not there any more is deleted.
Task<Result<Acknowledged>> acknowledge_deleted(aws::Service& service, aws::Call call);

}  // namespace flowferry::connect
